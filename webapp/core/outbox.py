"""The transactional outbox: an event is written beside the change it tells of, or not at all.

`record` also runs the handlers that must act in the same transaction (`at_once`), such as the order
that is paid when its payment is. Everything later is expanded by the relay into deliveries, one for
each job, which carry attempts, back-off and the done mark; Redis only carries their ids.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.core.db import Base, Session, id_column
from webapp.core.errors import NotFound
from webapp.core.events import Event

AtOnce = Callable[[Session, Any], None]

_at_once: dict[type[Event], Sequence[AtOnce]] = {}


class Outbox(Base):
    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_waiting", "id", postgresql_where=text("sent_at IS NULL")),)

    id: Mapped[UUID] = id_column()
    topic: Mapped[str]
    payload: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    sent_at: Mapped[datetime | None]


class Delivery(Base):
    """One job that follows from one event. Done when `done_at` is set; given up when `dead_at` is.

    `due_at` is when the relay sends it (again): at once, after the back-off of a failure, or when a job that
    was sent or begun must be taken for lost. `sent_at` is empty while it waits for that, `started_at` while
    no worker has it in hand.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("outbox_id", "job"),
        CheckConstraint("attempts >= 0", name="attempts"),
        CheckConstraint("done_at IS NULL OR dead_at IS NULL", name="done_or_dead"),
        Index("ix_deliveries_due", "due_at", postgresql_where=text("done_at IS NULL AND dead_at IS NULL")),
        Index("ix_deliveries_dead", "dead_at", postgresql_where=text("dead_at IS NOT NULL")),
    )

    id: Mapped[UUID] = id_column()
    outbox_id: Mapped[UUID] = mapped_column(ForeignKey("outbox.id", ondelete="CASCADE"))
    job: Mapped[str]
    queue: Mapped[str]
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    due_at: Mapped[datetime] = mapped_column(server_default=func.now())
    sent_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    dead_at: Mapped[datetime | None]
    error: Mapped[str | None]


def record(db: Session, event: Event) -> None:
    """Write the event and run what must happen with it in this transaction."""
    db.add(Outbox(topic=event.topic, payload=event.payload()))
    for handler in _at_once.get(type(event), ()):
        handler(db, event)


def install(table: Mapping[type[Event], Sequence[AtOnce]]) -> None:
    """Set what happens at once; called when a process starts, with `webapp.consequences`."""
    _at_once.clear()
    _at_once.update(table)


def retry_delivery(db: Session, delivery_id: UUID, now: datetime) -> Delivery:
    """Send a dead letter once more, with all its attempts ahead of it."""
    delivery = _dead_letter(db, delivery_id)
    delivery.dead_at = delivery.sent_at = delivery.started_at = None
    delivery.attempts = 0
    delivery.due_at = now
    db.flush()
    return delivery


def drop_delivery(db: Session, delivery_id: UUID, now: datetime) -> Delivery:
    """Give a dead letter up for good: it counts as done, and keeps its error."""
    delivery = _dead_letter(db, delivery_id)
    delivery.dead_at = None
    delivery.done_at = now
    delivery.error = f"Dropped by hand. {delivery.error or ''}".strip()
    db.flush()
    return delivery


def _dead_letter(db: Session, delivery_id: UUID) -> Delivery:
    found = db.get(Delivery, delivery_id, with_for_update=True)
    if found is None or found.dead_at is None:
        raise NotFound("This dead letter is gone: somebody retried or dropped it before you.")
    return found
