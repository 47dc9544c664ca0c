"""What the catalog and earlier imports hold of what a source names."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from webapp.accounts.models import Organizer
from webapp.catalog.models import Event, EventDate, Venue
from webapp.core.errors import NotFound
from webapp.importing.models import Import, ImportedEvent, KnownPlace
from webapp.importing.rules.entries import House

# Whatever stands for a place that somebody has or may get.
SOLD = text("""
    SELECT d.id FROM event_dates d WHERE d.id = ANY(:dates) AND (
        EXISTS (SELECT FROM order_lines l WHERE l.date_id = d.id)
        OR EXISTS (SELECT FROM tickets t WHERE t.date_id = d.id)
        OR EXISTS (SELECT FROM pools p WHERE p.date_id = d.id AND p.taken > 0))
""")
USUAL_CATEGORY = text("""
    SELECT category FROM events WHERE organizer_id = :organizer AND status <> 'rehearsal'
    GROUP BY category ORDER BY count(*) DESC, category LIMIT 1
""")
USUAL_ZONE = text("""
    SELECT v.zone FROM venues v LEFT JOIN event_dates d ON d.venue_id = v.id
    WHERE v.organizer_id = :organizer GROUP BY v.zone ORDER BY count(d.id) DESC, v.zone LIMIT 1
""")
LOCK = text("SELECT pg_advisory_xact_lock(hashtext('import'), hashtext(CAST(:organizer AS text)))")


@dataclass(frozen=True)
class Customs:
    """What is usual for an organizer, where a source does not say."""

    organizer: Organizer
    category: str
    zone: str


@dataclass(frozen=True)
class Listed:
    """An import in the list of all."""

    id: UUID
    file: str
    made_at: Any
    undone_at: Any
    counts: dict[str, int]


def organizer(db: Session, slug: str) -> Organizer:
    found = db.scalar(select(Organizer).where(Organizer.slug == slug))
    if found:
        return found
    known = db.scalars(select(Organizer.slug).order_by(Organizer.slug).limit(12)).all()
    listed = f"There are: {', '.join(known)}." if known else "There is none yet."
    raise NotFound(f"No organizer is called “{slug}” in addresses. {listed}")


def customs(db: Session, organizer: Organizer) -> Customs:
    """Also keeps other imports of the organizer waiting until this one is done."""
    db.execute(LOCK, {"organizer": organizer.id})
    whose = {"organizer": organizer.id}
    return Customs(
        organizer,
        db.scalar(USUAL_CATEGORY, whose) or "festival",
        db.scalar(USUAL_ZONE, whose) or "UTC",
    )


def remembered(db: Session, organizer_id: UUID, names: Sequence[str]) -> dict[str, ImportedEvent]:
    """What these became in earlier imports."""
    rows = db.scalars(
        select(ImportedEvent).where(
            ImportedEvent.organizer_id == organizer_id, ImportedEvent.name.in_(list(names))
        )
    )
    return {row.name: row for row in rows}


def events(db: Session, ids: Iterable[UUID], *, locked: bool = True) -> dict[UUID, Event]:
    """Events; locked, so that staff's changes come before or after."""
    query = select(Event).where(Event.id.in_(list(ids))).order_by(Event.id)
    rows = db.scalars(query.with_for_update(key_share=True) if locked else query)
    return {row.id: row for row in rows}


def own_events(db: Session, organizer_id: UUID, ids: Iterable[UUID]) -> set[UUID]:
    """Those that are this organizer's."""
    return set(
        db.scalars(select(Event.id).where(Event.organizer_id == organizer_id, Event.id.in_(list(ids))))
    )


def dates(db: Session, event_ids: Iterable[UUID], *, locked: bool = True) -> dict[UUID, EventDate]:
    query = select(EventDate).where(EventDate.event_id.in_(list(event_ids)))
    rows = db.scalars(query.with_for_update(key_share=True) if locked else query)
    return {row.id: row for row in rows}


def sold(db: Session, date_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Those dates of which somebody has or may get a place."""
    return frozenset(db.scalars(SOLD, {"dates": list(date_ids)}))


def venues(db: Session, organizer_id: UUID) -> list[Venue]:
    return list(db.scalars(select(Venue).where(Venue.organizer_id == organizer_id).order_by(Venue.id)))


def known_places(db: Session, organizer_id: UUID) -> dict[House, UUID]:
    """What sources call venues otherwise, as staff once said."""
    rows = db.scalars(select(KnownPlace).where(KnownPlace.organizer_id == organizer_id))
    return {House(row.name, row.place): row.venue_id for row in rows}


def slugs(db: Session) -> set[str]:
    return set(db.scalars(select(Event.slug)))


def of(db: Session, import_id: UUID) -> list[ImportedEvent]:
    """The events that an import was the last to change."""
    return list(db.scalars(select(ImportedEvent).where(ImportedEvent.import_id == import_id)))


def listed(db: Session, organizer_id: UUID, *, most: int = 50) -> list[Listed]:
    """An organizer's imports, the newest first."""
    rows = db.scalars(
        select(Import).where(Import.organizer_id == organizer_id).order_by(Import.id.desc()).limit(most)
    )
    return [Listed(row.id, row.file, row.made_at, row.undone_at, row.report["counts"]) for row in rows]
