"""What the desk waits for: requests to answer, refunds to pay out, and tills that nobody has closed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.core.reach import Reach, filled, within
from webapp.desk.rules import TILL_DAY
from webapp.reports.rules.todos import Todo, said_at

ASKED = text(
    filled(
        """
    SELECT count(*) OVER ()::int AS number, r.answer_by AS first, d.zone
    FROM ticket_requests r JOIN event_dates d ON d.id = r.date_id
    WHERE r.organizer_id = :organizer AND r.state = 'asked' AND r.answer_by > :now AND {reach}
    ORDER BY r.answer_by LIMIT 1
""",
        reach=within("d.event_id"),
    )
)
TO_PAY_OUT = text("""
    SELECT count(*)::int
    FROM refunds r JOIN payments p ON p.id = r.payment_id JOIN orders o ON o.id = p.reference
    WHERE o.organizer_id = :organizer AND r.state = 'requested' AND p.provider IN ('cash', 'terminal')
""")
OLD_TILLS = text("""
    SELECT name FROM tills WHERE organizer_id = :organizer AND closed_at IS NULL AND opened_at < :before
    ORDER BY opened_at LIMIT 20
""")


def requests(db: Session, organizer_id: UUID, reach: Reach, now: datetime) -> list[Todo]:
    row = db.execute(ASKED, {"organizer": organizer_id, "now": now, **reach.values()}).one_or_none()
    if row is None:
        return []
    return [
        Todo(
            key="requests",
            kind="warn",
            number=row.number,
            what="Requests for tickets" if row.number > 1 else "Request for tickets",
            why=f"Guests wait for a yes or no; the first until {said_at(row.first, row.zone)}.",
            link="Answer",
            path="/requests",
            action="order.approve",
        )
    ]


def payouts(db: Session, organizer_id: UUID, reach: Reach, now: datetime) -> list[Todo]:  # noqa: ARG001
    """Of the whole house, since tills are."""
    number = db.scalar(TO_PAY_OUT, {"organizer": organizer_id}) if reach.is_all else 0
    if not number:
        return []
    return [
        Todo(
            key="payouts",
            kind="warn",
            number=number,
            what="Refunds to pay out" if number > 1 else "Refund to pay out",
            why="They were paid over the counter, so the gateway cannot send them back.",
            link="Pay out",
            path="/counter/tills",
            action="sale.counter",
        )
    ]


def old_tills(db: Session, organizer_id: UUID, reach: Reach, now: datetime) -> list[Todo]:
    if not reach.is_all:
        return []
    names = db.scalars(OLD_TILLS, {"organizer": organizer_id, "before": now - TILL_DAY}).all()
    if not names:
        return []
    return [
        Todo(
            key="tills",
            kind="warn",
            number=len(names),
            what="Tills to close" if len(names) > 1 else "Till to close",
            why=f"Open for longer than a day: {', '.join(names[:3])}. Nothing is sold from them.",
            link="Count",
            path="/counter/tills",
            action="sale.counter",
        )
    ]
