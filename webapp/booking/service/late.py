"""Orders that nobody paid in time keep no lower price from the next guest, whether or not anybody swept.

Baskets whose time is over are asked by the step itself (`take_price_steps`). An order also gives its code,
its seats and its places back, so it ends in a transaction of its own before the claim.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from webapp.booking.queries import offers as sale
from webapp.booking.queries import seats as seating
from webapp.booking.service import claims
from webapp.core.db import Database, Session

# Those at steps of these types or this date that have less left than is wanted.
LATE = text("""
    SELECT DISTINCT h.id FROM holds h
    JOIN orders o ON o.hold_id = h.id AND o.state = 'awaiting_payment'
    JOIN hold_lines l ON l.hold_id = h.id JOIN hold_line_steps q ON q.hold_line_id = l.id
    JOIN price_steps p ON p.id = q.step_id JOIN ticket_types t ON t.id = p.ticket_type_id
    WHERE h.state = 'active' AND h.expires_at <= :now AND (t.id = ANY(:types) OR t.date_id = :date)
      AND (p.ends_at IS NULL OR p.ends_at > :now) AND p.most - p.taken < :wanted
    LIMIT 200
""")


def end_of_types(database: Database, wanted: Mapping[UUID, int], now: datetime) -> None:
    """Before so many tickets of these types are claimed; types without price steps cost no question."""
    with database.at_once() as db:
        stepped = [one.id for one in sale.recent_offers(db, wanted).values() if one.has_steps]
        late = _late(db, sum(wanted.values()), now, types=stepped) if stepped else []
    _end(database, late, now)


def end_of_date(database: Database, date_id: UUID, wanted: int, now: datetime) -> None:
    """Before so many seats of a date are claimed."""
    with database.at_once() as db:
        has_steps = seating.recent_seated_date(db, date_id).has_steps
        late = _late(db, wanted, now, date_id=date_id) if has_steps else []
    _end(database, late, now)


def _late(
    db: Session, wanted: int, now: datetime, *, types: Collection[UUID] = (), date_id: UUID | None = None
) -> list[UUID]:
    asked = {"types": list(types), "date": date_id, "wanted": wanted, "now": now}
    return list(db.scalars(LATE, asked))


def _end(database: Database, late: Collection[UUID], now: datetime) -> None:
    if late:
        with database.writing(durable=False) as db:
            claims.reclaim(db, now, holds=list(late))
