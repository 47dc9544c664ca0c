"""What operators can do about background work."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.core.audit import Actor, note
from webapp.core.errors import NotFound
from webapp.core.outbox import Delivery


def retry_dead_letter(db: Session, *, delivery_id: UUID, by: Actor, now: datetime) -> None:
    """Let the relay send it again, with all its attempts."""
    delivery = _dead(db, delivery_id)
    note(db, by, "Dead letter retried", ("delivery", delivery.id), before={"error": delivery.error})
    delivery.dead_at = None
    delivery.attempts = 0
    delivery.due_at = now


def drop_dead_letter(db: Session, *, delivery_id: UUID, by: Actor, now: datetime) -> None:
    """Give it up for good: it counts as done, and keeps its error."""
    delivery = _dead(db, delivery_id)
    note(db, by, "Dead letter dropped", ("delivery", delivery.id), before={"error": delivery.error})
    delivery.dead_at = None
    delivery.done_at = now
    delivery.error = f"Dropped by {by.name}. {delivery.error or ''}".strip()


def _dead(db: Session, delivery_id: UUID) -> Delivery:
    delivery = db.scalar(
        select(Delivery).where(Delivery.id == delivery_id, Delivery.dead_at.is_not(None)).with_for_update()
    )
    if delivery is None:
        raise NotFound("This dead letter was retried or dropped already.")
    return delivery
