"""What a mail about an order tells: who bought, what, for when and where, and what it cost."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.accounts.models import Organizer
from webapp.booking.models import Order, OrderLine, Ticket
from webapp.catalog.models import Event, EventDate, TicketType, Venue
from webapp.core.clock import local
from webapp.core.errors import NotFound
from webapp.core.money import shown


@dataclass(frozen=True)
class Line:
    quantity: int
    name: str
    amount: str


@dataclass(frozen=True)
class Visit:
    """One date of the order; `when` is the clock at the venue with its zone, `doors` may be empty."""

    date_id: UUID
    is_cancelled: bool
    title: str
    slug: str
    category: str
    day: str
    when: str
    doors: str
    venue: str
    address: str
    city: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class TicketLink:
    secret: str
    holder: str
    type_name: str


@dataclass(frozen=True)
class OrderLetter:
    """Amounts are as people read them; `fee` is empty when there is none."""

    id: UUID
    code: str
    secret: str
    state: str
    buyer_name: str
    buyer_email: str
    organizer: str
    organizer_email: str
    fee: str
    total: str
    is_free: bool
    currency: str
    visits: tuple[Visit, ...]
    tickets: tuple[TicketLink, ...]

    @property
    def path(self) -> str:
        """Opens the order without an account."""
        return f"/orders/{self.code}?key={self.secret}"

    @property
    def title(self) -> str:
        """The event, or the first of several."""
        titles = list(dict.fromkeys(visit.title for visit in self.visits))
        return titles[0] if len(titles) == 1 else f"{titles[0]} and {len(titles) - 1} more"


def letter(db: Session, order_id: UUID) -> OrderLetter:
    row = db.execute(
        select(Order, Organizer.name, Organizer.email)
        .join(Organizer, Organizer.id == Order.organizer_id)
        .where(Order.id == order_id)
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such order.")
    order, organizer, organizer_email = row
    return OrderLetter(
        id=order.id,
        code=order.code,
        secret=order.secret,
        state=order.state,
        buyer_name=order.buyer_name,
        buyer_email=order.buyer_email,
        organizer=organizer,
        organizer_email=organizer_email,
        fee=shown(order.fee, order.currency) if order.fee else "",
        total=shown(order.total, order.currency),
        is_free=order.total == 0,
        currency=order.currency,
        visits=_visits(db, order),
        tickets=_tickets(db, order_id),
    )


def _visits(db: Session, order: Order) -> tuple[Visit, ...]:
    rows = db.execute(
        select(OrderLine, TicketType.name, EventDate, Event, Venue)
        .join(TicketType, TicketType.id == OrderLine.ticket_type_id)
        .join(EventDate, EventDate.id == OrderLine.date_id)
        .join(Event, Event.id == EventDate.event_id)
        .join(Venue, Venue.id == EventDate.venue_id)
        .where(OrderLine.order_id == order.id)
        .order_by(EventDate.starts_at, EventDate.id, OrderLine.position)
    ).all()
    lines: dict[UUID, list[Line]] = defaultdict(list)
    for line, type_name, date, _, _ in rows:
        amount = shown(line.unit_price * line.quantity, order.currency)
        lines[date.id].append(Line(line.quantity, type_name, amount))
    dates = {date.id: _visit(date, event, venue, lines[date.id]) for _, _, date, event, venue in rows}
    return tuple(dates.values())


def _visit(date: EventDate, event: Event, venue: Venue, lines: Sequence[Line]) -> Visit:
    starts_at = local(date.starts_at, date.zone)
    return Visit(
        date_id=date.id,
        is_cancelled=date.status == "cancelled",
        title=event.title,
        slug=event.slug,
        category=event.category,
        day=f"{starts_at:%a %-d %B %Y}",
        when=f"{starts_at:%a %-d %B %Y, %H:%M} {_zone(starts_at)}",
        doors=f"{local(date.doors_at, date.zone):%H:%M}" if date.doors_at else "",
        venue=venue.name,
        address=venue.address,
        city=venue.city,
        lines=tuple(lines),
    )


def _zone(reading: datetime) -> str:
    """`CET`, or `UTC+03` where people have no letters for it."""
    letters = f"{reading:%Z}"
    return letters if letters.isalpha() else f"UTC{letters}"


def _tickets(db: Session, order_id: UUID) -> tuple[TicketLink, ...]:
    rows = db.execute(
        select(Ticket.secret, Ticket.holder_name, TicketType.name)
        .join(TicketType, TicketType.id == Ticket.ticket_type_id)
        .where(Ticket.order_id == order_id, Ticket.state != "void")
        .order_by(Ticket.id)
    )
    return tuple(TicketLink(*row) for row in rows)
