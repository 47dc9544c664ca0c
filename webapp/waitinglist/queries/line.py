"""The line as the offers see it: where there is room, and who is the next that it fits."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.catalog.queries.out import OUT
from webapp.waitinglist.rules import Fit


@dataclass(frozen=True)
class Room:
    """A ticket type with its date, and how many places are free for it, and `open` to everybody."""

    id: UUID
    name: str
    free: int
    open: int


# What ends a type for good; a paused sale or one that opens later does not.
OVER = f"""(t.withdrawn OR d.status = 'cancelled' OR NOT {OUT} OR d.ends_at <= :now
           OR coalesce(t.sale_ends_at <= :now, false))"""

# What ends a wish for good: its type, or that so many do not fit into one order of it any more. Its pool
# would keep places free for it that nobody could have.
DEAD_WISH = f"({OVER} OR w.least > t.max_per_order)"

# By the same rules as `booking.rules.require_on_sale`.
ON_SALE = f"""NOT {OVER} AND d.status <> 'paused'
    AND (d.status = 'on_sale' OR d.on_sale_at IS NOT NULL OR t.sale_starts_at IS NOT NULL)
    AND (d.on_sale_at IS NULL OR d.on_sale_at <= :now)
    AND (t.sale_starts_at IS NULL OR t.sale_starts_at <= :now)"""

# A return whose hold is over may be offered again.
UNBOUND = """(r.hold_line_id IS NULL OR EXISTS (
    SELECT FROM hold_lines l JOIN holds h ON h.id = l.hold_id
    WHERE l.id = r.hold_line_id AND (h.state <> 'active' {expired})))"""

UNBOUND_NOW = UNBOUND.format(expired="OR h.expires_at <= :now")

FIT = """
    SELECT w.entry_id, w.ticket_type_id, e.organizer_id, d.id AS date_id,
           t.pool_id || t.also_pools AS takes,
           ARRAY(SELECT DISTINCT p FROM waitlist_wishes x JOIN ticket_types y ON y.id = x.ticket_type_id,
                 unnest(y.pool_id || y.also_pools || x.pool_id) AS p
                 WHERE x.entry_id = n.id ORDER BY p) AS pools,
           n.places, w.least, t.max_per_order AS most, f.free, g.returned, d.starts_at,
           least(d.ends_at, t.sale_ends_at) AS closes_at
    FROM waitlist_wishes w JOIN waitlist_entries n ON n.id = w.entry_id
    JOIN ticket_types t ON t.id = w.ticket_type_id
    JOIN event_dates d ON d.id = t.date_id JOIN events e ON e.id = d.event_id
    CROSS JOIN LATERAL (
        SELECT min(capacity - taken)::int AS free FROM pools WHERE id = ANY(t.pool_id || t.also_pools)
    ) f
    CROSS JOIN LATERAL (
        SELECT count(*)::int AS returned FROM ticket_returns r JOIN tickets i ON i.id = r.ticket_id
        WHERE r.state = 'open' AND r.pool_id = t.pool_id AND i.state = 'valid' AND i.also_pools = t.also_pools
          AND {unbound}
    ) g
    WHERE {which} AND {on_sale} AND w.least <= least(f.free + g.returned, t.max_per_order)
    ORDER BY w.joined_at, w.entry_id, array_position(n.ticket_type_ids, t.id) LIMIT 1
"""

PARTS = {"on_sale": ON_SALE, "unbound": UNBOUND.format(expired="")}
NEXT_OF_POOL = text(FIT.format(which="w.pool_id = :pool", **PARTS))
OF_ENTRY = text(FIT.format(which="w.entry_id = :entry", **PARTS))

# What ran out counts as free, also before anybody has told the counters.
ROOMS = """
    WITH expired AS (
        SELECT pool, sum(l.quantity - l.returned) AS places FROM holds h
        JOIN hold_lines l ON l.hold_id = h.id, unnest(l.pool_id || l.also_pools) AS pool
        WHERE h.state = 'active' AND h.expires_at <= :now GROUP BY pool
    ), back AS (
        SELECT r.pool_id AS pool, count(*) AS places FROM ticket_returns r
        JOIN tickets i ON i.id = r.ticket_id AND i.state = 'valid'
        WHERE r.state = 'open' AND {unbound} GROUP BY r.pool_id
    ), kept AS (
        SELECT q.parent_id AS pool, sum(q.capacity - q.taken) AS places
        FROM pools q JOIN vouchers v ON v.id = q.voucher_id
        WHERE q.taken < q.capacity AND (q.released_at IS NOT NULL OR v.ends_at <= :now) GROUP BY q.parent_id
    )
    SELECT p.id FROM pools p LEFT JOIN expired x ON x.pool = p.id LEFT JOIN back b ON b.pool = p.id
    LEFT JOIN kept k ON k.pool = p.id
    WHERE p.awaited <= p.capacity - p.taken + coalesce(x.places, 0) + coalesce(b.places, 0)
                       + coalesce(k.places, 0)
    ORDER BY p.id
"""

# `free` is what there is, `open` what a walk-up may take of it: nothing that fits somebody in the line.
FREE = text("""
    SELECT t.id, t.name || ', ' || to_char(d.starts_at AT TIME ZONE d.zone, 'FMDD FMMon') AS name,
           min(p.capacity - p.taken)::int AS free,
           min(CASE WHEN p.awaited <= p.capacity - p.taken THEN 0 ELSE p.capacity - p.taken END)::int AS open
    FROM ticket_types t JOIN event_dates d ON d.id = t.date_id
    JOIN pools p ON p.id = ANY(t.pool_id || t.also_pools)
    WHERE t.id = ANY(:types) GROUP BY t.id, d.id ORDER BY d.starts_at, t.position, t.id
""")

# Entries that wait for something that is over, each alone in its transaction: no locks of two at once.
DEAD = """
    SELECT DISTINCT w.entry_id FROM waitlist_wishes w JOIN ticket_types t ON t.id = w.ticket_type_id
    JOIN event_dates d ON d.id = t.date_id JOIN events e ON e.id = d.event_id
    WHERE {dead} LIMIT :most
"""


def next_fit(db: Session, pool_id: UUID, now: datetime) -> Fit | None:
    """The first in the line of a pool that what is free there fits."""
    row = db.execute(NEXT_OF_POOL, {"pool": pool_id, "now": now}).one_or_none()
    return Fit(**row._mapping) if row else None


def fit_of(db: Session, entry_id: UUID, now: datetime) -> Fit | None:
    """What can be offered to this entry, wherever it stands in the line."""
    row = db.execute(OF_ENTRY, {"entry": entry_id, "now": now}).one_or_none()
    return Fit(**row._mapping) if row else None


def rooms(db: Session, now: datetime) -> list[UUID]:
    """Pools with room for somebody who waits; what expired counts as free."""
    return list(db.scalars(text(ROOMS.format(unbound=UNBOUND_NOW)), {"now": now}))


def free(db: Session, ticket_type_ids: Collection[UUID]) -> list[Room]:
    """What is free of each type."""
    return [Room(**row._mapping) for row in db.execute(FREE, {"types": list(ticket_type_ids)})]


def dead_entries(db: Session, now: datetime, *, most: int) -> list[UUID]:
    """Entries that wait for something that is over."""
    return list(db.scalars(text(DEAD.format(dead=DEAD_WISH)), {"now": now, "most": most}))
