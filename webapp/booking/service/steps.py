"""One step of a hold: from what its lines are to what they shall be, and what the pools gain and lose."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from webapp.booking.models import HoldLine
from webapp.booking.queries import offers as sale
from webapp.booking.refusals import NoRoom
from webapp.booking.rules import Offer
from webapp.booking.service import claims, prices, seat_claims
from webapp.catalog.service import reserves
from webapp.core.ids import uuid7

Pools = tuple[UUID, ...]


@dataclass(frozen=True)
class Step:
    """What is held, what is for sale, and the quantities that the named types get.

    `returned` are the places of a hold that ran out, `ended`; they go back in the same pass over the pools.
    `chosen` says of each type, when a code keeps places for it, in which pools and reserves it takes them;
    `prices` what guests want to pay where they choose.
    """

    lines: Mapping[UUID, HoldLine]
    offers: Mapping[UUID, Offer]
    quantities: Mapping[UUID, int]
    returned: Mapping[UUID, int] = field(default_factory=dict)
    chosen: Mapping[UUID, Pools] = field(default_factory=dict)
    prices: Mapping[UUID, int] = field(default_factory=dict)
    ended: Sequence[UUID] = ()

    @property
    def wanted(self) -> dict[UUID, int]:
        """The types that are held after the step, of those it names."""
        return {ticket_type: quantity for ticket_type, quantity in self.quantities.items() if quantity}

    @property
    def leaves_nothing(self) -> bool:
        """Whether no line is left after it."""
        return not self.wanted and self.lines.keys() <= self.quantities.keys()

    @property
    def dates(self) -> frozenset[UUID]:
        """The dates whose places it is about."""
        return frozenset(offer.date_id for offer in self.offers.values())

    @property
    def new_pools(self) -> set[UUID]:
        """All pools that give places for what is wanted."""
        return {pool for ticket_type in self.wanted for pool in self.pools(ticket_type)}

    def had(self, ticket_type: UUID) -> int:
        return self.lines[ticket_type].quantity if ticket_type in self.lines else 0

    def of_others(self, ticket_type: UUID) -> int:
        """How many of them are tickets that other guests give back."""
        return self.lines[ticket_type].returned if ticket_type in self.lines else 0

    def pools(self, ticket_type: UUID) -> Pools:
        """Where each ticket takes a place. What is held may become less where it is, whatever has ended."""
        if self.of_others(ticket_type):
            return self.lines[ticket_type].pools
        if ticket_type in self.chosen:
            return self.chosen[ticket_type]
        line = self.lines.get(ticket_type)
        if line and self.quantities[ticket_type] <= line.quantity:
            return line.pools
        return self.offers[ticket_type].pools

    def price(self, ticket_type: UUID) -> int:
        """What each of its tickets costs that is at no step. A promise stays while nothing is added."""
        offer, line = self.offers[ticket_type], self.lines.get(ticket_type)
        if offer.price_floor is not None and ticket_type in self.prices:
            return self.prices[ticket_type]
        if line and line.price is not None:
            is_kept = self.quantities[ticket_type] <= line.quantity or offer.price_floor is not None
            return line.price if is_kept else offer.price
        return offer.price

    def before(self) -> dict[UUID, int]:
        """Places of each pool that the named types hold now."""
        places: dict[UUID, int] = {}
        for ticket_type in self.quantities.keys() & self.lines.keys():
            line = self.lines[ticket_type]
            for pool in line.pools:
                places[pool] = places.get(pool, 0) + line.quantity
        return places

    def changes(self) -> dict[UUID, int]:
        """Places that each pool gives (above zero) and gets back (below)."""
        changes: dict[UUID, int] = {}
        for returned in (self.returned, self.before()):
            for pool, places in returned.items():
                changes[pool] = changes.get(pool, 0) - places
        for ticket_type, quantity in self.quantities.items():
            for pool in self.pools(ticket_type):
                changes[pool] = changes.get(pool, 0) + quantity
        return changes


def lines_of(db: Session, hold_id: UUID) -> dict[UUID, HoldLine]:
    """The lines of a hold by their ticket type."""
    lines = db.scalars(select(HoldLine).where(HoldLine.hold_id == hold_id))
    return {line.ticket_type_id: line for line in lines}


def with_seats(
    wanted: Mapping[UUID, int], priced: Collection[UUID], lines: Mapping[UUID, HoldLine]
) -> dict[UUID, int]:
    """What is wished for, and as many as are held of what only gets another price: seats have no number."""
    return {id_: lines[id_].quantity for id_ in priced if id_ in lines} | dict(wanted)


def choose(
    db: Session, step: Step, voucher_id: UUID | None, now: datetime, *, instead_of: UUID | None = None
) -> Step:
    """The same step, with places that are kept for the voucher wherever they are enough for a line.

    What was taken of those kept for another voucher, `instead_of`, moves out of them. Locks the pools when
    any are kept, so that what is chosen is there.
    """
    pools = {pool for offer in step.offers.values() for pool in offer.pools}
    kept = sale.reserves(db, voucher_id, pools, now)
    if not kept and not sale.reserves(db, instead_of, pools, now):
        return step
    before = step.before()
    counters = reserves.lock(db, {*pools, *kept.values(), *before, *step.returned})
    free = {pool: counter.free for pool, counter in counters.items()}
    for returned in (step.returned, before):
        for pool, places in returned.items():
            free[pool] += places
    return replace(step, chosen=_chosen(step, kept, free))


def move(db: Session, step: Step) -> None:
    """Take what is new and give back what is not wanted; a refusal counts what the guest has already."""
    try:
        claims.move(db, step.changes())
    except NoRoom as no_room:
        raise no_room.beside(step.before().get(no_room.pool_id, 0)) from None
    prices.end_of_holds(db, step.ended)


def set_lines(db: Session, hold_id: UUID, step: Step, now: datetime) -> None:
    """Write the lines that the step wants, and take and give back their price steps."""
    stepped = []
    for ticket_type, quantity in step.quantities.items():
        line = step.lines.get(ticket_type)
        had = line.quantity if line else 0
        if line and quantity < had:
            seat_claims.shorten(db, line.id, quantity)
        if line or quantity:
            line = line or HoldLine(id=uuid7(), hold_id=hold_id, ticket_type_id=ticket_type)
            stepped.append((line, had, quantity))
        if quantity and line:
            line.price = step.price(ticket_type)
            line.pool_id, *line.also_pools = step.pools(ticket_type)
            line.quantity = quantity
            db.add(line)
    db.flush()
    for line, had, quantity in sorted(stepped, key=lambda one: one[0].ticket_type_id):
        if step.offers[line.ticket_type_id].has_steps:
            prices.settle(db, line, had=had, quantity=quantity, now=now)
        if not quantity:
            db.execute(delete(HoldLine).where(HoldLine.id == line.id))


def _chosen(step: Step, kept: Mapping[UUID, UUID], free: dict[UUID, int]) -> dict[UUID, Pools]:
    chosen = {}
    for ticket_type, quantity in step.quantities.items():
        pools = []
        for pool in step.offers[ticket_type].pools:
            reserve = kept.get(pool)
            if reserve and quantity <= free[reserve]:
                free[reserve] -= quantity
                pools.append(reserve)
            else:
                pools.append(pool)
        chosen[ticket_type] = tuple(pools)
    return chosen
