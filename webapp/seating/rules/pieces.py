"""Groups that fit into no single run: in how many pieces, and which. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from webapp.seating.rules.house import House
from webapp.seating.rules.names import PlacedSeat

FREE = re.compile(b"\x01+")
# So many pieces are tried as the first of a group; each is completed with what is nearest to it.
ANCHORS = 24
# Where there are more pieces than these, only the nearest are looked at, and the longest.
MANY = 200


class Spot(NamedTuple):
    """A point of the plan, and the row that it is in: a section and a row's position."""

    x: int
    y: int
    row: tuple[int, int]


@dataclass(frozen=True)
class Piece:
    """A whole run of seats that are free and fit."""

    start: int
    length: int
    at: Spot
    worth: tuple[int, int]


class Line:
    """What is free, and what of it fits a wish, for choices that look at distances."""

    def __init__(self, house: House, everything: int, fitting: int) -> None:
        self.house = house
        self._everything = everything.to_bytes(len(house.slots), "little")
        self._fitting = fitting.to_bytes(len(house.slots), "little")

    @cached_property
    def pieces(self) -> list[Piece]:
        pieces = []
        for found in FREE.finditer(self._fitting):
            seats = [self.house.seat(slot) for slot in range(*found.span())]
            worth = (sum(seat.restricted_view for seat in seats), min(seat.rank for seat in seats))
            pieces.append(Piece(found.start(), len(seats), middle(seats), worth))
        return pieces

    def window_near(self, length: int, at: Spot) -> tuple[int, ...]:
        """The run of this length that is nearest to a spot; empty when there is none."""
        long_enough = [piece for piece in self.pieces if piece.length >= length]
        long_enough.sort(key=lambda piece: distance(piece.at, at))
        windows = [self.window(piece, length, at) for piece in long_enough[:ANCHORS]]
        if not windows:
            return ()
        return self.house.ordinals(min(windows, key=lambda start: self._cost(start, length, at)), length)

    def window(self, piece: Piece, length: int, at: Spot) -> int:
        """Where in a piece a run begins that leaves no seat lonely, and else is nearest to a spot."""
        starts = range(piece.start, piece.start + piece.length - length + 1)
        return min(starts, key=lambda start: (self._lonely(start, length), self._cost(start, length, at)))

    def _cost(self, start: int, length: int, at: Spot) -> tuple[int, int]:
        seats = [self.house.seat(slot) for slot in range(start, start + length)]
        return sum(seat.restricted_view for seat in seats), distance(middle(seats), at)

    def _lonely(self, start: int, length: int) -> int:
        line, end = self._everything, start + length
        left, right = line[start - 1] > line[start - 2], line[end] > line[end + 1]
        return left + right


def split(line: Line, together: int, near: Spot | None = None, skip: int = 0) -> tuple[int, ...]:
    """A group in as few pieces as can be, near each other and the stage or a spot; empty without room.

    `skip` passes over so many of the best ways, where there are enough.
    """
    lengths = sorted((piece.length for piece in line.pieces), reverse=True)
    if sum(lengths) < together:
        return ()
    count = next(n for n in range(1, len(lengths) + 1) if sum(lengths[:n]) >= together)
    anchors = sorted(line.pieces, key=lambda one: distance(one.at, near) if near else one.worth)
    longest = sorted(anchors[MANY:], key=lambda one: -one.length)[:count]
    pieces = anchors[:MANY] + longest
    ways = islice(_ways(pieces, lengths[:count], together), ANCHORS)
    best_first = sorted(ways, key=lambda way: _spread(way, near))
    way = best_first[min(skip, len(best_first) - 1)]
    chosen: list[int] = []
    for piece, size in zip(way, sizes([piece.length for piece in way], together), strict=True):
        others = centre([other.at for other in way if other is not piece] or [piece.at])
        chosen += line.house.ordinals(line.window(piece, size, others), size)
    return tuple(chosen)


def sizes(lengths: Sequence[int], together: int) -> list[int]:
    """How many sit in each piece: as even as can be, so that nobody sits alone where that can be avoided."""
    chosen = [0] * len(lengths)
    for _ in range(together):
        with_room = [at for at, length in enumerate(lengths) if chosen[at] < length]
        chosen[min(with_room, key=lambda at: chosen[at])] += 1
    return chosen


def middle(seats: Sequence[PlacedSeat]) -> Spot:
    return centre([Spot(seat.x, seat.y, (seat.section, seat.row_position)) for seat in seats])


def centre(spots: Sequence[Spot]) -> Spot:
    return Spot(sum(s.x for s in spots) // len(spots), sum(s.y for s in spots) // len(spots), spots[0].row)


def distance(one: Spot, other: Spot) -> int:
    """Squared, which orders the same; in one row people are twice as near as behind each other."""
    squared = (one.x - other.x) ** 2 + (one.y - other.y) ** 2
    return squared // 4 if one.row == other.row else squared


def _ways(pieces: Sequence[Piece], longest: Sequence[int], together: int) -> Iterator[list[Piece]]:
    """For each piece that can be one of so few: itself and what is nearest, still so few."""
    for anchor in pieces:
        if anchor.length + sum(longest[:-1]) >= together:
            by_distance = sorted(pieces, key=lambda one: distance(one.at, anchor.at))
            by_distance.remove(anchor)
            yield _completed(anchor, by_distance, len(longest), together)


def _completed(anchor: Piece, others: list[Piece], count: int, together: int) -> list[Piece]:
    """The nearest pieces with which the group has room in `count`; the last ones may have to be long."""
    way, seated = [anchor], anchor.length
    while seated < together:
        after = count - len(way) - 1
        longest = sorted((piece.length for piece in others), reverse=True)[: after + 1]
        for piece in others:
            rest = sum(longest) - max(piece.length, longest[-1])
            if seated + piece.length + rest >= together:
                break
        others.remove(piece)
        way.append(piece)
        seated += piece.length
    return way


def _spread(way: Sequence[Piece], near: Spot | None) -> tuple[int, int, int]:
    """Restricted views, how far the pieces are from their anchor, and that from the stage or the spot."""
    anchor = way[0]
    apart = sum(distance(piece.at, anchor.at) for piece in way)
    return sum(piece.worth[0] for piece in way), apart, distance(anchor.at, near) if near else anchor.worth[1]
