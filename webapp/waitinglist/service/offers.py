"""What comes back is offered in the order of joining, to the first that it fits, each in a short transaction.

An offer is a hold, made by whoever rings (a job after `PlacesCameBack`, the clock each second, staff by hand)
and locked for microseconds. It goes through the same counter as every hold, so it never exceeds the capacity.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from webapp.booking.service import claims, offered
from webapp.booking.service.offered import Offered
from webapp.core import outbox
from webapp.core.audit import Actor, note
from webapp.core.db import Database
from webapp.core.errors import Conflict
from webapp.core.ids import uuid7
from webapp.waitinglist import rules
from webapp.waitinglist.events import OfferMade
from webapp.waitinglist.models import WaitlistEntry, WaitlistOffer
from webapp.waitinglist.queries import line as queries
from webapp.waitinglist.rules import Fit
from webapp.waitinglist.service import joining, line

# So often the line may change between looking and locking before the next second's round goes on.
TRIES = 5
# The next round goes on; no job runs for minutes because a capacity was raised by thousands.
AT_ONCE = 200


def offer_all(database: Database, pool_id: UUID, now: datetime) -> set[UUID]:
    """Offer what is free in a pool until nobody is left whom it fits; returns the dates that changed."""
    with database.writing() as db:
        claims.reclaim(db, now, pools=[pool_id])
    dates: set[UUID] = set()
    for _ in range(AT_ONCE):
        fit = _offer_next(database, pool_id, now)
        if fit is None:
            break
        dates.add(fit.date_id)
    if not dates:
        _wait_elsewhere(database, pool_id)
    return dates


def offer_by_hand(
    database: Database, *, organizer_id: UUID, entry_id: UUID, by: Actor, now: datetime
) -> WaitlistOffer:
    """Offer to a chosen entry what is free for it, past those before it. Sent twice it is once."""
    with database.writing() as db:
        claims.reclaim(db, now, pools=line.pools_of(db, entry_id) or [entry_id])
    with database.writing() as db:
        entry = joining.of_organizer(db, organizer_id, entry_id)
        if entry.state == "offered":
            return joining.last_offer(db, entry_id)
        rules.require_waiting(entry.name, entry.state)
        fit = _locked_fit(db, entry, now)
        if fit is None:
            rooms = [(room.name, room.free) for room in queries.free(db, entry.ticket_type_ids)]
            raise rules.does_not_fit(entry.name, entry.places, together=entry.together, free=rooms)
        offer = _make(db, entry, fit, now, made_by=by.name)
        before = {"to": entry.name, "state": "waiting"}
        after = {"to": entry.name, "state": "offered", "places": offer.quantity}
        subject = ("event", entry.event_id)
        note(db, by, "Offered by hand", subject, organizer_id=organizer_id, before=before, after=after)
        return offer


def take(db: Session, *, key: str, basket: str, now: datetime) -> None:
    """Put what is offered into this basket, on whatever device the link was opened."""
    entry = joining.find(db, key)
    if entry.state not in ("offered", "taken"):
        raise Conflict("Nothing is offered to you at this moment. The page says where you stand.")
    offer = joining.last_offer(db, entry.id)
    if offered.take(db, hold_id=offer.hold_id, basket=basket, now=now):
        offer.taken_at = now
        entry.state = "taken"
    db.flush()


def _offer_next(database: Database, pool_id: UUID, now: datetime) -> Fit | None:
    for _ in range(TRIES):
        with database.writing() as db:
            fit = queries.next_fit(db, pool_id, now)
            if fit is None:
                return None
            line.lock(db, fit.pools)
            # Looked at again under the locks: only now is it sure who is the next, and what is free.
            again = queries.next_fit(db, pool_id, now)
            if again and set(again.pools) <= set(fit.pools):
                _make(db, line.locked(db, again.entry_id), again, now)
                return again
    return None


def _locked_fit(db: Session, entry: WaitlistEntry, now: datetime) -> Fit | None:
    fit = queries.fit_of(db, entry.id, now)
    if fit is None:
        return None
    line.lock(db, fit.pools)
    rules.require_waiting(entry.name, line.locked(db, entry.id).state)
    return queries.fit_of(db, entry.id, now)


def _make(db: Session, entry: WaitlistEntry, fit: Fit, now: datetime, *, made_by: str = "") -> WaitlistOffer:
    expires_at = rules.offer_ends(now, fit.starts_at, fit.closes_at)
    what = Offered(fit.date_id, fit.ticket_type_id, fit.takes, fit.quantity, fit.of_others)
    offer = WaitlistOffer(
        id=uuid7(),
        entry_id=entry.id,
        hold_id=offered.make(db, organizer_id=fit.organizer_id, what=what, expires_at=expires_at),
        ticket_type_id=fit.ticket_type_id,
        quantity=fit.quantity,
        made_by=made_by,
        expires_at=expires_at,
    )
    db.add(offer)
    line.end(db, entry, "offered", now, fit.pools)
    outbox.record(db, OfferMade(offer.id))
    db.flush()
    return offer


def _wait_elsewhere(database: Database, pool_id: UUID) -> None:
    """Nobody fits although there is room: who needs places of several pools waits for another of them."""
    with database.writing() as db:
        line.move_to_scarcest(db, pool_id)
