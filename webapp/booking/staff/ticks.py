"""The seats of one section as boxes for staff to tick."""

from collections.abc import Iterator
from dataclasses import dataclass

from webapp.booking.queries.held_back import Hall
from webapp.core.errors import Invalid
from webapp.seating.drawing import Block, Drawing, mark, shape, special, symbol
from webapp.seating.forms import BlockForm
from webapp.seating.rules import typed
from webapp.seating.rules.names import PlacedSeat


@dataclass(frozen=True)
class TickBox:
    """A seat to be held back; `label` is read out, `price` and `sign` say how it looks."""

    ordinal: int
    number: str
    price: int
    sign: str
    is_free: bool
    label: str


@dataclass(frozen=True)
class TickRow:
    name: str
    boxes: tuple[TickBox, ...]

    @property
    def free(self) -> int:
        return sum(box.is_free for box in self.boxes)


@dataclass(frozen=True)
class Spot:
    """Where a seat stands on the map, and what is drawn there while it is free."""

    x: int
    y: int
    symbol: str


def spots(drawing: Drawing, block: Block) -> dict[int, Spot]:
    """The seats of a section on the map, by ordinal."""
    return {seat.ordinal: Spot(*drawing.place(seat), symbol(seat)) for seat in block.seats}


def rows(hall: Hall, block: Block) -> list[TickRow]:
    """The rows of a section from the stage outwards."""
    pools = {level.id: level.pool for level in hall.date.levels}

    def box(seat: PlacedSeat) -> TickBox:
        level = hall.plan.levels[seat.level]
        state = _state(pools.get(level.id, ""), hall.owners.get(seat.ordinal))
        said = [f"Row {seat.row}", f"seat {seat.number}", level.name, special(seat), state]
        is_free = state == "free"
        label = ", ".join(filter(None, said))
        return TickBox(seat.ordinal, seat.number, shape(seat.level), mark(seat), is_free, label)

    return [TickRow(row.name, tuple(map(box, row.seats))) for row in block.rows]


def meant(form: BlockForm, hall: Hall) -> list[int]:
    """All seats that the form names: what is typed, what is ticked, and what nobody has of ticked rows."""
    found = typed.ordinals(form.seats, hall.plan.seats, [part.name for part in hall.plan.sections])
    found = list(dict.fromkeys([*found, *form.seat, *_of_rows(form, hall)]))
    if not found:
        said = "Tick seats." if form.section else "Type seats, or tick them by section."
        raise Invalid("We kept everything you typed.", fields={"seats": said}, title="Which seats?")
    return found


def _of_rows(form: BlockForm, hall: Hall) -> Iterator[int]:
    sold = {level.id for level in hall.date.levels if level.pool}
    for seat in hall.plan.seats:
        is_meant = seat.row in form.row and hall.plan.sections[seat.section].id == form.section
        if is_meant and seat.ordinal not in hall.owners and hall.plan.levels[seat.level].id in sold:
            yield seat.ordinal


def _state(pool: str, owner: str | None) -> str:
    if not pool:
        return "not sold"
    if owner is None:
        return "free"
    return f"held back for {owner}" if owner else "taken"
