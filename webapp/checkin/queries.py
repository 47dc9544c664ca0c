"""What the door needs to know."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, literal_column, select, text
from sqlalchemy.orm import Session

from webapp.booking.models import Order, Ticket
from webapp.catalog.models import Event, EventDate, TicketType, Venue
from webapp.checkin.models import CheckIn
from webapp.core.errors import NotFound
from webapp.core.ids import typed_order_code
from webapp.core.reach import Reach, within
from webapp.desk.models import GuestEntry
from webapp.seating.queries.said import said

# A name of two letters finds half the house.
LEAST_LETTERS = 3
MOST_GUESTS = 60

SEAT: ColumnElement[str] = literal_column(said("tickets.seat_id"))


@dataclass(frozen=True)
class Door:
    """One date at its door: how many came of how many. Parking that is shown there does not come."""

    date_id: UUID
    title: str
    venue: str
    starts_at: datetime
    zone: str
    status: str
    entered: int
    expected: int


@dataclass(frozen=True)
class Guest:
    """A ticket as the door's list shows it."""

    ticket_id: UUID
    secret: str
    holder: str
    type_name: str
    seat: str
    order_code: str
    state: str
    used_at: datetime | None
    note: str = ""


def door(db: Session, organizer_id: UUID, date_id: UUID) -> Door:
    row = db.execute(
        select(EventDate, Event.title, Venue.name)
        .join(EventDate.event)
        .join(EventDate.venue)
        .where(EventDate.id == date_id, Event.organizer_id == organizer_id)
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such date.")
    date, title, venue = row
    rows = db.execute(
        select(Ticket.state, func.count())
        .join(TicketType, TicketType.id == Ticket.ticket_type_id)
        .where(Ticket.date_id == date_id, ~TicketType.is_addon)
        .group_by(Ticket.state)
    )
    counts = {row[0]: row[1] for row in rows}
    entered = counts.get("used", 0)
    expected = entered + counts.get("valid", 0)
    return Door(date.id, title, venue, date.starts_at, date.zone, date.status, entered, expected)


def doors(db: Session, organizer_id: UUID, reach: Reach, since: datetime, until: datetime) -> list[Door]:
    """The organizer's dates that begin in [since, until), soonest first."""
    entered = func.count(Ticket.id).filter(Ticket.state == "used", ~TicketType.is_addon)
    live = func.count(Ticket.id).filter(Ticket.state != "void", ~TicketType.is_addon)
    rows = db.execute(
        select(EventDate, Event.title, Venue.name, entered, live)
        .join(EventDate.event)
        .join(EventDate.venue)
        .outerjoin(Ticket, Ticket.date_id == EventDate.id)
        .outerjoin(TicketType, TicketType.id == Ticket.ticket_type_id)
        .where(Event.organizer_id == organizer_id, EventDate.starts_at >= since, EventDate.starts_at < until)
        .where(Event.status != "deleted", text(within("events.id")).bindparams(**reach.values()))
        .group_by(EventDate.id, Event.title, Venue.name)
        .order_by(EventDate.starts_at)
        .limit(200)
    )
    return [
        Door(date.id, title, venue, date.starts_at, date.zone, date.status, came, expected)
        for date, title, venue, came, expected in rows
    ]


def guests_of_order(db: Session, date_id: UUID, order_code: str) -> list[Guest]:
    """Tickets for this date in an order, for who comes without their code."""
    return _guests(db, date_id, Order.code == typed_order_code(order_code))


def guests_named(db: Session, date_id: UUID, typed: str) -> list[Guest]:
    """Live tickets whose holder or buyer has all these words in the name; those on the guest list first."""
    names = [word for word in typed.split() if any(map(str.isalpha, word))][:5]
    if sum(map(len, names)) < LEAST_LETTERS:
        return []
    full = func.lower(func.concat(Ticket.holder_name, " ", Order.buyer_name))
    wanted = [full.contains(name.lower(), autoescape=True) for name in names]
    return _guests(db, date_id, Ticket.state != "void", *wanted)


def _guests(db: Session, date_id: UUID, *which: ColumnElement[bool]) -> list[Guest]:
    rows = db.execute(
        select(Ticket, TicketType.name, Order.code, SEAT, GuestEntry.note)
        .join(TicketType, TicketType.id == Ticket.ticket_type_id)
        .join(Order, Order.id == Ticket.order_id)
        .outerjoin(GuestEntry, GuestEntry.order_id == Order.id)
        .where(Ticket.date_id == date_id, *which)
        .order_by(GuestEntry.id.is_(None), Ticket.id)
        .limit(MOST_GUESTS)
    )
    return [
        Guest(
            ticket.id,
            ticket.secret,
            ticket.holder_name,
            kind,
            seat,
            code,
            ticket.state,
            ticket.used_at,
            _listed(note),
        )
        for ticket, kind, code, seat, note in rows
    ]


def _listed(note: str | None) -> str:
    """What the door reads of who is on the guest list; nothing of who is not."""
    return "" if note is None else ", ".join(filter(None, ("guest list", note)))


def last_entry(db: Session, ticket_id: UUID) -> CheckIn:
    """The entry that made the ticket used; an undo makes room for another."""
    return db.scalars(
        select(CheckIn)
        .where(CheckIn.ticket_id == ticket_id, CheckIn.kind == "entry")
        .order_by(CheckIn.id.desc())
        .limit(1)
    ).one()
