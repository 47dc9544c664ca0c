"""Money that needs a person: orders that do not fit, refunds that do not go through."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.core.reach import Reach, filled, order_within
from webapp.reports.rules.todos import Todo

# A refund usually arrives within minutes.
PATIENCE = timedelta(hours=1)

REVIEW = text(
    filled(
        """
    SELECT count(*)::int AS number, (array_agg(code ORDER BY id))[1] AS code
    FROM orders WHERE organizer_id = :organizer AND state = 'needs_review' AND {reach}
""",
        reach=order_within("orders.id"),
    )
)

REFUNDS = text(
    filled(
        """
    SELECT r.state, count(*)::int AS number, (array_agg(o.code ORDER BY r.id))[1] AS code
    FROM refunds r JOIN payments p ON p.id = r.payment_id JOIN orders o ON o.id = p.reference
    WHERE r.state <> 'succeeded' AND (r.state = 'failed' OR r.created_at < :since)
      AND o.organizer_id = :organizer AND p.provider NOT IN ('cash', 'terminal') AND {reach}
    GROUP BY r.state
""",
        reach=order_within("o.id"),
    )
)

SILENT = text(
    filled(
        """
    SELECT count(*)::int AS number, (array_agg(o.code ORDER BY p.id))[1] AS code
    FROM payments p JOIN orders o ON o.id = p.reference
    WHERE p.state IN ('created', 'pending') AND p.expires_at < :since AND o.organizer_id = :organizer
      AND {reach}
""",
        reach=order_within("o.id"),
    )
)


def review(db: Session, organizer_id: UUID, reach: Reach, now: datetime) -> list[Todo]:  # noqa: ARG001  # as all sources
    """Paid too late or not as asked: the order has money and no places, or the other way round."""
    row = db.execute(REVIEW, {"organizer": organizer_id, **reach.values()}).one()
    if not row.number:
        return []
    return [
        Todo(
            key="review",
            kind="bad",
            number=row.number,
            what="Order to review" if row.number == 1 else "Orders to review",
            why=f"Money and places do not fit together, as after a late payment. The oldest is {row.code}.",
            link="Decide",
            path="/orders?state=needs_review&sort=placed" if row.number > 1 else f"/orders/{row.code}",
            action="order.refund",
        )
    ]


def refunds(db: Session, organizer_id: UUID, reach: Reach, now: datetime) -> list[Todo]:
    """Those that the gateway refused, and those of which it says nothing for an hour."""
    rows = db.execute(REFUNDS, {"organizer": organizer_id, "since": now - PATIENCE, **reach.values()})
    return [_refund(row.state, row.number, row.code) for row in rows]


def silent_payments(db: Session, organizer_id: UUID, reach: Reach, now: datetime) -> list[Todo]:
    """Payments whose time is over without a word of the gateway."""
    row = db.execute(SILENT, {"organizer": organizer_id, "since": now - PATIENCE, **reach.values()}).one()
    if not row.number:
        return []
    return [
        Todo(
            key="silent-payments",
            kind="warn",
            number=row.number,
            what="Payments without an answer",
            why=f"The gateway has not said for an hour how they ended. The oldest is of order {row.code}.",
            link="See them",
            path="/orders?state=awaiting_payment&sort=placed",
            action="order.view",
        )
    ]


def _refund(state: str, number: int, code: str) -> Todo:
    is_refused = state == "failed"
    several = "Refunds" if number > 1 else "Refund"
    return Todo(
        key=f"refunds-{state}",
        kind="bad" if is_refused else "warn",
        number=number,
        what=f"{several} refused by the gateway" if is_refused else f"{several} on the way for long",
        why=(
            f"The money has to go back another way. The oldest is of order {code}."
            if is_refused
            else f"Asked for more than an hour ago and not confirmed. The oldest is of order {code}."
        ),
        link="See them" if number > 1 else "Look",
        path=f"/orders?refund={state}" if number > 1 else f"/orders/{code}",
        action="order.refund",
    )
