"""A plan laid out so that runs of free seats are found at once. Pure."""

from collections.abc import Iterable, Sequence
from functools import cached_property

from webapp.seating.rules.names import PlacedSeat

# By view (full, restricted), then by price (one, several), nearest the stage first.
Beginnings = tuple[tuple[list[int], list[int]], tuple[list[int], list[int]]]


class House:
    """All seats in one line, neighbours side by side, with a gap at each gangway and at each row's end.

    What is free is one byte for each slot of this line, 1 or 0: as one long integer, all runs of free seats
    are found by a few shifts. A slot is a position in this line.
    """

    def __init__(self, seats: Sequence[PlacedSeat]) -> None:
        self.seats = seats
        self.slots: list[PlacedSeat | None] = [None, None]
        self.slot_of = [0] * len(seats)
        before: PlacedSeat | None = None
        for seat in sorted(seats, key=lambda one: (one.section, one.row_position, one.position)):
            if before and not are_neighbours(before, seat):
                self.slots.append(None)
            self.slot_of[seat.ordinal] = len(self.slots)
            self.slots.append(seat)
            before = seat
        self.slots += [None, None]
        self._beginnings: dict[int, Beginnings] = {}
        self._masks: dict[tuple[frozenset[int] | None, int | None], int] = {}

    def free(self, taken: Iterable[int]) -> bytearray:
        """The line with everything free but the seats with these ordinals."""
        line = bytearray(seat is not None for seat in self.slots)
        for ordinal in taken:
            line[self.slot_of[ordinal]] = 0
        return line

    def seat(self, slot: int) -> PlacedSeat:
        seat = self.slots[slot]
        if seat is None:
            raise LookupError(f"Slot {slot} is a gap.")
        return seat

    def ordinals(self, start: int, length: int) -> tuple[int, ...]:
        return tuple(self.seat(slot).ordinal for slot in range(start, start + length))

    def beginnings(self, length: int) -> Beginnings:
        """The slots where so many standard seats begin side by side, free or not."""
        if length not in self._beginnings:
            self._beginnings[length] = self._find_beginnings(length)
        return self._beginnings[length]

    def mask(self, levels: frozenset[int] | None = None, section: int | None = None) -> int:
        """The slots of standard seats, of these levels and this section."""
        if (levels, section) not in self._masks:
            self._masks[levels, section] = number(
                seat is not None and seat.is_standard and fits(seat, levels, section) for seat in self.slots
            )
        return self._masks[levels, section]

    @cached_property
    def wheelchair_places(self) -> tuple[tuple[PlacedSeat, tuple[PlacedSeat, ...]], ...]:
        """Each with its companions' seats, nearest the stage first."""
        companions: dict[int, list[PlacedSeat]] = {}
        for seat in self.seats:
            if seat.companion_of is not None:
                companions.setdefault(seat.companion_of, []).append(seat)
        places = [seat for seat in self.seats if seat.kind == "wheelchair"]
        places.sort(key=lambda seat: (seat.restricted_view, seat.rank))
        return tuple((seat, tuple(companions.get(seat.ordinal, ()))) for seat in places)

    def _find_beginnings(self, length: int) -> Beginnings:
        found: list[list[list[tuple[int, int]]]] = [[[], []], [[], []]]
        for start in range(len(self.slots) - length + 1):
            seats = [seat for seat in self.slots[start : start + length] if seat and seat.is_standard]
            if len(seats) == length:
                is_restricted = any(seat.restricted_view for seat in seats)
                is_mixed = len({seat.level for seat in seats}) > 1
                found[is_restricted][is_mixed].append((sum(seat.rank for seat in seats), start))
        full, restricted = (
            ([start for _, start in sorted(one)], [start for _, start in sorted(several)])
            for one, several in found
        )
        return full, restricted


def are_neighbours(one: PlacedSeat, other: PlacedSeat) -> bool:
    return (
        one.section == other.section
        and one.row_position == other.row_position
        and other.position - one.position == 1
    )


def fits(seat: PlacedSeat, levels: frozenset[int] | None, section: int | None) -> bool:
    return (levels is None or seat.level in levels) and section in (None, seat.section)


def number(line: Iterable[int]) -> int:
    """A line of ones and zeros as an integer; the first slot is its lowest byte."""
    return int.from_bytes(bytes(line), "little")
