"""What the money's coming and going means for orders and tickets.

These run in the transaction that wrote the money down (see `webapp.consequences`), and are safe to run twice.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select, text
from sqlalchemy.orm import Session

from webapp.booking import rules
from webapp.booking.events import OrderChanged, OrderPaid, OrderPaidTooLate
from webapp.booking.models import Hold, Order, Ticket
from webapp.booking.queries import seats as seating
from webapp.booking.refusals import NoRoom, PriceGone
from webapp.booking.service import cancellation, claims, prices, resale, seat_claims
from webapp.core import clock, outbox
from webapp.core.audit import SYSTEM, note
from webapp.core.errors import Conflict
from webapp.core.ids import secret
from webapp.core.together import write_together
from webapp.payments.events import (
    PaymentDelayed,
    PaymentFailed,
    PaymentSucceeded,
    RefundFailed,
    RefundSucceeded,
)
from webapp.payments.service import refunds

# What other guests give back changes hands first: see `resale`.
CONVERT = text("""
    UPDATE holds SET state = 'converted' WHERE id = :hold AND state = 'active'
    AND NOT EXISTS (SELECT FROM hold_lines WHERE hold_id = :hold AND returned > 0) RETURNING id
""")

PAID = text("UPDATE orders SET state = 'paid', paid_at = now() WHERE id = :order")

LINES = text("""
    SELECT id, date_id, ticket_type_id, pool_id, also_pools, step_id, attendees
    FROM order_lines WHERE order_id = :order ORDER BY position
""")

# Which came first is not asked: ids and times of several processes are in no order that money may depend on.
KEPT_OTHERS = text("""
    SELECT count(*) FROM payments p
    WHERE p.reference = :order AND p.state = 'succeeded' AND p.id <> :payment
      AND NOT EXISTS (SELECT FROM refunds r WHERE r.idempotency_key = 'extra-' || p.id || '\\:0')
""")


def pay_order(db: Session, event: PaymentSucceeded) -> None:
    """Money came for an order: give it its tickets, or send the money back."""
    # Nearly always the hold still stands: then what was added before is written together with the tickets.
    with db.no_autoflush:
        order = resale.locked_order(db, event.reference)
        if order is None:
            return
        is_due = order.state in ("awaiting_payment", "expired") and event.amount == order.total
        if is_due and _convert(db, order):
            _finish(db, order)
            return
    if is_due:
        _pay_otherwise(db, order, event)
    elif _paid_by(db, order, event):
        return  # told twice
    elif event.amount != order.total:
        _review(db, order, f"{event.amount} came, {order.total} was due")
    else:
        # Paid before, or cancelled in between: this money is one too many.
        _send_back(db, order, event, "Paid twice" if order.paid_at else "Paid after the order was cancelled")


def pay_free_order(db: Session, order: Order, now: datetime) -> None:
    """An order that costs nothing is paid by being placed."""
    if not _convert(db, order) and not resale.convert(db, order.hold_id, now):
        raise Conflict("One of these tickets was not to be had any more. Nothing was booked; try it again.")
    _finish(db, order)


def note_failure(db: Session, event: PaymentFailed) -> None:
    """A card was declined or the guest turned back: the open page says so."""
    if _locked_order(db, event.reference):
        outbox.record(db, OrderChanged(event.reference))


def note_delay(db: Session, event: PaymentDelayed) -> None:
    """The provider is away: the guest's places are kept five minutes longer, once."""
    order = _locked_order(db, event.reference)
    if order is None:
        return
    hold = db.get_one(Hold, order.hold_id, with_for_update=True)
    if hold.state == "active" and hold.extended_at is None:
        hold.extended_at = func.now()
        hold.expires_at = hold.expires_at + rules.EXTENSION
        db.flush()


def note_refund(db: Session, event: RefundSucceeded | RefundFailed) -> None:
    """Money arrived back, or could not: history and the open page say so."""
    order = _locked_order(db, event.reference)
    if order is None:
        return
    said = "Refund arrived" if isinstance(event, RefundSucceeded) else "Refund refused by the gateway"
    after: dict[str, Any] = {"refund": "refused by the gateway"}
    if isinstance(event, RefundSucceeded):
        after = {"refund": "arrived", "amount": event.amount}
    _noted(db, order, said, before={"refund": "on its way"}, after=after)
    outbox.record(db, OrderChanged(order.id))


def _convert(db: Session, order: Order) -> bool:
    """The held places are the tickets' now; not when the hold was taken back or has others' tickets in it."""
    return db.scalar(CONVERT, {"hold": order.hold_id}) is not None


def _pay_otherwise(db: Session, order: Order, event: PaymentSucceeded) -> None:
    """Others' tickets change hands, or the places were taken back before the money came and may be free."""
    if not resale.convert(db, order.hold_id, clock.now()):
        if not _take_again(db, order):
            _send_back_late(db, order, event)
            return
        before, after = {"places": "given up"}, {"places": "taken again"}
        _noted(db, order, "Paid late, places still free", before=before, after=after)
    _finish(db, order)


def _send_back_late(db: Session, order: Order, event: PaymentSucceeded) -> None:
    before, order.state = {"state": order.state}, "auto_refunded"
    after = {"state": order.state, "amount": event.amount}
    _noted(db, order, "Paid too late, places gone", before=before, after=after)
    _refund(db, order, event, "Paid too late")
    outbox.record(db, OrderPaidTooLate(order.id))


def _take_again(db: Session, order: Order) -> bool:
    """The hold ran out and was taken back: its places may still be free, or held by others who ran out."""
    resale.let_go(db, order.hold_id)
    places, seats, now = (
        claims.places_of_holds(db, [order.hold_id]),
        seat_claims.of_order(db, order.id),
        clock.now(),
    )
    others = [
        hold for seat in seats for hold in seating.expired_owners(db, seat.date_id, [seat.seat_id], now)
    ]
    try:
        with db.begin_nested():
            claims.reclaim(db, now, pools=list(places), holds=others, taking=places)
            prices.take_again(db, order.id)
            if seat_claims.begin(db, seats):
                raise NoRoom(len(seats), 0, next(iter(places)))
            if order.voucher_id and not claims.count_again(db, order.voucher_id):
                raise PriceGone("The code of this order was used by somebody else.")
    except (NoRoom, PriceGone):
        return False
    return True


def _finish(db: Session, order: Order) -> None:
    """Tickets for every place, the order paid, and everybody told."""
    db.execute(PAID, {"order": order.id})
    is_seated = False
    for line in db.execute(LINES, {"order": order.id}):
        for number, attendee in enumerate(line.attendees, start=1):
            db.add(_ticket(order.id, line, number, attendee))
            is_seated = is_seated or "seat" in attendee
    said = "Paid" if order.total else "Booked, free"
    # One that was placed in this transaction was never read again.
    before = {"state": order.state or "awaiting_payment"}
    _noted(db, order, said, before=before, after={"state": "paid", "total": order.total})
    outbox.record(db, OrderPaid(order.id))
    write_together(db)
    if is_seated:
        seat_claims.hand_over(db, order.id)


def _ticket(order_id: UUID, line: Row[Any], number: int, attendee: dict[str, Any]) -> Ticket:
    return Ticket(
        secret=secret(),
        order_id=order_id,
        order_line_id=line.id,
        number=number,
        date_id=line.date_id,
        ticket_type_id=line.ticket_type_id,
        pool_id=line.pool_id,
        also_pools=line.also_pools,
        step_id=line.step_id,
        seat_id=attendee.get("seat"),
        price=attendee["price"],
        holder_name=attendee["name"],
        answers=attendee["answers"],
    )


def _send_back(db: Session, order: Order, event: PaymentSucceeded, why: str) -> None:
    before = {"state": order.state}
    if order.state == "cancelled":
        order.state = "auto_refunded"
    _noted(db, order, why, before=before, after={"state": order.state, "amount": event.amount})
    _refund(db, order, event, why)
    outbox.record(
        db, OrderPaidTooLate(order.id) if order.state == "auto_refunded" else OrderChanged(order.id)
    )


def _refund(db: Session, order: Order, event: PaymentSucceeded, why: str) -> None:
    refunds.request(db, reference=order.id, amount=event.amount, reason=why, key=f"extra-{event.payment_id}")


def _paid_by(db: Session, order: Order, event: PaymentSucceeded) -> bool:
    """This payment is the one whose money is kept; every other that came goes back as one too many."""
    if order.paid_at is None:
        return False
    return not db.scalar(KEPT_OTHERS, {"order": order.id, "payment": event.payment_id})


def _review(db: Session, order: Order, why: str) -> None:
    """Another amount came than was due. Places that nobody can pay for any more go back."""
    hold = db.get_one(Hold, order.hold_id, with_for_update=True)
    if hold.state == "active":
        hold.state = "released"
        db.flush()
        claims.give_back(db, [hold.id])
    is_given_up = order.state in ("expired", "cancelled", "auto_refunded")
    if is_given_up and order.voucher_id and not claims.count_again(db, order.voucher_id):
        order.voucher_id = None  # somebody else used it meanwhile
    cancellation.review(db, order, why)


def _noted(db: Session, order: Order, said: str, *, before: dict[str, Any], after: dict[str, Any]) -> None:
    subject = ("order", order.id)
    note(db, SYSTEM, said, subject, organizer_id=order.organizer_id, before=before, after=after)


def _locked_order(db: Session, order_id: UUID) -> Order | None:
    return db.scalar(select(Order).where(Order.id == order_id).with_for_update())
