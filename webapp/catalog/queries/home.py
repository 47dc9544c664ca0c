"""What the first page shows: tonight, this weekend, nearly gone, just announced, kinds and cities."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.catalog.queries.cards import Card, cards, distinct
from webapp.core import clock

UPCOMING = "e.status = 'published' AND d.status <> 'cancelled' AND d.ends_at > :now"

TONIGHT = """
    SELECT d.id AS date_id, 1 AS dates, row_number() OVER (ORDER BY d.starts_at, d.id) AS place
    FROM event_dates d JOIN events e ON e.id = d.event_id JOIN venues v ON v.id = d.venue_id
    WHERE {upcoming} AND v.city_slug = :city AND d.starts_at >= :since AND d.starts_at < :until
    ORDER BY d.starts_at, d.id LIMIT 6
"""

# Each event once, with its first date in the range; those with a drawing of another kind side by side.
BETWEEN = """
    SELECT date_id, dates, row_number() OVER (ORDER BY turn, starts_at, date_id) AS place FROM (
        SELECT *, row_number() OVER (PARTITION BY category ORDER BY starts_at, date_id) AS turn FROM (
            SELECT DISTINCT ON (e.id) d.id AS date_id, d.starts_at, e.category, 1 AS dates
            FROM event_dates d JOIN events e ON e.id = d.event_id
            WHERE {upcoming} AND d.starts_at >= :since AND d.starts_at < :until
            ORDER BY e.id, d.starts_at
        ) once
    ) turns ORDER BY turn, starts_at, date_id LIMIT 9
"""

NEARLY_GONE = """
    SELECT d.id AS date_id, 1 AS dates, row_number() OVER (ORDER BY p.free, d.starts_at) AS place
    FROM event_dates d JOIN events e ON e.id = d.event_id
    CROSS JOIN LATERAL (SELECT sum(capacity - taken) AS free FROM pools WHERE date_id = d.id) p
    WHERE {upcoming} AND d.status = 'on_sale' AND d.starts_at >= :now AND d.starts_at < :until
      AND p.free BETWEEN 1 AND 12
    ORDER BY p.free, d.starts_at LIMIT 6
"""

ANNOUNCED = """
    SELECT date_id, dates, row_number() OVER (ORDER BY published_at DESC, date_id) AS place FROM (
        SELECT e.published_at, f.date_id, f.dates FROM events e
        CROSS JOIN LATERAL (
            SELECT (array_agg(d.id ORDER BY d.starts_at))[1] AS date_id, count(*)::int AS dates
            FROM event_dates d WHERE d.event_id = e.id AND d.status <> 'cancelled' AND d.ends_at > :now
        ) f
        WHERE e.status = 'published' AND f.date_id IS NOT NULL
        ORDER BY e.published_at DESC LIMIT 5
    ) newest
"""

KINDS = """
    SELECT e.category, count(*)::int FROM event_dates d JOIN events e ON e.id = d.event_id
    WHERE {upcoming} GROUP BY e.category
"""

CITIES = """
    SELECT min(v.city), v.city_slug, count(*)::int AS dates
    FROM event_dates d JOIN events e ON e.id = d.event_id JOIN venues v ON v.id = d.venue_id
    WHERE {upcoming} GROUP BY v.city_slug ORDER BY {order}
"""

BOARD_CITY = """
    SELECT v.city_slug FROM event_dates d JOIN events e ON e.id = d.event_id
    JOIN venues v ON v.id = d.venue_id
    WHERE {upcoming} AND d.starts_at >= :now AND d.starts_at < CAST(:now AS timestamptz) + interval '24 hours'
    GROUP BY v.city_slug ORDER BY count(*) DESC, v.city_slug LIMIT 1
"""


@dataclass(frozen=True)
class City:
    name: str
    slug: str
    dates: int


@dataclass(frozen=True)
class Board:
    """What is on tonight in one city."""

    city: str
    day: datetime
    cards: list[Card]
    is_tonight: bool


def board(db: Session, city_slug: str | None, now: datetime) -> Board | None:
    """Tonight in the city asked for, else in the one with most; tomorrow when tonight is over."""
    slug = city_slug or db.scalar(text(BOARD_CITY.format(upcoming=UPCOMING)), {"now": now})
    if slug is None:
        return None
    place = db.execute(
        text("SELECT city, zone FROM venues WHERE city_slug = :city LIMIT 1"), {"city": slug}
    ).first()
    if place is None:
        return None
    today = clock.local(now, place.zone).date()
    for day in (today, today + timedelta(days=1)):
        since, until = clock.day_bounds(day, place.zone)
        values = {"now": now, "city": slug, "since": max(since, now - timedelta(hours=1)), "until": until}
        found = cards(db, TONIGHT.format(upcoming=UPCOMING), values, now)
        if found:
            return Board(place.city, since + timedelta(hours=12), found, day == today)
    return None


def weekend(db: Session, now: datetime) -> list[Card]:
    """The coming Saturday and Sunday, or what is left of them, by UTC days."""
    since, until = weekend_of(now)
    return cards(db, BETWEEN.format(upcoming=UPCOMING), {"now": now, "since": since, "until": until}, now)


def weekend_of(now: datetime) -> tuple[datetime, datetime]:
    """From now or Saturday 0:00 to Monday 0:00, UTC with four hours' grace for the evenings of the west."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    saturday = midnight + timedelta(days=(5 - now.weekday()) % 7 if now.weekday() < 5 else 5 - now.weekday())
    return max(now, saturday), saturday + timedelta(days=2, hours=4)


def nearly_gone(db: Session, now: datetime) -> list[Card]:
    """Dates of the next four weeks with twelve places or fewer."""
    values = {"now": now, "until": now + timedelta(days=28)}
    return distinct(cards(db, NEARLY_GONE.format(upcoming=UPCOMING), values, now))[:3]


def announced(db: Session, now: datetime) -> list[Card]:
    return cards(db, ANNOUNCED, {"now": now}, now)


def kinds(db: Session, now: datetime) -> dict[str, int]:
    """How many dates are ahead, by category."""
    return {row[0]: row[1] for row in db.execute(text(KINDS.format(upcoming=UPCOMING)), {"now": now})}


def cities(db: Session, now: datetime, *, most: int | None = None) -> list[City]:
    """By name; with `most`, only those with the most dates."""
    order = "dates DESC, min(v.city) LIMIT :most" if most else "min(v.city)"
    rows = db.execute(text(CITIES.format(upcoming=UPCOMING, order=order)), {"now": now, "most": most})
    return sorted((City(*row) for row in rows), key=lambda city: city.name)
