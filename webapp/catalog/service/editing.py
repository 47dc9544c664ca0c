"""What every change of an event has in common: who may, which version it was made from, and what follows."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from webapp.catalog.events import PlacesCameBack
from webapp.catalog.models import Event, EventDate, Pool, TicketType, Venue
from webapp.core import outbox
from webapp.core.audit import Actor, AuditEntry, note
from webapp.core.errors import Conflict, NotFound
from webapp.core.text import folded

Row = TypeVar("Row")


# A draft whose time has come is out already; from the first change on its row says so.
SETTLE = text("""
    UPDATE events SET status = 'published', publish_at = NULL, version = version + 1
    WHERE id = :event AND status = 'draft' AND publish_at <= now()
""")


def settle(db: Session, event_id: UUID) -> None:
    db.execute(SETTLE, {"event": event_id})


def own_event(db: Session, organizer_id: UUID, event_id: UUID, *, deleted: bool = False) -> Event:
    """The organizer's event, locked, so that two changes come one after the other."""
    settle(db, event_id)
    event = db.scalar(
        select(Event)
        .where(Event.id == event_id, Event.organizer_id == organizer_id)
        .with_for_update(key_share=True)  # who buys refers to the row, and need not wait
        .execution_options(populate_existing=True)
    )
    if event and event.status == "deleted" and not deleted:
        raise Conflict("It lies in the bin. Take it out first.", title=f"{event.title} was deleted")
    return _found(event, "event")


def own_date(db: Session, organizer_id: UUID, date_id: UUID) -> tuple[Event, EventDate]:
    event_id = db.scalar(select(EventDate.event_id).where(EventDate.id == date_id))
    event = own_event(db, organizer_id, _found(event_id, "date"))
    return event, db.get_one(EventDate, date_id, with_for_update={"key_share": True})


def own_pool(db: Session, organizer_id: UUID, pool_id: UUID) -> tuple[Event, Pool]:
    date_id = db.scalar(select(Pool.date_id).where(Pool.id == pool_id, Pool.parent_id.is_(None)))
    event, _ = own_date(db, organizer_id, _found(date_id, "pool"))
    return event, db.get_one(Pool, pool_id)


def own_type(db: Session, organizer_id: UUID, type_id: UUID) -> tuple[Event, TicketType]:
    date_id = db.scalar(select(TicketType.date_id).where(TicketType.id == type_id))
    event, _ = own_date(db, organizer_id, _found(date_id, "ticket type"))
    return event, db.get_one(TicketType, type_id)


def own_venue(db: Session, organizer_id: UUID, venue_id: UUID) -> Venue:
    venue = db.scalar(select(Venue).where(Venue.id == venue_id, Venue.organizer_id == organizer_id))
    return _found(venue, "venue")


def require_version(db: Session, event: Event, version: int, by: Actor, now: datetime) -> None:
    """Refuse a form that was shown before somebody else's change; one's own resend is let through."""
    if event.version == version:
        return
    last = db.scalar(
        select(AuditEntry)
        .where(AuditEntry.subject_kind == "event", AuditEntry.subject_id == event.id)
        .order_by(AuditEntry.id.desc())
        .limit(1)
    )
    if last is None or (by.id and last.actor_id == by.id):
        return
    minutes = max(1, round((now - last.at).total_seconds() / 60))
    ago = "a minute ago" if minutes == 1 else f"{minutes} minutes ago"
    raise Conflict(
        "Your fields are kept; open the event in another window and look at the change first.",
        title=f"{last.actor_name} changed this event {ago}",
    )


def changed(db: Session, row: Row, values: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Set what differs; returns what was before and what is now, as the history keeps it."""
    before, after = {}, {}
    for name, value in values.items():
        old = getattr(row, name)
        if old != value:
            before[name], after[name] = _kept(db, name, old), _kept(db, name, value)
            setattr(row, name, value)
    db.flush()
    return before, after


def wrote(
    db: Session,
    event: Event,
    by: Actor,
    action: str,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """A change is done: a new version for guests' pages, new words for search, a line in the history."""
    event.version += 1
    event.words = _words(db, event)
    if set(after or {}) & {"title", "category", "starts_at", "venue", "venue_id", "zone"}:
        event.poster = None  # drawn anew from the new facts the next time it is asked for
    db.flush()
    note(
        db,
        by,
        action,
        ("event", event.id),
        organizer_id=event.organizer_id,
        before=before or None,
        after=after or None,
    )


def ring(db: Session, pools: Iterable[Any]) -> None:
    """Tell of those pools that have room for somebody who waits: rows of `id` and `is_awaited`."""
    for pool in pools:
        if pool.is_awaited:
            outbox.record(db, PlacesCameBack(pool.id))


def sold_tickets(db: Session, date_id: UUID) -> int:
    return (
        db.scalar(
            text("SELECT count(*) FROM tickets WHERE date_id = :date AND state <> 'void'"), {"date": date_id}
        )
        or 0
    )


def _words(db: Session, event: Event) -> str:
    places = db.scalar(
        text(
            "SELECT string_agg(DISTINCT v.name || ' ' || v.city, ' ') FROM event_dates d"
            " JOIN venues v ON v.id = d.venue_id WHERE d.event_id = :event"
        ),
        {"event": event.id},
    )
    organizer = event.organizer.name
    return folded(f"{event.title} {event.summary} {event.category} {places or ''} {organizer}")


# What the history keeps of a thing that is named by its id: how it is called today.
NAMES: dict[str, tuple[type[Venue | Pool | Event], str]] = {
    "venue_id": (Venue, "name"),
    "pool_id": (Pool, "name"),
    "also_pools": (Pool, "name"),
    "event_id": (Event, "title"),
}


def _kept(db: Session, name: str, value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="minutes")
    if isinstance(value, list):
        return [_kept(db, name, one) for one in value]
    if isinstance(value, UUID):
        model, called = NAMES.get(name, (None, ""))
        return getattr(db.get(model, value), called, str(value)) if model else str(value)
    return value


def _found(row: Row | None, what: str) -> Row:
    if row is None:
        raise NotFound(f"There is no such {what} here.")
    return row
