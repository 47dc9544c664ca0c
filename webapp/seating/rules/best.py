"""Which of the free seats are best. Pure.

Best is, in this order: together, else in the fewest pieces; without restricted view; leaving no lonely seat
between taken ones; at one price; near the stage, as the plan's `rank` says.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, compress, islice

from webapp.seating.rules.house import House, fits, number
from webapp.seating.rules.pieces import Line, Spot, middle, split


@dataclass(frozen=True)
class Wish:
    """So many seats together, of these levels (None: any) and this section.

    An `accessible` one is a wheelchair place with its company beside. `skip` passes over so many of the best,
    where there are enough, so that buyers of one moment do not all want the same seats.
    """

    together: int
    levels: frozenset[int] | None = None
    section: int | None = None
    accessible: bool = False
    skip: int = 0


def best(house: House, free: bytes | bytearray, wish: Wish) -> tuple[int, ...]:
    """The ordinals of the best seats for this wish; empty when so many are not free."""
    if wish.accessible:
        return _accessible(house, free, wish)
    everything = number(free) & house.mask()
    fitting = everything & house.mask(wish.levels, wish.section)
    start = _together(house, everything, fitting, wish)
    if start is not None:
        return house.ordinals(start, wish.together)
    return split(Line(house, everything, fitting), wish.together, skip=wish.skip)


def nearest(house: House, free: bytes | bytearray, wanted: Sequence[int]) -> tuple[int, ...]:
    """As many free seats as were wanted, together if that can be, as near as can be, and at their prices."""
    seats = [house.seats[ordinal] for ordinal in wanted]
    if any(seat.kind == "wheelchair" for seat in seats):
        return best(house, free, Wish(len(seats), accessible=True))
    everything = number(free) & house.mask()
    for levels in (frozenset(seat.level for seat in seats), None):
        line = Line(house, everything, everything & house.mask(levels))
        if found := _near(line, len(seats), middle(seats)):
            return found
    return ()


def count(house: House, free: bytes | bytearray, wish: Wish) -> int:
    """How many free seats fit a wish, wherever they are."""
    return (number(free) & house.mask(wish.levels, wish.section)).bit_count()


def has_special(house: House, free: bytes | bytearray, wish: Wish) -> bool:
    """Whether a wheelchair place or a companion's seat that fits a wish is free."""
    special = (
        seat for seat in house.seats if seat.kind != "standard" and fits(seat, wish.levels, wish.section)
    )
    return any(free[house.slot_of[seat.ordinal]] for seat in special)


def are_together(house: House, ordinals: Collection[int]) -> bool:
    """Whether these are one run; no seats are none."""
    slots = sorted(house.slot_of[ordinal] for ordinal in ordinals)
    return bool(slots) and slots[-1] - slots[0] + 1 == len(slots)


def lonely(house: House, free: bytes | bytearray, taking: Iterable[int]) -> tuple[int, ...]:
    """The ordinals of free seats that would be left without a free neighbour."""
    after = bytearray(free)
    slots = [house.slot_of[ordinal] for ordinal in taking]
    for slot in slots:
        after[slot] = 0
    beside = {slot + side for slot in slots for side in (-1, 1) if after[slot + side]}
    return tuple(
        house.seat(slot).ordinal for slot in sorted(beside) if not after[slot - 1] and not after[slot + 1]
    )


def _near(line: Line, length: int, at: Spot) -> tuple[int, ...]:
    return line.window_near(length, at) or split(line, length, at)


def _together(house: House, everything: int, fitting: int, wish: Wish) -> int | None:
    """Where the best run begins.

    Right of slot `s` is `s + 1`: a shift down by n bytes asks each slot about its n-th neighbour there.
    """
    length, size = wish.together, len(house.slots)
    runs = fitting
    for step in range(1, length):
        runs &= fitting >> 8 * step
    if not runs:
        return None
    left = everything << 8 & ~(everything << 16)
    right = everything >> 8 * length & ~(everything >> 8 * (length + 1))
    lines = [(runs & ~lonely).to_bytes(size, "little") for lonely in (left | right, left & right, 0)]
    for view in house.beginnings(length):
        for line in lines:
            in_order = list(islice(_those_of(line, view), wish.skip + 1))
            if in_order:
                return in_order[-1]
    return None


def _those_of(line: bytes, view: tuple[list[int], list[int]]) -> Iterator[int]:
    return chain.from_iterable(compress(starts, map(line.__getitem__, starts)) for starts in view)


def _accessible(house: House, free: bytes | bytearray, wish: Wish) -> tuple[int, ...]:
    """A wheelchair place; company beside it as far as there are seats for it, else near."""
    found = [
        (place, [seat for seat in beside if free[house.slot_of[seat.ordinal]]][: wish.together - 1])
        for place, beside in house.wheelchair_places
        if free[house.slot_of[place.ordinal]] and fits(place, wish.levels, wish.section)
    ]
    found.sort(key=lambda one: -len(one[1]))
    everything = number(free) & house.mask()
    line = Line(house, everything, everything & house.mask(wish.levels, wish.section))
    for place, beside in found[min(wish.skip, max(0, len(found) - 1)) :]:
        more = wish.together - 1 - len(beside)
        near = _near(line, more, middle([place, *beside])) if more else ()
        if len(near) == more:
            return (place.ordinal, *(seat.ordinal for seat in beside), *near)
    return ()
