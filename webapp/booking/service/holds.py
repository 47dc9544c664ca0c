"""What a guest does with places before buying: hold, change, release, extend, take along."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from webapp.booking import rules
from webapp.booking.models import Hold, HoldLine
from webapp.booking.queries import offers as sale
from webapp.booking.rules import NoRoom, Offer, VoucherTerms
from webapp.booking.service import claims
from webapp.core.db import Database
from webapp.core.errors import Conflict, Invalid, NotFound
from webapp.core.ids import uuid7

ONE_HOLD_PER_BASKET = "uq_holds_basket"


@dataclass(frozen=True)
class Held:
    """A hold that was made or changed, and the dates whose places changed with it."""

    hold_id: UUID | None
    dates: frozenset[UUID]


@dataclass(frozen=True)
class Wish:
    """What a guest asks for: so many of each ticket type, all of one event, with a code perhaps."""

    basket: str
    quantities: Mapping[UUID, int]
    code: str = ""


def hold(database: Database, wish: Wish, now: datetime) -> Held:
    """Hold all that is wished for, or nothing; the named types get these quantities, however often asked.

    When there is no room, expired holds of these pools are taken back first, and it is tried once more.
    """
    try:
        return _try(database, wish, now)
    except NoRoom as no_room:
        pools = _pools(database, wish)
        with database.writing(durable=False) as db:
            reclaimed = claims.reclaim(db, now, pools=pools)
        if not reclaimed:
            raise
        try:
            return _try(database, wish, now)
        except NoRoom as still:
            raise still from no_room


def release(db: Session, *, basket: str, hold_id: UUID) -> Held:
    """Give everything of one hold back; what was given back before stays given back."""
    hold = _own(db, basket, hold_id)
    if hold.state != "active":
        return Held(None, frozenset())
    dates = _dates(db, hold_id)
    hold.state = "released"
    db.flush()
    claims.move(db, {pool: -places for pool, places in claims.places_of_hold(db, hold_id).items()})
    return Held(None, dates)


def extend(db: Session, *, basket: str, hold_id: UUID, now: datetime) -> None:
    """Five minutes more, once. Sent twice it is still once, and no error."""
    hold = _own(db, basket, hold_id)
    if hold.state != "active" or hold.expires_at <= now:
        raise Conflict(
            "Hold them once more if they are still free.", title="Time is up, nothing was charged."
        )
    if hold.extended_at is None:
        hold.extended_at = now
        hold.expires_at = hold.expires_at + rules.EXTENSION
        db.flush()


def use_voucher(db: Session, *, basket: str, hold_id: UUID, code: str, now: datetime) -> None:
    """Put a code on a hold; an empty one takes it off."""
    hold = _own(db, basket, hold_id)
    if not code.strip():
        hold.voucher_id = None
        return
    voucher = sale.find_voucher(db, hold.organizer_id, code)
    if voucher is None:
        raise Invalid(
            "Look at the letters again; the rest of the basket is as it was.",
            fields={"code": "This code is not known here."},
            title="Not this code",
        )
    rules.require_usable(voucher, now)
    hold.voucher_id = voucher.id
    db.flush()


def _try(database: Database, wish: Wish, now: datetime) -> Held:
    try:
        with database.writing(durable=False) as db:
            return _hold(db, wish, now)
    except IntegrityError as error:
        if ONE_HOLD_PER_BASKET not in str(error):
            raise
    # Two requests of one basket came together: the other made the hold, this one changes it.
    with database.writing(durable=False) as db:
        return _hold(db, wish, now)


def _hold(db: Session, wish: Wish, now: datetime) -> Held:
    offers = sale.offers(db, wish.quantities)
    organizer_id = _require_one_event(offers, wish)
    voucher = sale.find_voucher(db, organizer_id, wish.code) if wish.code else None
    for ticket_type, quantity in wish.quantities.items():
        _require_allowed(offers[ticket_type], quantity, voucher, now)
    dates = frozenset(offer.date_id for offer in offers.values())
    hold_id = _active(db, wish.basket, organizer_id)
    if hold_id:
        _change(db, hold_id, offers, wish.quantities, now)
        return Held(hold_id, dates)
    wanted = {ticket_type: n for ticket_type, n in wish.quantities.items() if n}
    if not wanted:
        raise Invalid("Choose how many tickets you want.", title="Nothing was chosen")
    usable = voucher if voucher and voucher.kind != "none" and rules.is_running(voucher, now) else None
    new = Hold(
        id=uuid7(),
        basket=wish.basket,
        organizer_id=organizer_id,
        expires_at=now + rules.HOLD,
        voucher_id=usable.id if usable else None,
    )
    return Held(_new(db, new, offers, wanted), dates)


def _new(db: Session, hold: Hold, offers: Mapping[UUID, Offer], wanted: Mapping[UUID, int]) -> UUID:
    pools = {offers[ticket_type].pool_id for ticket_type in wanted}
    if len(pools) > 1:
        db.add(hold)
        db.flush()
        _set_lines(db, hold.id, offers, wanted)
    elif not claims.claim_new_hold(db, hold, pool_id=(pool := pools.pop()), quantities=wanted):
        raise NoRoom(sum(wanted.values()), claims.left(db, pool))
    return hold.id


def _change(
    db: Session, hold_id: UUID, offers: Mapping[UUID, Offer], quantities: Mapping[UUID, int], now: datetime
) -> None:
    hold = db.get_one(Hold, hold_id)
    _set_lines(db, hold_id, offers, quantities)
    if db.scalar(select(HoldLine.id).where(HoldLine.hold_id == hold_id).limit(1)) is None:
        hold.state = "released"
    elif any(quantities.values()):
        hold.expires_at = rules.new_expiry(hold.created_at, hold.expires_at, now)
    db.flush()


def _set_lines(
    db: Session, hold_id: UUID, offers: Mapping[UUID, Offer], quantities: Mapping[UUID, int]
) -> None:
    """Bring the named lines to these quantities and the pools with them."""
    lines = {
        line.ticket_type_id: line for line in db.scalars(select(HoldLine).where(HoldLine.hold_id == hold_id))
    }
    changes: dict[UUID, int] = {}
    for ticket_type, quantity in quantities.items():
        line = lines.get(ticket_type)
        pool = offers[ticket_type].pool_id
        changes[pool] = changes.get(pool, 0) + quantity - (line.quantity if line else 0)
        if line and quantity:
            line.quantity = quantity
        elif line:
            db.execute(delete(HoldLine).where(HoldLine.id == line.id))
        elif quantity:
            db.add(HoldLine(hold_id=hold_id, ticket_type_id=ticket_type, pool_id=pool, quantity=quantity))
    db.flush()
    claims.move(db, changes)


def _require_one_event(offers: Mapping[UUID, Offer], wish: Wish) -> UUID:
    missing = set(wish.quantities) - set(offers)
    if missing or not offers:
        raise NotFound(
            "One of these tickets is not for sale. Open the event again and choose from what is there."
        )
    if len({offer.event_id for offer in offers.values()}) > 1:
        raise Invalid("Hold the tickets of one event at a time; the basket keeps several.")
    return next(iter(offers.values())).organizer_id


def _require_allowed(offer: Offer, quantity: int, voucher: VoucherTerms | None, now: datetime) -> None:
    if not quantity:
        return
    rules.require_revealed(offer, voucher, now)
    rules.require_on_sale(offer, now)
    rules.require_quantity(offer, quantity)


def _active(db: Session, basket: str, organizer_id: UUID) -> UUID | None:
    """The basket's hold with this organizer, locked; expired ones that nobody took back are renewed."""
    return db.scalar(
        select(Hold.id)
        .where(Hold.basket == basket, Hold.organizer_id == organizer_id, Hold.state == "active")
        .with_for_update()
    )


def _own(db: Session, basket: str, hold_id: UUID) -> Hold:
    hold = db.scalar(select(Hold).where(Hold.id == hold_id, Hold.basket == basket).with_for_update())
    if hold is None:
        raise NotFound("These tickets are not in your basket any more.")
    return hold


def _dates(db: Session, hold_id: UUID) -> frozenset[UUID]:
    rows = db.scalars(
        text(
            "SELECT DISTINCT p.date_id FROM hold_lines l JOIN pools p ON p.id = l.pool_id"
            " WHERE l.hold_id = :hold"
        ),
        {"hold": hold_id},
    )
    return frozenset(rows)


def _pools(database: Database, wish: Wish) -> list[UUID]:
    with database.reading() as db:
        return [offer.pool_id for offer in sale.offers(db, wish.quantities).values()]
