"""From held places to an order: once for each hold, whatever is pressed twice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from webapp.booking import rules
from webapp.booking.models import Hold, Order, OrderLine
from webapp.booking.queries import lines as held
from webapp.booking.queries import offers as sale
from webapp.booking.queries.lines import HeldLine
from webapp.booking.rules import Totals, VoucherTerms
from webapp.booking.service import settlement
from webapp.core.audit import GUEST, note
from webapp.core.errors import Conflict, NotFound
from webapp.core.ids import order_code, secret
from webapp.payments import service as payments


@dataclass(frozen=True)
class Buyer:
    """Who buys; `attendees` has for each ticket type one (name, answers) for each ticket."""

    name: str
    email: str
    user_id: UUID | None = None
    attendees: Mapping[UUID, Sequence[tuple[str, Mapping[str, str]]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Placed:
    """An order and, when there is something to pay, its payment."""

    order_id: UUID
    code: str
    secret: str
    payment_id: UUID | None


def find_placed(db: Session, *, basket: str, hold_id: UUID, return_url: str) -> Placed | None:
    """The order that this basket made of this hold before, so that a resend gets the first one's answer.

    Waits for a first one that is still being placed.
    """
    db.execute(select(Hold.id).where(Hold.id == hold_id).with_for_update())
    order_id = db.scalar(select(Order.id).where(Order.hold_id == hold_id, Order.basket == basket))
    return _placed(db, db.get_one(Order, order_id), return_url) if order_id and basket else None


def place_order(
    db: Session, *, basket: str, hold_id: UUID, buyer: Buyer, return_url: str, now: datetime
) -> Placed:
    """Make the hold an order; asked twice, the first one is the answer.

    `return_url` is a pattern with `{code}` and `{key}` where the provider sends the guest back. What costs
    nothing is paid at once. The hold stays until the money comes; a quarter of an hour is left to pay.
    """
    if placed := find_placed(db, basket=basket, hold_id=hold_id, return_url=return_url):
        return placed
    hold = db.get(Hold, hold_id)
    if hold is None or hold.basket != basket:
        raise NotFound("These tickets are not in your basket any more.")
    if hold.state != "active" or hold.expires_at <= now:
        raise Conflict(
            "The tickets are on sale again. Hold them once more if they are still free.",
            title="Time is up, nothing was charged.",
        )
    lines = held.lines_of_hold(db, hold_id)
    voucher = _voucher(db, hold, now)
    fees = held.fees(db, hold.organizer_id)
    totals = held.priced(lines, voucher, fees)
    order = _order(hold, buyer, fees.currency, totals, voucher)
    db.add(order)
    db.flush()
    _add_lines(db, order, lines, totals, buyer)
    _keep_while_paying(hold, order, now)
    note(db, GUEST, "Order placed", ("order", order.id), organizer_id=order.organizer_id)
    if totals.total == 0:
        settlement.pay_free_order(db, order, now)
        return Placed(order.id, order.code, order.secret, None)
    return Placed(order.id, order.code, order.secret, _ask_for_money(db, order, hold.expires_at, return_url))


def pay_again(db: Session, *, order_id: UUID, return_url: str, attempt: int, now: datetime) -> UUID | None:
    """Another payment for an order that still waits; None when it needs none any more."""
    order = db.get_one(Order, order_id, with_for_update=True)
    hold = db.get_one(Hold, order.hold_id, with_for_update=True)
    if order.state != "awaiting_payment":
        return None
    if hold.expires_at <= now:
        raise Conflict(
            "The tickets are on sale again. Hold them once more if they are still free.",
            title="Time is up, nothing was charged.",
        )
    return _ask_for_money(db, order, hold.expires_at, return_url, attempt=attempt)


def _order(hold: Hold, buyer: Buyer, currency: str, totals: Totals, voucher: VoucherTerms | None) -> Order:
    return Order(
        code=order_code(),
        secret=secret(),
        hold_id=hold.id,
        organizer_id=hold.organizer_id,
        user_id=buyer.user_id,
        basket=hold.basket,
        buyer_name=buyer.name,
        buyer_email=buyer.email,
        currency=currency,
        subtotal=totals.subtotal,
        discount=totals.discount,
        fee=totals.fee,
        tax=totals.tax,
        total=totals.total,
        voucher_id=voucher.id if voucher else None,
    )


def _add_lines(db: Session, order: Order, lines: Sequence[HeldLine], totals: Totals, buyer: Buyer) -> None:
    for position, (line, prices) in enumerate(zip(lines, totals.tickets, strict=True)):
        given = list(buyer.attendees.get(line.ticket_type_id, ()))
        attendees = [
            {"name": name or buyer.name, "answers": dict(answers), "price": price}
            for price, (name, answers) in zip(prices, given + [("", {})] * len(prices), strict=False)
        ]
        db.add(
            OrderLine(
                order_id=order.id,
                ticket_type_id=line.ticket_type_id,
                date_id=line.date_id,
                pool_id=line.pool_id,
                quantity=line.quantity,
                unit_price=line.price,
                attendees=attendees,
                position=position,
            )
        )
    db.flush()


def _keep_while_paying(hold: Hold, order: Order, now: datetime) -> None:
    """The basket is free for other tickets; the hold belongs to the order now, with time to pay."""
    hold.basket = f"order {order.id}"
    hold.expires_at = max(hold.expires_at, now + rules.TIME_TO_PAY)


def _voucher(db: Session, hold: Hold, now: datetime) -> VoucherTerms | None:
    """The hold's code, counted as used by this order."""
    voucher = sale.find_voucher_by_id(db, hold.voucher_id)
    if voucher is None:
        return None
    rules.require_usable(voucher, now)
    counted = db.execute(
        text(
            "UPDATE vouchers SET used = used + 1"
            " WHERE id = :id AND (max_uses IS NULL OR used < max_uses) RETURNING id"
        ),
        {"id": voucher.id},
    ).first()
    if counted is None:
        raise Conflict(f"The code {voucher.code} was used as often as it may be.", title="Not this code")
    return voucher


def _ask_for_money(
    db: Session, order: Order, expires_at: datetime, return_url: str, *, attempt: int = 1
) -> UUID:
    return payments.request(
        db,
        reference=order.id,
        amount=order.total,
        currency=order.currency,
        description=f"Order {order.code}",
        email=order.buyer_email,
        return_url=return_url.format(code=order.code, key=order.secret),
        expires_at=expires_at,
        key=f"order-{order.id}-{attempt}",
    )


def _placed(db: Session, order: Order, return_url: str) -> Placed:
    payment_id = None
    if order.state == "awaiting_payment":
        hold = db.get_one(Hold, order.hold_id)
        payment_id = _ask_for_money(db, order, hold.expires_at, return_url)
    return Placed(order.id, order.code, order.secret, payment_id)
