"""Noes that carry figures: what is left, which seats are gone, and where to go on."""

from collections.abc import Sequence
from uuid import UUID

from webapp.core.errors import Conflict, Invalid
from webapp.seating.rules.names import SeatName


class NoRoom(Conflict):
    """Fewer places are free than were asked for. `left` is `free` and what this guest has already.

    `is_awaited`: what is free fits somebody of the waiting list, who comes first.
    """

    code = "no-room"

    def __init__(
        self, wanted: int, free: int, pool_id: UUID, *, had: int = 0, is_awaited: bool = False
    ) -> None:
        left = free + had
        if is_awaited:
            super().__init__(
                "Places that come back are offered to the waiting list, in the order of joining. Join it, and"
                " the next that nobody before you takes are yours.",
                title="Others wait for these places",
            )
        elif left <= 0:
            super().__init__(
                "Somebody was quicker. Look at the other dates, or join the waiting list: places that come"
                " back are offered there first.",
                title="Sold out",
            )
        else:
            places = "1 place is" if left == 1 else f"{left} places are"
            yours = f", with the {had} that you hold" if had else ""
            super().__init__(
                f"You asked for {wanted}. Take {left}, or look at another date.",
                title=f"Only {places} left{yours}.",
            )
        if is_awaited or left <= 0:
            self.way = ("Join the waiting list", f"/waitlist/places/{pool_id}")
        self.wanted, self.free, self.left, self.pool_id = wanted, free, left, pool_id
        self.is_awaited = is_awaited

    def beside(self, had: int) -> "NoRoom":
        """The same for a guest who holds so many places of this pool already."""
        return NoRoom(self.wanted + had, self.free, self.pool_id, had=had, is_awaited=self.is_awaited)


class SeatsTaken(Conflict):
    """Some of the seats went to somebody else, so none was held.

    `nearest` are free and as many as were wanted; empty where so many are not left.
    """

    code = "seats-taken"

    def __init__(self, taken: Sequence[SeatName], nearest: Sequence[SeatName]) -> None:
        gone, free = (", ".join(seat.short for seat in seats) for seats in (taken, nearest))
        instead = f"Free nearby: {free}." if nearest else "Choose others on the plan."
        super().__init__(
            f"{gone} went to somebody else just now. Nothing was held. {instead}",
            title="A seat is gone" if len(taken) == 1 else f"{len(taken)} seats are gone",
        )
        self.taken, self.nearest = tuple(taken), tuple(nearest)


class NotThisCode(Invalid):
    """A code that cannot be used here; everything else stays as it was."""

    def __init__(self, why: str) -> None:
        super().__init__(
            why, fields={"code": "Look at the letters again, or leave it empty."}, title="Not this code"
        )


class PriceGone(Conflict):
    """The step that an order was promised is full, so what is paid late is not sold at its price any more."""


class AskFirst(Conflict):
    """A ticket that staff approve before it is sold."""

    code = "ask-first"

    def __init__(self, ticket_type_id: UUID, name: str) -> None:
        super().__init__(
            f"{name} is sold to whom the organizer has approved. Ask for it first; that costs nothing.",
            title="This ticket is asked for",
        )
        self.way = ("Ask for it", f"/orders/requests/new/{ticket_type_id}")
