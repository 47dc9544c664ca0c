"""Halls that are made up: floors of curved rows before a stage, with gangways. Pure.

For trying out, for measuring, and for a house whose plan nobody has drawn yet.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import cos, radians, sin

from webapp.seating.rules.draft import Draft, DraftSeat, Stage

PITCH, ROW = 28, 34
# People are shown at most so many seats of a row without a gangway.
BETWEEN_GANGWAYS = 22
# How far the rows go round the stage, and how far the first one is from its middle, in seats.
AROUND, NEAREST = radians(100), 9
# Where a floor has more seats than this, each of its blocks is a section of its own.
ONE_SECTION = 900
# One wheelchair place for so many seats, with a companion's seat beside.
WHEELCHAIR = 150
# Who sits outermost in the first rows, or in the first row of an upper floor, does not see all.
OUTERMOST = 2


@dataclass(frozen=True)
class Floor:
    """A part of the seats; its first rows may have a price level of their own."""

    name: str
    share: float
    front: str = ""
    front_share: float = 0.0


FLOORS = (
    Floor("Stalls", 0.56, "Front stalls", 0.3),
    Floor("Circle", 0.28),
    Floor("Gallery", 0.16),
)
SMALL, SMALL_FLOORS = 350, (Floor("Stalls", 1.0, "Front stalls", 0.35),)


@dataclass(frozen=True)
class _Row:
    """A row of a floor: so many seats on a circle round the stage's back."""

    floor: Floor
    number: int
    seats: int
    radius: float
    level: str

    @property
    def name(self) -> str:
        return row_name(self.number)


def generate(seats: int) -> Draft:
    """A hall of exactly so many seats."""
    made: list[DraftSeat] = []
    radius = float(NEAREST * PITCH)
    floors = SMALL_FLOORS if seats <= SMALL else FLOORS
    left = seats
    for at, floor in enumerate(floors):
        places = left if at == len(floors) - 1 else round(seats * floor.share)
        left -= places
        rows = list(_rows(floor, places, radius))
        gangways = -(-max(row.seats for row in rows) // BETWEEN_GANGWAYS)
        wheelchair = places // WHEELCHAIR if at == 0 else 0
        for row in rows:
            beside = wheelchair if row is rows[-2:][0] else 0  # the last row may be a short one
            made += _seats(row, gangways, places > ONE_SECTION, len(made), beside)
        radius = rows[-1].radius + 3 * ROW
    return _framed(made)


def row_name(number: int) -> str:
    """A, B, C …, AA, BB …; I and O are left out, as in most houses."""
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    return letters[number % len(letters)] * (number // len(letters) + 1)


def _rows(floor: Floor, places: int, radius: float) -> Iterator[_Row]:
    number, left = 0, places
    while left:
        fit = min(left, max(2, int(AROUND * radius / PITCH)))
        is_front = bool(floor.front) and places - left < places * floor.front_share
        yield _Row(floor, number, fit, radius, floor.front if is_front else floor.name)
        number, left, radius = number + 1, left - fit, radius + ROW


def _seats(row: _Row, blocks: int, has_sections: bool, first: int, wheelchair: int) -> Iterator[DraftSeat]:
    """The seats of a row from left to right, with a gangway between its blocks, aligned from row to row."""
    wide = row.seats + (blocks - 1) * 1.5
    for at in range(row.seats):
        block = at * blocks // row.seats
        angle = (at + block * 1.5 - (wide - 1) / 2) * PITCH / row.radius
        kind = "standard"
        if at < 2 * wheelchair:
            kind = "companion" if at % 2 else "wheelchair"
        yield DraftSeat(
            section=f"{row.floor.name} {block + 1}" if has_sections else row.floor.name,
            level=row.level,
            row=row.name,
            number=str(at + 1),
            row_position=row.number,
            position=at + block,
            x=round(row.radius * sin(angle)),
            y=round(row.radius * cos(angle)),
            kind=kind,
            companion_of=first + at - 1 if kind == "companion" else None,
            restricted_view=kind == "standard" and _is_restricted(row, at),
        )


def _is_restricted(row: _Row, at: int) -> bool:
    is_outermost = min(at, row.seats - 1 - at) < OUTERMOST
    rows = 3 if row.floor.front else 1
    return is_outermost and row.number < rows and row.seats > 4 * OUTERMOST


def _framed(seats: list[DraftSeat]) -> Draft:
    """Moved so that all of it lies within the plan, with the stage above the first row."""
    half = max(abs(seat.x) for seat in seats) + 2 * PITCH
    top = min(seat.y for seat in seats) - 7 * PITCH
    height = max(seat.y for seat in seats) - top + 2 * PITCH
    moved = tuple(replace(seat, x=seat.x + half, y=seat.y - top) for seat in seats)
    stage = Stage(half - 7 * PITCH, 2 * PITCH, 14 * PITCH, 3 * PITCH)
    return Draft(2 * half, height, stage, moved)
