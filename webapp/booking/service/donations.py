"""A free amount on top of an order: no place is taken, nothing is given for it, so no tax is in it."""

from uuid import UUID

from sqlalchemy.orm import Session

from webapp.accounts.models import Organizer
from webapp.booking import rules
from webapp.booking.events import OrderRefunded
from webapp.booking.models import Hold, Order
from webapp.booking.queries import baskets
from webapp.booking.queries.baskets import BasketPart
from webapp.booking.service import holds
from webapp.catalog import rules as catalog
from webapp.core import outbox
from webapp.core.audit import Actor, note
from webapp.core.errors import Conflict, Invalid
from webapp.payments.service import refunds


def give(db: Session, *, basket: str, hold_id: UUID, typed: str) -> None:
    """Put a donation on what is held; an empty one takes it off."""
    hold = holds.own(db, basket, hold_id)
    hold.donation = _amount(db, hold, typed) if typed.strip() else 0
    db.flush()


def require_seen(part: BasketPart, typed: str) -> None:
    """An amount that was typed and not added yet changes the sum, which is seen before it is paid."""
    if part.ask is None:
        return
    try:
        wanted = catalog.chosen_price(typed, 0, part.currency) if typed.strip() else 0
    except ValueError as error:
        raise _wrong(str(error)) from error
    if wanted != part.totals.donation:
        raise _wrong("The donation was not added yet. Press “Add it” to see the sum with it.")


def send_back(db: Session, *, order_id: UUID, by: Actor, reason: str) -> int:
    """Refund the donation of a paid order alone; its tickets stay. Twice is once; returns how much."""
    order = db.get_one(Order, order_id, with_for_update=True)
    if not rules.may_refund(order.state) or order.state == "needs_review":
        raise Conflict(f"This order is {order.state.replace('_', ' ')}: nothing of it can be refunded.")
    if order.donation_returned or not order.donation:
        return 0
    refunds.request(
        db, reference=order.id, amount=order.donation, reason=reason, key=f"order-{order.id}-donation"
    )
    before = {"state": order.state, "refunded": order.refunded}
    order.donation_returned = True
    order.refunded += order.donation
    order.state = "part_refunded"
    note(
        db,
        by,
        "Donation refunded",
        ("order", order.id),
        organizer_id=order.organizer_id,
        before=before,
        after={
            "state": order.state,
            "refunded": order.refunded,
            "amount": order.donation,
            "reason": reason,
        },
    )
    db.flush()
    outbox.record(db, OrderRefunded(order.id, order.donation))
    return order.donation


def _amount(db: Session, hold: Hold, typed: str) -> int:
    ask = baskets.donation_ask(db, hold.id)
    if ask is None:
        raise Conflict("No donation is asked for with these tickets.")
    currency = db.get_one(Organizer, hold.organizer_id).currency
    try:
        return catalog.chosen_price(typed, 0, currency)
    except ValueError as error:
        raise _wrong(str(error)) from error


def _wrong(sentence: str) -> Invalid:
    return Invalid("We kept everything you typed.", fields={"donation": sentence}, title="About the donation")
