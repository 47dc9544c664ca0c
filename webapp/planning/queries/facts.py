"""Dates as a change of many of them needs to know them."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from webapp.planning.rules.facts import Facts, Place, PoolFacts, TypeFacts, read, said

DATES = text("""
    SELECT d.id, d.starts_at, d.ends_at, d.doors_at, d.zone, d.venue_id, v.name AS venue, d.status,
           d.on_sale_at, d.plan_id, x.day, x.series_id,
           (SELECT count(*) FROM tickets t WHERE t.date_id = d.id AND t.state <> 'void') AS sold
    FROM event_dates d JOIN venues v ON v.id = d.venue_id LEFT JOIN series_dates x ON x.date_id = d.id
    WHERE d.event_id = :event AND (CAST(:series AS uuid) IS NULL OR x.series_id = :series)
    ORDER BY d.starts_at, d.id
""")

POOLS = text("""
    SELECT p.date_id, p.id, p.name, p.capacity, p.taken,
           EXISTS (SELECT FROM pool_levels l WHERE l.pool_id = p.id) AS is_seated,
           (SELECT coalesce(sum(r.capacity), 0)::int FROM pools r WHERE r.parent_id = p.id) AS kept
    FROM pools p JOIN event_dates d ON d.id = p.date_id
    WHERE d.event_id = :event AND p.parent_id IS NULL ORDER BY p.id
""")

TYPES = text("""
    SELECT t.date_id, t.id, t.name, t.price, t.pool_id || t.also_pools AS pools,
           t.approval = 'ask' AS is_asked_for
    FROM ticket_types t JOIN event_dates d ON d.id = t.date_id
    WHERE d.event_id = :event AND NOT t.withdrawn ORDER BY t.position, t.id
""")


SELLING = text("""
    SELECT d.id, d.starts_at, d.zone, v.name FROM event_dates d JOIN venues v ON v.id = d.venue_id
    WHERE d.event_id = :event
      AND EXISTS (SELECT FROM ticket_types t WHERE t.date_id = d.id AND NOT t.withdrawn)
    ORDER BY d.starts_at DESC, d.id LIMIT 200
""")


def facts(db: Session, event_id: UUID, series_id: UUID | None = None) -> list[Facts]:
    """All dates of an event, or those of one of its series, in order of time."""
    rows = db.execute(DATES, {"event": event_id, "series": series_id}).all()
    pools: defaultdict[UUID, list[PoolFacts]] = defaultdict(list)
    for row in db.execute(POOLS, {"event": event_id}):
        pools[row.date_id].append(
            PoolFacts(row.id, row.name, row.capacity, row.taken, row.is_seated, row.kept)
        )
    types: defaultdict[UUID, list[TypeFacts]] = defaultdict(list)
    for row in db.execute(TYPES, {"event": event_id}):
        types[row.date_id].append(TypeFacts(row.id, row.name, row.price, tuple(row.pools), row.is_asked_for))
    return [_facts(row, pools[row.id], types[row.id]) for row in rows]


def selling(db: Session, event_id: UUID) -> list[tuple[UUID, str]]:
    """Dates that others may be like: those that sell something, with when they are."""
    rows = db.execute(SELLING, {"event": event_id})
    return [(row.id, f"{said(read(row.starts_at, row.zone), same_day=False)}, {row.name}") for row in rows]


def names(found: Collection[Facts]) -> tuple[list[str], list[str]]:
    """What the dates' pools and types are called, each once."""
    pools = dict.fromkeys(pool.name for one in found for pool in one.pools)
    return list(pools), list(dict.fromkeys(kind.name for one in found for kind in one.types))


def _facts(row: Row[Any], pools: list[PoolFacts], types: list[TypeFacts]) -> Facts:
    return Facts(
        id=row.id,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        doors_at=row.doors_at,
        place=Place(row.venue_id, row.venue, row.zone),
        status=row.status,
        on_sale_at=row.on_sale_at,
        plan_id=row.plan_id,
        sold=row.sold,
        pools=tuple(pools),
        types=tuple(types),
        day=row.day,
    )
