"""Tickets as a page, a PDF or a calendar shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from webapp.booking.models import Order, Ticket
from webapp.catalog.models import Event, EventDate, TicketType, Venue
from webapp.core.errors import NotFound


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


def _cards() -> Select[Ticket, Order, TicketType, EventDate, Event, Venue]:
    return (
        select(Ticket, Order, TicketType, EventDate, Event, Venue)
        .join(Order, Order.id == Ticket.order_id)
        .join(TicketType, TicketType.id == Ticket.ticket_type_id)
        .join(EventDate, EventDate.id == Ticket.date_id)
        .join(Event, Event.id == EventDate.event_id)
        .join(Venue, Venue.id == EventDate.venue_id)
        .order_by(EventDate.starts_at, Ticket.id)
    )


def tickets_of_order(db: Session, order_id: UUID, *, live_only: bool = True) -> list[TicketCard]:
    """The order's tickets, numbered as printed: those made void are left out unless asked for."""
    query = _cards().where(Ticket.order_id == order_id)
    if live_only:
        query = query.where(Ticket.state != "void")
    return _numbered(db.execute(query).all())


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
    query = _cards().where(Order.user_id == user_id, Ticket.state != "void", EventDate.ends_at > now)
    return _numbered(db.execute(query).all())


def _numbered(
    rows: Sequence[Row[Ticket, Order, TicketType, EventDate, Event, Venue]],
) -> list[TicketCard]:
    return [
        TicketCard(
            id=ticket.id,
            secret=ticket.secret,
            number=number,
            count=len(rows),
            state=ticket.state,
            used_at=ticket.used_at,
            holder=ticket.holder_name,
            type_name=kind.name,
            price=ticket.price,
            currency=order.currency,
            order_code=order.code,
            order_secret=order.secret,
            event_id=event.id,
            event_slug=event.slug,
            event_title=event.title,
            category=event.category,
            date_id=date.id,
            starts_at=date.starts_at,
            ends_at=date.ends_at,
            doors_at=date.doors_at,
            zone=date.zone,
            date_status=date.status,
            venue=venue.name,
            address=venue.address,
            city=venue.city,
            country=venue.country,
        )
        for number, (ticket, order, kind, date, event, venue) in enumerate(rows, start=1)
    ]
