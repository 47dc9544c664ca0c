"""Joining the list, and leaving it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from webapp.accounts.events import AccountDeleted
from webapp.accounts.queries import people
from webapp.booking.queries import offers as sale
from webapp.booking.rules import Offer, require_on_sale
from webapp.booking.service import offered
from webapp.catalog.models import Event
from webapp.core import clock, outbox
from webapp.core.audit import Actor, note
from webapp.core.errors import Conflict, Invalid, NotFound
from webapp.core.ids import secret, uuid7
from webapp.waitinglist import rules
from webapp.waitinglist.events import EntryAsked
from webapp.waitinglist.models import WaitlistEntry, WaitlistOffer
from webapp.waitinglist.queries import line as queries
from webapp.waitinglist.service import line


@dataclass(frozen=True)
class Wish:
    """So many places of any of these types, together or up to so many."""

    types: Sequence[UUID]
    places: int
    together: bool


@dataclass(frozen=True)
class Guest:
    """Who waits. `is_confirmed` when the account has shown before that the address is its own."""

    name: str
    email: str
    user_id: UUID | None = None
    is_confirmed: bool = False


def join(db: Session, *, event_id: UUID, wish: Wish, guest: Guest, now: datetime) -> WaitlistEntry:
    """Ask to be on the list: a confirmed address stands in the line at once, any other gets a mail first.

    Each address waits once for an event. Sent again it is the same entry, with one mail in ten minutes.
    """
    offers = _chosen(db, event_id, wish, now)
    _require_no_room(db, offers, wish)
    entry, is_new = _entry(db, event_id, guest, now)
    if entry.state == "unconfirmed":
        entry.name, entry.places, entry.together = guest.name, wish.places, wish.together
        entry.ticket_type_ids = list(wish.types)
        db.flush()
        if guest.is_confirmed:
            line.enter(db, entry, offers, now)
            return entry
    if is_new or (not guest.is_confirmed and entry.asked_at <= now - rules.MAIL_EVERY):
        entry.asked_at = now
        outbox.record(db, EntryAsked(entry.id))
    return entry


def confirm(db: Session, *, key: str, now: datetime) -> None:
    """The address is the guest's own: from now on the entry stands in the line. Sent twice it is once."""
    entry = find(db, key)
    if entry.state == "unconfirmed":
        line.enter(db, entry, _chosen(db, entry.event_id, _wish(entry), now), now)


def rejoin(db: Session, *, key: str, now: datetime) -> None:
    """Back into the line, at its end, with the same wishes. Sent twice it is once."""
    entry = find(db, key)
    if entry.state in rules.ALIVE:
        return
    rules.require_joinable(entry.state)
    if _alive(db, entry.event_id, entry.email):
        raise Conflict("Your address is on this list already, by another entry. Its mail has the link.")
    line.enter(db, entry, _chosen(db, entry.event_id, _wish(entry), now), now)


def leave(db: Session, *, key: str, now: datetime) -> None:
    """Off the list; what was offered goes to the next. Sent twice it is once."""
    entry = find(db, key)
    if entry.state not in rules.OVER:
        _leave(db, entry, now)


def remove(db: Session, *, organizer_id: UUID, entry_id: UUID, by: Actor, now: datetime) -> WaitlistEntry:
    """Staff take an entry off the list, which the event's history keeps."""
    entry = of_organizer(db, organizer_id, entry_id)
    if entry.state in rules.OVER:
        return entry
    about, subject = {"name": entry.name, "places": entry.places}, ("event", entry.event_id)
    before = {**about, "state": entry.state}
    _leave(db, entry, now)
    after = {**about, "state": "taken off the list"}
    said = "Taken off the waiting list"
    note(db, by, said, subject, organizer_id=organizer_id, before=before, after=after)
    return entry


def forget_person(db: Session, event: AccountDeleted) -> None:
    """The account is gone: it waits no more, and its name and address go from every entry."""
    person = people.person(db, event.user_id)
    own = WaitlistEntry.user_id == event.user_id
    if person.is_verified:
        own = or_(own, func.lower(WaitlistEntry.email) == person.email.lower())
    for entry in db.scalars(select(WaitlistEntry).where(own).order_by(WaitlistEntry.id)).all():
        if entry.state in ("unconfirmed", "waiting"):
            _leave(db, entry, clock.now())
        entry.name = entry.email = ""
    db.flush()


def of_organizer(db: Session, organizer_id: UUID, entry_id: UUID) -> WaitlistEntry:
    entry = db.scalar(
        select(WaitlistEntry)
        .join(Event, Event.id == WaitlistEntry.event_id)
        .where(WaitlistEntry.id == entry_id, Event.organizer_id == organizer_id)
    )
    if entry is None:
        raise NotFound("There is no such entry on this list.")
    return entry


def find(db: Session, key: str) -> WaitlistEntry:
    entry = db.scalar(select(WaitlistEntry).where(WaitlistEntry.secret == key))
    if entry is None:
        raise NotFound("This link is not complete. Copy it again from the mail.")
    return entry


def last_offer(db: Session, entry_id: UUID) -> WaitlistOffer:
    """What was offered to it the last time."""
    return db.scalars(
        select(WaitlistOffer)
        .where(WaitlistOffer.entry_id == entry_id)
        .order_by(WaitlistOffer.id.desc())
        .limit(1)
    ).one()


def _leave(db: Session, entry: WaitlistEntry, now: datetime) -> None:
    if entry.state == "waiting":
        line.leave(db, entry, "left", now)
        return
    if entry.state in ("offered", "taken"):
        offered.withdraw(db, last_offer(db, entry.id).hold_id)
    line.require_still(db, entry, "unconfirmed", "offered", "taken")
    entry.state, entry.ended_at = "left", now
    db.flush()


def _entry(db: Session, event_id: UUID, guest: Guest, now: datetime) -> tuple[WaitlistEntry, bool]:
    """The entry of this address for this event, and whether it was made just now."""
    made = db.scalar(
        insert(WaitlistEntry)
        .values(
            id=uuid7(),
            event_id=event_id,
            user_id=guest.user_id,
            secret=secret(),
            name=guest.name,
            email=guest.email,
            places=1,
            together=False,
            ticket_type_ids=[],
            asked_at=now,
        )
        .on_conflict_do_nothing()
        .returning(WaitlistEntry.id)
    )
    entry = db.get_one(WaitlistEntry, made) if made else _alive(db, event_id, guest.email)
    if entry is None:
        raise Conflict("Send it once more: your other entry has just left the list.", title="One moment")
    return entry, made is not None


def _alive(db: Session, event_id: UUID, email: str) -> WaitlistEntry | None:
    return db.scalar(
        select(WaitlistEntry).where(
            WaitlistEntry.event_id == event_id,
            func.lower(WaitlistEntry.email) == email.lower(),
            WaitlistEntry.state.in_(rules.ALIVE),
        )
    )


def _wish(entry: WaitlistEntry) -> Wish:
    return Wish(entry.ticket_type_ids, entry.places, entry.together)


def _chosen(db: Session, event_id: UUID, wish: Wish, now: datetime) -> list[Offer]:
    """The types that were chosen, of this event, shown to everybody, and sold now."""
    known = sale.offers(db, wish.types)
    chosen = [known[one] for one in wish.types if one in known]
    for offer in chosen:
        if offer.event_id != event_id or offer.hidden or offer.approval != "none":
            raise NotFound("One of these tickets is not for sale here. Open the event and choose again.")
        require_on_sale(offer, now)
    if not chosen:
        raise Invalid(
            "We kept everything you typed.", fields={"types": "Choose at least one kind of ticket."}
        )
    rules.require_fits(chosen, wish.places)
    return chosen


def _require_no_room(db: Session, offers: Sequence[Offer], wish: Wish) -> None:
    needed = {offer.id: rules.least(wish.places, offer, together=wish.together) for offer in offers}
    for room in queries.free(db, list(needed)):
        rules.require_no_room(room.name, room.open, needed[room.id])
