"""Sales by staff: places are claimed as everybody's are, then paid over the counter or given away.

There is no second way to a place: the same holds, the same limits of pools and seats, the same orders.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy.orm import Session

from webapp.booking import rules as booking
from webapp.booking.models import Order
from webapp.booking.queries import baskets
from webapp.booking.queries import offers as sale
from webapp.booking.queries.baskets import BasketPart
from webapp.booking.service import addons, checkout, codes, holds, seats, settlement
from webapp.booking.service.checkout import Buyer
from webapp.booking.service.holds import Held, Wish
from webapp.booking.service.seat_wishes import BestWish, SeatWish
from webapp.core import money
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
    """What a customer wants of a date: so many of each type, or these seats by ordinal.

    `prices` are amounts as they were typed for types whose price is chosen; `begun` is the hold that it
    adds to.
    """

    basket: str
    date_id: UUID
    quantities: Mapping[UUID, int] = field(default_factory=dict)
    seats: Mapping[int, UUID | None] = field(default_factory=dict)
    code: str = ""
    prices: Mapping[UUID, str] = field(default_factory=dict)
    begun: UUID | None = None


@dataclass(frozen=True)
class Paid:
    """How a sale is paid: `tendered` is what was handed over, `reference` the slip of the card terminal.

    `code` and `prices` are what stood in the fields beside: what was typed there and not used is refused, and
    so is another sum than the one that was `seen`, in minor units.
    """

    means: Means
    tendered: int | None = None
    reference: str = ""
    reason: str = ""
    name: str = ""
    email: str = ""
    code: str = ""
    prices: Mapping[UUID, str] = field(default_factory=dict)
    seen: str = ""


@dataclass(frozen=True)
class Seller:
    """Who sells for whom, and into which till."""

    organizer_id: UUID
    till_id: UUID
    by: Actor


def choose(database: Database, choice: Choice, now: datetime) -> UUID:
    """Hold what a customer wants, all of it or nothing; the same choice again is the same hold.

    What the sale has in hand already stays, whatever is refused.
    """
    wanted = {id_: number for id_, number in choice.quantities.items() if number or choice.begun}
    if not choice.seats and not any(wanted.values()) and not choice.begun:
        raise Invalid("Choose how many tickets the customer wants.", title="Nothing was chosen")
    hold_id = choice.begun
    try:
        for held in _claims(database, choice, wanted, now):
            hold_id = _held(held)
        assert hold_id  # noqa: S101  # nosec B101  # something was wanted
        if choice.code:
            with database.writing() as db:
                codes.use_voucher(db, basket=choice.basket, hold_id=hold_id, code=choice.code, now=now)
    except Refusal:
        if not choice.begun:
            give_up(database, choice.basket, hold_id)
        raise
    return hold_id


def adjust(
    database: Database, basket: str, hold_id: UUID, *, code: str, prices: Mapping[UUID, str], now: datetime
) -> None:
    """Use a code on what is in hand, or take it off; let what has a chosen price cost what was typed."""
    if prices:
        holds.hold(database, Wish(basket, {}, is_change=True, prices=prices, by_staff=True), now)
    with database.writing() as db:
        codes.use_voucher(db, basket=basket, hold_id=hold_id, code=code, now=now)


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
    _require_seen(part, paid)
    if paid.means == "comp":
        part = replace(part, totals=rules.given_away(part.totals), terms=None)
    else:
        part = replace(part, totals=rules.without_fee(part.totals))
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
        reference="" if is_cash else paid.reference,
        order_id=order.id,
        payment_id=payment_id,
    )


def _free_entry(seller: Seller, order: Order, hold_id: UUID, paid: Paid) -> TillEntry:
    return TillEntry(
        id=hold_id, till_id=seller.till_id, kind="comp", amount=0, reason=paid.reason, order_id=order.id
    )


def _claims(database: Database, choice: Choice, wanted: Mapping[UUID, int], now: datetime) -> Iterator[Held]:
    """Seats that were pointed at; places by number; and the best seats of each type that has seats."""
    basket, date_id, code = choice.basket, choice.date_id, choice.code
    if choice.seats:
        yield seats.hold(database, SeatWish(basket, date_id, choice.seats, code, by_staff=True), now)
    with database.reading() as db:
        offers = sale.offers(db, wanted)
    seated = {one for one in wanted if one in offers and offers[one].is_seated}
    if by_number := {one: number for one, number in wanted.items() if one not in seated}:
        yield holds.hold(database, Wish(basket, by_number, code, prices=choice.prices, by_staff=True), now)
    for one in seated:
        if wanted[one]:
            best = BestWish(basket, date_id, wanted[one], level=one, code=code, by_staff=True)
            yield seats.hold_best(database, best, now)


def _require_seen(part: BasketPart, paid: Paid) -> None:
    """What was typed beside and not used yet would change the sum that the customer was told."""
    booking.require_seen(part.terms, paid.code)
    wrong = {
        f"pay-{line.ticket_type_id}": "Press “Change” to see the sum with it."
        for line in part.lines
        if line.price_floor is not None
        and (typed := paid.prices.get(line.ticket_type_id))
        and not _is_price(typed, line.price, part.currency)
    }
    if wrong:
        raise Invalid("Nothing was sold yet.", fields=wrong, title="Another price was typed")
    booking.require_same_sum(rules.without_fee(part.totals).total, paid.seen, part.currency)
    if paid.means == "cash" and paid.tendered is None:
        rules.require_meant_in_cash(reference=paid.reference, reason=paid.reason)


def _is_price(typed: str, price: int, currency: str) -> bool:
    try:
        return money.parsed(typed, currency) == price
    except ValueError:
        return False


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
