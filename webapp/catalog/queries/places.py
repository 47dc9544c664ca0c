"""Cities, kinds and organizers: what is ahead for each, as a list and as a calendar."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.catalog.queries.cards import Card, cards
from webapp.catalog.queries.home import UPCOMING
from webapp.catalog.queries.out import KNOWN
from webapp.core.errors import NotFound
from webapp.web.filters import CATEGORIES


@dataclass(frozen=True)
class OrganizerPage:
    id: UUID
    slug: str
    name: str
    blurb: str


@dataclass(frozen=True)
class FeedDate:
    """A date as a calendar shows it."""

    id: UUID
    slug: str
    title: str
    summary: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    is_cancelled: bool
    venue: str
    address: str
    city: str
    latitude: float | None
    longitude: float | None
    version: int


# What a list or feed is about, as a condition of ours with one value.
CITY, CATEGORY, ORGANIZER, EVENT, DATE = (
    *("v.city_slug = :what", "e.category = :what", "e.organizer_id = :what", "e.slug = :what"),
    "d.id = CAST(:what AS uuid)",
)

PER_PAGE = 30

NEXT = """
    SELECT date_id, dates, row_number() OVER (ORDER BY starts_at, date_id) AS place FROM (
        SELECT DISTINCT ON (e.id) d.id AS date_id, d.starts_at,
               count(*) OVER (PARTITION BY e.id)::int AS dates
        FROM event_dates d JOIN events e ON e.id = d.event_id JOIN venues v ON v.id = d.venue_id
        WHERE {upcoming} AND {about} ORDER BY e.id, d.starts_at
    ) once ORDER BY starts_at, date_id LIMIT :limit OFFSET :offset
"""

COUNT = """
    SELECT count(*)::int AS dates, count(DISTINCT e.id)::int AS events
    FROM event_dates d JOIN events e ON e.id = d.event_id JOIN venues v ON v.id = d.venue_id
    WHERE {upcoming} AND {about}
"""

TITLE = "SELECT e.title FROM events e WHERE {which} AND {known}"

FEED = """
    SELECT d.id, e.slug, e.title, e.summary, d.starts_at, d.ends_at, d.zone, e.version,
           d.status = 'cancelled' OR e.status = 'cancelled' AS is_cancelled,
           v.name AS venue, v.address, v.city, v.latitude, v.longitude
    FROM event_dates d JOIN events e ON e.id = d.event_id JOIN venues v ON v.id = d.venue_id
    WHERE {known} AND {about} AND ({always} OR d.ends_at > :since)
    ORDER BY d.starts_at, d.id LIMIT 1000
"""


def upcoming(
    db: Session, about: str, what: Any, now: datetime, *, page: int = 1, size: int = PER_PAGE
) -> list[Card]:
    """Events of a city, kind or organizer, each with its next date."""
    values = {"now": now, "what": what, "limit": size, "offset": (page - 1) * size}
    return cards(db, NEXT.format(upcoming=UPCOMING, about=about), values, now)


def count(db: Session, about: str, what: Any, now: datetime) -> tuple[int, int]:
    """How many dates and how many events are ahead."""
    row = db.execute(text(COUNT.format(upcoming=UPCOMING, about=about)), {"now": now, "what": what}).one()
    return row.dates, row.events


def feed(db: Session, about: str, what: Any, now: datetime) -> list[FeedDate]:
    """Dates for a calendar, cancelled ones too: all of one event, else those ahead and of the last month."""
    always = "true" if about in (EVENT, DATE) else "false"
    values = {"what": what, "since": now - timedelta(days=31)}
    return [
        FeedDate(**row._mapping)
        for row in db.execute(text(FEED.format(known=KNOWN, about=about, always=always)), values)
    ]


def city_name(db: Session, slug: str) -> str:
    name: str | None = db.scalar(text("SELECT min(city) FROM venues WHERE city_slug = :slug"), {"slug": slug})
    if name is None:
        raise NotFound("No city stands under this address. All cities with something on are listed.")
    return name


def event_title(db: Session, slug: str) -> str:
    title: str | None = db.scalar(text(TITLE.format(known=KNOWN, which="e.slug = :slug")), {"slug": slug})
    if title is None:
        raise NotFound("No event stands under this address. Perhaps it was renamed; search for its title.")
    return title


def date_title(db: Session, date_id: UUID) -> str:
    title: str | None = db.scalar(
        text(TITLE.format(known=KNOWN, which="e.id = (SELECT event_id FROM event_dates WHERE id = :id)")),
        {"id": date_id},
    )
    if title is None:
        raise NotFound("No date stands under this address.")
    return title


def organizer(db: Session, slug: str) -> OrganizerPage:
    row = db.execute(
        text("SELECT id, slug, name, blurb FROM organizers WHERE slug = :slug"), {"slug": slug}
    ).one_or_none()
    if row is None:
        raise NotFound("No organizer stands under this address.")
    return OrganizerPage(**row._mapping)


ABOUT: Mapping[str, str] = {
    "city": CITY,
    "category": CATEGORY,
    "organizer": ORGANIZER,
    "event": EVENT,
    "date": DATE,
}


def about(db: Session, kind: str, what: str) -> tuple[str, Any]:
    """How a city, category, organizer, event or date is called, and the value that its condition takes."""
    match kind:
        case "city":
            return city_name(db, what), what
        case "category":
            if what not in CATEGORIES:
                raise NotFound(f"There is no kind called {what[:40]}. The kinds are {', '.join(CATEGORIES)}.")
            return CATEGORIES[what], what
        case "organizer":
            found = organizer(db, what)
            return found.name, found.id
        case "event":
            return event_title(db, what), what
        case _:
            return date_title(db, UUID(what)), what
