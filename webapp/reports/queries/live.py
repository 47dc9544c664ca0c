"""How sales go: counted from what was sold, never kept beside it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.catalog.queries.out import OUT
from webapp.core.errors import NotFound
from webapp.core.reach import Reach, date_within, order_within, within

MINUTES = 60


@dataclass(frozen=True)
class Sale:
    """One date on sale; `revenue` in minor units of the organizer's currency, without fees."""

    date_id: UUID
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


@dataclass(frozen=True)
class Minute:
    """What happened within one minute that began at `at`."""

    at: datetime
    orders: int
    holds: int
    revenue: int


@dataclass(frozen=True)
class Overview:
    """What an organizer's first page says."""

    tickets_today: int
    revenue_today: int
    awaiting: int
    needs_review: int
    refunds_open: int
    drafts: int


SALES = """
    SELECT d.id AS date_id, e.slug, e.title, d.status, d.starts_at, d.zone, v.name AS venue,
           p.capacity, t.sold, greatest(p.taken - t.places, 0)::int AS held, p.capacity - p.taken AS left,
           t.revenue
    FROM event_dates d
    JOIN events e ON e.id = d.event_id
    JOIN venues v ON v.id = d.venue_id
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(capacity), 0)::int AS capacity, coalesce(sum(taken), 0)::int AS taken
        FROM pools WHERE date_id = d.id
    ) p
    CROSS JOIN LATERAL (
        SELECT count(*)::int AS sold, coalesce(sum(price), 0)::bigint AS revenue,
               coalesce(sum(1 + cardinality(also_pools)), 0)::int AS places
        FROM tickets WHERE date_id = d.id AND state <> 'void'
    ) t
    WHERE e.organizer_id = :organizer AND {which}
    ORDER BY d.starts_at, d.id LIMIT 60
"""

TYPES = """
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
"""

PER_MINUTE = """
    WITH minutes AS (
        SELECT generate_series(date_trunc('minute', CAST(:since AS timestamptz)),
                               date_trunc('minute', CAST(:now AS timestamptz)), interval '1 minute') AS at
    ), lines AS (
        SELECT o.id, date_trunc('minute', o.paid_at) AS at, sum(t.price) AS revenue
        FROM orders o JOIN tickets t ON t.order_id = o.id
        WHERE o.organizer_id = :organizer AND o.paid_at >= :since
          AND (CAST(:date AS uuid) IS NULL OR t.date_id = :date) AND {tickets}
        GROUP BY o.id
    ), held AS (
        SELECT DISTINCT h.id, date_trunc('minute', h.created_at) AS at
        FROM holds h JOIN hold_lines l ON l.hold_id = h.id JOIN pools p ON p.id = l.pool_id
        WHERE h.organizer_id = :organizer AND h.created_at >= :since
          AND (CAST(:date AS uuid) IS NULL OR p.date_id = :date) AND {pools}
    )
    SELECT m.at, (SELECT count(*) FROM lines WHERE lines.at = m.at)::int AS orders,
           (SELECT count(*) FROM held WHERE held.at = m.at)::int AS holds,
           (SELECT coalesce(sum(revenue), 0) FROM lines WHERE lines.at = m.at)::bigint AS revenue
    FROM minutes m ORDER BY m.at
"""

OVERVIEW = """
    SELECT
        (SELECT count(*) FROM tickets t JOIN orders o ON o.id = t.order_id
         WHERE o.organizer_id = :organizer AND t.created_at >= :midnight AND t.state <> 'void'
           AND {tickets})::int
            AS tickets_today,
        (SELECT coalesce(sum(total - refunded), 0) FROM orders
         WHERE organizer_id = :organizer AND paid_at >= :midnight AND {orders})::bigint
            AS revenue_today,
        (SELECT count(*) FROM orders WHERE organizer_id = :organizer AND state = 'awaiting_payment'
         AND {orders})::int
            AS awaiting,
        (SELECT count(*) FROM orders WHERE organizer_id = :organizer AND state = 'needs_review'
         AND {orders})::int
            AS needs_review,
        (SELECT count(*) FROM refunds r JOIN payments p ON p.id = r.payment_id
         JOIN orders o ON o.id = p.reference
         WHERE o.organizer_id = :organizer AND r.state <> 'succeeded' AND {order})::int
            AS refunds_open,
        (SELECT count(*) FROM events WHERE organizer_id = :organizer AND status = 'draft'
         AND {events})::int AS drafts
"""


OVERVIEW_OF = {
    "tickets": date_within("t.date_id"),
    "orders": order_within("orders.id"),
    "order": order_within("o.id"),
    "events": within("events.id"),
}


def sales(db: Session, organizer_id: UUID, reach: Reach, now: datetime) -> list[Sale]:
    """Dates that are not over, soonest first."""
    which = f"d.ends_at > :now AND {OUT} AND {within('e.id')}"
    values = {"organizer": organizer_id, "now": now, **reach.values()}
    rows = db.execute(text(SALES.format(which=which)), values)
    return [Sale(**row._mapping) for row in rows]


def sale(db: Session, organizer_id: UUID, date_id: UUID) -> Sale:
    found = db.execute(
        text(SALES.format(which="d.id = :date")), {"organizer": organizer_id, "date": date_id}
    ).one_or_none()
    if found is None:
        raise NotFound("There is no such date.")
    return Sale(**found._mapping)


def types(db: Session, date_id: UUID, now: datetime) -> list[TypeSale]:
    return [TypeSale(**row._mapping) for row in db.execute(text(TYPES), {"date": date_id, "now": now})]


def per_minute(
    db: Session, organizer_id: UUID, reach: Reach, date_id: UUID | None, now: datetime
) -> list[Minute]:
    """The last hour, minute by minute, those without a sale too; of one date or of all."""
    values: dict[str, Any] = {
        **reach.values(),
        "organizer": organizer_id,
        "date": date_id,
        "now": now,
        "since": now - timedelta(minutes=MINUTES - 1),
    }
    statement = PER_MINUTE.format(tickets=date_within("t.date_id"), pools=date_within("p.date_id"))
    return [Minute(**row._mapping) for row in db.execute(text(statement), values)]


def overview(db: Session, organizer_id: UUID, reach: Reach, midnight: datetime) -> Overview:
    values = {"organizer": organizer_id, "midnight": midnight, **reach.values()}
    row = db.execute(text(OVERVIEW.format(**OVERVIEW_OF)), values).one()
    return Overview(**row._mapping)
