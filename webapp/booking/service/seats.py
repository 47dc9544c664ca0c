"""Choosing seats: these ones, or the best that are free."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from webapp.booking.queries import offers as sale
from webapp.booking.queries import seats as seating
from webapp.booking.refusals import NoRoom, SeatsTaken
from webapp.booking.rules import Offer
from webapp.booking.service import claims, holds, late, seat_claims, steps, visits
from webapp.booking.service.boards import BOARDS
from webapp.booking.service.holds import Held
from webapp.booking.service.seat_claims import Claim
from webapp.booking.service.seat_wishes import BestWish, SeatWish
from webapp.booking.service.steps import Step
from webapp.booking.service.visits import Visit
from webapp.core.db import Database
from webapp.core.errors import Conflict, Invalid
from webapp.seating.queries import plans
from webapp.seating.queries.plans import Plan
from webapp.seating.rules import best as choosing

MOST = 50
# So many races are lost at once before a transaction tries, whose locks make everybody else wait,
RACES = 8
# and so many in transactions before the pools are locked, so that nobody can be quicker.
TRIES = 2


class Lost(Exception):
    """Somebody else has some of these seats, or, with `no_room`, all places of their pool."""

    def __init__(self, plan: Plan, ordinals: Collection[int], no_room: NoRoom | None = None) -> None:
        super().__init__(ordinals)
        self.plan, self.ordinals, self.no_room = plan, ordinals, no_room


def hold(database: Database, wish: SeatWish, now: datetime) -> Held:
    """Hold all of these seats, or none; what the basket holds already stays. Raises `refusals.SeatsTaken`."""
    if not 0 < len(wish.seats) <= MOST:
        raise Invalid(f"Choose 1 to {MOST} seats.", title="That number does not fit")
    late.end_of_date(database, wish.date_id, len(wish.seats), now)

    def act(db: Session) -> Held:
        visit = visits.begin(db, wish, now)
        visits.require_seats(visit.plan, wish.seats)
        visits.require_company(visit.plan, wish.seats, {*wish.seats, *visit.own})
        adding = {
            ordinal: visit.offer(ordinal, ticket_type)
            for ordinal, ticket_type in wish.seats.items()
            if ordinal not in visit.own or ticket_type not in (None, visit.own[ordinal].ticket_type_id)
        }
        held = _change(db, wish, visit, adding, adding.keys() & visit.own.keys())
        BOARDS.of(visit.plan, wish.date_id).note_taken(adding)
        return held

    for is_last in (False, True):
        try:
            return holds.in_one_basket(database, act)
        except Lost as lost:
            if is_last or not _take_back(database, wish.date_id, lost, now):
                raise _instead(database, wish, lost, now) from lost
    raise AssertionError  # the last round returns or raises


def hold_best(database: Database, wish: BestWish, now: datetime) -> Held:
    """Hold the best seats that are free and fit; raises NoRoom when so many are not left.

    The seats come from what this process knows, spread a little when others want the same ones. Who loses
    race after race is served with the pools locked, where there are none.
    """
    if not 0 < wish.together <= MOST:
        raise Invalid(f"Choose 1 to {MOST} seats.", title="That number does not fit")
    late.end_of_date(database, wish.date_id, wish.together, now)
    for _ in range(RACES):
        try:
            if held := _best_at_once(database, wish, now):
                return held
        except Lost as lost:
            BOARDS.of(lost.plan, wish.date_id).note_lost(lost.ordinals)
        else:
            break
    for _ in range(TRIES):
        try:
            return holds.in_one_basket(database, lambda db: _hold_best(db, wish, now))
        except Lost as lost:
            if not _take_back(database, wish.date_id, lost, now):
                BOARDS.of(lost.plan, wish.date_id).note_lost(lost.ordinals)
    return _hold_alone(database, wish, now)


def let_go(
    db: Session, *, basket: str, date_id: UUID, ordinal: int, now: datetime, by_staff: bool = False
) -> Held:
    """Give one seat of a date back; twice is once."""
    wish = SeatWish(basket, date_id, {}, by_staff=by_staff)
    visit = visits.begin(db, wish, now)
    if ordinal not in visit.own:
        return Held(None, frozenset())
    return _change(db, wish, visit, {}, [ordinal])


def _best_at_once(database: Database, wish: BestWish, now: datetime) -> Held | None:
    """The most frequent wish, first seats of one pool, in one statement without a transaction around.

    Returns None for every other wish, which takes the long way; raises Lost when somebody else has the seats.
    """
    if wish.code:
        return None
    with database.at_once() as db:
        date = seating.recent_seated_date(db, wish.date_id)
        if not wish.is_first and sale.has_hold(db, wish.basket, date.organizer_id):
            return None
        if wish.up_to is not None and date.has_steps:
            return None
        plan = plans.kept(db, date.plan_id, date.plan_version)
        visit = Visit(date, plan, None, {}, now, by_staff=wish.by_staff)
        ask, board = _Ask.of(wish, visit), BOARDS.of(visit.plan, wish.date_id)
        picked = board.pick(db, ask.wanted, (), now)
        offers = {offer.id: offer for offer in (ask.offers[visit.plan.seats[o].level] for o in picked)}
        if len(offers) != 1 or any(offer.also_pools or offer.has_steps for offer in offers.values()):
            return None
        held = _first(db, ask, next(iter(offers.values())), picked)
        board.note_won()
        return held


def _first(db: Session, ask: "_Ask", offer: Offer, picked: Collection[int]) -> Held | None:
    """Raises Lost for a race; returns None for a pool without so many places and a basket that got a hold."""
    visit, quantities = ask.visit, {offer.id: len(picked)}
    wish = _step(ask.wish, quantities)
    holds.require_allowed(db, Step({}, {offer.id: offer}, quantities), wish, None, visit.now)
    hold = holds.new_hold(wish, visit.date.organizer_id, None, visit.now)
    seats = [visit.plan.seats[ordinal].id for ordinal in picked]
    date_id = visit.date.date_id
    try:
        if seat_claims.begin_first(db, hold, date_id=date_id, offer=offer, seats=seats):
            return Held(hold.id, frozenset({date_id}))
    except IntegrityError as error:
        if seat_claims.is_race(error):
            raise Lost(visit.plan, picked) from error
        return None
    if seating.are_claimed(db, date_id, seats):
        raise Lost(visit.plan, picked)
    return None


def _hold_best(db: Session, wish: BestWish, now: datetime) -> Held:
    visit = visits.begin(db, wish, now)
    ask, board = _Ask.of(wish, visit), BOARDS.of(visit.plan, wish.date_id)
    held = ask.hold(db, lambda: board.pick(db, ask.wanted, ask.mine, now))
    board.note_won()
    return held


def _hold_alone(database: Database, wish: BestWish, now: datetime) -> Held:
    """With the pools locked nobody else claims their seats. Holds that ran out are taken back before."""
    with database.writing(durable=False) as db:
        pools = [level.pool_id for level in seating.seated_date(db, wish.date_id).levels]
        claims.reclaim(db, now, pools=pools, is_waiting=True)

    def act(db: Session) -> Held:
        visit = visits.begin(db, wish, now)
        ask = _Ask.of(wish, visit)
        claims.lock(db, {pool for offer in ask.offers.values() for pool in offer.pools})
        house = ask.visit.plan.house
        free = house.free(seating.claimed(db, wish.date_id) - set(ask.mine))
        return ask.hold(db, lambda: choosing.best(house, free, ask.wanted))

    try:
        return holds.in_one_basket(database, act)
    except Lost as lost:
        raise lost.no_room or AssertionError from lost


@dataclass(frozen=True)
class _Ask:
    """A wish for the best, as its basket finds the date: what may be had, and what it has of it already."""

    wish: BestWish
    visit: Visit
    offers: Mapping[int, Offer]
    wanted: choosing.Wish
    mine: Sequence[int]

    @classmethod
    def of(cls, wish: BestWish, visit: Visit) -> "_Ask":
        offers = visit.offers(wish.level, wish.up_to)
        section = visits.section_of(visit.plan, wish.section)
        wanted = choosing.Wish(wish.together, frozenset(offers), section, wish.accessible)
        seats = (visit.plan.seats[ordinal] for ordinal in visit.own)
        mine = [seat.ordinal for seat in seats if seat.level in offers and section in (None, seat.section)]
        return cls(wish, visit, offers, wanted, mine)

    def hold(self, db: Session, pick: Callable[[], Sequence[int]]) -> Held:
        if len(self.mine) == self.wish.together:
            return Held(self.visit.own[self.mine[0]].hold_id, frozenset({self.wish.date_id}))
        picked = pick()
        if not picked:
            raise self._none_left(db)
        plan = self.visit.plan
        adding = {o: self.offers[plan.seats[o].level] for o in picked if o not in self.mine}
        return _change(db, self.wish, self.visit, adding, set(self.mine) - set(picked))

    def _none_left(self, db: Session) -> Conflict:
        if self.wish.accessible:
            return Conflict(
                "Look at the other dates, or write to the organizer, who may hold some back.",
                title="No wheelchair place is left with so many seats beside it.",
            )
        house = self.visit.plan.house
        free = house.free(seating.taken(db, self.wish.date_id, self.visit.now))
        left = choosing.count(house, free, self.wanted)
        if not left and choosing.has_special(house, free, self.wanted):
            return Conflict(
                "They are sold with the seats beside them. Look at the other dates for any others.",
                title="Only wheelchair places are left.",
            )
        first = next(iter(self.offers.values()))
        return NoRoom(self.wish.together, left, first.pool_id, had=len(self.mine))


def _change(
    db: Session,
    wish: SeatWish | BestWish,
    visit: Visit,
    adding: Mapping[int, Offer],
    dropping: Collection[int],
) -> Held:
    """Let some of the basket's seats go and claim others, with the places of their pools."""
    types = {ordinal: own.ticket_type_id for ordinal, own in visit.own.items()}
    touched = {types[ordinal] for ordinal in dropping} | {offer.id for offer in adding.values()}
    kept = [type_id for ordinal, type_id in types.items() if ordinal not in dropping]
    after = kept + [offer.id for offer in adding.values()]
    if dropping:
        seat_claims.let_go(
            db, {visit.plan.seats[ordinal].id: visit.own[ordinal].line_id for ordinal in dropping}
        )
    if not touched:
        return Held(next(own.hold_id for own in visit.own.values()), frozenset({wish.date_id}))
    quantities = {type_id: after.count(type_id) for type_id in touched}
    try:
        held = holds.hold_in(db, _step(wish, quantities), visit.now)
    except NoRoom as no_room:
        raise Lost(visit.plan, list(adding), no_room) from no_room
    if adding and held.hold_id:
        lines = steps.lines_of(db, held.hold_id)
        seats = visit.plan.seats
        wanted = [Claim(wish.date_id, seats[o].id, lines[offer.id].id) for o, offer in adding.items()]
        if lost := seat_claims.begin(db, wanted):
            raise Lost(visit.plan, [visit.plan.ordinals[seat] for seat in lost])
    return held


def _step(wish: SeatWish | BestWish, quantities: Mapping[UUID, int]) -> holds.Wish:
    return holds.Wish(
        wish.basket, quantities, wish.code, has_seats=True, buyer=wish.buyer, by_staff=wish.by_staff
    )


def _take_back(database: Database, date_id: UUID, lost: Lost, now: datetime) -> bool:
    """Take expired holds back that have these seats, and what the pool is owed; True when that is more."""
    seats = [lost.plan.seats[ordinal].id for ordinal in lost.ordinals]
    pools = [lost.no_room.pool_id] if lost.no_room else []
    with database.writing(durable=False) as db:
        owners = seating.expired_owners(db, date_id, seats, now)
        if not owners and not pools:
            return False
        if claims.reclaim(db, now, holds=owners, pools=pools, is_waiting=True):
            return True
        # Places that were kept for a code which has ended come back with no hold.
        return lost.no_room is not None and claims.left(db, lost.no_room.pool_id) > lost.no_room.free


def _instead(database: Database, wish: SeatWish, lost: Lost, now: datetime) -> Conflict:
    """Which seats are gone, and what is free nearest to those that were wanted."""
    with database.reading() as db:
        visit = visits.look(db, wish, now)
        taken = seating.taken(db, wish.date_id, now)
    gone = [ordinal for ordinal in wish.seats if ordinal in taken - visit.own.keys()]
    if not gone and lost.no_room:
        return lost.no_room
    plan, levels = visit.plan, visit.offers().keys()
    not_sold = (seat.ordinal for seat in plan.seats if seat.level not in levels)
    free = plan.house.free(taken.union(not_sold) - visit.own.keys())
    nearest = choosing.nearest(plan.house, free, list(wish.seats))
    gone = gone or list(lost.ordinals)
    return SeatsTaken([plan.name_of(o) for o in gone], [plan.name_of(o) for o in nearest])
