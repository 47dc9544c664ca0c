"""Files under way and imports that are done, as pages and jobs ask for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session, undefer

from webapp.catalog.models import Venue
from webapp.core.audit import Actor
from webapp.core.errors import NotFound
from webapp.importing.events import ImportAsked, ImportConfirmed
from webapp.importing.models import Draft, Import

MOST_LISTED = 50

# Drafts that wait for a job which nobody is going to do: it was given up, or dropped by hand after that. What
# is still to be done has indexes of its own, so it is small however much was done before.
STOPPED = text("""
    WITH still AS (
        SELECT b.payload FROM outbox b WHERE b.sent_at IS NULL AND b.topic = ANY(:topics)
        UNION ALL
        SELECT b.payload FROM deliveries d JOIN outbox b ON b.id = d.outbox_id
        WHERE d.done_at IS NULL AND d.dead_at IS NULL AND b.topic = ANY(:topics)
    )
    SELECT i.id FROM import_drafts i
    WHERE i.organizer_id = :organizer AND i.state IN ('reading', 'importing') AND NOT EXISTS (
        SELECT FROM still s
        WHERE s.payload->>'draft_id' = i.id::text AND (s.payload->>'version')::int = i.version
    )
""")
TOPICS = [ImportAsked.__name__, ImportConfirmed.__name__]


@dataclass(frozen=True)
class Work:
    """What a job needs of a draft."""

    id: UUID
    organizer_id: UUID
    version: int
    file: str
    url: str | None
    content: bytes | None
    asks: dict[str, Any]
    agreed: dict[str, Any]
    by: Actor


@dataclass(frozen=True)
class DraftView:
    """A draft as its page shows it."""

    id: UUID
    file: str
    url: str | None
    size: int
    state: str
    version: int
    progress: int
    asks: dict[str, Any]
    found: dict[str, Any]
    import_id: UUID | None
    feed_id: UUID | None
    made_by: str
    made_at: datetime
    is_stopped: bool

    @property
    def counts(self) -> dict[str, int]:
        return dict(self.found.get("counts", {}))

    @property
    def events(self) -> int:
        return sum(self.counts.get(kind, 0) for kind in ("new", "changed", "same"))

    @property
    def is_busy(self) -> bool:
        return self.state in {"reading", "importing"} and not self.is_stopped


@dataclass(frozen=True)
class Report:
    """An import that was made."""

    id: UUID
    file: str
    outcome: str
    made_by: str
    made_at: datetime
    undone_at: datetime | None
    counts: Mapping[str, int]
    warnings: tuple[tuple[str, str, str], ...]
    notes: tuple[str, ...]
    added: tuple[UUID, ...]
    changed: tuple[UUID, ...]


def work(db: Session, draft_id: UUID, version: int, state: str) -> Work | None:
    """The draft, if that is still to be done with it."""
    row = db.get(Draft, draft_id, options=[undefer(Draft.content)])
    if row is None or row.version != version or row.state != state:
        return None
    return Work(
        row.id, row.organizer_id, row.version, row.file, row.url, row.content, row.asks, row.agreed,
        actor(row.made_by),
    )  # fmt: skip


def actor(said: dict[str, Any]) -> Actor:
    return Actor(said["kind"], said["name"], UUID(said["id"]) if said.get("id") else None)


def draft(db: Session, organizer_id: UUID, draft_id: UUID) -> DraftView:
    row = db.get(Draft, draft_id)
    if row is None or row.organizer_id != organizer_id:
        raise NotFound("There is no such file any more: it was imported, thrown away, or kept for some days.")
    return _view(row, stopped(db, organizer_id))


def drafts(db: Session, organizer_id: UUID) -> list[DraftView]:
    """Files that are not in yet, the newest first."""
    rows = db.scalars(
        select(Draft)
        .where(Draft.organizer_id == organizer_id, Draft.state != "done")
        .order_by(Draft.id.desc())
        .limit(MOST_LISTED)
    )
    given_up = stopped(db, organizer_id)
    return [_view(row, given_up) for row in rows]


def stopped(db: Session, organizer_id: UUID) -> set[UUID]:
    """Drafts that no worker tries any more, since every attempt failed."""
    return set(db.scalars(STOPPED, {"organizer": organizer_id, "topics": TOPICS}))


def _view(row: Draft, given_up: set[UUID]) -> DraftView:
    return DraftView(
        row.id, row.file, row.url, row.size, row.state, row.version, row.progress, row.asks, row.found,
        row.import_id, row.feed_id, row.made_by["name"], row.made_at, row.id in given_up,
    )  # fmt: skip


def venues(db: Session, organizer_id: UUID) -> list[tuple[str, str]]:
    """The organizer's venues to choose from: id, and name with city."""
    rows = db.scalars(select(Venue).where(Venue.organizer_id == organizer_id).order_by(Venue.name, Venue.id))
    return [(str(row.id), f"{row.name}, {row.city}") for row in rows]


def zones(db: Session, organizer_id: UUID) -> list[str]:
    """Zones of the organizer's venues."""
    return list(db.scalars(select(Venue.zone).where(Venue.organizer_id == organizer_id).distinct()))


def report(db: Session, organizer_id: UUID, import_id: UUID) -> Report:
    """One of them."""
    row = db.get(Import, import_id)
    if row is None or row.organizer_id != organizer_id:
        raise NotFound("There is no such import.")
    return _report(row)


def _report(row: Import) -> Report:
    said = row.report
    return Report(
        row.id, row.file, row.outcome, row.made_by, row.made_at, row.undone_at, said["counts"],
        tuple(map(tuple, said["warnings"])), tuple(said["notes"]),
        tuple(UUID(one) for one in row.undo["added"]),
        tuple(UUID(one["event"]) for one in row.undo["changed"]),
    )  # fmt: skip
