"""The guest list of a date: everybody on it has tickets that cost nothing, from places that are counted."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.booking.events import OrderChanged
from webapp.booking.models import Order, Ticket
from webapp.booking.service import cancellation
from webapp.booking.service.checkout import Buyer
from webapp.core import outbox
from webapp.core.audit import Actor, note
from webapp.core.db import Database
from webapp.core.errors import Conflict, NotFound, Refusal
from webapp.desk import rules
from webapp.desk.models import GuestEntry
from webapp.desk.queries import guests
from webapp.desk.rules import Guest
from webapp.desk.service import selling
from webapp.desk.service.selling import Choice


@dataclass(frozen=True)
class ListFor:
    """Whose list, of which date, from which tickets; `code` takes only places that are kept for it.

    `key` comes with the form: the same line of the same form is the same guest, however often it is sent.
    """

    organizer_id: UUID
    date_id: UUID
    ticket_type_id: UUID
    code: str
    mails: bool
    key: UUID
    by: Actor


@dataclass(frozen=True)
class Refused:
    """Somebody who could not be put on the list, and why."""

    guest: Guest
    why: str


def put_on(database: Database, list_: ListFor, wanted: Sequence[Guest], now: datetime) -> list[Refused]:
    """Put them on the list, each with all of their places or not at all; returns who was not."""
    refused = []
    for number, guest in enumerate(wanted):
        # Two of one name on one form are two people; the same form again is the same two.
        again = sum(other == guest for other in wanted[:number])
        entry_id = uuid5(list_.key, f"{guest} {again}")
        try:
            _put_on(database, list_, guest, entry_id, now)
        except Refusal as refusal:
            refused.append(Refused(guest, refusal.said))
    return refused


def take_off(db: Session, *, organizer_id: UUID, entry_id: UUID, by: Actor, now: datetime) -> None:
    """Void their tickets; the places are free. Twice is once."""
    entry = locked(db, organizer_id, entry_id)
    if entry.removed_at:
        return
    entry.removed_at = now
    db.flush()
    tickets = db.scalars(select(Ticket.id).where(Ticket.order_id == entry.order_id)).all()
    cancellation.refund(
        db, order_id=entry.order_id, ticket_ids=tickets, reason="Taken off the guest list", by=by
    )


def change(db: Session, *, organizer_id: UUID, entry_id: UUID, to: Guest, by: Actor) -> None:
    """Another name, note, address, or fewer places; who is in stays in. The tickets keep their codes."""
    entry = locked(db, organizer_id, entry_id)
    if entry.removed_at:
        raise Conflict("They were taken off the list meanwhile. Put them on again.")
    before = Guest(entry.name, entry.more, entry.email, entry.note)
    if to == before:
        return
    order = db.get_one(Order, entry.order_id, with_for_update=True)
    tickets = db.scalars(
        select(Ticket).where(Ticket.order_id == order.id, Ticket.state != "void").order_by(Ticket.id)
    ).all()
    surplus = rules.surplus([ticket.state for ticket in tickets], to.places, before.places)
    entry.name, entry.more, entry.email, entry.note = to.name, to.more, to.email, to.note
    order.buyer_name = to.name
    if order.buyer_email:
        order.buyer_email = to.email
    stay = [ticket for at, ticket in enumerate(tickets) if at not in surplus]
    for ticket, holder in zip(stay, to.holders, strict=False):
        ticket.holder_name = holder
    note(
        db,
        by,
        "Guest list entry changed",
        ("order", order.id),
        organizer_id=organizer_id,
        before=asdict(before),
        after=asdict(to),
    )
    db.flush()
    outbox.record(db, OrderChanged(order.id))
    if surplus:
        void = [tickets[at].id for at in surplus]
        cancellation.refund(
            db, order_id=order.id, ticket_ids=void, reason="Fewer places on the guest list", by=by
        )


def locked(db: Session, organizer_id: UUID, entry_id: UUID) -> GuestEntry:
    """The entry, locked."""
    entry = db.scalar(
        select(GuestEntry)
        .where(GuestEntry.id == entry_id, GuestEntry.organizer_id == organizer_id)
        .with_for_update()
    )
    if entry is None:
        raise NotFound("There is nobody like that on the list.")
    return entry


def _put_on(database: Database, list_: ListFor, guest: Guest, entry_id: UUID, now: datetime) -> None:
    with database.reading() as db:
        if db.get(GuestEntry, entry_id):
            return
    basket = f"guest {entry_id}"
    choice = Choice(basket, list_.date_id, {list_.ticket_type_id: guest.places}, code=list_.code)
    hold_id = selling.choose(database, choice, now)
    try:
        with database.writing() as db:
            _give(db, list_, guest, entry_id, hold_id, now)
    except Refusal:
        selling.give_up(database, basket, hold_id)
        raise


def _give(  # noqa: PLR0917  # one step of the above, with what it knows
    db: Session, list_: ListFor, guest: Guest, entry_id: UUID, hold_id: UUID, now: datetime
) -> None:
    if list_.code and not guests.is_from_reserve(db, hold_id):
        raise Conflict(f"So many places are not left of those that are kept for {list_.code}.")
    buyer = Buyer(
        guest.name,
        guest.email if list_.mails else "",
        attendees={list_.ticket_type_id: [(holder, {}) for holder in guest.holders]},
        channel="guest_list",
    )
    order = selling.give(db, basket=f"guest {entry_id}", hold_id=hold_id, buyer=buyer, by=list_.by, now=now)
    db.add(
        GuestEntry(
            id=entry_id,
            organizer_id=list_.organizer_id,
            date_id=list_.date_id,
            name=guest.name,
            email=guest.email,
            more=guest.more,
            note=guest.note,
            made_by=list_.by.name,
            order_id=order.id,
        )
    )
    note(
        db,
        list_.by,
        f"Put on the guest list: {guest.name}{f' +{guest.more}' if guest.more else ''}",
        ("order", order.id),
        organizer_id=list_.organizer_id,
        before=None,
        after={"note": guest.note, "places": guest.places},
    )
    db.flush()
