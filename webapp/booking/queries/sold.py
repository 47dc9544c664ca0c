"""One order as the organizer's staff see it, with its whole history."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.core import audit
from webapp.core.answers import answer_text, is_paper, paper_id
from webapp.core.audit import HistoryLine
from webapp.core.errors import NotFound
from webapp.core.ids import typed_order_code
from webapp.payments import queries as money
from webapp.payments.queries import MoneyLine
from webapp.seating.queries.said import saying


@dataclass(frozen=True)
class Told:
    """A question and what was answered; `paper_id` is the file that is the answer."""

    label: str
    text: str
    paper_id: UUID | None = None


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
    answers: list[Told]


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
    donation: int
    donation_returned: bool
    total: int
    refunded: int
    created_at: datetime
    paid_at: datetime | None
    channel: str
    answers: list[Told]
    tickets: list[SoldTicket]
    money: list[MoneyLine]
    history: list[HistoryLine]
    mails: list[tuple[datetime, str, str]]


ORDER = text("""
    SELECT id, code, secret, state, buyer_name, buyer_email, currency, subtotal, discount, fee, tax, donation,
           donation_returned, total,
           refunded, created_at, paid_at, channel, answers
    FROM orders WHERE code = :code AND organizer_id = :organizer
""")

TICKETS = saying(
    """
    SELECT t.id, t.date_id, t.state, t.holder_name AS holder, t.price, y.name AS type_name, e.title,
           d.starts_at, d.zone, t.used_at, t.answers,
           {seat} AS seat
    FROM tickets t JOIN ticket_types y ON y.id = t.ticket_type_id JOIN event_dates d ON d.id = t.date_id
    JOIN events e ON e.id = d.event_id WHERE t.order_id = :order ORDER BY t.id
    """,
    column="t.seat_id",
)

ASKED = text("""
    SELECT q.id::text AS id, q.label, q.kind FROM questions q WHERE q.event_id IN (
        SELECT d.event_id FROM order_lines l JOIN event_dates d ON d.id = l.date_id WHERE l.order_id = :order)
    ORDER BY q.position, q.id
""")

MAILS = text("SELECT sent_at, kind, recipient FROM sent_mails WHERE reference = :order ORDER BY sent_at DESC")


def order(db: Session, organizer_id: UUID, code: str) -> SoldOrder:
    row = db.execute(ORDER, {"code": typed_order_code(code), "organizer": organizer_id}).one_or_none()
    if row is None:
        raise NotFound("There is no such order here.")
    asked = {one.id: (one.label, one.kind) for one in db.execute(ASKED, {"order": row.id})}
    mails = [(mail.sent_at, mail.kind, mail.recipient) for mail in db.execute(MAILS, {"order": row.id})]
    return SoldOrder(
        **dict(row._mapping) | {"answers": _told(row.answers, asked)},
        tickets=_tickets(db, row.id, asked),
        money=money.history(db, row.id),
        history=audit.history(db, ("order", row.id)),
        mails=mails,
    )


def _tickets(db: Session, order_id: UUID, asked: Mapping[str, tuple[str, str]]) -> list[SoldTicket]:
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
            answers=_told(row.answers, asked),
        )
        for row in db.execute(TICKETS, {"order": order_id})
    ]


def _told(answers: Mapping[str, Any], asked: Mapping[str, tuple[str, str]]) -> list[Told]:
    """In the order of the questions; what is asked no more keeps its answers, without its words."""
    told = []
    for question in (
        *(one for one in asked if one in answers),
        *(one for one in answers if one not in asked),
    ):
        answer = str(answers[question])
        label, kind = asked.get(question, ("Question", "file" if is_paper(answer) else "text"))
        if answer:
            told.append(told_of(label, kind, answer))
    return told


def told_of(label: str, kind: str, answer: str) -> Told:
    """An answer as staff read it."""
    return Told(label, answer_text(kind, answer), paper_id(answer) if kind == "file" else None)
