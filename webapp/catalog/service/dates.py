"""Dates: added, moved, put on sale, paused, cancelled."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.catalog.events import DateAdded, DateCancelled, DateMoved
from webapp.catalog.models import EventDate
from webapp.catalog.queries import harm
from webapp.catalog.service import editing
from webapp.catalog.service.readiness import require_ready
from webapp.core import clock, outbox
from webapp.core.audit import Actor
from webapp.core.errors import Conflict, Invalid, NotFound
from webapp.core.harm import is_name, require_meant

FREE_FROM_NOW = text("""
    UPDATE pools SET freed_at = now() WHERE date_id = :date AND awaited <= capacity - taken
    RETURNING id, true AS is_awaited
""")

MOST_MESSAGE = 4_000

Step = Literal["on_sale", "paused", "scheduled"]


def add(
    db: Session,
    *,
    organizer_id: UUID,
    event_id: UUID,
    date_id: UUID,
    venue_id: UUID,
    times: dict[str, datetime | None],
    by: Actor,
) -> EventDate:
    """A date at a venue, its clock readings meant in that zone; the form's id makes a resend the same."""
    event = editing.own_event(db, organizer_id, event_id)
    known = db.get(EventDate, date_id)
    if known:
        if known.event_id != event.id:
            raise NotFound("There is no such date of this event.")
        return known
    if event.status == "cancelled":
        raise Conflict("A cancelled event gets no new dates.")
    venue = editing.own_venue(db, organizer_id, venue_id)
    values = _instants(times, venue.zone)
    date = EventDate(id=date_id, event_id=event.id, venue_id=venue.id, zone=venue.zone, **values)
    db.add(date)
    db.flush()
    outbox.record(db, DateAdded(event.id, date.id))
    editing.wrote(
        db, event, by, "Date added", after={"starts_at": values["starts_at"].isoformat(), "venue": venue.name}
    )
    return date


@dataclass(frozen=True)
class Move:
    """A date as its form asks for it: clock readings at the venue.

    One that guests have moves only when the event's title is `typed` and there is a `message` to them.
    """

    venue_id: UUID
    times: dict[str, datetime | None]
    typed: str = ""
    message: str = ""


def change(db: Session, *, organizer_id: UUID, date_id: UUID, move: Move, by: Actor) -> EventDate:
    """Move a date, and tell its guests. What the form shows as it is stays to the second."""
    event, date = editing.own_date(db, organizer_id, date_id)
    venue = editing.own_venue(db, organizer_id, move.venue_id)
    stays = date.venue_id == venue.id
    # A date keeps the zone that it was made with, whatever its venue's is by now.
    zone = date.zone if stays else venue.zone
    if date.plan_id and not stays:
        raise Invalid(
            "We kept everything you typed.",
            fields={"venue_id": "It has a seat plan of its venue. Take the plan off first."},
        )
    values = _instants(move.times, zone, date if stays else None)
    moves = date.starts_at != values["starts_at"] or not stays
    sold = editing.sold_tickets(db, date_id) if moves else 0
    if sold:
        _require_word(event.title, sold, move)
        tell_guests(
            db,
            date_id,
            starts_at=date.starts_at,
            zone=date.zone,
            venue=date.venue.name,
            message=move.message,
        )
    before, after = editing.changed(db, date, {**values, "venue_id": venue.id, "zone": zone})
    if after:
        editing.wrote(db, event, by, "Date changed", before=before, after=after)
    return date


def tell_guests(
    db: Session, date_id: UUID, *, starts_at: datetime, zone: str, venue: str, message: str
) -> None:
    """Write to everybody who has tickets that the date is no longer where and when it was."""
    reading = clock.local(starts_at, zone)
    was = f"{reading:%A} {reading.day} {reading:%B %Y} at {reading:%H:%M}, {venue}"
    outbox.record(db, DateMoved(date_id, was, message.strip()[:MOST_MESSAGE]))


def missing_word(title: str, typed: str, message: str) -> dict[str, str]:
    """What moving what guests have still asks for, by field: the event's title, typed, and words to them."""
    fields = {}
    if not is_name(typed, title):
        fields["typed"] = f"Type the title as it is written: {title}"
    if not message.strip():
        fields["message"] = "Write to the guests why it moves, and what they can do."
    return fields


def _require_word(title: str, sold: int, move: Move) -> None:
    fields = missing_word(title, move.typed, move.message)
    if fields:
        guests = "1 ticket is" if sold == 1 else f"{sold} tickets are"
        raise Invalid(
            f"{guests} sold for this date. It moves when you type its title and write to the guests.",
            fields=fields,
            title="Guests have this date",
        )


def set_sale(
    db: Session, *, organizer_id: UUID, date_id: UUID, step: Step, opens: datetime | None, by: Actor
) -> EventDate:
    """Put on sale, now or from a clock reading in the date's zone; pause; resume."""
    event, date = editing.own_date(db, organizer_id, date_id)
    if date.status == "cancelled":
        raise Conflict("A cancelled date is not sold any more.")
    if step == "on_sale":
        require_ready(db, event, "Nothing to put on sale yet", date_id)
    on_sale_at = _instant(opens, date.zone, "opens") if opens else None
    before, after = editing.changed(db, date, {"status": step, "on_sale_at": on_sale_at})
    if after:
        words = {"on_sale": "Put on sale", "paused": "Sale paused", "scheduled": "Taken off sale"}
        editing.wrote(db, event, by, words[step], before=before, after=after)
    if step == "on_sale":
        # What came back during the pause is free from now on, and offered first to whoever waits.
        editing.ring(db, db.execute(FREE_FROM_NOW, {"date": date_id}))
    return date


def cancel(db: Session, *, organizer_id: UUID, date_id: UUID, typed: str, by: Actor) -> EventDate:
    """Cancel a date for good. Guests are refunded and told by a job, so the title must be typed."""
    event, date = editing.own_date(db, organizer_id, date_id)
    if date.status == "cancelled":
        return date
    require_meant(harm.of_date(db, date.id), typed)
    before, after = editing.changed(db, date, {"status": "cancelled"})
    outbox.record(db, date_cancelled(date.id, by))
    after["starts_at"] = date.starts_at.isoformat()
    editing.wrote(db, event, by, "Date cancelled", before=before, after=after)
    return date


def date_cancelled(date_id: UUID, by: Actor) -> DateCancelled:
    """Tells who cancelled, since the refunds are made in their name."""
    return DateCancelled(date_id, by.id or date_id, by.name)


def _instants(times: dict[str, datetime | None], zone: str, known: EventDate | None = None) -> dict[str, Any]:
    """Instants of the readings; those that `known` shows in the form are its own."""
    instants = {
        name: _instant(reading, zone, name, (getattr(known, name), known.zone) if known else None)
        if reading
        else None
        for name, reading in times.items()
    }
    starts, ends, doors = instants["starts_at"], instants["ends_at"], instants.get("doors_at")
    if starts is None or ends is None or ends <= starts:
        raise Invalid("We kept everything you typed.", fields={"ends_at": "It ends after it begins."})
    if ends - starts > timedelta(days=60):
        raise Invalid("We kept everything you typed.", fields={"ends_at": "A date lasts sixty days at most."})
    if doors and doors > starts:
        raise Invalid("We kept everything you typed.", fields={"doors_at": "Doors open before it begins."})
    return instants


def _instant(
    reading: datetime, zone: str, field: str, known: tuple[datetime | None, str] | None = None
) -> datetime:
    if known and (same := clock.shown_again(reading, zone, *known)):
        return same
    try:
        return clock.instant(reading, zone)
    except ValueError as error:
        raise Invalid("We kept everything you typed.", fields={field: str(error)}) from error


@dataclass(frozen=True)
class Impact:
    """What cancelling a date takes back, and how far it is: `amount` in minor units, without fees."""

    orders: int
    tickets: int
    amount: int
    void: int


def impact(db: Session, date_id: UUID) -> Impact:
    row = db.execute(
        text("""
            SELECT count(DISTINCT order_id) FILTER (WHERE state <> 'void') AS orders,
                   count(*) FILTER (WHERE state <> 'void') AS tickets,
                   coalesce(sum(price) FILTER (WHERE state <> 'void'), 0)::bigint AS amount,
                   count(*) FILTER (WHERE state = 'void') AS void
            FROM tickets WHERE date_id = :date
        """),
        {"date": date_id},
    ).one()
    return Impact(**row._mapping)
