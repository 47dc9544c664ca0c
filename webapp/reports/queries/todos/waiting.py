"""Waiting lists that a bigger hall, or another date of the event, could serve."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.core.reach import Reach, filled, within
from webapp.reports.rules.todos import Todo

MOST = 5
# Fewer are served by what comes back.
LEAST = 5

# What a hall holds is the largest that was ever sold there, or drawn as a plan.
BIGGER = text(
    filled(
        """
    WITH lists AS (
        SELECT date_id, count(*)::int AS people, sum(places)::int AS wanted FROM (
            SELECT DISTINCT p.date_id, n.id, n.places
            FROM waitlist_wishes w JOIN pools p ON p.id = w.pool_id
            JOIN waitlist_entries n ON n.id = w.entry_id JOIN events e ON e.id = n.event_id
            WHERE e.organizer_id = :organizer AND n.state = 'waiting' AND {reach}
        ) each GROUP BY date_id HAVING sum(places) >= :least
    ), halls AS (
        SELECT v.id, v.name, v.city_slug, greatest(
            coalesce((SELECT max(seats) FROM (
                SELECT count(*) AS seats FROM seat_plans l JOIN seats s ON s.plan_id = l.id
                WHERE l.venue_id = v.id GROUP BY l.id) drawn), 0),
            coalesce((SELECT max(places) FROM (
                SELECT sum(capacity) AS places FROM event_dates d JOIN pools p ON p.date_id = d.id
                WHERE d.venue_id = v.id AND NOT is_extra GROUP BY d.id) sold), 0)
        )::int AS places
        FROM venues v WHERE v.organizer_id = :organizer AND EXISTS (SELECT FROM lists)
    )
    SELECT d.id, e.id AS event_id, e.title, d.starts_at, d.zone, l.people, l.wanted, here.capacity,
           hall.name AS hall, hall.places, other.id AS other_id, other.free
    FROM lists l JOIN event_dates d ON d.id = l.date_id AND d.starts_at > :now AND d.status <> 'cancelled'
    JOIN events e ON e.id = d.event_id JOIN venues v ON v.id = d.venue_id
    CROSS JOIN LATERAL (
        SELECT sum(capacity)::int AS capacity FROM pools WHERE date_id = d.id AND NOT is_extra
    ) here
    LEFT JOIN LATERAL (
        SELECT h.name, h.places FROM halls h
        WHERE h.places >= here.capacity + l.wanted AND h.city_slug = v.city_slug AND NOT EXISTS (
            SELECT FROM event_dates x WHERE x.venue_id = h.id AND x.id <> d.id AND x.status <> 'cancelled'
            AND x.starts_at < d.ends_at AND x.ends_at > coalesce(d.doors_at, d.starts_at))
        ORDER BY h.id = d.venue_id DESC, h.places LIMIT 1
    ) hall ON true
    LEFT JOIN LATERAL (
        SELECT x.id, x.starts_at, sum(p.capacity - p.taken)::int AS free
        FROM event_dates x JOIN pools p ON p.date_id = x.id AND p.parent_id IS NULL AND NOT is_extra
        WHERE x.event_id = e.id AND x.id <> d.id AND x.starts_at > :now AND x.status = 'on_sale'
        GROUP BY x.id HAVING sum(p.capacity - p.taken) >= l.wanted
        ORDER BY x.starts_at LIMIT 1
    ) other ON true
    WHERE hall.name IS NOT NULL OR other.id IS NOT NULL
    ORDER BY l.wanted DESC, d.starts_at LIMIT :most
""",
        reach=within("e.id"),
    )
)


def bigger_halls(db: Session, organizer_id: UUID, reach: Reach, now: datetime) -> list[Todo]:
    """The longest lists first, each with what could serve it."""
    values = {"organizer": organizer_id, "now": now, "least": LEAST, "most": MOST, **reach.values()}
    return [
        Todo(
            key=f"waiting:{row.id}",
            kind="warn",
            number=row.people,
            what=f"{'People wait' if row.people > 1 else 'Somebody waits'} for {row.title}",
            why=_why(row),
            link="See who waits",
            path=f"/events/{row.event_id}/waitlist",
            action="event.edit",
        )
        for row in db.execute(BIGGER, values)
    ]


def _why(row: Any) -> str:
    wanted = f"{row.wanted:,} places are wanted beyond {row.capacity:,}."
    if row.hall:
        return f"{wanted} {row.hall} holds {row.places:,} and is free then."
    return f"{wanted} Another date of the event has {row.free:,} left."
