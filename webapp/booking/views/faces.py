"""The seats of a date as a list: sections, rows and seats, each with what is free of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise
from uuid import UUID

from webapp.booking.queries.seat_page import SeatPage
from webapp.catalog.rules import price_range
from webapp.seating.drawing import Block, Drawing, Row, mark, shape, special, symbol
from webapp.seating.rules.house import are_neighbours
from webapp.seating.rules.names import PlacedSeat


@dataclass(frozen=True)
class SectionLine:
    """A section in a line of the list: `96 free, CA$44 to CA$58, rows A to H`."""

    block: Block
    url: str
    free: int
    text: str


@dataclass(frozen=True)
class SeatBox:
    """A seat to be ticked; `label` is read out, `state` is free, chosen or taken, (x, y) is on the map."""

    ordinal: int
    number: str
    price: int
    sign: str
    state: str
    label: str
    symbol: str
    x: int
    y: int


@dataclass(frozen=True)
class RowLine:
    """A row of boxes. `two` are the best two neighbours that are free, if any."""

    name: str
    boxes: tuple[SeatBox, ...]
    free: int
    two: tuple[PlacedSeat, PlacedSeat] | None


@dataclass(frozen=True)
class LegendEntry:
    """What a shape means; `symbol` is its id."""

    symbol: str
    price: int
    text: str


def sections(page: SeatPage, drawing: Drawing, gone: Collection[int]) -> list[SectionLine]:
    """All sections; `gone` are the seats that cannot be had."""
    return [_section(page, block, gone) for block in drawing.blocks]


def rows(
    page: SeatPage, drawing: Drawing, block: Block, gone: Collection[int], chosen: Collection[int]
) -> list[RowLine]:
    """The rows of a section from the stage outwards, with a box for each seat."""

    def line(row: Row) -> RowLine:
        free = frozenset(seat.ordinal for seat in row.seats if seat.ordinal not in gone)
        boxes = tuple(_box(page, drawing, seat, free, chosen) for seat in row.seats)
        return RowLine(row.name, boxes, len(free), _pair(row.seats, free.difference(chosen)))

    return [line(row) for row in block.rows]


def legend(page: SeatPage, drawing: Drawing) -> list[LegendEntry]:
    """The levels with their prices, then what the marks mean, as far as this hall has them."""
    entries = [
        LegendEntry(f"l{at + 1}", shape(at), f"{price(page, at)} {level.name}")
        for at, level in enumerate(page.levels)
    ]
    said = {"w": "wheelchair place", "c": "companion’s seat", "r": "restricted view"}
    marked = {mark(seat): seat for seat in drawing.plan.seats}
    return entries + [
        LegendEntry(symbol(marked[sign]), shape(marked[sign].level), text)
        for sign, text in said.items()
        if sign in marked
    ]


def price(page: SeatPage, level: int) -> str:
    """What a seat of this level usually costs, or why it cannot be bought."""
    cost = page.levels[level].price
    return page.levels[level].closed_text if cost is None else price_range(cost, cost, page.currency)


def _section(page: SeatPage, block: Block, gone: Collection[int]) -> SectionLine:
    seats = block.seats
    free = sum(seat.ordinal not in gone for seat in seats)
    costs = [
        cost for level in {seat.level for seat in seats} if (cost := page.levels[level].price) is not None
    ]
    said = [f"{free} free" if free else "none free"]
    if costs:
        said.append(price_range(min(costs), max(costs), page.currency))
    first, last = block.rows[0].name, block.rows[-1].name
    said.append(f"row {first}" if first == last else f"rows {first} to {last}")
    return SectionLine(block, _url(page, block.id), free, ", ".join(said))


def _url(page: SeatPage, section_id: UUID) -> str:
    return f"/events/{page.slug}/seats/{section_id}?date={page.date_id}{page.with_code}"


def _box(
    page: SeatPage, drawing: Drawing, seat: PlacedSeat, free: frozenset[int], chosen: Collection[int]
) -> SeatBox:
    state = "chosen" if seat.ordinal in chosen else "free" if seat.ordinal in free else "taken"
    said = [f"Row {seat.row}", f"seat {seat.number}", price(page, seat.level), special(seat), state]
    x, y = drawing.place(seat)
    return SeatBox(
        ordinal=seat.ordinal,
        number=seat.number,
        price=shape(seat.level),
        sign=mark(seat),
        state=state,
        label=", ".join(filter(None, said)),
        symbol=symbol(seat),
        x=x,
        y=y,
    )


def _pair(seats: Sequence[PlacedSeat], free: frozenset[int]) -> tuple[PlacedSeat, PlacedSeat] | None:
    """The two free neighbours of a row that are best, standard seats only."""
    open_seats = [seat for seat in seats if seat.ordinal in free and seat.is_standard]
    pairs = [(one, two) for one, two in pairwise(open_seats) if are_neighbours(one, two)]
    return min(pairs, key=lambda two: two[0].rank + two[1].rank, default=None)
