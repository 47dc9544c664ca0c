"""Orders as the organizer's staff see them: searched, filtered, and each with its whole history."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.core import audit
from webapp.core.audit import HistoryLine
from webapp.core.errors import NotFound
from webapp.core.ids import typed_order_code
from webapp.payments import queries as money
from webapp.payments.queries import MoneyLine
from webapp.seating.queries.said import saying

PER_PAGE = 50

STATES = (
    *("awaiting_payment", "paid", "part_refunded", "refunded", "needs_review"),
    *("cancelled", "expired", "auto_refunded"),
)

SORTS: Mapping[str, str] = {
    "placed": "o.id",
    "-placed": "o.id DESC",
    "buyer": "lower(o.buyer_name), o.id",
    "-buyer": "lower(o.buyer_name) DESC, o.id",
    "total": "o.total, o.id",
    "-total": "o.total DESC, o.id",
}


@dataclass(frozen=True)
class Filter:
    """What staff look for; `q` is part of a code, name or address."""

    q: str = ""
    state: str = ""
    event_id: UUID | None = None
    sort: str = "-placed"
    page: int = 1


@dataclass(frozen=True)
class SoldRow:
    code: str
    state: str
    buyer_name: str
    buyer_email: str
    title: str
    tickets: int
    total: int
    refunded: int
    created_at: datetime


@dataclass(frozen=True)
class SoldList:
    rows: list[SoldRow]
    count: int
    sum: int
    by_state: dict[str, int]

    @property
    def pages(self) -> int:
        return max(1, -(-self.count // PER_PAGE))


@dataclass(frozen=True)
class SoldTicket:
    id: UUID
    date_id: UUID
    state: str
    holder: str
    price: int
    type_name: str
    seat: str
    title: str
    starts_at: datetime
    zone: str
    used_at: datetime | None
    answers: list[tuple[str, str]]


@dataclass(frozen=True)
class SoldOrder:
    """One order with its tickets, its money and what happened to it."""

    id: UUID
    code: str
    secret: str
    state: str
    buyer_name: str
    buyer_email: str
    currency: str
    subtotal: int
    discount: int
    fee: int
    tax: int
    total: int
    refunded: int
    created_at: datetime
    paid_at: datetime | None
    tickets: list[SoldTicket]
    money: list[MoneyLine]
    history: list[HistoryLine]
    mails: list[tuple[datetime, str, str]]


WHERE = """
    o.organizer_id = :organizer
    AND (:q = '' OR o.code ILIKE :like OR replace(o.code, '-', '') ILIKE :like
         OR o.buyer_name ILIKE :like OR o.buyer_email ILIKE :like)
    AND (CAST(:event AS uuid) IS NULL OR EXISTS (
        SELECT FROM order_lines l JOIN event_dates d ON d.id = l.date_id
        WHERE l.order_id = o.id AND d.event_id = :event))
"""

LIST = """
    SELECT o.code, o.state, o.buyer_name, o.buyer_email, e.title, o.total, o.refunded, o.created_at,
           (SELECT sum(quantity) FROM order_lines WHERE order_id = o.id)::int AS tickets
    FROM orders o
    JOIN LATERAL (SELECT date_id FROM order_lines WHERE order_id = o.id ORDER BY position LIMIT 1) l ON true
    JOIN event_dates d ON d.id = l.date_id JOIN events e ON e.id = d.event_id
    WHERE {where} AND (:state = '' OR o.state = :state) ORDER BY {order} LIMIT :limit OFFSET :offset
"""

STATES_COUNT = """
    SELECT o.state, count(*)::int AS orders, sum(o.total - o.refunded)::bigint AS sum
    FROM orders o WHERE {where} GROUP BY o.state
"""

ORDER = text("""
    SELECT id, code, secret, state, buyer_name, buyer_email, currency, subtotal, discount, fee, tax, total,
           refunded, created_at, paid_at
    FROM orders WHERE code = :code AND organizer_id = :organizer
""")

TICKETS = saying(
    """
    SELECT t.id, t.date_id, t.state, t.holder_name AS holder, t.price, y.name AS type_name, e.title,
           d.starts_at, d.zone, t.used_at, t.answers, e.id AS event_id,
           {seat} AS seat
    FROM tickets t JOIN ticket_types y ON y.id = t.ticket_type_id JOIN event_dates d ON d.id = t.date_id
    JOIN events e ON e.id = d.event_id WHERE t.order_id = :order ORDER BY t.id
    """,
    column="t.seat_id",
)

LABELS = text("SELECT id::text, label FROM questions WHERE event_id = ANY(:events)")

MAILS = text("SELECT sent_at, kind, recipient FROM sent_mails WHERE reference = :order ORDER BY sent_at DESC")

# What counts as taken money in a sum.
PAID = ("paid", "part_refunded", "refunded")


def sold(db: Session, organizer_id: UUID, wanted: Filter) -> SoldList:
    values = {
        "organizer": organizer_id,
        "q": wanted.q,
        "like": f"%{wanted.q.replace('%', '').replace('_', '')}%",
        "event": wanted.event_id,
        "state": wanted.state,
        "limit": PER_PAGE,
        "offset": (wanted.page - 1) * PER_PAGE,
    }
    states = db.execute(text(STATES_COUNT.format(where=WHERE)), values).all()
    rows = db.execute(text(LIST.format(where=WHERE, order=SORTS[wanted.sort])), values)
    chosen = [row for row in states if wanted.state in ("", row.state)]
    return SoldList(
        rows=[SoldRow(**row._mapping) for row in rows],
        count=sum(row.orders for row in chosen),
        sum=int(sum(row.sum for row in chosen if row.state in PAID)),
        by_state={row.state: row.orders for row in states},
    )


def order(db: Session, organizer_id: UUID, code: str) -> SoldOrder:
    row = db.execute(ORDER, {"code": typed_order_code(code), "organizer": organizer_id}).one_or_none()
    if row is None:
        raise NotFound("There is no such order here.")
    mails = [(mail.sent_at, mail.kind, mail.recipient) for mail in db.execute(MAILS, {"order": row.id})]
    return SoldOrder(
        **row._mapping,
        tickets=_tickets(db, row.id),
        money=money.history(db, row.id),
        history=audit.history(db, ("order", row.id)),
        mails=mails,
    )


def events(db: Session, organizer_id: UUID) -> list[tuple[UUID, str]]:
    """What the filter offers."""
    rows = db.execute(
        text("SELECT id, title FROM events WHERE organizer_id = :organizer ORDER BY title LIMIT 500"),
        {"organizer": organizer_id},
    )
    return [(row.id, row.title) for row in rows]


def _tickets(db: Session, order_id: UUID) -> list[SoldTicket]:
    rows = db.execute(TICKETS, {"order": order_id}).all()
    labels: dict[str, str] = dict(db.execute(LABELS, {"events": list({row.event_id for row in rows})}).all())
    return [
        SoldTicket(
            id=row.id,
            date_id=row.date_id,
            state=row.state,
            holder=row.holder,
            price=row.price,
            type_name=row.type_name,
            seat=row.seat,
            title=row.title,
            starts_at=row.starts_at,
            zone=row.zone,
            used_at=row.used_at,
            answers=_answers(row.answers, labels),
        )
        for row in rows
    ]


def _answers(answers: Mapping[str, Any], labels: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(labels.get(question, "Question"), str(answer)) for question, answer in answers.items() if answer]
