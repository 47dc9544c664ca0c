"""What the first page shows: tonight, this weekend, nearly gone, just announced, kinds and cities."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from webapp.catalog.queries.cards import Card, cards, distinct
from webapp.catalog.queries.days import LOCAL_START, between, weekend_days
from webapp.catalog.queries.out import OUT
from webapp.core import clock
from webapp.core.text import folded

UPCOMING = f"{OUT} AND d.status <> 'cancelled' AND d.ends_at > :now"

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
            WHERE {upcoming} AND {weekend} AND {begins} >= :weekend_start
            ORDER BY e.id, d.starts_at
        ) once
    ) turns ORDER BY turn, starts_at, date_id LIMIT 9
"""

NEARLY_GONE = """
    SELECT d.id AS date_id, 1 AS dates, row_number() OVER (ORDER BY p.free, d.starts_at) AS place
    FROM event_dates d JOIN events e ON e.id = d.event_id
    CROSS JOIN LATERAL (
        SELECT sum(capacity - taken) AS free FROM pools WHERE date_id = d.id AND parent_id IS NULL
          AND NOT is_extra
    ) p
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
        WHERE {out} AND f.date_id IS NOT NULL
        ORDER BY e.published_at DESC LIMIT 5
    ) newest
"""

# Kinds and cities are added up from one pass.
COUNTS = """
    SELECT e.category, v.city_slug, min(v.city) AS city, count(*)::int AS dates
    FROM event_dates d JOIN events e ON e.id = d.event_id JOIN venues v ON v.id = d.venue_id
    WHERE {upcoming} GROUP BY e.category, v.city_slug
"""

# The city with most in the next 24 hours, else the one where something begins next.
BOARD_CITY = """
    SELECT v.city_slug FROM event_dates d JOIN events e ON e.id = d.event_id
    JOIN venues v ON v.id = d.venue_id WHERE {upcoming} AND d.starts_at < greatest(
        CAST(:now AS timestamptz) + interval '24 hours',
        (SELECT d.starts_at + interval '1 second' FROM event_dates d JOIN events e ON e.id = d.event_id
         WHERE {upcoming} AND d.starts_at >= :now ORDER BY d.starts_at LIMIT 1)
    ) AND d.starts_at >= CAST(:now AS timestamptz) - interval '1 hour'
    GROUP BY v.city_slug ORDER BY count(*) DESC, v.city_slug LIMIT 1
"""

# What began within the last hour can still be reached.
BEGUN = timedelta(hours=1)

FIRST = """
    SELECT min(d.starts_at) FROM event_dates d JOIN events e ON e.id = d.event_id
    JOIN venues v ON v.id = d.venue_id
    WHERE {upcoming} AND v.city_slug = :city AND d.starts_at >= CAST(:now AS timestamptz) - interval '1 hour'
"""


@dataclass(frozen=True)
class City:
    name: str
    slug: str
    dates: int


@dataclass(frozen=True)
class Counts:
    """Dates ahead by kind, and the cities with any, by name."""

    kinds: dict[str, int]
    cities: list[City]

    def largest(self, most: int) -> list[City]:
        """The cities with the most dates, by name."""
        chosen = sorted(self.cities, key=lambda city: -city.dates)[:most]
        return sorted(chosen, key=lambda city: folded(city.name))


@dataclass(frozen=True)
class Board:
    """What is on tonight in one city, or on its next day with anything; `label` says which."""

    label: str
    city: str
    day: datetime
    zone: str
    cards: list[Card]


def board(db: Session, city_slug: str, now: datetime) -> Board | None:
    """Tonight in the city asked for, else in the one with most; when nothing is on, its next day."""
    place = _place(db, city_slug) or _place(
        db, db.scalar(text(BOARD_CITY.format(upcoming=UPCOMING)), {"now": now})
    )
    if place is None:
        return None
    today = clock.local(now, place.zone).date()
    first: datetime | None = db.scalar(
        text(FIRST.format(upcoming=UPCOMING)), {"now": now, "city": place.city_slug}
    )
    if first is None:
        return None
    day = max(clock.local(first, place.zone).date(), today)
    since, until = clock.day_bounds(day, place.zone)
    values = {"now": now, "city": place.city_slug, "since": max(since, now - BEGUN), "until": until}
    found = cards(db, TONIGHT.format(upcoming=UPCOMING), values, now)
    names = {today: "Tonight in", today + timedelta(days=1): "Tomorrow in"}
    return Board(names.get(day, "Next in"), place.city, found[0].starts_at, place.zone, found)


def _ahead(query: str) -> TextClause:
    return text(query.format(upcoming=UPCOMING))


def _place(db: Session, city_slug: str | None) -> Any:
    return db.execute(
        text("SELECT city, city_slug, zone FROM venues WHERE city_slug = :city LIMIT 1"), {"city": city_slug}
    ).first()


def weekend(db: Session, now: datetime) -> list[Card]:
    """What begins on the coming Saturday and Sunday, or on what is left of them, by the days there."""
    values: dict[str, Any] = {"now": now}
    days = between("weekend", *weekend_days(now.date()), values)
    return cards(db, BETWEEN.format(upcoming=UPCOMING, weekend=days, begins=LOCAL_START), values, now)


def nearly_gone(db: Session, now: datetime) -> list[Card]:
    """Dates of the next four weeks with twelve places or fewer."""
    values = {"now": now, "until": now + timedelta(days=28)}
    return distinct(cards(db, NEARLY_GONE.format(upcoming=UPCOMING), values, now))[:3]


def announced(db: Session, now: datetime) -> list[Card]:
    return cards(db, ANNOUNCED.format(out=OUT), {"now": now}, now)


def counts(db: Session, now: datetime) -> Counts:
    """How many dates are ahead, by kind and by city."""
    kinds: dict[str, int] = {}
    cities: dict[str, City] = {}
    for row in db.execute(_ahead(COUNTS), {"now": now}):
        kinds[row.category] = kinds.get(row.category, 0) + row.dates
        before = cities.get(row.city_slug, City(row.city, row.city_slug, 0))
        cities[row.city_slug] = replace(before, dates=before.dates + row.dates)
    return Counts(kinds, sorted(cities.values(), key=lambda city: folded(city.name)))
