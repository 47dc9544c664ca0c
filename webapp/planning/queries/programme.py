"""What a series is made beside: the event's other dates, and who has the venue when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, text
from sqlalchemy.orm import Session

from webapp.catalog.models import Event, EventDate, Venue
from webapp.core.errors import NotFound
from webapp.planning.models import Series
from webapp.planning.rules.previews import Busy
from webapp.planning.rules.sentences import Pattern, remembered, sentence

BUSY = text("""
    SELECT d.id, d.event_id, e.title, d.starts_at, d.ends_at
    FROM event_dates d JOIN events e ON e.id = d.event_id
    WHERE d.venue_id = :venue AND d.status <> 'cancelled' AND e.status NOT IN ('cancelled', 'rehearsal')
      AND d.starts_at < :until AND d.ends_at > :since
""")

SERIES = text("""
    SELECT s.id, s.pattern, v.name AS venue, v.zone, count(d.id) AS dates,
           count(d.id) FILTER (WHERE d.ends_at > :now AND d.status <> 'cancelled') AS ahead
    FROM series s JOIN venues v ON v.id = s.venue_id
    LEFT JOIN series_dates x ON x.series_id = s.id LEFT JOIN event_dates d ON d.id = x.date_id
    WHERE s.event_id = :event GROUP BY s.id, v.name, v.zone ORDER BY s.id
""")

OF_DATE = text("""
    SELECT s.id, s.pattern, x.day, (SELECT count(*) FROM series_dates o WHERE o.series_id = s.id) AS dates
    FROM series_dates x JOIN series s ON s.id = x.series_id JOIN events e ON e.id = s.event_id
    WHERE x.date_id = :date AND e.organizer_id = :organizer
""")


@dataclass(frozen=True)
class Planned:
    """An event whose dates are planned; `dates` are what a new one may be like, the latest first."""

    id: UUID
    title: str
    status: str
    dates: list[tuple[UUID, datetime, str, str]]


@dataclass(frozen=True)
class SeriesRow:
    id: UUID
    sentence: str
    venue: str
    zone: str
    dates: int
    ahead: int
    ends: date | None


@dataclass(frozen=True)
class OneOf:
    """The series of a date, and the day that the rule names for it."""

    id: UUID
    day: date
    sentence: str


@dataclass(frozen=True)
class Kept:
    """A series as it is remembered, for changing it."""

    id: UUID
    event_id: UUID
    venue_id: UUID
    pattern: Pattern


def event(db: Session, organizer_id: UUID, event_id: UUID) -> Planned:
    row = db.execute(
        select(Event.id, Event.title, Event.status).where(
            Event.id == event_id, Event.organizer_id == organizer_id, Event.status != "rehearsal"
        )
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such event here.")
    dates = db.execute(
        select(EventDate.id, EventDate.starts_at, EventDate.zone, Venue.name)
        .join(EventDate.venue)
        .where(EventDate.event_id == event_id)
        .order_by(EventDate.starts_at.desc())
    )
    return Planned(row.id, row.title, row.status, [(d.id, d.starts_at, d.zone, d.name) for d in dates])


def venue(db: Session, organizer_id: UUID, venue_id: UUID) -> Venue:
    found = db.scalar(select(Venue).where(Venue.id == venue_id, Venue.organizer_id == organizer_id))
    if found is None:
        raise NotFound("There is no such venue here.")
    return found


def busy(db: Session, venue_id: UUID, starts: Sequence[datetime]) -> list[Busy]:
    """Who has the venue around these instants."""
    if not starts:
        return []
    values: dict[str, Any] = {"venue": venue_id, "since": min(starts), "until": max(starts)}
    # What begins before and lasts long meets them, too.
    values = {**values, "until": values["until"] + timedelta(days=60)}
    return [Busy(**row._mapping) for row in db.execute(BUSY, values)]


def series_of_event(db: Session, event_id: UUID, now: datetime) -> list[SeriesRow]:
    return [_series_row(row) for row in db.execute(SERIES, {"event": event_id, "now": now})]


def _series_row(row: Row[Any]) -> SeriesRow:
    pattern = remembered(row.pattern)
    said = sentence(pattern, row.dates)
    return SeriesRow(row.id, said, row.venue, row.zone, row.dates, row.ahead, pattern.rule.until)


def find_series_of_date(db: Session, organizer_id: UUID, date_id: UUID) -> OneOf | None:
    row = db.execute(OF_DATE, {"date": date_id, "organizer": organizer_id}).one_or_none()
    return OneOf(row.id, row.day, sentence(remembered(row.pattern), row.dates)) if row else None


def series(db: Session, organizer_id: UUID, series_id: UUID) -> Kept:
    row = db.scalar(
        select(Series)
        .join(Event, Event.id == Series.event_id)
        .where(Series.id == series_id, Event.organizer_id == organizer_id)
    )
    if row is None:
        raise NotFound("There is no such series here.")
    return Kept(row.id, row.event_id, row.venue_id, remembered(row.pattern))
