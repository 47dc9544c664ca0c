"""What in the programme needs a person: clashes in a hall, late drafts, sales without a waiting room."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.catalog.queries.out import OUT
from webapp.core import clock
from webapp.core.reach import Reach, filled, within
from webapp.reports.rules.todos import Todo, said_at

MOST = 5
NEAR = timedelta(days=30)
SOON = timedelta(days=7)
# From so many places on, more people may come at once than a sale is quick for.
RUSH = 500

# Two dates whose times overlap, doors included; the seats of two different plans are two halls of one house.
CLASHES = text(
    filled(
        """
    SELECT DISTINCT ON (v.id) v.id AS venue_id, v.name AS venue,
           count(*) OVER (PARTITION BY v.id)::int AS number,
           ea.title AS first, a.starts_at AS first_at, a.ends_at AS first_ends, a.zone,
           eb.title AS second, b.starts_at AS second_at
    FROM venues v
    JOIN event_dates a ON a.venue_id = v.id AND a.ends_at > :now AND a.status <> 'cancelled'
    JOIN events ea ON ea.id = a.event_id AND ea.status IN ('draft', 'published')
    JOIN event_dates b ON b.venue_id = v.id AND b.ends_at > :now AND b.status <> 'cancelled'
        AND b.event_id <> a.event_id AND (a.starts_at, a.id) < (b.starts_at, b.id)
        AND least(b.doors_at, b.starts_at) < a.ends_at
    JOIN events eb ON eb.id = b.event_id AND eb.status IN ('draft', 'published')
    WHERE v.organizer_id = :organizer AND ({reach} OR {reach_2})
      AND (a.plan_id IS NULL OR b.plan_id IS NULL OR a.plan_id = b.plan_id)
    ORDER BY v.id, a.starts_at, b.starts_at
""",
        reach=within("ea.id"),
        reach_2=within("eb.id"),
    )
)

# A draft that is near is late; one of several dates, or with a rule for them, is a series that nobody sees.
DRAFTS = text(
    filled(
        """
    SELECT e.id, e.title, count(*)::int AS dates, min(d.starts_at) AS starts_at, min(d.zone) AS zone,
           min(d.starts_at) < :near AS is_near
    FROM events e JOIN event_dates d ON d.event_id = e.id AND d.starts_at > :now AND d.status <> 'cancelled'
    WHERE e.organizer_id = :organizer AND e.status = 'draft' AND e.publish_at IS NULL AND {reach}
    GROUP BY e.id HAVING min(d.starts_at) < :near OR count(*) > 1
        OR EXISTS (SELECT FROM series WHERE series.event_id = e.id)
    ORDER BY min(d.starts_at), e.id
""",
        reach=within("e.id"),
    )
)

# Dates that a series made are not on sale until somebody says so; guests see them and cannot buy.
UNSOLD = text(
    filled(
        """
    SELECT e.id, e.title, count(*)::int AS dates, min(d.starts_at) AS starts_at, min(d.zone) AS zone
    FROM series s JOIN series_dates m ON m.series_id = s.id
    JOIN event_dates d ON d.id = m.date_id AND d.status = 'scheduled' AND d.starts_at > :now
    JOIN events e ON e.id = s.event_id AND e.status = 'published'
    WHERE e.organizer_id = :organizer AND {reach}
    GROUP BY e.id ORDER BY min(d.starts_at), e.id
""",
        reach=within("e.id"),
    )
)

ROOMLESS = text(
    filled(
        """
    SELECT DISTINCT ON (e.id) e.id, e.title, d.on_sale_at, d.zone, p.capacity
    FROM event_dates d JOIN events e ON e.id = d.event_id
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(capacity), 0)::int AS capacity FROM pools WHERE date_id = d.id AND NOT is_extra
    ) p
    WHERE e.organizer_id = :organizer AND {out} AND d.status = 'on_sale' AND {reach}
      AND d.on_sale_at BETWEEN :now AND :soon AND d.ends_at > :now
      AND d.room_id IS NULL AND p.capacity >= :rush
      AND NOT EXISTS (
          SELECT FROM waiting_rooms r WHERE r.mode <> 'off' AND r.event_id = e.id
          AND (r.date_id IS NULL OR r.date_id = d.id))
    ORDER BY e.id, d.on_sale_at
""",
        out=OUT,
        reach=within("e.id"),
    )
)


def clashes(db: Session, organizer_id: UUID, reach: Reach, now: datetime) -> list[Todo]:
    """Dates in each other's way, by venue."""
    rows = db.execute(CLASHES, {"organizer": organizer_id, "now": now, **reach.values()}).all()
    return [_clash(row) for row in sorted(rows, key=lambda row: row.first_at)[:MOST]]


def drafts(db: Session, organizer_id: UUID, reach: Reach, now: datetime) -> list[Todo]:
    """Drafts whose date is near, and drafts of several dates, which look as if somebody forgot them."""
    rows = db.execute(
        DRAFTS, {"organizer": organizer_id, "now": now, "near": now + NEAR, **reach.values()}
    ).all()
    near = [row for row in rows if row.is_near]
    series = [row for row in rows if not row.is_near]
    return [*_near(near), *_series(series)]


def unsold(db: Session, organizer_id: UUID, reach: Reach, now: datetime) -> list[Todo]:
    """Published series with dates that are not on sale, which are easily forgotten when more are made."""
    rows = db.execute(UNSOLD, {"organizer": organizer_id, "now": now, **reach.values()})
    return [
        Todo(
            key=f"unsold:{row.id}",
            kind="warn",
            number=row.dates,
            what=f"{'Date' if row.dates == 1 else 'Dates'} of {row.title} not on sale",
            why=f"Its series made {'it' if row.dates == 1 else 'them'}; the first is"
            f" {said_at(row.starts_at, row.zone)}.",
            link="Put on sale",
            path=f"/events/{row.id}/dates/change",
            action="event.edit",
        )
        for row in list(rows)[:MOST]
    ]


def roomless(db: Session, organizer_id: UUID, reach: Reach, now: datetime) -> list[Todo]:
    """Large sales that begin within a week with no waiting room before them."""
    soon = {"soon": now + SOON, "rush": RUSH}
    values = {"organizer": organizer_id, "now": now, **soon, **reach.values()}
    rows = sorted(db.execute(ROOMLESS, values).all(), key=lambda row: row.on_sale_at)
    return [
        Todo(
            key=f"roomless:{row.id}",
            kind="warn",
            number=1,
            what=f"{row.title} goes on sale without a waiting room",
            why=f"{row.capacity:,} places, from {said_at(row.on_sale_at, row.zone)}. Many may come at once.",
            link="Add a room",
            path="/rooms",
            action="event.edit",
        )
        for row in rows[:MOST]
    ]


def _clash(row: Any) -> Todo:
    return Todo(
        key=f"clash:{row.venue_id}",
        kind="bad",
        number=row.number,
        what=f"In each other’s way in {row.venue}",
        why=(
            f"{row.second} begins {said_at(row.second_at, row.zone)}, while {row.first} lasts until"
            f" {clock.local(row.first_ends, row.zone):%H:%M}."
        ),
        link="See the dates",
        path=f"/dates?venue={row.venue_id}&since={row.first_at:%Y-%m-%d}",
        action="event.edit",
    )


def _near(rows: list[Any]) -> list[Todo]:
    if not rows:
        return []
    first = rows[0]
    return [
        Todo(
            key="drafts-near",
            kind="warn",
            number=len(rows),
            what="Draft whose date is near" if len(rows) == 1 else "Drafts whose dates are near",
            why=(
                f"Nobody sees {'it' if len(rows) == 1 else 'them'} yet."
                f" {first.title} is {said_at(first.starts_at, first.zone)}."
            ),
            link="Open them" if len(rows) > 1 else "Open it",
            path="/events?status=draft&sort=next_at" if len(rows) > 1 else f"/events/{first.id}",
            action="event.edit",
        )
    ]


def _series(rows: list[Any]) -> list[Todo]:
    if not rows:
        return []
    first = rows[0]
    return [
        Todo(
            key="drafts-series",
            kind="warn",
            number=len(rows),
            what="Series that is not published" if len(rows) == 1 else "Series that are not published",
            why=f"{first.title} has {first.dates} dates, the first {said_at(first.starts_at, first.zone)}.",
            link="Open them" if len(rows) > 1 else "Open it",
            path="/events?status=draft&sort=-dates" if len(rows) > 1 else f"/events/{first.id}",
            action="event.edit",
        )
    ]
