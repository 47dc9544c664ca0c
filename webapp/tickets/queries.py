"""Tickets as a page, a PDF or a calendar shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, text
from sqlalchemy.orm import Session

from webapp.booking.models import Ticket
from webapp.core.errors import NotFound
from webapp.seating.queries.said import said


@dataclass(frozen=True)
class TicketCard:
    """One ticket with everything that is printed on it; prices are minor units of `currency`."""

    id: UUID
    secret: str
    number: int
    count: int
    state: str
    used_at: datetime | None
    holder: str
    type_name: str
    seat: str
    price: int
    currency: str
    order_code: str
    order_secret: str
    event_id: UUID
    event_slug: str
    event_title: str
    category: str
    date_id: UUID
    starts_at: datetime
    ends_at: datetime
    doors_at: datetime | None
    zone: str
    date_status: str
    venue: str
    address: str
    city: str
    country: str


CARDS = """
    SELECT t.id, t.secret, t.state, t.used_at, t.holder_name AS holder, y.name AS type_name, t.price,
           {seat} AS seat, o.currency, o.code AS order_code, o.secret AS order_secret, e.id AS event_id,
           e.slug AS event_slug, e.title AS event_title, e.category, d.id AS date_id, d.starts_at, d.ends_at,
           d.doors_at, d.zone, d.status AS date_status, v.name AS venue, v.address, v.city, v.country
    FROM tickets t JOIN orders o ON o.id = t.order_id JOIN ticket_types y ON y.id = t.ticket_type_id
    JOIN event_dates d ON d.id = t.date_id JOIN events e ON e.id = d.event_id
    JOIN venues v ON v.id = d.venue_id
    WHERE {which} ORDER BY d.starts_at, t.id
"""
SEAT = said("t.seat_id")
OF_ORDER = "t.order_id = :order AND (t.state <> 'void' OR :void_too)"
OF_ACCOUNT = "o.user_id = :user AND t.state <> 'void' AND d.ends_at > :now"
CARDS_OF_ORDER, CARDS_OF_ACCOUNT = (
    text(CARDS.format(seat=SEAT, which=which)) for which in (OF_ORDER, OF_ACCOUNT)
)


def tickets_of_order(db: Session, order_id: UUID, *, live_only: bool = True) -> list[TicketCard]:
    """The order's tickets, numbered as printed: those made void are left out unless asked for."""
    return _numbered(db.execute(CARDS_OF_ORDER, {"order": order_id, "void_too": not live_only}).all())


def ticket(db: Session, secret: str) -> TicketCard:
    """The ticket that a QR code opens; NotFound when there is none."""
    order_id = db.scalar(select(Ticket.order_id).where(Ticket.secret == secret))
    if order_id is None:
        raise NotFound(
            "There is no such ticket. Look into the mail with your order, or find your order by its code."
        )
    cards = tickets_of_order(db, order_id, live_only=False)
    return next(card for card in cards if card.secret == secret)


def tickets_of_account(db: Session, user_id: UUID, now: datetime) -> list[TicketCard]:
    """Live tickets of dates that are not over, soonest first."""
    return _numbered(db.execute(CARDS_OF_ACCOUNT, {"user": user_id, "now": now}).all())


def _numbered(rows: Sequence[Row[Any]]) -> list[TicketCard]:
    return [
        TicketCard(number=number, count=len(rows), **row._mapping) for number, row in enumerate(rows, start=1)
    ]
