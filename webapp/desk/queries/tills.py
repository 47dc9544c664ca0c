"""Tills: what should be in the drawer, what was counted, and what happened in between."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.core.errors import NotFound
from webapp.core.reach import Reach, order_within


@dataclass(frozen=True)
class TillView:
    """Amounts in minor units. `expected` is the cash that should be in it: now, or when it was closed."""

    id: UUID
    name: str
    currency: str
    start_amount: int
    opened_at: datetime
    closed_at: datetime | None
    counted: int | None
    note: str
    expected: int
    cash: int
    card: int
    comps: int
    paid_out: int
    moved: int
    sales: int

    @property
    def difference(self) -> int | None:
        """Counted less expected; below zero is missing."""
        return None if self.counted is None else self.counted - self.expected


@dataclass(frozen=True)
class Line:
    """One entry of a till."""

    at: datetime
    kind: str
    amount: int
    tendered: int | None
    reference: str
    reason: str
    code: str | None
    balance: int


@dataclass(frozen=True)
class ToPayOut:
    """A refund of what was paid over the counter, which waits to be given back there."""

    id: UUID
    order_id: UUID
    code: str
    buyer_name: str
    amount: int
    currency: str
    means: str
    reason: str
    since: datetime


# Cash that came in or went out of the drawer; cards are the terminal's matter.
DRAWER = "('cash', 'cash_refund', 'moved')"

TILLS = f"""
    SELECT t.id, t.name, t.currency, t.start_amount, t.opened_at, t.closed_at, t.counted, t.note,
           coalesce(t.expected, t.start_amount + s.drawer) AS expected, s.cash, s.card, s.comps, s.paid_out,
           s.moved, s.sales
    FROM tills t CROSS JOIN LATERAL (
        SELECT coalesce(sum(amount) FILTER (WHERE kind IN {DRAWER}), 0)::int AS drawer,
               coalesce(sum(amount) FILTER (WHERE kind = 'cash'), 0)::int AS cash,
               coalesce(sum(amount) FILTER (WHERE kind IN ('card', 'card_refund')), 0)::int AS card,
               coalesce(sum(amount) FILTER (WHERE kind = 'cash_refund'), 0)::int AS paid_out,
               coalesce(sum(amount) FILTER (WHERE kind = 'moved'), 0)::int AS moved,
               count(*) FILTER (WHERE kind = 'comp')::int AS comps,
               count(*) FILTER (WHERE kind IN ('cash', 'card', 'comp'))::int AS sales
        FROM till_entries WHERE till_id = t.id
    ) s
    WHERE t.organizer_id = :organizer AND {{which}}
"""  # noqa: S608  # names of our own columns
OPEN = text(TILLS.format(which="t.user_id = :user AND t.closed_at IS NULL"))
ONE = text(TILLS.format(which="t.id = :till"))
ALL = text(TILLS.format(which="true ORDER BY t.opened_at DESC LIMIT 200"))
ALL_OF = text(TILLS.format(which="t.user_id = :user ORDER BY t.opened_at DESC LIMIT 200"))

IS_OF = text("SELECT EXISTS (SELECT FROM tills WHERE id = :till AND user_id = :user)")

LINES = text(f"""
    SELECT n.at, n.kind, n.amount, n.tendered, n.reference, n.reason, o.code,
           (t.start_amount + sum(CASE WHEN n.kind IN {DRAWER} THEN n.amount ELSE 0 END)
                OVER (ORDER BY n.at, n.id))::int AS balance
    FROM till_entries n JOIN tills t ON t.id = n.till_id LEFT JOIN orders o ON o.id = n.order_id
    WHERE n.till_id = :till ORDER BY n.at, n.id
""")  # noqa: S608  # names of our own columns

TO_PAY_OUT = text(f"""
    SELECT r.id, o.id AS order_id, o.code, o.buyer_name, r.amount, p.currency, p.provider AS means,
           r.reason, r.created_at AS since
    FROM refunds r JOIN payments p ON p.id = r.payment_id JOIN orders o ON o.id = p.reference
    WHERE o.organizer_id = :organizer AND r.state = 'requested' AND p.provider IN ('cash', 'terminal')
    AND {order_within("o.id")} ORDER BY r.id LIMIT 200
""")  # noqa: S608  # our own condition


def find_open(db: Session, organizer_id: UUID, user_id: UUID) -> TillView | None:
    """The till that this person has open."""
    row = db.execute(OPEN, {"organizer": organizer_id, "user": user_id}).one_or_none()
    return TillView(**row._mapping) if row else None


def till(db: Session, organizer_id: UUID, till_id: UUID) -> TillView:
    row = db.execute(ONE, {"organizer": organizer_id, "till": till_id}).one_or_none()
    if row is None:
        raise NotFound("There is no such till.")
    return TillView(**row._mapping)


def require_of(db: Session, till_id: UUID, user_id: UUID | None) -> None:
    """Whether it is this person's till."""
    if not db.scalar(IS_OF, {"till": till_id, "user": user_id}):
        raise NotFound("There is no such till.")


def tills(db: Session, organizer_id: UUID, *, of: UUID | None = None) -> list[TillView]:
    """The newest two hundred of the house, or of one person."""
    rows = db.execute(ALL_OF if of else ALL, {"organizer": organizer_id, "user": of})
    return [TillView(**row._mapping) for row in rows]


def lines(db: Session, till_id: UUID) -> list[Line]:
    """All that happened at it, with what was in the drawer after each."""
    return [Line(**row._mapping) for row in db.execute(LINES, {"till": till_id})]


def to_pay_out(db: Session, organizer_id: UUID, reach: Reach) -> list[ToPayOut]:
    values = {"organizer": organizer_id} | reach.values()
    return [ToPayOut(**row._mapping) for row in db.execute(TO_PAY_OUT, values)]
