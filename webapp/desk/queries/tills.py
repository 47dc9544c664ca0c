"""Tills: what should be in the drawer, and what was counted."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.core.errors import NotFound


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


# Cash that came in or went out of the drawer; cards are the terminal's matter.
DRAWER = "('cash', 'cash_refund', 'moved')"

FACTS = """t.id, t.name, t.currency, t.start_amount, t.opened_at, t.closed_at, t.counted, t.note,
           coalesce(t.expected, t.start_amount + s.drawer) AS expected, s.cash, s.card, s.comps, s.paid_out,
           s.moved, s.sales"""

# What all that happened at a till makes in the drawer and in the terminal's books.
SUMS = f"""CROSS JOIN LATERAL (
        SELECT coalesce(sum(amount) FILTER (WHERE kind IN {DRAWER}), 0)::int AS drawer,
               coalesce(sum(amount) FILTER (WHERE kind = 'cash'), 0)::int AS cash,
               coalesce(sum(amount) FILTER (WHERE kind IN ('card', 'card_refund')), 0)::int AS card,
               coalesce(sum(amount) FILTER (WHERE kind = 'cash_refund'), 0)::int AS paid_out,
               coalesce(sum(amount) FILTER (WHERE kind = 'moved'), 0)::int AS moved,
               count(*) FILTER (WHERE kind = 'comp')::int AS comps,
               count(*) FILTER (WHERE kind IN ('cash', 'card', 'comp'))::int AS sales
        FROM till_entries WHERE till_id = t.id
    ) s"""  # noqa: S608  # names of our own columns

TILL = f"SELECT {FACTS} FROM tills t {SUMS} WHERE t.organizer_id = :organizer"  # noqa: S608  # names of our own
OPEN = text(f"{TILL} AND t.user_id = :user AND t.closed_at IS NULL")
ONE = text(f"{TILL} AND t.id = :till")

IS_OF = text("SELECT EXISTS (SELECT FROM tills WHERE id = :till AND user_id = :user)")


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
