"""What operators can do about background work."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from webapp.core import outbox
from webapp.core.audit import Actor, note


def retry_dead_letter(db: Session, *, delivery_id: UUID, by: Actor, now: datetime) -> None:
    """Let the relay send it again, with all its attempts."""
    delivery = outbox.retry_delivery(db, delivery_id, now)
    note(db, by, "Dead letter retried", ("delivery", delivery.id), before={"error": delivery.error})


def drop_dead_letter(db: Session, *, delivery_id: UUID, by: Actor, now: datetime) -> None:
    """Give it up for good."""
    delivery = outbox.drop_delivery(db, delivery_id, now)
    note(db, by, "Dead letter dropped", ("delivery", delivery.id), after={"error": delivery.error})
