"""Sales by staff: places are claimed as everybody's are, then paid over the counter or given away.

There is no second way to a place: the same holds, the same limits of pools and seats, the same orders.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy.orm import Session

from webapp.booking.models import Order
from webapp.booking.queries import baskets
from webapp.booking.queries import offers as sale
from webapp.booking.service import addons, checkout, holds, seats, settlement
from webapp.booking.service.checkout import Buyer
from webapp.booking.service.holds import Held, Wish
from webapp.booking.service.seat_wishes import BestWish, SeatWish
from webapp.core.audit import Actor, note
from webapp.core.db import Database
from webapp.core.errors import Conflict, Invalid, NotFound, Refusal
from webapp.desk import rules
from webapp.desk.models import TillEntry
from webapp.desk.service import tills
from webapp.payments.service import over_counter

Means = Literal["cash", "card", "comp"]


@dataclass(frozen=True)
class Choice:
    """What a customer wants of a date: so many of each type, or these seats by ordinal."""

    basket: str
    date_id: UUID
    quantities: Mapping[UUID, int] = field(default_factory=dict)
    seats: Mapping[int, UUID | None] = field(default_factory=dict)
    code: str = ""


@dataclass(frozen=True)
class Paid:
    """How a sale is paid: `tendered` is what was handed over, `reference` the slip of the card terminal."""

    means: Means
    tendered: int | None = None
    reference: str = ""
    reason: str = ""
    name: str = ""
    email: str = ""


@dataclass(frozen=True)
class Seller:
    """Who sells for whom, and into which till."""

    organizer_id: UUID
    till_id: UUID
    by: Actor


def choose(database: Database, choice: Choice, now: datetime) -> UUID:
    """Hold what a customer wants, all of it or nothing; the same choice again is the same hold."""
    if choice.seats:
        wish = SeatWish(choice.basket, choice.date_id, choice.seats, choice.code, by_staff=True)
        return _held(seats.hold(database, wish, now))
    wanted = {ticket_type: number for ticket_type, number in choice.quantities.items() if number}
    if not wanted:
        raise Invalid("Choose how many tickets the customer wants.", title="Nothing was chosen")
    with database.reading() as db:
        offers = sale.offers(db, wanted)
    by_number = {
        one: number for one, number in wanted.items() if not (one in offers and offers[one].is_seated)
    }
    hold_id: UUID | None = None
    try:
        if by_number:
            wish_of_places = Wish(choice.basket, by_number, choice.code, by_staff=True)
            hold_id = _held(holds.hold(database, wish_of_places, now))
        for ticket_type in wanted.keys() - by_number.keys():
            best = BestWish(
                choice.basket,
                choice.date_id,
                wanted[ticket_type],
                level=ticket_type,
                code=choice.code,
                by_staff=True,
            )
            hold_id = _held(seats.hold_best(database, best, now))
    except Refusal:
        give_up(database, choice.basket, hold_id)
        raise
    assert hold_id  # noqa: S101  # nosec B101  # something was wanted
    return hold_id


def give_up(database: Database, basket: str, hold_id: UUID | None) -> Held | None:
    """Give back what was held for somebody who does not take it."""
    if hold_id is None:
        return None
    try:
        with database.writing() as db:
            return holds.release(db, basket=basket, hold_id=hold_id)
    except NotFound:
        return None  # it is an order's by now


def sell(db: Session, seller: Seller, *, basket: str, hold_id: UUID, paid: Paid, now: datetime) -> str:
    """Sell what is held, at a till; returns the order's code. Sent twice it is sold once."""
    tills.open_for_sale(db, organizer_id=seller.organizer_id, till_id=seller.till_id, now=now)
    db.execute(checkout.LOCK_HOLD, {"hold": hold_id})
    if entry := db.get(TillEntry, hold_id):
        return db.get_one(Order, entry.order_id).code
    part = baskets.part(db, basket, hold_id, now)
    priced = rules.given_away if paid.means == "comp" else rules.without_fee
    part = replace(part, totals=priced(part.totals))
    addons.require_complete(db, part.lines)
    _require_said(paid, part.totals.total)
    rules.change(part.totals.total, paid.tendered, part.currency)
    buyer = Buyer(paid.name or "Guest", paid.email, channel="counter")
    order, _ = checkout.make_order(db, part, basket=basket, buyer=buyer, by=seller.by, now=now)
    if order.total:
        db.add(_paid_entry(db, seller, order, hold_id, paid))
    else:
        settlement.pay_free_order(db, order, now)
        db.add(_free_entry(seller, order, hold_id, paid))
    note(
        db,
        seller.by,
        "Sold at the counter",
        ("order", order.id),
        organizer_id=seller.organizer_id,
        before=None,
        after={"by": paid.means, "total": order.total, "reason": paid.reason},
    )
    db.flush()
    return order.code


def give(db: Session, *, basket: str, hold_id: UUID, buyer: Buyer, by: Actor, now: datetime) -> Order:
    """Make what is held tickets that cost nothing."""
    part = baskets.part(db, basket, hold_id, now)
    part = replace(part, totals=rules.given_away(part.totals), terms=None)
    order, _ = checkout.make_order(db, part, basket=basket, buyer=buyer, by=by, now=now)
    settlement.pay_free_order(db, order, now)
    return order


def _paid_entry(db: Session, seller: Seller, order: Order, hold_id: UUID, paid: Paid) -> TillEntry:
    """The money goes into the ledger, which makes the tickets, and into the till."""
    is_cash = paid.means == "cash"
    payment_id = over_counter.take(
        db,
        reference=order.id,
        amount=order.total,
        currency=order.currency,
        means="cash" if is_cash else "terminal",
        said="In cash at the counter" if is_cash else f"Card terminal, slip {paid.reference}",
        key=f"counter-{hold_id}",
    )
    return TillEntry(
        id=hold_id,
        till_id=seller.till_id,
        kind=paid.means,
        amount=order.total,
        tendered=paid.tendered if is_cash else None,
        reference=paid.reference,
        order_id=order.id,
        payment_id=payment_id,
    )


def _free_entry(seller: Seller, order: Order, hold_id: UUID, paid: Paid) -> TillEntry:
    return TillEntry(
        id=hold_id, till_id=seller.till_id, kind="comp", amount=0, reason=paid.reason, order_id=order.id
    )


def _require_said(paid: Paid, total: int) -> None:
    if paid.means == "card" and total and not paid.reference:
        raise Invalid(
            "We kept everything you typed.",
            fields={
                "reference": "Write the number on the terminal's slip: by it the payment is found again."
            },
        )
    if paid.means == "comp" and not paid.reason:
        raise Invalid("We kept everything you typed.", fields={"reason": "Say for what they are given away."})


def _held(held: Held) -> UUID:
    if held.hold_id is None:
        raise Conflict("Nothing is held any more. Choose again.")
    return held.hold_id
