"""Taking back what was bought: by the guest before paying, by staff after."""

from collections.abc import Collection
from uuid import UUID

import structlog
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from webapp.booking import rules
from webapp.booking.events import OrderCancelled, OrderChanged, OrderRefunded, TicketsResold
from webapp.booking.models import Hold, Order, Ticket
from webapp.booking.service import claims, prices, returns, seat_claims
from webapp.core import outbox
from webapp.core.audit import GUEST, SYSTEM, Actor, note
from webapp.core.errors import Conflict, NotFound, Refusal
from webapp.payments import queries as money
from webapp.payments.service import charges, refunds

log = structlog.get_logger()


def cancel_by_guest(db: Session, *, order_id: UUID) -> None:
    """Give back an order that is unpaid or free; twice is once."""
    order = _locked(db, order_id)
    if order.state in ("cancelled", "expired", "auto_refunded"):
        return
    before = {"state": order.state}
    if order.state == "paid" and order.total == 0:
        _require_unused(db, order)
        _void(db, _live(db, order))
        order.state = "cancelled"
    elif order.state == "awaiting_payment":
        hold = db.get_one(Hold, order.hold_id, with_for_update=True)
        if hold.state == "active":
            hold.state = "released"
            db.flush()
            claims.give_back(db, [hold.id])
        order.state = "cancelled"
        charges.cancel_open(db, order.id)
    else:
        raise Conflict("A paid order is not cancelled here. Write to the organizer about a refund.")
    claims.give_voucher_back(db, order.voucher_id)
    note(
        db,
        GUEST,
        "Cancelled by the guest",
        ("order", order.id),
        organizer_id=order.organizer_id,
        before=before,
        after={"state": order.state},
    )
    db.flush()
    outbox.record(db, OrderCancelled(order.id))


def refund(
    db: Session,
    *,
    order_id: UUID,
    ticket_ids: Collection[UUID],
    reason: str,
    by: Actor,
    with_fee: bool = False,
    resold: bool = False,
) -> int:
    """Make tickets void, free their places and send their money back; returns how much.

    The last tickets of an order take all that is left with them, the fee too; `with_fee` adds the fee's
    share for single tickets, which is right when the organizer cancelled. Void tickets are left out.
    `resold` tickets go to the guest who pays for them in this transaction: at face value, with their places.
    An order that is reviewed sends back whatever came for it, which also ends the review.
    """
    order = _locked(db, order_id)
    if not rules.may_refund(order.state):
        raise Conflict(f"This order is {order.state.replace('_', ' ')}: nothing of it can be refunded.")
    live = _live(db, order)
    chosen = [ticket for ticket in live if ticket.id in set(ticket_ids)]
    in_review, is_last = order.state == "needs_review", len(chosen) == len(live)
    if not chosen and not (in_review and is_last):
        return 0
    amount = _amount(order, chosen, live, with_fee=with_fee, resold=resold)
    if in_review:
        there = money.remaining(db, order.id)
        amount = there if is_last else min(there, amount)
    _void(db, chosen, resold=resold)
    if amount:
        first = min((ticket.id for ticket in chosen), default="review")
        refunds.request(db, reference=order.id, amount=amount, reason=reason, key=f"order-{order.id}-{first}")
    before = {"state": order.state, "refunded": order.refunded, "tickets": len(live)}
    order.state, order.refunded = _after(db, order, amount, is_last=is_last)
    note(
        db,
        by,
        "Refunded" if amount else "Tickets made void",
        ("order", order.id),
        organizer_id=order.organizer_id,
        before=before,
        after={
            "state": order.state,
            "refunded": order.refunded,
            "tickets": len(live) - len(chosen),
            "amount": amount,
            "reason": reason,
        },
    )
    db.flush()
    outbox.record(db, TicketsResold(order.id, amount) if resold else OrderRefunded(order.id, amount))
    return amount


def cancel_date(
    db: Session, *, date_id: UUID, by: Actor, after: UUID | None = None, most: int = 50
) -> UUID | None:
    """Refund a batch of the orders with live tickets for a cancelled date; returns where to go on after.

    Called again and again by a job until it returns None, so a crash only makes it begin again. An order
    that cannot be refunded is left for a person to review and holds nobody up.
    """
    _end_holds(db, date_id)
    batch = _locked_batch(db, date_id, after, most)
    for order_id in batch:
        tickets = db.scalars(select(Ticket.id).where(Ticket.order_id == order_id, Ticket.date_id == date_id))
        try:
            with db.begin_nested():
                refund(
                    db,
                    order_id=order_id,
                    ticket_ids=list(tickets),
                    reason="Date cancelled",
                    by=by,
                    with_fee=True,
                )
        except Refusal as refusal:
            log.error("order.unrefunded", order=str(order_id), error=refusal.sentence)
            review(db, _locked(db, order_id), f"Its date was cancelled. {refusal.sentence}")
    return batch[-1] if batch else None


def review(db: Session, order: Order, why: str) -> None:
    """Money and order do not fit together: a person decides. Told again, it is said once."""
    if order.state == "needs_review":
        return
    before, order.state = {"state": order.state}, "needs_review"
    note(
        db,
        SYSTEM,
        "Needs review",
        ("order", order.id),
        organizer_id=order.organizer_id,
        before=before,
        after={"state": order.state, "why": why},
    )
    db.flush()
    outbox.record(db, OrderChanged(order.id))


def _locked_batch(db: Session, date_id: UUID, after: UUID | None, most: int) -> list[UUID]:
    """Orders with live tickets for the date, locked before its pools, each kind in one order."""
    orders = list(
        db.scalars(
            text("""
                SELECT id FROM orders WHERE id IN (
                    SELECT order_id FROM tickets WHERE date_id = :date AND state <> 'void')
                AND (CAST(:after AS uuid) IS NULL OR id > :after)
                ORDER BY id LIMIT :most FOR UPDATE
            """),
            {"date": date_id, "after": after, "most": most},
        )
    )
    db.execute(
        text("SELECT id FROM pools WHERE date_id = :date ORDER BY id FOR NO KEY UPDATE"), {"date": date_id}
    )
    return orders


def _end_holds(db: Session, date_id: UUID) -> None:
    """Holds of a cancelled date run out now; whoever pays meanwhile is refunded by the next round."""
    db.execute(
        text("""
            UPDATE holds SET expires_at = now() WHERE id IN (
                SELECT h.id FROM holds h WHERE h.state = 'active' AND h.expires_at > now() AND h.id IN (
                    SELECT l.hold_id FROM hold_lines l JOIN pools p ON p.id = l.pool_id
                    WHERE p.date_id = :date)
                FOR UPDATE SKIP LOCKED)
        """),
        {"date": date_id},
    )


def _amount(order: Order, chosen: list[Ticket], live: list[Ticket], *, with_fee: bool, resold: bool) -> int:
    left = order.total - order.refunded
    if len(chosen) == len(live) and not resold:
        return left
    amount = sum(ticket.price for ticket in chosen)
    if with_fee:
        amount += rules.refund_fee(order.fee, len(chosen), sum(line.quantity for line in order.lines))
    return min(amount, left)


def _after(db: Session, order: Order, amount: int, *, is_last: bool) -> tuple[str, int]:
    """The order's state, and what counts as refunded of its total, once so much went back."""
    if not is_last:
        state = "needs_review" if order.state == "needs_review" else "part_refunded"
        return state, order.refunded + amount
    if order.state != "needs_review":
        return "refunded", order.refunded + amount
    has_tickets = db.scalar(select(Ticket.id).where(Ticket.order_id == order.id).limit(1)) is not None
    # All that came went back, however much it was; whoever never had a ticket was never paid up.
    return ("refunded", order.total) if has_tickets else ("auto_refunded", order.refunded)


def _void(db: Session, tickets: list[Ticket], *, resold: bool = False) -> None:
    """No ticket any more. Its place is free, unless the guest who pays for it has it now."""
    places: dict[UUID, int] = {}
    for ticket in tickets:
        ticket.state = "void"
        ticket.used_at = None
        for pool in (ticket.pool_id, *ticket.also_pools):
            places[pool] = places.get(pool, 0) - 1
    db.flush()
    if resold:
        prices.end_of_tickets(db, [ticket.step_id for ticket in tickets])
        return
    for pool, kept in returns.end(db, [ticket.id for ticket in tickets]).items():
        places[pool] += kept
    claims.move(db, places)
    prices.end_of_tickets(db, [ticket.step_id for ticket in tickets])
    if any(ticket.seat_id for ticket in tickets):
        seat_claims.end_of_tickets(db, [ticket.id for ticket in tickets])


def _live(db: Session, order: Order) -> list[Ticket]:
    return list(
        db.scalars(
            select(Ticket)
            .where(Ticket.order_id == order.id, Ticket.state != "void")
            .order_by(Ticket.id)
            .with_for_update()
        )
    )


def _require_unused(db: Session, order: Order) -> None:
    if any(ticket.state == "used" for ticket in _live(db, order)):
        raise Conflict("One of these tickets was used at the door, so the order stays.")


def _locked(db: Session, order_id: UUID) -> Order:
    order = db.scalar(select(Order).where(Order.id == order_id).with_for_update())
    if order is None:
        raise NotFound("There is no such order.")
    return order
