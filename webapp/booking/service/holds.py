"""What a guest does with places before buying: hold, change, release, extend, take along."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from webapp.booking import rules
from webapp.booking.models import Hold
from webapp.booking.queries import offers as sale
from webapp.booking.queries.buyers import Asking, bought, nobody
from webapp.booking.refusals import NoRoom
from webapp.booking.rules import Offer, VoucherTerms
from webapp.booking.service import addons, claims, late, prices, revealing, seat_claims, steps
from webapp.booking.service.claims import Wanted
from webapp.booking.service.steps import Step
from webapp.core.db import Database
from webapp.core.errors import Conflict, Invalid, NotFound
from webapp.core.ids import uuid7

Made = TypeVar("Made")

ONE_HOLD_PER_BASKET = "uq_holds_basket"
TIME_IS_UP = "The tickets are on sale again. Hold them once more if they are still free."

PLACES = text("""
    SELECT d.id AS date_id FROM hold_lines l JOIN pools p ON p.id = l.pool_id
    JOIN event_dates d ON d.id = p.date_id WHERE l.hold_id = :hold
""")


@dataclass(frozen=True)
class Held:
    """A hold that was made or changed, and the dates whose places changed with it."""

    hold_id: UUID | None
    dates: frozenset[UUID]


@dataclass(frozen=True)
class Wish:
    """What a guest asks for: so many of each ticket type, all of one organizer, with a code perhaps.

    `is_change` says that it is about what is held already, and not a wish for something new; `has_seats` that
    the seats for it are claimed in the same transaction; `is_first` that the basket is new. Who is known by
    `buyer` reads at once what would be more than one buyer may have; a stranger reads it when ordering.
    `prices` are amounts as they were typed for types whose price guests choose.
    What is held `by_staff` may be hidden, outside its window or limits, or for who was approved.
    """

    basket: str
    quantities: Mapping[UUID, int]
    code: str = ""
    is_change: bool = False
    has_seats: bool = False
    is_first: bool = False
    buyer: Asking = nobody
    prices: Mapping[UUID, str] = field(default_factory=dict)
    by_staff: bool = False


def hold(database: Database, wish: Wish, now: datetime) -> Held:
    """Hold all that is wished for, or nothing; the named types get these quantities, however often asked.

    When there is no room, expired holds of these pools are taken back first, and it is tried once more.
    """
    late.end_of_types(database, wish.quantities, now)
    try:
        return _at_once(database, wish, now) or in_one_basket(database, lambda db: hold_in(db, wish, now))
    except NoRoom as no_room:
        if not _has_more_room(database, wish, no_room, now):
            raise
        try:
            return in_one_basket(database, lambda db: hold_in(db, wish, now))
        except NoRoom as still:
            raise still from no_room


def release(db: Session, *, basket: str, hold_id: UUID) -> Held:
    """Give everything of one hold back; what was given back before stays given back."""
    hold = own(db, basket, hold_id)
    if hold.state != "active":
        return Held(None, frozenset())
    dates = _dates(db, hold_id)
    hold.state = "released"
    db.flush()
    claims.give_back(db, [hold_id])
    return Held(None, dates)


def extend(db: Session, *, basket: str, hold_id: UUID, now: datetime) -> None:
    """Five minutes more, once. Sent twice it is still once, and no error."""
    hold = own(db, basket, hold_id)
    if hold.state != "active" or hold.expires_at <= now:
        raise Conflict(TIME_IS_UP, title="Time is up, nothing was charged.")
    if hold.extended_at is None:
        hold.extended_at, hold.expires_at = now, hold.expires_at + rules.EXTENSION
        db.flush()


def own(db: Session, basket: str, hold_id: UUID) -> Hold:
    """The basket's hold, locked."""
    hold = db.scalar(select(Hold).where(Hold.id == hold_id, Hold.basket == basket).with_for_update())
    if hold is None:
        raise NotFound("These tickets are not in your basket any more.")
    return hold


def _at_once(database: Database, wish: Wish, now: datetime) -> Held | None:
    """The most frequent wish, first places of one pool, in one statement without a transaction around it.

    Returns None for every other wish, which takes the long way.
    """
    if wish.is_change or not any(wish.quantities.values()):
        return None
    with database.at_once() as db:
        offers = sale.recent_offers(db, wish.quantities)
        organizer_id = _require_one_seller(offers, wish)
        voucher = sale.find_voucher(db, organizer_id, wish.code) if wish.code else None
        step = Step({}, offers, wish.quantities, prices=prices.chosen(offers, wish.prices))
        if len(step.new_pools) > 1 or (voucher and voucher.keeps) or addons.any_of(offers):
            return None
        if not wish.is_first and sale.has_hold(db, wish.basket, organizer_id):
            return None
        require_allowed(db, step, wish, voucher, now)
        hold = new_hold(wish, organizer_id, _lasting(voucher, now), now)
        try:
            _new(db, hold, step, now)
        except IntegrityError as error:
            if ONE_HOLD_PER_BASKET not in str(error):
                raise
            return None
    return Held(hold.id, step.dates)


def in_one_basket(database: Database, act: Callable[[Session], Made]) -> Made:
    """One transaction that takes places; again when another request of the basket made its hold first."""
    for is_last in (False, False, True):
        try:
            with database.writing(durable=False) as db:
                return act(db)
        except IntegrityError as error:
            if is_last or ONE_HOLD_PER_BASKET not in str(error):
                raise
    raise AssertionError  # the last round returns or raises


def _has_more_room(database: Database, wish: Wish, no_room: NoRoom, now: datetime) -> bool:
    """Take expired holds of these pools back, or wait for who does; True when there is more room then."""
    with database.writing(durable=False) as db:
        pools = [pool for offer in sale.offers(db, wish.quantities).values() for pool in offer.pools]
        reclaimed = claims.reclaim(db, now, pools=pools, is_waiting=True)
        return bool(reclaimed) or claims.left(db, no_room.pool_id) > no_room.free


def hold_in(db: Session, wish: Wish, now: datetime) -> Held:
    offers = sale.offers(db, wish.quantities.keys() | wish.prices.keys())
    organizer_id = _require_one_seller(offers, wish)
    voucher = sale.find_voucher(db, organizer_id, wish.code) if wish.code else None
    hold, ended = _current(db, wish.basket, organizer_id, now)
    lines = steps.lines_of(db, hold.id) if hold else {}
    quantities = steps.with_seats(wish.quantities, wish.prices if wish.is_change else (), lines)
    offers = {id_: offer for id_, offer in offers.items() if id_ in quantities}
    step = Step(
        lines=lines,
        offers=offers,
        quantities=quantities,
        returned=claims.places_of_holds(db, ended) if ended else {},
        ended=ended,
        prices=prices.chosen(offers, wish.prices),
    )
    if hold and wish.is_change and step.leaves_nothing:
        # As by its button: what came from other guests goes back to them.
        return release(db, basket=wish.basket, hold_id=hold.id)
    before = hold.voucher_id if hold else None
    code = _lasting(voucher, now) or before
    step = steps.choose(db, step, code, now, instead_of=before)
    require_allowed(db, step, wish, voucher, now)
    if hold:
        if code != before:
            revealing.require_kept(db, hold, voucher)
        hold.voucher_id = code
        _change(db, hold, step, now)
        addons.require_fit(db, hold.id)
        return Held(hold.id if hold.state == "active" else None, step.dates)
    if wish.is_change:
        return _nothing_to_change(db, step)
    if not any(wish.quantities.values()):
        raise Invalid("Choose how many tickets you want.", title="Nothing was chosen")
    new = new_hold(wish, organizer_id, code, now)
    _new(db, new, step, now)
    if addons.any_of(offers):
        addons.require_fit(db, new.id)
    return Held(new.id, step.dates)


def new_hold(wish: Wish, organizer_id: UUID, voucher_id: UUID | None, now: datetime) -> Hold:
    return Hold(
        id=uuid7(),
        basket=wish.basket,
        organizer_id=organizer_id,
        expires_at=now + rules.HOLD,
        voucher_id=voucher_id,
    )


def _lasting(voucher: VoucherTerms | None, now: datetime) -> UUID | None:
    return voucher.id if voucher and rules.does_something(voucher, now) else None


def _nothing_to_change(db: Session, step: Step) -> Held:
    """What was given back before stays given back; what ran out is not held again by an old page."""
    if any(step.quantities.values()):
        raise Conflict(TIME_IS_UP, title="Time is up, nothing was charged.")
    steps.move(db, step)
    return Held(None, frozenset())


def _new(db: Session, hold: Hold, step: Step, now: datetime) -> None:
    if len(step.new_pools) == 1 and not step.returned:
        (pool,) = step.new_pools
        lines = [
            Wanted(type_, quantity, step.price(type_)) for type_, quantity in sorted(step.wanted.items())
        ]
        steps_at = now if any(step.offers[line.ticket_type_id].has_steps for line in lines) else None
        if not claims.claim_new_hold(db, hold, pool_id=pool, lines=lines, steps_at=steps_at):
            raise claims.no_room(db, sum(step.wanted.values()), pool)
        return
    # Pools before the new hold, as above, so that two first wishes of one basket never wait in a ring.
    steps.move(db, step)
    db.add(hold)
    db.flush()
    steps.set_lines(db, hold.id, step, now)


def _change(db: Session, hold: Hold, step: Step, now: datetime) -> None:
    steps.move(db, step)
    steps.set_lines(db, hold.id, step, now)
    untouched = set(step.lines) - set(step.quantities)
    if any(step.quantities.values()):
        hold.expires_at = rules.new_expiry(hold.created_at, hold.expires_at, now)
    elif not untouched:
        hold.state = "released"
    db.flush()


def _require_one_seller(offers: Mapping[UUID, Offer], wish: Wish) -> UUID:
    missing = set(wish.quantities) - set(offers)
    if missing or not offers:
        raise NotFound(
            "One of these tickets is not for sale. Open the event again and choose from what is there."
        )
    if len({offer.organizer_id for offer in offers.values()}) > 1:
        raise Invalid("Hold the tickets of one organizer at a time; the basket keeps several.")
    return next(iter(offers.values())).organizer_id


def require_allowed(db: Session, step: Step, wish: Wish, voucher: VoucherTerms | None, now: datetime) -> None:
    """More is sold by the rules of now; what is held already may stay or become less."""
    for ticket_type, quantity in step.quantities.items():
        offer, had = step.offers[ticket_type], step.had(ticket_type)
        if quantity > had:
            if not had and not wish.by_staff:
                rules.require_revealed(offer, voucher, now)
            (rules.require_open if wish.by_staff else rules.require_on_sale)(offer, now)
        if not wish.by_staff:
            rules.require_quantity(offer, quantity)
        rules.require_whole(step.of_others(ticket_type), had, quantity)
        if offer.is_seated and quantity > had and not wish.has_seats:
            raise Invalid(f"{offer.name} is for numbered seats. Choose them on the plan.")
    limits = {id_: offer.max_per_buyer for id_, offer in step.offers.items() if offer.max_per_buyer}
    if limits and (buyer := wish.buyer()):
        before = bought(db, buyer, limits, now)
        for id_, most in limits.items():
            if wanted := step.quantities[id_]:
                rules.require_within_limit(step.offers[id_].name, wanted, before.get(id_, 0), most)


def _current(db: Session, basket: str, organizer_id: UUID, now: datetime) -> tuple[Hold | None, list[UUID]]:
    """The basket's hold with this organizer, locked; or the one that ran out, whose places go back now."""
    hold = db.scalar(
        select(Hold)
        .where(Hold.basket == basket, Hold.organizer_id == organizer_id, Hold.state == "active")
        .with_for_update()
    )
    if hold and hold.expires_at <= now:
        hold.state = "released"
        db.flush()
        seat_claims.end_of_holds(db, [hold.id])
        return None, [hold.id]
    return hold, []


def _dates(db: Session, hold_id: UUID) -> frozenset[UUID]:
    return frozenset(row.date_id for row in db.execute(PLACES, {"hold": hold_id}))
