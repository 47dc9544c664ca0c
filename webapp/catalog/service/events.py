"""Events: made, changed, published, taken back, cancelled, given a picture."""

import io
from datetime import datetime
from typing import Any
from uuid import UUID

from PIL import Image, UnidentifiedImageError
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from webapp.catalog.models import Event
from webapp.catalog.queries import harm
from webapp.catalog.service import drafts, editing
from webapp.catalog.service.dates import date_cancelled
from webapp.catalog.service.readiness import require_ready
from webapp.core import outbox
from webapp.core.audit import Actor
from webapp.core.errors import Conflict, Invalid
from webapp.core.harm import require_meant
from webapp.core.media import Media
from webapp.core.text import clean_html, slug

MOST_PIXELS = 40_000_000
WIDEST = 1600


def create(db: Session, *, organizer_id: UUID, event_id: UUID, values: dict[str, Any], by: Actor) -> Event:
    """A draft with these facts; the form's own id makes a resend the same event."""
    known = db.get(Event, event_id)
    if known:
        return editing.own_event(db, organizer_id, event_id)
    event = Event(
        id=event_id, organizer_id=organizer_id, slug=_free_slug(db, values["title"]), **_cleaned(values)
    )
    db.add(event)
    db.flush()
    editing.wrote(db, event, by, "Event made", after={"title": event.title})
    return event


def change(
    db: Session,
    *,
    organizer_id: UUID,
    event_id: UUID,
    version: int,
    values: dict[str, Any],
    by: Actor,
    now: datetime,
) -> Event:
    event = editing.own_event(db, organizer_id, event_id)
    editing.require_version(db, event, version, by, now)
    before, after = editing.changed(db, event, _cleaned(values))
    if after:
        editing.wrote(db, event, by, "Facts changed", before=before, after=after)
    return event


def publish(db: Session, *, organizer_id: UUID, event_id: UUID, by: Actor, now: datetime) -> Event:
    """Show it to everybody; it needs a date with something to sell."""
    event = editing.own_event(db, organizer_id, event_id)
    if event.status == "published":
        return event
    if event.status == "cancelled":
        raise Conflict("A cancelled event stays cancelled. Make a new one.")
    require_ready(db, event, drafts.NOT_READY)
    was_before = event.published_at is not None and event.publish_at is None
    event.status, event.publish_at = "published", None
    event.published_at = event.published_at if was_before else now
    editing.wrote(db, event, by, "Published", **stepped("draft", "published"))
    return event


def unpublish(db: Session, *, organizer_id: UUID, event_id: UUID, by: Actor) -> Event:
    """Back to a draft, as long as nobody has bought or holds anything."""
    event = editing.own_event(db, organizer_id, event_id)
    if event.status != "published":
        return event
    taken = db.scalar(
        text(
            "SELECT coalesce(sum(p.taken), 0) FROM pools p"
            " JOIN event_dates d ON d.id = p.date_id WHERE d.event_id = :event"
        ),
        {"event": event.id},
    )
    if taken:
        places = "1 place is" if taken == 1 else f"{taken} places are"
        raise Conflict(f"{places} taken, so guests must be able to see it. Cancel its dates instead.")
    event.status = "draft"
    editing.wrote(db, event, by, "Taken back to draft", **stepped("published", "draft"))
    return event


def cancel(db: Session, *, organizer_id: UUID, event_id: UUID, typed: str, by: Actor) -> Event:
    """Cancel the event with all its dates; everybody is refunded and told by a job."""
    event = editing.own_event(db, organizer_id, event_id)
    if event.status == "cancelled":
        return event
    require_meant(harm.of_event(db, event.id), typed)
    was, event.status, event.publish_at = event.status, "cancelled", None
    for date in event.dates:
        if date.status != "cancelled":
            date.status = "cancelled"
            outbox.record(db, date_cancelled(date.id, by))
    editing.wrote(db, event, by, "Event cancelled", **stepped(was, "cancelled"))
    return event


def stepped(before: str, after: str) -> dict[str, dict[str, Any]]:
    """A change of the state alone, as the history keeps it."""
    return {"before": {"status": before}, "after": {"status": after}}


def set_picture(
    db: Session, media: Media, *, organizer_id: UUID, event_id: UUID, content: bytes | None, by: Actor
) -> None:
    """Show an uploaded picture instead of the poster, made anew by us; None shows the poster again."""
    event = editing.own_event(db, organizer_id, event_id)
    before = {"picture": "their own" if event.image else "the poster"}
    if content is None and event.image is None:
        return
    event.image = media.keep(_reencoded(content), ".webp") if content else None
    after = {"picture": "a new one of their own" if content else "the poster"}
    said = "Picture set" if content else "Picture taken away"
    editing.wrote(db, event, by, said, before=before, after=after)


def _reencoded(content: bytes) -> bytes:
    """The picture as WebP of at most 1,600 pixels, without anything else that the file carried."""
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP", "GIF")) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise Image.DecompressionBombError
            picture.thumbnail((WIDEST, WIDEST))
            made = io.BytesIO()
            picture.convert("RGB").save(made, "WEBP", quality=82)
    except Image.DecompressionBombError as error:
        raise Invalid(
            "This picture has too many pixels; 40 million are the most.", title="Not this picture"
        ) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise Invalid("Choose a JPEG, PNG or WebP picture.", title="This file is no picture") from error
    return made.getvalue()


def _cleaned(values: dict[str, Any]) -> dict[str, Any]:
    return {**values, "description": clean_html(values.get("description", ""))}


def _free_slug(db: Session, title: str) -> str:
    """The title as an address; with a number when another event has it."""
    wanted = slug(title) or "event"
    used = set(db.scalars(select(Event.slug).where(Event.slug.startswith(wanted, autoescape=True))))
    number, free = 2, wanted
    while free in used:
        free, number = f"{wanted}-{number}", number + 1
    return free
