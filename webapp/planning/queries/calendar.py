"""An organizer's dates between two days, with what else has their venue at the same time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.core.reach import Reach, within
from webapp.planning.rules.calendars import LONGEST, Entry

MOST = 1_000

ENTRIES = """
    SELECT d.id, d.event_id, e.title, e.category, e.status = 'draft' AS is_draft, d.starts_at, d.ends_at,
           d.zone, v.name AS venue, d.status, p.taken, p.capacity, coalesce(c.clash, '') AS clash
    FROM event_dates d JOIN events e ON e.id = d.event_id JOIN venues v ON v.id = d.venue_id
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(taken), 0)::int AS taken, coalesce(sum(capacity), 0)::int AS capacity
        FROM pools WHERE date_id = d.id AND NOT is_extra
    ) p
    LEFT JOIN LATERAL (
        SELECT string_agg(
            DISTINCT CASE WHEN {other_within} THEN e2.title ELSE 'another event' END, ', ') AS clash
        FROM event_dates o JOIN events e2 ON e2.id = o.event_id
        WHERE o.venue_id = d.venue_id AND o.id <> d.id AND o.starts_at < d.ends_at AND o.ends_at > d.starts_at
          AND o.status <> 'cancelled' AND e2.status NOT IN ('cancelled', 'rehearsal')
          AND d.status <> 'cancelled' AND e.status <> 'cancelled'
    ) c ON true
    WHERE e.organizer_id = :organizer AND e.status <> 'rehearsal' AND {within}
      AND d.starts_at < :until AND d.ends_at > :since AND d.starts_at > :long_ago
      AND (CAST(:venue AS uuid) IS NULL OR d.venue_id = :venue)
      AND (NOT :clashes OR c.clash IS NOT NULL)
    ORDER BY d.starts_at, e.title, d.id LIMIT :most
"""


@dataclass(frozen=True)
class Asked:
    """Which dates: of one venue where it is named, and only those in conflict where that is asked."""

    venue_id: UUID | None = None
    clashes: bool = False


def entries(
    db: Session, organizer_id: UUID, days: tuple[date, date], asked: Asked, reach: Reach
) -> Sequence[Entry]:
    """The dates that lie on these days, the last one included, somewhere on earth; MOST of them."""
    first, last = days
    since = datetime.combine(first, time(), UTC) - timedelta(days=1)
    until = datetime.combine(last, time(), UTC) + timedelta(days=2)
    values = {
        "organizer": organizer_id,
        "since": since,
        "until": until,
        "long_ago": since - LONGEST,
        "venue": asked.venue_id,
        "clashes": asked.clashes,
        "most": MOST,
        **reach.values(),
    }
    statement = text(ENTRIES.format(within=within("e.id"), other_within=within("e2.id")))
    return [Entry(**row._mapping) for row in db.execute(statement, values)]
