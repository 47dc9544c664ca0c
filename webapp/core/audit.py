"""What was done to what, by whom: append-only, shown beside the thing itself."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Index, func
from sqlalchemy.orm import Mapped, mapped_column

from webapp.core.db import Base, Session, id_column

ActorKind = Literal["staff", "guest", "system"]


class AuditEntry(Base):
    """One line of history. PostgreSQL refuses to change or delete it (trigger in the migration)."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("ix_audit_entries_subject", "subject_kind", "subject_id", "id"),
        Index("ix_audit_entries_organizer", "organizer_id", "id"),
    )

    id: Mapped[UUID] = id_column()
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    actor_kind: Mapped[str]
    actor_id: Mapped[UUID | None]
    actor_name: Mapped[str]
    organizer_id: Mapped[UUID | None]
    subject_kind: Mapped[str]
    subject_id: Mapped[UUID]
    action: Mapped[str]
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]


@dataclass(frozen=True)
class Actor:
    """Who acts: a member of staff, a guest, or the platform itself."""

    kind: ActorKind
    name: str
    id: UUID | None = None


SYSTEM = Actor("system", "Marquee")
GUEST = Actor("guest", "Guest")


def note(
    db: Session,
    actor: Actor,
    action: str,
    subject: tuple[str, UUID],
    *,
    organizer_id: UUID | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Add one line: `action` is a sentence in the past tense such as `Capacity changed`."""
    kind, subject_id = subject
    db.add(
        AuditEntry(
            actor_kind=actor.kind,
            actor_id=actor.id,
            actor_name=actor.name,
            organizer_id=organizer_id,
            subject_kind=kind,
            subject_id=subject_id,
            action=action,
            before=before,
            after=after,
        )
    )
