"""The figures of an organizer's first page, and the clock by which its day runs."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.core.ids import id_at
from webapp.core.reach import Reach, date_within, filled, order_within

# Nothing is paid later than so long after it was ordered, so that the ids say where to look.
LATEST = timedelta(days=2)


@dataclass(frozen=True)
class Overview:
    """Since midnight: tickets sold, and money taken with its fees, in minor units."""

    tickets: int
    revenue: int
    awaiting: int


OVERVIEW = text(
    filled(
        """
    SELECT
        (SELECT count(*) FROM tickets t JOIN orders o ON o.id = t.order_id
         WHERE t.id >= :first_ticket AND t.created_at >= :midnight AND t.state <> 'void'
           AND o.organizer_id = :organizer AND {reach})::int AS tickets,
        (SELECT coalesce(sum(total - refunded), 0) FROM orders
         WHERE organizer_id = :organizer AND id >= :first_order AND paid_at >= :midnight
           AND {reach_2})::bigint AS revenue,
        (SELECT count(*) FROM orders
         WHERE state = 'awaiting_payment' AND organizer_id = :organizer AND {reach_2})::int AS awaiting
""",
        reach=date_within("t.date_id"),
        reach_2=order_within("orders.id"),
    )
)


def overview(db: Session, organizer_id: UUID, reach: Reach, midnight: datetime) -> Overview:
    values = {
        **reach.values(),
        "organizer": organizer_id,
        "midnight": midnight,
        "first_ticket": id_at(midnight - timedelta(minutes=5)),
        "first_order": id_at(midnight - LATEST),
    }
    return Overview(**db.execute(OVERVIEW, values).one()._mapping)
