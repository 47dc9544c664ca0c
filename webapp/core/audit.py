"""What was done to what, by whom: append-only, shown beside the thing itself."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Index, func, select
from sqlalchemy.orm import Mapped, mapped_column

from webapp.core import words
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
    device: Mapped[str] = mapped_column(default="", server_default="", doc="such as Firefox on Linux")
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
    device: str = ""


SYSTEM = Actor("system", "Marquee")
GUEST = Actor("guest", "Guest")


def note(
    db: Session,
    actor: Actor,
    action: str,
    subject: tuple[str, UUID],
    *,
    organizer_id: UUID | None = None,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
) -> None:
    """Add one line: `action` is a sentence in the past tense such as `Capacity changed`.

    `before` and `after` say in values that people read what was and what is; None where the thing was not
    there yet, or is no more.
    """
    if not before and not after:
        raise ValueError(f"The history is to say what changed: {action}")
    kind, subject_id = subject
    db.add(
        AuditEntry(
            actor_kind=actor.kind,
            actor_id=actor.id,
            actor_name=actor.name,
            device=actor.device,
            organizer_id=organizer_id,
            subject_kind=kind,
            subject_id=subject_id,
            action=action,
            before=before,
            after=after,
        )
    )


@dataclass(frozen=True)
class Change:
    """One field of an entry in people's words: what it was and what it is, None for neither."""

    label: str
    before: str | None
    after: str | None

    def __str__(self) -> str:
        if self.before is not None and self.after is not None:
            return f"{self.label}: {self.before} → {self.after}"
        return f"{self.label}: {self.after if self.after is not None else self.before}"


@dataclass(frozen=True)
class HistoryLine:
    """One entry as a page shows it."""

    id: UUID
    at: datetime
    action: str
    actor_name: str
    device: str
    before: dict[str, Any]
    after: dict[str, Any]
    subject_kind: str
    subject_id: UUID

    def changes(self, zone: str = "UTC", currency: str = "") -> list[Change]:
        return changes(self.before, self.after, zone, currency)

    def detail(self, zone: str = "UTC", currency: str = "") -> str:
        """What was before and what is now, times on the clock of `zone`, money in `currency`."""
        return "; ".join(map(str, self.changes(zone, currency)))


def changes(
    before: dict[str, Any], after: dict[str, Any], zone: str, currency: str, *, abroad: bool = False
) -> list[Change]:
    """The fields of an entry, those that were changed with both values."""
    told = []
    for name in dict.fromkeys((*before, *after)):
        if name in words.DERIVED:
            continue
        old, new = before.get(name), after.get(name)
        was = (
            words.worded(name, old, zone, currency, abroad=abroad)
            if name in before and (old != new)
            else None
        )
        now = words.worded(name, new, zone, currency, abroad=abroad) if name in after else None
        told.append(Change(words.label(name), was, now))
    return told


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


def last_by(db: Session, subject: tuple[str, UUID]) -> str:
    """Who changed a thing last."""
    kind, subject_id = subject
    name = db.scalar(
        select(AuditEntry.actor_name)
        .where(AuditEntry.subject_kind == kind, AuditEntry.subject_id == subject_id)
        .order_by(AuditEntry.id.desc())
        .limit(1)
    )
    return name or "Somebody"


def _line(row: AuditEntry) -> HistoryLine:
    return HistoryLine(
        row.id,
        row.at,
        row.action,
        row.actor_name,
        row.device,
        row.before or {},
        row.after or {},
        row.subject_kind,
        row.subject_id,
    )
