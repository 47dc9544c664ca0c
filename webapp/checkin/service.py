"""Letting people in, once each."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from webapp.booking.models import Order, Ticket
from webapp.catalog.models import Event, EventDate, TicketType
from webapp.checkin import queries, rules
from webapp.checkin.models import CheckIn
from webapp.checkin.rules import Scanned, Verdict
from webapp.core import clock
from webapp.core.audit import Actor
from webapp.core.errors import Conflict, NotFound
from webapp.core.ids import uuid7


@dataclass(frozen=True)
class Gate:
    """Where somebody stands and scans: one gate of one date, with one device."""

    organizer_id: UUID
    date_id: UUID
    name: str
    device: str
    by: Actor


def check_in(db: Session, gate: Gate, *, typed: str, nonce: str, now: datetime) -> Verdict:
    """Use a ticket; the same scan sent twice (same nonce) is answered like the first."""
    found = db.execute(
        select(Ticket, TicketType.name, Order.code, EventDate, Event.title, queries.SEAT)
        .join(TicketType, TicketType.id == Ticket.ticket_type_id)
        .join(Order, Order.id == Ticket.order_id)
        .join(EventDate, EventDate.id == Ticket.date_id)
        .join(Event, Event.id == EventDate.event_id)
        .where(Ticket.secret == rules.readable_secret(typed), Event.organizer_id == gate.organizer_id)
        .with_for_update(of=Ticket)
    ).one_or_none()
    if found is None:
        return rules.unknown()
    ticket, kind, code, date, title, seat = found
    scanned = Scanned(ticket.id, ticket.holder_name, kind, seat, code)
    if date.id != gate.date_id:
        return rules.elsewhere(scanned, title, clock.local(date.starts_at, date.zone))
    if ticket.state == "void":
        return rules.void(scanned)
    if ticket.state == "used":
        return _already_used(db, scanned, date.zone, nonce)
    _write(db, gate, ticket.id, "entry", nonce=nonce, now=now)
    ticket.state, ticket.used_at = "used", now
    db.flush()
    return rules.come_in(scanned)


def undo(db: Session, gate: Gate, *, ticket_id: UUID, nonce: str, now: datetime) -> None:
    """Take an entry back, after a scan of the wrong guest; the history keeps both."""
    queries.door(db, gate.organizer_id, gate.date_id)
    if db.scalar(select(CheckIn.id).where(CheckIn.nonce == nonce, CheckIn.ticket_id == ticket_id)):
        return
    of_this_date = (Ticket.id == ticket_id, Ticket.date_id == gate.date_id)
    undone = db.scalar(
        update(Ticket)
        .where(*of_this_date, Ticket.state == "used")
        .values(state="valid", used_at=None)
        .returning(Ticket.id)
    )
    if undone is None:
        if db.scalar(select(Ticket.id).where(*of_this_date)) is None:
            raise NotFound("There is no such ticket on this date.")
        raise Conflict("This ticket is not used, so there is nothing to take back.")
    _write(db, gate, ticket_id, "undo", nonce=nonce, now=now)
    db.flush()


def _write(db: Session, gate: Gate, ticket_id: UUID, kind: str, *, nonce: str, now: datetime) -> None:
    written = db.scalar(
        insert(CheckIn)
        .values(
            id=uuid7(),
            ticket_id=ticket_id,
            kind=kind,
            gate=gate.name,
            device=gate.device,
            by=gate.by.id,
            at=now,
            nonce=nonce,
        )
        .on_conflict_do_nothing(index_elements=[CheckIn.nonce])
        .returning(CheckIn.id)
    )
    if written is None:
        raise Conflict("This was sent for another ticket already. Open the door's page and scan once more.")


def _already_used(db: Session, scanned: Scanned, zone: str, nonce: str) -> Verdict:
    entry = queries.last_entry(db, scanned.ticket_id)
    if entry.nonce == nonce:
        return rules.come_in(scanned)
    return rules.used(scanned, clock.local(entry.at, zone), entry.gate)
