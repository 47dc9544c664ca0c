"""Add-ons that would go with what a basket holds: parking beside a ticket, before it is paid."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.catalog import rules


@dataclass(frozen=True)
class Addon:
    """One that is on sale, has places left and is not held yet; `said` is how it is sold, `most` how many."""

    hold_id: UUID
    id: UUID
    date_id: UUID
    name: str
    price: int
    most: int
    said: str


ADDONS = text("""
    SELECT w.hold_id, t.id, t.date_id, t.name, t.price, t.description, t.price_floor, t.group_from,
           t.group_price,
           t.is_addon, t.addon_most, t.addon_required, g.currency,
           least(t.max_per_order, t.max_per_buyer, t.addon_most * w.tickets, p.left) AS most
    FROM (
        SELECT l.hold_id, k.date_id, sum(l.quantity)::int AS tickets
        FROM hold_lines l JOIN ticket_types k ON k.id = l.ticket_type_id
        WHERE l.hold_id = ANY(:holds) AND NOT k.is_addon GROUP BY l.hold_id, k.date_id
    ) w
    JOIN ticket_types t ON t.date_id = w.date_id AND t.is_addon AND NOT t.hidden AND NOT t.withdrawn
    JOIN event_dates d ON d.id = t.date_id JOIN events e ON e.id = d.event_id
    JOIN organizers g ON g.id = e.organizer_id
    CROSS JOIN LATERAL (
        SELECT min(capacity - taken) AS left FROM pools WHERE id = ANY(t.pool_id || t.also_pools)
    ) p
    WHERE d.status = 'on_sale' AND d.ends_at > :now AND e.status <> 'cancelled'
      AND (d.on_sale_at IS NULL OR d.on_sale_at <= :now)
      AND (t.sale_starts_at IS NULL OR t.sale_starts_at <= :now)
      AND (t.sale_ends_at IS NULL OR t.sale_ends_at > :now) AND p.left >= t.min_per_order
      AND NOT EXISTS (SELECT FROM hold_lines WHERE hold_id = w.hold_id AND ticket_type_id = t.id)
    ORDER BY t.position, t.id
""")


def offered(db: Session, holds: Collection[UUID], now: datetime) -> list[Addon]:
    """What could be added to these holds."""
    if not holds:
        return []
    return [_addon(row._mapping) for row in db.execute(ADDONS, {"holds": list(holds), "now": now})]


def _addon(row: Any) -> Addon:
    said = " ".join(filter(None, (row["description"], *rules.ways(row, row["currency"]))))
    names = ("hold_id", "id", "date_id", "name", "price", "most")
    return Addon(**{name: row[name] for name in names}, said=said)
