"""A plan on the drawing board: dots for each section and level, light enough for ten thousand seats. Pure.

What guests see is drawn by `webapp.seating.drawing`; here sections are whole things that are moved.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import hypot

from webapp.seating.rules.design import Design, Section
from webapp.seating.rules.draft import Draft, DraftSeat, Sign
from webapp.seating.rules.making import Made, make

# How much of the way to its neighbour a seat takes.
SEAT, BAR = 0.72, 0.3
SHAPES = 6


@dataclass(frozen=True)
class Dots:
    """Seats as one path: `level` is the number of their colour, `mark` what is drawn on them, if anything."""

    level: int
    mark: str
    path: str


@dataclass(frozen=True)
class Part:
    """A section with its dots, each `size` wide, and its name at (x, y); `row_ends` are the names of rows.

    `ground` is how wide a seat is where the section is taken hold of: it leaves no hole between rows.
    """

    name: str
    seats: int
    rows: int
    size: int
    ground: int
    dots: tuple[Dots, ...]
    x: int
    y: int
    row_ends: tuple[Sign, ...]
    flaws: tuple[str, ...]


@dataclass(frozen=True)
class Outline:
    """`word` is how big names are, so that they can be read when all of it is seen.

    `lowest` is how far the sections reach, as the design counts.
    """

    draft: Draft
    parts: tuple[Part, ...]
    levels: tuple[tuple[str, int, int], ...]
    flaws: tuple[str, ...]
    lowest: int

    @property
    def word(self) -> int:
        return max(40, self.draft.width // 42)

    @property
    def view_box(self) -> str:
        return f"0 0 {self.draft.width} {self.draft.height}"

    @property
    def kinds(self) -> tuple[int, int, int]:
        """Wheelchair places, companions' seats and seats with restricted view."""
        seats = self.draft.seats
        chairs, beside = (sum(seat.kind == kind for seat in seats) for kind in ("wheelchair", "companion"))
        return chairs, beside, sum(seat.restricted_view for seat in seats)


def outline(design: Design) -> Outline:
    """The design as it is drawn on the board, with all that is wrong with it."""
    made = make(design)
    levels = {level: at % SHAPES + 1 for at, level in enumerate(made.draft.levels)}
    seats = {name: list(those) for name, those in groupby(made.draft.seats, key=lambda seat: seat.section)}
    return Outline(
        draft=made.draft,
        parts=tuple(
            _part(section, seats.get(section.name, ()), levels, _flaws(made, at))
            for at, section in enumerate(design.section)
        ),
        levels=tuple(
            (level, number, sum(seat.level == level for seat in made.draft.seats))
            for level, number in levels.items()
        ),
        flaws=tuple(flaw.said for flaw in made.flaws),
        lowest=made.lowest,
    )


def _flaws(made: Made, at: int) -> tuple[str, ...]:
    return tuple(flaw.said for flaw in made.flaws if flaw.way[:2] == ("section", at))


def _part(
    section: Section, seats: Sequence[DraftSeat], levels: dict[str, int], flaws: tuple[str, ...]
) -> Part:
    xs, ys = [seat.x for seat in seats] or [0], [seat.y for seat in seats] or [0]
    by_level = {
        level: [s for s in seats if s.level == level] for level in dict.fromkeys(s.level for s in seats)
    }
    dots = [Dots(levels[level], "", path(those)) for level, those in by_level.items()]
    marked = (
        ("wheelchair", [seat for seat in seats if seat.kind == "wheelchair"], 0),
        ("companion", [seat for seat in seats if seat.kind == "companion"], 0),
        ("restricted", [seat for seat in seats if seat.restricted_view], round(section.spacing * BAR)),
    )
    dots += [Dots(0, mark, path(those, bar)) for mark, those, bar in marked if those]
    rows = [tuple(row) for _, row in groupby(seats, key=lambda seat: seat.row_position)]
    return Part(
        name=section.name,
        seats=len(seats),
        rows=len(rows),
        size=round(section.spacing * SEAT),
        ground=round(1.1 * hypot(section.spacing, section.row_spacing)),
        dots=tuple(dots),
        x=(min(xs) + max(xs)) // 2,
        y=(min(ys) + max(ys)) // 2,
        row_ends=tuple(end for row in rows for end in _ends(row, section.spacing)),
        flaws=flaws,
    )


def path(seats: Iterable[DraftSeat], bar: int = 0) -> str:
    """A dot or a bar so long for each seat, told from the one before, which is short."""
    at, parts = (0, 0), []
    for seat in seats:
        x = seat.x - bar // 2
        parts.append(f"m{x - at[0]} {seat.y - at[1]}h{bar}")
        at = (x + bar, seat.y)
    return "".join(parts).replace(" -", "-")


def _ends(row: Sequence[DraftSeat], spacing: int) -> list[Sign]:
    """The row's name before its first seat and after its last one."""
    ends: list[Sign] = []
    for end, beside in ((row[0], row[:2][-1]), (row[-1], row[-2:][0])):
        away = hypot(end.x - beside.x, end.y - beside.y)
        dx, dy = ((end.x - beside.x) / away, (end.y - beside.y) / away) if away else (0.0, 0.0)
        if away or not ends:
            x = end.x + dx * spacing if away else end.x - spacing
            ends.append(Sign(row[0].row, round(x), round(end.y + dy * spacing)))
    return ends
