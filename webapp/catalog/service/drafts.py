"""Drafts: published by themselves at a time, laid into the bin, and taken out of it."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.catalog.models import Event
from webapp.catalog.service import editing
from webapp.catalog.service.readiness import require_ready
from webapp.core import clock
from webapp.core.audit import Actor
from webapp.core.errors import Conflict, Invalid, NotFound

# What lies in the bin for so long is removed for good.
KEPT = timedelta(days=30)
KEPT_WORDS = "30 days"
NOT_READY = "Not ready to be published"

ZONE = text("SELECT zone FROM event_dates WHERE event_id = :event ORDER BY starts_at, id LIMIT 1")
# Somebody held, bought, asked or waited for something of it: that is told of somewhere, and must stay.
TOUCHED = text("""
    SELECT EXISTS (SELECT FROM hold_lines l JOIN ticket_types t ON t.id = l.ticket_type_id
                   JOIN event_dates d ON d.id = t.date_id WHERE d.event_id = :event)
        OR EXISTS (SELECT FROM order_lines l JOIN event_dates d ON d.id = l.date_id WHERE d.event_id = :event)
        OR EXISTS (SELECT FROM waitlist_entries WHERE event_id = :event)
        OR EXISTS (SELECT FROM ticket_requests r JOIN event_dates d ON d.id = r.date_id
                   WHERE d.event_id = :event)
""")
DUE = text("SELECT id FROM events WHERE status = 'draft' AND publish_at <= now() LIMIT 100")
# One of which something is told elsewhere must not keep all others from being removed.
EMPTY_BIN = text("""
    DELETE FROM events e WHERE status = 'deleted' AND deleted_at < :since
    AND NOT EXISTS (SELECT FROM ticket_requests r JOIN event_dates d ON d.id = r.date_id
                    WHERE d.event_id = e.id)
    AND NOT EXISTS (SELECT FROM pools p JOIN vouchers v ON v.id = p.voucher_id
                    JOIN event_dates d ON d.id = p.date_id WHERE v.event_id = e.id AND d.event_id <> e.id)
""")


def plan(
    db: Session, *, organizer_id: UUID, event_id: UUID, at: datetime | None, by: Actor, now: datetime
) -> Event:
    """Publish a draft by itself at a clock reading in its zone; None takes the time away again."""
    event = editing.own_event(db, organizer_id, event_id)
    if event.status != "draft":
        raise Conflict(f"It is {event.status} already.", title="Only a draft has a time to be published")
    instant = None
    if at:
        require_ready(db, event, NOT_READY)
        instant = _instant(at, str(db.scalar(ZONE, {"event": event.id})))
        if instant <= now:
            raise Invalid(
                "Nothing was changed.",
                fields={"at": "This time is over. Choose one that is ahead, or publish it now."},
            )
    before, after = editing.changed(db, event, {"publish_at": instant})
    if after:
        event.published_at = instant
        said = "Publishing planned" if instant else "Publishing stopped"
        editing.wrote(db, event, by, said, before=before, after=after)
    return event


def delete(db: Session, *, organizer_id: UUID, event_id: UUID, by: Actor, now: datetime) -> Event:
    """Lay a draft into the bin; one that guests know of stays."""
    event = editing.own_event(db, organizer_id, event_id)
    if event.status != "draft":
        raise Conflict("Take it back to a draft first, or cancel it.", title="Only drafts can be deleted")
    if db.scalar(TOUCHED, {"event": event.id}):
        raise Conflict(
            "Somebody held, bought or asked for tickets of it once, or waited for it. Keep it as a draft.",
            title="This draft stays",
        )
    if event.publish_at:  # the time that was set will not come
        event.publish_at = event.published_at = None
    event.status, event.deleted_at = "deleted", now
    _moved(db, event, by, "Deleted", ("draft", "in the bin"))
    return event


def restore(db: Session, *, organizer_id: UUID, event_id: UUID, by: Actor) -> Event:
    """Take a draft out of the bin as it was; twice is once."""
    event = editing.own_event(db, organizer_id, event_id, deleted=True)
    if event.status == "deleted":
        event.status, event.deleted_at = "draft", None
        _moved(db, event, by, "Taken out of the bin", ("in the bin", "draft"))
    return event


def publish_due(db: Session) -> int:
    """Write down what time has published, so that staff lists say so, too. Guests see it without."""
    found = list(db.scalars(DUE))
    for event_id in found:
        editing.settle(db, event_id)
    return len(found)


def empty_bin(db: Session, now: datetime) -> None:
    db.execute(EMPTY_BIN, {"since": now - KEPT})


def _moved(db: Session, event: Event, by: Actor, said: str, status: tuple[str, str]) -> None:
    before, after = ({"title": event.title, "status": one} for one in status)
    editing.wrote(db, event, by, said, before=before, after=after)


def _instant(reading: datetime, zone: str) -> datetime:
    if zone == "None":
        raise NotFound("This event has no date.")
    try:
        return clock.instant(reading, zone)
    except ValueError as error:
        raise Invalid("Nothing was changed.", fields={"at": str(error)}) from error
