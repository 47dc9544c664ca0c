"""Rows as a drawing has them, and which of them belong together. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import dist
from typing import Literal

# Rows further apart than so many seats, or turned by more than this sine, belong to different blocks.
BLOCK, TURNED = 2.5, 0.35
# Seats nearer to each other than this are drawn on each other.
OVERLAP = 0.6
AROUND = tuple((dx, dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1))

Point = tuple[float, float]


@dataclass(frozen=True)
class Placed:
    """A seat with where it is on the whole plan."""

    number: str
    level: str
    kind: Literal["standard", "wheelchair", "companion"]
    restricted_view: bool
    at: Point


@dataclass(frozen=True)
class Line:
    """A row with its seats from one end to the other."""

    name: str
    seats: tuple[Placed, ...]

    @property
    def middle(self) -> Point:
        xs, ys = zip(*(placed.at for placed in self.seats), strict=True)
        return sum(xs) / len(xs), sum(ys) / len(ys)

    @property
    def direction(self) -> Point:
        """From one end to the other, of length 1; nowhere for a single seat."""
        (ax, ay), (bx, by) = self.seats[0].at, self.seats[-1].at
        length = dist((ax, ay), (bx, by)) or 1.0
        return (bx - ax) / length, (by - ay) / length

    def lowered(self, by: float) -> "Line":
        return replace(self, seats=tuple(replace(one, at=(one.at[0], one.at[1] + by)) for one in self.seats))


@dataclass(frozen=True)
class Block:
    zone: str
    section: str
    lines: tuple[Line, ...]


def steps(line: Line) -> list[float]:
    return [dist(one.at, other.at) for one, other in pairwise(line.seats)]


def blocks(zone: str, lines: Sequence[Line], pitch: float) -> list[Block]:
    """Rows that lie together, in the order of the file; a zone that is one block keeps its name."""
    found: list[list[Line]] = []
    for line in lines:
        block = found[-1] if found else []
        if block and line.name not in {one.name for one in block} and is_next(block[-1], line, pitch):
            block.append(line)
        else:
            found.append([line])
    names = [zone] if len(found) == 1 else [f"{zone} block {number}" for number in range(1, len(found) + 1)]
    return [Block(zone, name, tuple(block)) for name, block in zip(names, found, strict=True)]


def is_next(one: Line, other: Line, pitch: float) -> bool:
    """Whether two rows lie behind each other."""
    between = min(dist(here.at, there.at) for here in one.seats for there in other.seats)
    (ax, ay), (bx, by) = one.direction, other.direction
    return between <= BLOCK * pitch and abs(ax * by - ay * bx) <= TURNED


def apart(blocks: Sequence[Block], pitch: float) -> tuple[list[Block], list[str]]:
    """Zones that are drawn on each other, as floors are, below each other."""
    placed: list[Block] = []
    remarks = []
    used: set[tuple[int, int]] = set()
    for zone in dict.fromkeys(block.zone for block in blocks):
        mine = [block for block in blocks if block.zone == zone]
        points = [one.at for block in mine for line in block.lines for one in line.seats]
        if any(cell(at, pitch) in used for at in points):
            bottom = max(one.at[1] for block in placed for line in block.lines for one in line.seats)
            down = bottom - min(y for _, y in points) + 4 * pitch
            mine = [replace(block, lines=tuple(line.lowered(down) for line in block.lines)) for block in mine]
            points = [(x, y + down) for x, y in points]
            remarks.append(f"{zone} is drawn on another zone; it was moved below.")
        placed += mine
        used |= {(x + dx, y + dy) for x, y in (cell(at, pitch) for at in points) for dx, dy in AROUND}
    return placed, remarks


def cell(at: Point, pitch: float) -> tuple[int, int]:
    return round(at[0] / pitch / OVERLAP), round(at[1] / pitch / OVERLAP)
