"""From held places to an order: once for each hold, whatever is pressed twice."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.booking import rules
from webapp.booking.models import Hold, Order, OrderLine
from webapp.booking.queries import baskets
from webapp.booking.queries.baskets import BasketPart
from webapp.booking.queries.buyers import Known
from webapp.booking.queries.lines import HeldSeat
from webapp.booking.rules import VoucherTerms
from webapp.booking.service import addons, buyers, settlement
from webapp.core import papers
from webapp.core.audit import GUEST, Actor, note
from webapp.core.errors import Conflict
from webapp.core.ids import order_code, secret, uuid7
from webapp.core.together import write_together
from webapp.payments.service import charges

LOCK_HOLD = text("SELECT FROM holds WHERE id = :hold FOR UPDATE")
PLACED = text("SELECT id FROM orders WHERE hold_id = :hold AND basket = :basket")
KEEP_WHILE_PAYING = text("UPDATE holds SET basket = :basket, expires_at = :expires WHERE id = :hold")
COUNT_VOUCHER = text(
    "UPDATE vouchers SET used = used + 1"
    " WHERE id = :id AND (max_uses IS NULL OR used < max_uses) AND withdrawn_at IS NULL RETURNING id"
)


@dataclass(frozen=True)
class Buyer:
    """Who buys; `attendees` has for each ticket type one (name, answers) for each ticket.

    `answers` are those to questions about the whole order, `papers` those of all that are files, `channel` is
    where it was sold.
    """

    name: str
    email: str
    user_id: UUID | None = None
    attendees: Mapping[UUID, Sequence[tuple[str, Mapping[str, str]]]] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    channel: str = "web"
    papers: Sequence[str] = ()
    wants_news: bool = False


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
    db.execute(LOCK_HOLD, {"hold": hold_id})
    order_id = db.scalar(PLACED, {"hold": hold_id, "basket": basket})
    return _placed(db, db.get_one(Order, order_id), return_url) if order_id and basket else None


def place_order(
    db: Session,
    *,
    basket: str,
    hold_id: UUID,
    buyer: Callable[[BasketPart], Buyer],
    return_url: str,
    now: datetime,
) -> Placed:
    """Make the hold an order; asked twice, the first one is the answer.

    `buyer` is asked who buys once it is sure what is bought, and may refuse. `return_url` is a pattern with
    `{code}` and `{key}` where the provider sends the guest back. What costs nothing is paid at once. The hold
    stays until the money comes; a quarter of an hour is left to pay.
    """
    if placed := find_placed(db, basket=basket, hold_id=hold_id, return_url=return_url):
        return placed
    part = baskets.part(db, basket, hold_id, now)
    who = buyer(part)
    addons.require_complete(db, part.lines)
    order, expires_at = make_order(db, part, basket=basket, buyer=who, by=GUEST, now=now)
    if order.total == 0:
        settlement.pay_free_order(db, order, now)
        return Placed(order.id, order.code, order.secret, None)
    return Placed(order.id, order.code, order.secret, ask_for_money(db, order, expires_at, return_url))


def make_order(
    db: Session, part: BasketPart, *, basket: str, buyer: Buyer, by: Actor, now: datetime
) -> tuple[Order, datetime]:
    """Write down who buys a basket's part, for what it says that it costs; and until when it is kept.

    Nothing is paid yet: who calls this asks for the money, takes it, or finishes what costs nothing. A code
    that does nothing to it is not used up by it.
    """
    if part.terms and rules.is_idle(part.terms, part.totals.discount):
        part = replace(part, terms=None)
    if buyer.email:  # who leaves no address at the counter is nobody that we know again
        buyers.require_within_limits(db, part.lines, part.terms, Known(buyer.email, buyer.user_id), now)
    order = _order(part, basket, buyer)
    _count_voucher(db, part.terms, now)
    expires_at = _keep_while_paying(db, part, order, now)
    papers.bind(db, buyer.papers, basket=basket, reference=order.id)
    db.add(order)
    tickets = sum(line.quantity for line in order.lines)
    note(
        db,
        by,
        "Order placed",
        ("order", order.id),
        organizer_id=order.organizer_id,
        before=None,
        after={"tickets": tickets, "total": order.total},
    )
    write_together(db)
    return order, expires_at


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
    return ask_for_money(db, order, hold.expires_at, return_url, attempt=attempt)


def _order(part: BasketPart, basket: str, buyer: Buyer) -> Order:
    order_id = uuid7()
    return Order(
        id=order_id,
        code=order_code(),
        secret=secret(),
        hold_id=part.hold_id,
        organizer_id=part.organizer_id,
        user_id=buyer.user_id,
        basket=basket,
        channel=buyer.channel,
        answers=dict(buyer.answers),
        buyer_name=buyer.name,
        buyer_email=buyer.email,
        wants_news=buyer.wants_news,
        currency=part.currency,
        subtotal=part.totals.subtotal,
        discount=part.totals.discount,
        fee=part.totals.fee,
        tax=part.totals.tax,
        donation=part.totals.donation,
        donation_event_id=part.ask.event_id if part.ask and part.totals.donation else None,
        total=part.totals.total,
        voucher_id=part.terms.id if part.terms else None,
        lines=_lines(order_id, part, buyer),
    )


def _lines(order_id: UUID, part: BasketPart, buyer: Buyer) -> list[OrderLine]:
    """One for each type, and for each price step of it; who comes is told off in the order of the form."""
    made: list[OrderLine] = []
    prices = iter(part.totals.tickets)
    for line in part.lines:
        given = iter(buyer.attendees.get(line.ticket_type_id, ()))
        seats = iter(line.seats)
        for piece in line.parts:
            attendees = [
                _attendee(buyer, price, next(given, None), next(seats, None)) for price in next(prices)
            ]
            made.append(
                OrderLine(
                    order_id=order_id,
                    ticket_type_id=line.ticket_type_id,
                    date_id=line.date_id,
                    pool_id=line.pool_id,
                    also_pools=line.also_pools,
                    step_id=piece.step_id,
                    quantity=piece.quantity,
                    unit_price=piece.price,
                    attendees=attendees,
                    position=len(made),
                )
            )
    return made


def _attendee(
    buyer: Buyer, price: int, given: tuple[str, Mapping[str, str]] | None, seat: HeldSeat | None
) -> dict[str, Any]:
    name, answers = given or ("", {})
    attendee = {"name": name or buyer.name, "answers": dict(answers), "price": price}
    return attendee | {"seat": str(seat.id)} if seat else attendee


def _keep_while_paying(db: Session, part: BasketPart, order: Order, now: datetime) -> datetime:
    """The basket is free for other tickets; the hold belongs to the order now, with time to pay."""
    expires_at = max(part.expires_at, now + rules.TIME_TO_PAY)
    db.execute(
        KEEP_WHILE_PAYING, {"hold": part.hold_id, "basket": f"order {order.id}", "expires": expires_at}
    )
    return expires_at


def _count_voucher(db: Session, voucher: VoucherTerms | None, now: datetime) -> None:
    """The hold's code counts as used by this order."""
    if voucher is None:
        return
    rules.require_usable(voucher, now)
    counted = db.execute(COUNT_VOUCHER, {"id": voucher.id}).first()
    if counted is None:
        raise rules.used_up(voucher)


def ask_for_money(
    db: Session, order: Order, expires_at: datetime, return_url: str, *, attempt: int = 1
) -> UUID:
    return charges.request(
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
        payment_id = ask_for_money(db, order, hold.expires_at, return_url)
    return Placed(order.id, order.code, order.secret, payment_id)
