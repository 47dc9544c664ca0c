"""What was done to what, by whom: append-only, shown beside the thing itself."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Index, func, select
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


@dataclass(frozen=True)
class HistoryLine:
    """One entry as a page shows it; `detail` says what was before and what is now."""

    id: UUID
    at: datetime
    action: str
    actor_name: str
    detail: str
    subject_kind: str
    subject_id: UUID


def history(db: Session, subject: tuple[str, UUID], *, most: int = 100) -> list[HistoryLine]:
    """What was done to one thing, newest first."""
    kind, subject_id = subject
    rows = db.scalars(
        select(AuditEntry)
        .where(AuditEntry.subject_kind == kind, AuditEntry.subject_id == subject_id)
        .order_by(AuditEntry.id.desc())
        .limit(most)
    )
    return [_line(row) for row in rows]


def history_of_organizer(
    db: Session,
    organizer_id: UUID,
    *,
    kind: str | None = None,
    subject_id: UUID | None = None,
    before: UUID | None = None,
    most: int = 50,
) -> list[HistoryLine]:
    """What was done in an organizer's name, newest first; `before` is the id of the last line seen."""
    query = select(AuditEntry).where(AuditEntry.organizer_id == organizer_id)
    if kind:
        query = query.where(AuditEntry.subject_kind == kind)
    if subject_id:
        query = query.where(AuditEntry.subject_id == subject_id)
    if before:
        query = query.where(AuditEntry.id < before)
    return [_line(row) for row in db.scalars(query.order_by(AuditEntry.id.desc()).limit(most))]


def kinds_of_organizer(db: Session, organizer_id: UUID) -> list[str]:
    """Kinds of things that have a history there, in order of name."""
    return list(
        db.scalars(
            select(AuditEntry.subject_kind)
            .where(AuditEntry.organizer_id == organizer_id)
            .distinct()
            .order_by(AuditEntry.subject_kind)
        )
    )


def _line(row: AuditEntry) -> HistoryLine:
    return HistoryLine(
        row.id, row.at, row.action, row.actor_name, _detail(row), row.subject_kind, row.subject_id
    )


def _detail(row: AuditEntry) -> str:
    old, new = row.before or {}, row.after or {}
    changes = []
    for name in dict.fromkeys((*old, *new)):
        words = name.replace("_", " ")
        if name in old and name in new and old[name] != new[name]:
            changes.append(f"{words}: {_worded(old[name])} → {_worded(new[name])}")
        else:
            changes.append(f"{words}: {_worded(new.get(name, old.get(name)))}")
    return "; ".join(changes)


def _worded(value: object) -> str:
    if value is None or value == "":
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    return text if len(text) <= 80 else f"{text[:79]}…"
