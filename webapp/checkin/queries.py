"""What the door needs to know."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, literal_column, select
from sqlalchemy.orm import Session

from webapp.booking.models import Order, Ticket
from webapp.catalog.models import Event, EventDate, TicketType, Venue
from webapp.checkin.models import CheckIn
from webapp.core.errors import NotFound
from webapp.core.ids import typed_order_code
from webapp.core.reach import within
from webapp.core.tables import Column, Sieve, Table
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


DOORS = Table(
    name="doors",
    row=Door,
    columns=(
        Column("starts_at", "Date", sort="d.starts_at"),
        Column("title", "Event", sort="e.title"),
        Column("venue", "Venue", sort="v.name"),
        Column("entered", "In", sort="c.entered", number=True),
        Column("expected", "Expected", sort="c.expected", number=True),
    ),
    select="""d.id AS date_id, e.title, v.name AS venue, d.starts_at, d.zone, d.status, c.entered,
              c.expected""",
    source="event_dates d JOIN events e ON e.id = d.event_id JOIN venues v ON v.id = d.venue_id",
    joins="""CROSS JOIN LATERAL (
                 SELECT count(*) FILTER (WHERE i.state = 'used')::int AS entered, count(*)::int AS expected
                 FROM tickets i JOIN ticket_types y ON y.id = i.ticket_type_id
                 WHERE i.date_id = d.id AND i.state <> 'void' AND NOT y.is_addon
             ) c""",
    where=f"""e.organizer_id = :organizer AND e.status <> 'deleted' AND d.starts_at >= :since
              AND d.starts_at < :until AND {within("e.id")}""",
    sort="starts_at",
    tie="d.id",
    words="e.title ILIKE :like OR v.name ILIKE :like",
    words_head="Event or venue",
    sieves=(Sieve("day", "Day", "CAST(d.starts_at AT TIME ZONE d.zone AS date) = :day", kind="day"),),
)


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
