"""Who may wait for what, and what may be offered to whom. Pure: plain values in, nothing or a refusal out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from webapp.booking.rules import Offer
from webapp.core.errors import Conflict, Invalid
from webapp.core.harm import Harm

MOST_TYPES = 40
# Time to read a mail and to pay; on the last day nobody keeps the others waiting for long.
OFFER, LAST_DAY_OFFER = timedelta(hours=2), timedelta(minutes=30)
# Nobody's mailbox is filled by a form that is sent again and again.
MAIL_EVERY = timedelta(minutes=10)
# An address that was not confirmed is forgotten.
UNCONFIRMED_FOR = timedelta(days=1)

# The states in which an entry still is something to its guest; one for each event and address.
ALIVE = ("unconfirmed", "waiting", "offered", "taken")
OVER = ("lapsed", "left", "bought", "ended")


@dataclass(frozen=True)
class Fit:
    """An entry and the type that can be offered to it: `free` places, and `returned` ones of other guests.

    `pools` are those of all its wishes, `takes` those that each ticket of this type takes a place of.
    """

    entry_id: UUID
    ticket_type_id: UUID
    organizer_id: UUID
    date_id: UUID
    takes: Sequence[UUID]
    pools: Sequence[UUID]
    places: int
    least: int
    most: int
    free: int
    returned: int
    starts_at: datetime
    closes_at: datetime

    @property
    def quantity(self) -> int:
        """How many are offered: all of them together, or as many as there are."""
        return min(self.places, self.most, self.free + self.returned)

    @property
    def of_others(self) -> int:
        """How many of these change hands; what lies free goes first."""
        return max(0, self.quantity - max(self.free, 0))


def least(places: int, offer: Offer, *, together: bool) -> int:
    """How many places of this type it takes to make an offer."""
    return places if together else max(1, offer.min_per_order)


def require_fits(offers: Iterable[Offer], places: int) -> None:
    """So many fit into one order of every type that was chosen."""
    for offer in offers:
        if not offer.min_per_order <= places <= offer.max_per_order:
            bounds = f"{offer.min_per_order} to {offer.max_per_order}"
            raise Invalid(
                "We kept everything you chose.",
                fields={"places": f"{offer.name}: {bounds} fit in one order."},
                title="That number does not fit",
            )


def require_no_room(name: str, free: int, needed: int) -> None:
    """Nobody waits for what can be had at once."""
    if free >= needed:
        there = "1 place is" if free == 1 else f"{free} places are"
        raise Conflict(
            f"{there} free now. Go back to the event and hold what you want.", title=f"{name} is not sold out"
        )


def offer_ends(now: datetime, starts_at: datetime, closes_at: datetime) -> datetime:
    """Until when an offer is held: two hours, half an hour on the last day, never beyond the sale."""
    lasts = OFFER if starts_at - now > timedelta(days=1) else LAST_DAY_OFFER
    return min(now + lasts, closes_at)


def require_joinable(state: str) -> None:
    if state == "bought":
        raise Conflict(
            "You bought what was offered to you. Join again from the event's page if you want more."
        )
    if state == "ended":
        raise Conflict(
            "What you waited for is not sold any more, or not so many in one order. Join again from"
            " the event's page for what is."
        )


def require_waiting(name: str, state: str) -> None:
    """Only who stands in the line is offered something."""
    if state != "waiting":
        said = {"unconfirmed": "has not confirmed the address yet", "offered": "has an offer already"}
        raise Conflict(f"{name} {said.get(state, 'is not on the list any more')}, so nothing was offered.")


def does_not_fit(name: str, places: int, *, together: bool, free: Sequence[tuple[str, int]]) -> Conflict:
    """Why nothing can be offered by hand: what is wanted, and what there is."""
    wanted = (
        f"{places} together" if together and places > 1 else f"up to {places}" if places > 1 else "1 place"
    )
    there = ", ".join(f"{what}: {max(number, 0)} free" for what, number in free) or "nothing is sold now"
    return Conflict(
        f"{name} waits for {wanted}. {there}. An offer never goes beyond the capacity: raise it, or wait"
        " until places come back.",
        title="There is no room for this offer",
    )


def removal(name: str) -> Harm:
    """What it does when staff take somebody off the list."""
    return Harm(
        title=f"Take {name or 'this guest'} off the list?",
        name=name,
        effects=("They lose their place, and what is offered to them goes to the next.",),
        waiting=1,
        undo="They can join again, at the end of the line.",
    )
