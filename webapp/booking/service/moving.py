"""Guests of a date that moved are told, each order once."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.booking.events import VisitMoved
from webapp.core import outbox

ORDERS = text("SELECT DISTINCT order_id FROM tickets WHERE date_id = :date AND state <> 'void' ORDER BY 1")


def tell_orders(db: Session, *, date_id: UUID, was: str, message: str) -> None:
    """One event for each order that has tickets of the date."""
    for order_id in db.scalars(ORDERS, {"date": date_id}).all():
        outbox.record(db, VisitMoved(order_id, date_id, was, message))
