"""Sending the tickets of an order once more."""

from uuid import UUID

from sqlalchemy import func, select

from webapp.booking.events import TicketsResent
from webapp.booking.models import Order, Ticket
from webapp.core import outbox
from webapp.core.audit import Actor, AuditEntry, note
from webapp.core.db import Session
from webapp.core.errors import Conflict

ACTION = "Tickets sent again"


def resend(db: Session, *, order_id: UUID, request_id: UUID, by: Actor) -> None:
    """Mail the tickets again; the form's own id makes a double click one mail."""
    # Locked, so that the second of two clicks sees what the first one noted.
    order = db.get_one(Order, order_id, with_for_update=True)
    if (
        db.scalar(select(Ticket.id).where(Ticket.order_id == order_id, Ticket.state != "void").limit(1))
        is None
    ):
        raise Conflict("This order has no tickets to send.")
    of_order = (AuditEntry.subject_kind == "order", AuditEntry.subject_id == order_id)
    asked = AuditEntry.after["request"].astext == str(request_id)
    if db.scalar(select(AuditEntry.id).where(*of_order, AuditEntry.action == ACTION, asked).limit(1)):
        return
    times = db.scalar(
        select(func.count()).select_from(AuditEntry).where(*of_order, AuditEntry.action == ACTION)
    )
    note(
        db,
        by,
        ACTION,
        ("order", order_id),
        organizer_id=order.organizer_id,
        before={"sent_again": times or 0},
        after={"sent_again": (times or 0) + 1, "request": str(request_id)},
    )
    outbox.record(db, TicketsResent(order_id, request_id))
