"""How sales go: counted from what was sold, never kept beside it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.catalog.queries.out import OUT
from webapp.core.reach import Reach, filled, within


@dataclass(frozen=True)
class Sale:
    """One date on sale; `revenue` in minor units of the organizer's currency, without fees."""

    date_id: UUID
    event_id: UUID
    slug: str
    title: str
    status: str
    starts_at: datetime
    zone: str
    venue: str
    capacity: int
    sold: int
    held: int
    left: int
    revenue: int


@dataclass(frozen=True)
class TypeSale:
    """A ticket type: `left` are the free places of its fullest pool, which others may share."""

    name: str
    sold: int
    held: int
    left: int

    @property
    def reach(self) -> int:
        """What it would have sold if all that is left went to it."""
        return self.sold + self.held + self.left


SALES = text(
    filled(
        """
    SELECT d.id AS date_id, e.id AS event_id, e.slug, e.title, d.status, d.starts_at, d.zone, v.name AS venue,
           p.capacity, t.sold, greatest(p.taken - t.places, 0)::int AS held, p.capacity - p.taken AS left,
           t.revenue
    FROM event_dates d
    JOIN events e ON e.id = d.event_id
    JOIN venues v ON v.id = d.venue_id
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(capacity), 0)::int AS capacity, coalesce(sum(taken), 0)::int AS taken
        FROM pools WHERE date_id = d.id AND NOT is_extra
    ) p
    CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE NOT q.is_extra)::int AS sold,
               coalesce(sum(i.price), 0)::bigint AS revenue,
               coalesce(sum(1 + cardinality(i.also_pools)) FILTER (WHERE NOT q.is_extra), 0)::int AS places
        FROM tickets i JOIN pools q ON q.id = i.pool_id WHERE i.date_id = d.id AND i.state <> 'void'
    ) t
    WHERE e.organizer_id = :organizer AND d.ends_at > :now AND {out} AND {reach}
    ORDER BY d.starts_at, d.id LIMIT :most
""",
        out=OUT,
        reach=within("e.id"),
    )
)

TYPES = text("""
    SELECT y.name, coalesce(t.sold, 0) AS sold, coalesce(h.held, 0)::int AS held, p.left
    FROM ticket_types y
    CROSS JOIN LATERAL (
        SELECT min(capacity - taken) AS left FROM pools WHERE id = ANY(y.pool_id || y.also_pools)
    ) p
    LEFT JOIN (SELECT ticket_type_id, count(*)::int AS sold FROM tickets
               WHERE date_id = :date AND state <> 'void' GROUP BY 1) t ON t.ticket_type_id = y.id
    LEFT JOIN (SELECT l.ticket_type_id, sum(l.quantity) AS held FROM hold_lines l
               JOIN holds o ON o.id = l.hold_id AND o.state = 'active' AND o.expires_at > :now
               WHERE l.ticket_type_id IN (SELECT id FROM ticket_types WHERE date_id = :date)
               GROUP BY 1) h ON h.ticket_type_id = y.id
    WHERE y.date_id = :date AND NOT y.withdrawn ORDER BY y.position, y.id
""")


def sales(db: Session, organizer_id: UUID, reach: Reach, now: datetime, *, most: int) -> list[Sale]:
    """Dates that are not over, soonest first."""
    rows = db.execute(SALES, {"organizer": organizer_id, "now": now, "most": most, **reach.values()})
    return [Sale(**row._mapping) for row in rows]


def types(db: Session, date_id: UUID, now: datetime) -> list[TypeSale]:
    return [TypeSale(**row._mapping) for row in db.execute(TYPES, {"date": date_id, "now": now})]
