"""One order as the organizer's staff see it, with its whole history."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.core import audit, clock
from webapp.core.audit import HistoryLine
from webapp.core.errors import NotFound
from webapp.core.ids import typed_order_code
from webapp.core.reach import Reach, within
from webapp.payments import queries as money
from webapp.payments.queries import MoneyLine
from webapp.seating.queries.said import saying


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
    donation: int
    donation_returned: bool
    total: int
    refunded: int
    created_at: datetime
    paid_at: datetime | None
    tickets: list[SoldTicket]
    money: list[MoneyLine]
    history: list[HistoryLine]
    mails: list[tuple[datetime, str, str]]


ORDER = text("""
    SELECT id, code, secret, state, buyer_name, buyer_email, currency, subtotal, discount, fee, tax, donation,
           donation_returned, total,
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

EVENTS = """
    SELECT id, title FROM events WHERE organizer_id = :organizer AND status <> 'deleted' AND {within}
    ORDER BY title LIMIT 500
"""

DATES = """
    SELECT d.id, e.title, d.starts_at, d.zone FROM event_dates d JOIN events e ON e.id = d.event_id
    WHERE e.organizer_id = :organizer AND {within} ORDER BY d.starts_at DESC, d.id LIMIT 500
"""


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


def events(db: Session, organizer_id: UUID, reach: Reach) -> list[tuple[UUID, str]]:
    """What the filter offers."""
    rows = db.execute(
        text(EVENTS.format(within=within("id"))),
        {"organizer": organizer_id, **reach.values()},
    )
    return [(row.id, row.title) for row in rows]


def dates(db: Session, organizer_id: UUID, reach: Reach) -> list[tuple[UUID, str]]:
    """What the filter by date offers: the latest first, so that the season at hand is in it."""
    values = {"organizer": organizer_id, **reach.values()}
    rows = db.execute(text(DATES.format(within=within("e.id"))), values)
    return [
        (row.id, f"{row.title}, {clock.local(row.starts_at, row.zone):%a %d %b %Y, %H:%M}") for row in rows
    ]


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
