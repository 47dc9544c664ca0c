"""The map of a plan as SVG: one symbol for each kind of seat, one `<use>` for each seat.

All maps have one scale, in which two seats of a row are `PITCH` apart, so that symbols fit every plan.
Colours are the style sheet's, by the `seat` within each symbol.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, pairwise
from math import hypot
from statistics import median
from uuid import UUID

from markupsafe import Markup
from sqlalchemy.orm import Session

from webapp.core.assets import Asset
from webapp.seating.queries import plans
from webapp.seating.queries.plans import Plan
from webapp.seating.rules.names import PlacedSeat

PITCH = 28
MARGIN = 44

# A level is told by its shape as much as by its colour; the seventh level begins again.
SHAPES = (
    '<circle r="11.5"/>',
    '<rect x="-10.5" y="-10.5" width="21" height="21" rx="2"/>',
    '<path d="M0-13.5L13.5 0 0 13.5-13.5 0Z"/>',
    '<path d="M0-12L12 10H-12Z"/>',
    '<path d="M-6-11H6L12 0 6 11H-6L-12 0Z"/>',
    '<path d="M-4-12H4V-4H12V4H4V12H-4V4H-12V-4H-4Z"/>',
)
# What is cut out of the shape: a ring for a wheelchair, a cross for its companion, a bar where one sees less.
MARKS = {
    "": "",
    "w": '<circle class="seat-mark" r="4.5" stroke-width="3.5"/>',
    "c": '<path class="seat-mark" d="M-5 0H5M0-5V5" stroke-width="3"/>',
    "r": '<path class="seat-mark" d="M-6 0H6" stroke-width="3.5"/>',
}
TAKEN = '<path d="M-7-4.5L-4.5-7 0-2.5 4.5-7 7-4.5 2.5 0 7 4.5 4.5 7 0 2.5-4.5 7-7 4.5-2.5 0Z"/>'
TICK = '<circle r="13"/><path class="seat-tick" d="M-6 0L-1.5 5 7-5" stroke-width="3.5"/>'


@dataclass(frozen=True)
class Row:
    """The seats of one row in the order in which one walks along it."""

    name: str
    seats: tuple[PlacedSeat, ...]


@dataclass(frozen=True)
class Block:
    """A section: its place in the plan, its rows, and from far bands along them, with its name at (x, y)."""

    id: UUID
    section: int
    name: str
    rows: tuple[Row, ...]
    bands: str
    x: int
    y: int
    view_box: str

    @property
    def seats(self) -> tuple[PlacedSeat, ...]:
        return tuple(seat for row in self.rows for seat in row.seats)

    @cached_property
    def ordinals(self) -> frozenset[int]:
        return frozenset(seat.ordinal for seat in self.seats)


def shape(level: int) -> int:
    """The number of a level's shape and colour, 1 and up."""
    return level % len(SHAPES) + 1


def mark(seat: PlacedSeat) -> str:
    """`w` for a wheelchair's place, `c` for its companion's, `r` for a restricted view, else nothing."""
    if seat.kind in ("wheelchair", "companion"):
        return seat.kind[0]
    return "r" if seat.restricted_view else ""


def special(seat: PlacedSeat) -> str:
    """What is special about a seat, to be read out; nothing for most."""
    kind = {"wheelchair": "wheelchair place", "companion": "companion’s seat"}.get(seat.kind, "")
    return ", ".join(filter(None, [kind, "restricted view" if seat.restricted_view else ""]))


def symbol(seat: PlacedSeat) -> str:
    """The id of the symbol that stands for a free seat: `l2` for the second level, `l2w` with a mark."""
    return f"l{seat.level + 1}{mark(seat)}"


@dataclass(frozen=True)
class Drawing:
    """A plan ready to be shown."""

    plan: Plan

    @property
    def url(self) -> str:
        """The whole map as a file that never changes."""
        return f"/seat-plans/{self.plan.id}/{self.plan.version}.svg"

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The sections in the plan's order; one without seats is left out."""
        by_section: dict[int, list[PlacedSeat]] = {}
        for seat in sorted(
            self.plan.seats, key=lambda seat: (seat.section, seat.row_position, seat.position)
        ):
            by_section.setdefault(seat.section, []).append(seat)
        return tuple(self._block(section, seats) for section, seats in by_section.items())

    @cached_property
    def view_box(self) -> str:
        """Everything that is drawn, with a margin."""
        places = [self.place(seat) for seat in self.plan.seats]
        if self.plan.stage:
            left, top, width, height = self._stage
            places += [(left, top), (left + width, top + height)]
        places += [self._spot(x, y) for _, x, y in self.plan.signs]
        return _box(places)

    @property
    def name_size(self) -> int:
        """How big the sections' names are, so that they can be read when all of it is seen."""
        return max(20, int(self.view_box.split()[2]) // 40)

    @cached_property
    def symbols(self) -> Markup:
        """The definitions that all seats use."""
        kinds = {symbol(seat): (shape(seat.level), mark(seat)) for seat in self.plan.seats}
        free = [
            f'<g id="{name}" class="seat" data-price="{number}">{SHAPES[number - 1]}{MARKS[sign]}</g>'
            for name, (number, sign) in sorted(kinds.items())
        ]
        states = [("taken", TAKEN), ("mine", TICK)]
        others = [f'<g id="s-{name}" class="seat" data-state="{name}">{ink}</g>' for name, ink in states]
        return Markup("".join(free + others))  # noqa: S704  # nosec B704  # numbers and our own shapes

    @cached_property
    def stage(self) -> Markup:
        """What everybody looks at, and the words on the plan."""
        signs = (
            Markup('<text class="seat-sign" x="{}" y="{}">{}</text>').format(*self._spot(x, y), text)
            for text, x, y in self.plan.signs
        )
        return self._stage_alone + Markup().join(signs)

    @property
    def _stage_alone(self) -> Markup:
        if not self.plan.stage:
            return Markup()
        left, top, width, height = self._stage
        said = str(self.plan.stage.get("label") or "Stage").upper()
        return Markup(
            '<rect class="seat-stage" x="{}" y="{}" width="{}" height="{}"/>'
            '<text class="seat-stage-name" x="{}" y="{}">{}</text>'
        ).format(left, top, width, height, left + width // 2, top + height // 2 + 7, said)

    @cached_property
    def file(self) -> Asset:
        """The whole map: a line for each section, so that a page can take in one at a time."""
        lines = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{self.view_box}">',
            f"<defs>{self.symbols}</defs>",
            self.stage,
            *map(self.section, self.blocks),
            "</svg>",
        ]
        return Asset("\n".join(lines).encode(), "image/svg+xml", ".svg", effort=5)

    def section(self, block: Block) -> Markup:
        """All seats of a section as free ones, a group for each row."""
        rows = (
            Markup('<g data-row="{}">{}{}</g>').format(
                row.name, Markup().join(map(self._use, row.seats)), self._row_name(row)
            )
            for row in block.rows
        )
        return Markup('<g data-section="{}" data-name="{}">{}</g>').format(
            block.id, block.name, Markup().join(rows)
        )

    def block(self, section_id: UUID) -> Block | None:
        return next((block for block in self.blocks if block.id == section_id), None)

    def place(self, seat: PlacedSeat) -> tuple[int, int]:
        """Where a seat stands on the map."""
        return self._spot(seat.x, seat.y)

    def _spot(self, x: int, y: int) -> tuple[int, int]:
        return round(x * self._scale), round(y * self._scale)

    @cached_property
    def _scale(self) -> float:
        apart = [
            hypot(one.x - two.x, one.y - two.y)
            for one, two in pairwise(self.plan.seats)
            if (one.section, one.row, one.position + 1) == (two.section, two.row, two.position)
        ]
        return PITCH / max(median(apart), 1) if apart else 1.0

    @property
    def _stage(self) -> tuple[int, int, int, int]:
        left, top, width, height = (
            round(float(self.plan.stage.get(name, 0)) * self._scale) for name in ("x", "y", "width", "height")
        )
        return left, top, width, height

    def _block(self, section: int, seats: Sequence[PlacedSeat]) -> Block:
        part = self.plan.sections[section]
        rows = tuple(
            Row(seats[0].row, seats)
            for seats in (tuple(row) for _, row in groupby(seats, key=lambda seat: seat.row_position))
        )
        places = [self.place(seat) for seat in seats]
        middle_x, middle_y = (sum((min(of), max(of))) // 2 for of in zip(*places, strict=True))
        # The name stands on the seat that is nearest to the middle, since the middle itself may be empty.
        x, y = min(places, key=lambda at: hypot(at[0] - middle_x, at[1] - middle_y))
        return Block(part.id, section, part.name, rows, "".join(map(self._bands, rows)), x, y, _box(places))

    def _bands(self, row: Row) -> str:
        """A line along a row, broken where one walks, without the points that lie on it anyway."""
        parts: list[list[tuple[int, int]]] = []
        position = None
        for seat in row.seats:
            at = self.place(seat)
            if seat.position - 1 != position:
                parts.append([])
            if len(parts[-1]) > 1 and _is_straight(parts[-1][-2], parts[-1][-1], at):
                parts[-1].pop()
            parts[-1].append(at)
            position = seat.position
        return "".join("M" + "L".join(f"{x} {y}" for x, y in (*part, part[-1])) for part in parts)

    def _row_name(self, row: Row) -> Markup:
        """The row's letter before its first seat and after its last one."""
        ends = [row.seats[:2], row.seats[:-3:-1]]
        names = []
        for end, beside in ((self.place(two[0]), self.place(two[-1])) for two in ends):
            away = hypot(end[0] - beside[0], end[1] - beside[1]) or 1
            x, y = (
                round(one + (one - two) / away * PITCH * 0.9) for one, two in zip(end, beside, strict=True)
            )
            names.append(Markup('<text x="{}" y="{}">{}</text>').format(x, y + 5, row.name))
        return Markup().join(names)

    def _use(self, seat: PlacedSeat) -> Markup:
        x, y = self.place(seat)
        return Markup('<use id="s{}" href="#{}" x="{}" y="{}" data-n="{}"/>').format(
            seat.ordinal, symbol(seat), x, y, seat.number
        )


def _box(places: Iterable[tuple[int, int]]) -> str:
    """The view that shows these places, with a margin."""
    xs, ys = zip(*places, strict=True)
    left, top = min(xs) - MARGIN, min(ys) - MARGIN
    return f"{left} {top} {max(xs) - left + MARGIN} {max(ys) - top + MARGIN}"


def _is_straight(one: tuple[int, int], two: tuple[int, int], three: tuple[int, int]) -> bool:
    """Whether the second point lies within half a unit of the line between the others."""
    across = (three[0] - one[0]) * (two[1] - one[1]) - (three[1] - one[1]) * (two[0] - one[0])
    return abs(across) <= 0.5 * max(hypot(three[0] - one[0], three[1] - one[1]), 1)


class Drawings:
    """The plans that were looked at last, by their version; one of 10,000 seats takes some ten megabytes."""

    def __init__(self, most: int = 6) -> None:
        self._most = most
        self._kept: OrderedDict[UUID, Drawing] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, db: Session, plan_id: UUID, version: int | None = None) -> Drawing:
        """The drawing of a plan; without a version, its newest. Raises NotFound."""
        if version is None:
            version = plans.version(db, plan_id)
        drawing = self._kept.get(plan_id)
        if drawing is None or drawing.plan.version != version:
            drawing = Drawing(plans.kept(db, plan_id, version))
        with self._lock:
            self._kept[plan_id] = drawing
            self._kept.move_to_end(plan_id)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return drawing


DRAWINGS = Drawings()
