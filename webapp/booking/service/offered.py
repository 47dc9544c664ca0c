"""Holds for somebody who is not here: what the waiting list offers, until it is taken into a basket."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from webapp.booking.models import Hold, HoldLine
from webapp.booking.queries import seats as seating
from webapp.booking.refusals import NoRoom
from webapp.booking.service import claims, prices, returns, seat_claims
from webapp.booking.service.seat_claims import Claim
from webapp.catalog.models import TicketType
from webapp.core import clock
from webapp.core.errors import Conflict, Gone
from webapp.core.ids import uuid7
from webapp.seating.rules import best as choosing


@dataclass(frozen=True)
class Offered:
    """So many tickets of one type. `of_others` of them are tickets that other guests give back."""

    date_id: UUID
    ticket_type_id: UUID
    pools: Sequence[UUID]
    quantity: int
    of_others: int


def make(db: Session, *, organizer_id: UUID, what: Offered, expires_at: datetime) -> UUID:
    """Hold it in a basket that nobody has yet; the pools are locked already. Raises NoRoom."""
    claims.move(db, dict.fromkeys(what.pools, what.quantity - what.of_others), past_the_line=True)
    hold = Hold(id=uuid7(), basket="", organizer_id=organizer_id, expires_at=expires_at)
    hold.basket = _of_nobody(hold.id)
    pool, *also = what.pools
    line = HoldLine(
        id=uuid7(),
        hold_id=hold.id,
        ticket_type_id=what.ticket_type_id,
        pool_id=pool,
        also_pools=also,
        quantity=what.quantity,
        returned=what.of_others,
        price=db.scalar(select(TicketType.price).where(TicketType.id == what.ticket_type_id)),
    )
    db.add(hold)
    db.flush()
    db.add(line)
    db.flush()
    prices.settle(db, line, had=0, quantity=what.quantity, now=clock.now())
    if what.of_others:
        returns.bind(db, line)
    levels = seating.levels_of_pools(db, what.date_id, what.pools)
    if levels and what.quantity > what.of_others:
        _give_seats(db, what.date_id, line, levels)
    return hold.id


def take(db: Session, *, hold_id: UUID, basket: str, now: datetime) -> bool:
    """Put it into this basket, wherever it was opened before; True the first time.

    A basket has one hold with an organizer; one that ran out makes place.
    """
    organizer = select(Hold.organizer_id).where(Hold.id == hold_id).scalar_subquery()
    mine = and_(Hold.basket == basket, Hold.organizer_id == organizer, Hold.state == "active")
    holds = db.scalars(
        select(Hold).where(or_(Hold.id == hold_id, mine)).order_by(Hold.id).with_for_update()
    ).all()
    wanted = next(hold for hold in holds if hold.id == hold_id)
    if wanted.basket.startswith("order "):
        raise Conflict("These places are being paid: the mail and the page of that order have the rest.")
    if wanted.state != "active" or wanted.expires_at <= now:
        raise Gone("Its time ran out, and it goes to the next on the list.", title="This offer is over")
    for other in holds:
        if other is not wanted:
            _make_place(db, other, now)
    is_first = wanted.basket == _of_nobody(hold_id)
    wanted.basket = basket
    db.flush()
    return is_first


def withdraw(db: Session, hold_id: UUID) -> None:
    """Give it back before its time; what is being paid stays."""
    hold = db.get_one(Hold, hold_id, with_for_update=True)
    if hold.state == "converted":
        raise Conflict("These places are paid. The page of that order has the tickets.")
    if hold.basket.startswith("order ") and hold.state == "active":
        raise Conflict("These places are being paid. Cancel that order first, then leave the list.")
    if hold.state == "active":
        hold.state = "released"
        db.flush()
        claims.give_back(db, [hold.id])


def _of_nobody(hold_id: UUID) -> str:
    """No cookie has this fingerprint."""
    return f"offer {hold_id}"


def _give_seats(db: Session, date_id: UUID, line: HoldLine, levels: Collection[UUID]) -> None:
    """The best seats that are free, as near together as can be; the pools are locked, so nobody is quicker.

    Wheelchair places are given only when no other seat is left. What other guests give back has its seats.
    """
    plan = seating.plan_of(db, date_id)
    mine = frozenset(at for at, level in enumerate(plan.levels) if level.id in levels)
    claimed = seating.claimed(db, date_id)
    quantity = line.quantity - line.returned
    wish = choosing.Wish(quantity, mine)
    picked = choosing.best(plan.house, plan.house.free(claimed), wish) or [
        seat.ordinal for seat in plan.seats if seat.level in mine and seat.ordinal not in claimed
    ]
    seats = [Claim(date_id, plan.seats[ordinal].id, line.id) for ordinal in picked[:quantity]]
    if len(seats) < quantity or seat_claims.begin(db, seats):
        raise NoRoom(quantity, len(seats), line.pool_id)


def _make_place(db: Session, other: Hold, now: datetime) -> None:
    if other.expires_at > now:
        raise Conflict(
            "Your basket holds other tickets of this organizer. Pay for those or give them back, then open"
            " the offer again: it waits for you until its time is up.",
            title="One at a time",
        )
    other.state = "released"
    db.flush()
    claims.give_back(db, [other.id])
