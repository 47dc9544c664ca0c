"""Tills, what happened at one, and refunds to pay out, as tables that staff filter, sort and take away."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from webapp.core import tables
from webapp.core.errors import NotFound
from webapp.core.reach import Reach, order_within
from webapp.core.sheets import amount
from webapp.core.tables import Column, Sieve, Table, days
from webapp.desk.queries.tills import DRAWER, FACTS, SUMS, TillView

KINDS = (
    ("cash", "Sold for cash"),
    ("card", "Sold by card"),
    ("comp", "Given away"),
    ("cash_refund", "Paid back in cash"),
    ("card_refund", "Given back by card"),
    ("moved", "Moved"),
)


@dataclass(frozen=True)
class Line:
    """One entry of a till; `balance` is what was in the drawer after it."""

    at: datetime
    kind: str
    amount: int
    tendered: int | None
    reference: str
    reason: str
    code: str | None
    balance: int
    currency: str


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


FITS = """CASE WHEN t.closed_at IS NULL THEN 'open'
               WHEN t.counted <> t.expected THEN 'differs' ELSE 'fits' END"""


def _money(key: str, head: str, sort: str) -> Column:
    """A column of an amount, which may be none."""

    def cell(row: object) -> object:
        value = getattr(row, key)
        return "" if value is None else amount(value, row.currency)  # type: ignore[attr-defined]

    return Column(key, head, sort=sort, cell=cell, number=True)


TILLS = Table(
    name="tills",
    row=TillView,
    columns=(
        Column("opened_at", "Opened", sort="t.opened_at"),
        Column("closed_at", "Closed", shown=False),
        Column("name", "Whose", sort="lower(t.name)"),
        Column("sales", "Sales", sort="s.sales", number=True),
        _money("cash", "Cash", "s.cash"),
        _money("card", "Card", "s.card"),
        _money("expected", "Expected", "expected"),
        _money("counted", "Counted", "t.counted {way} NULLS LAST"),
        _money("difference", "Difference", "t.counted - t.expected {way} NULLS LAST"),
        Column("currency", "Currency", shown=False),
        Column("note", "Note", shown=False),
    ),
    select=FACTS,
    source="tills t",
    joins=SUMS,
    where="t.organizer_id = :organizer AND (CAST(:user AS uuid) IS NULL OR t.user_id = :user)",
    sort="-opened_at",
    tie="t.id",
    words="t.name ILIKE :like OR t.note ILIKE :like",
    words_head="Whose, or note",
    sieves=(
        *days("t.opened_at", "Opened from"),
        Sieve(
            *("state", "State", FITS),
            (("open", "Open"), ("differs", "Closed with a difference"), ("fits", "Closed and right")),
            kind="tabs",
        ),
    ),
)

PAYOUTS = Table(
    name="payouts",
    prefix="back_",
    row=ToPayOut,
    columns=(
        Column("code", "Order", sort="o.code"),
        Column("since", "Since", sort="r.created_at", shown=False),
        Column("buyer_name", "Buyer", sort="lower(o.buyer_name)"),
        Column("reason", "Why"),
        _money("amount", "Amount", "r.amount"),
        Column("currency", "Currency", shown=False),
        Column("means", "Paid by", shown=False),
        Column("pay", "Pay out", filed=False),
    ),
    select="""r.id, o.id AS order_id, o.code, o.buyer_name, r.amount, p.currency, p.provider AS means,
              r.reason, r.created_at AS since""",
    source="refunds r JOIN payments p ON p.id = r.payment_id JOIN orders o ON o.id = p.reference",
    where=f"""o.organizer_id = :organizer AND r.state = 'requested' AND p.provider IN ('cash', 'terminal')
              AND {order_within("o.id")}""",
    sort="since",
    tie="r.id",
    words="concat_ws(' ', o.code, o.buyer_name, r.reason) ILIKE :like",
    words_head="Order, buyer or reason",
    sieves=(
        Sieve(
            *("means", "Paid by", "p.provider = :means"),
            (("cash", "Cash"), ("terminal", "Card")),
            every="Either way",
        ),
    ),
)

# What was in the drawer is counted over all entries, before any are left out.
ENTRIES = f"""(
    SELECT n.id, n.at, n.kind, n.amount, n.tendered, n.reference, n.reason, o.code, t.currency,
           (t.start_amount + sum(CASE WHEN n.kind IN {DRAWER} THEN n.amount ELSE 0 END)
                OVER (ORDER BY n.at, n.id))::int AS balance
    FROM till_entries n JOIN tills t ON t.id = n.till_id LEFT JOIN orders o ON o.id = n.order_id
    WHERE n.till_id = :till AND t.organizer_id = :organizer
) n"""  # noqa: S608  # names of our own columns

LINES = Table(
    name="till",
    row=Line,
    columns=(
        Column("at", "When", sort="n.at"),
        Column("kind", "What", sort="n.kind", cell=lambda row: dict(KINDS)[row.kind]),
        Column("reference", "Slip", shown=False),
        Column("reason", "Reason", shown=False),
        Column("code", "Order", sort="n.code {way} NULLS LAST"),
        _money("amount", "Amount", "n.amount"),
        _money("balance", "In the drawer", ""),
        Column("currency", "Currency", shown=False),
    ),
    select="""n.at, n.kind, n.amount, n.tendered, n.reference, n.reason, n.code, n.balance, n.currency""",
    source=ENTRIES,
    where="true",
    sort="at",
    tie="n.id",
    words="concat_ws(' ', n.code, n.reference, n.reason) ILIKE :like",
    words_head="Order, slip or reason",
    sieves=(Sieve("kind", "What", "n.kind", KINDS, kind="tabs"),),
)


def payout(db: Session, organizer_id: UUID, reach: Reach, refund_id: UUID) -> ToPayOut:
    values = {"organizer": organizer_id, "refund": refund_id, **reach.values()}
    found = tables.find(db, PAYOUTS, "r.id = :refund", values)
    if found is None:
        raise NotFound("This refund was paid out before, or there is none. Look at the order's history.")
    return found
