"""Choosing seats: these ones, or the best that are free."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from webapp.booking.queries import seats as seating
from webapp.booking.queries.buyers import Asking, nobody
from webapp.booking.refusals import NoRoom, SeatsTaken
from webapp.booking.rules import Offer
from webapp.booking.service import claims, holds, seat_claims, steps, visits
from webapp.booking.service.boards import BOARDS
from webapp.booking.service.holds import Held
from webapp.booking.service.seat_claims import Claim
from webapp.booking.service.visits import Visit
from webapp.core.db import Database
from webapp.core.errors import Conflict, Invalid, NotFound
from webapp.seating.queries.plans import Plan
from webapp.seating.rules import best as choosing

MOST = 50
# So many races are lost before the pools are locked, so that nobody can be quicker.
TRIES = 8


@dataclass(frozen=True)
class SeatWish:
    """These seats of a date, by ordinal, each with its ticket type, or None for the usual one."""

    basket: str
    date_id: UUID
    seats: Mapping[int, UUID | None]
    code: str = ""
    buyer: Asking = nobody


@dataclass(frozen=True)
class BestWish:
    """So many seats together, as good as can be.

    `level` is a price level or a ticket type, `section` a section of the plan, `up_to` the most that one
    ticket may cost. Asked twice it is the same seats: the basket has `together` seats that fit the wish.
    """

    basket: str
    date_id: UUID
    together: int
    level: UUID | None = None
    section: UUID | None = None
    up_to: int | None = None
    accessible: bool = False
    code: str = ""
    buyer: Asking = nobody


class Lost(Exception):
    """Somebody else has some of these seats, or, with `no_room`, all places of their pool."""

    def __init__(self, plan: Plan, ordinals: Collection[int], no_room: NoRoom | None = None) -> None:
        super().__init__(ordinals)
        self.plan, self.ordinals, self.no_room = plan, ordinals, no_room


def hold(database: Database, wish: SeatWish, now: datetime) -> Held:
    """Hold all of these seats, or none; what the basket holds already stays. Raises `refusals.SeatsTaken`."""
    if not 0 < len(wish.seats) <= MOST:
        raise Invalid(f"Choose 1 to {MOST} seats.", title="That number does not fit")

    def act(db: Session) -> Held:
        visit = visits.begin(db, date_id=wish.date_id, basket=wish.basket, code=wish.code, now=now)
        _require_seats(visit.plan, wish.seats)
        _require_company(visit.plan, wish.seats, {*wish.seats, *visit.own})
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
    eight races is served with the pools locked, where there are none.
    """
    if not 0 < wish.together <= MOST:
        raise Invalid(f"Choose 1 to {MOST} seats.", title="That number does not fit")
    for _ in range(TRIES):
        try:
            return holds.in_one_basket(database, lambda db: _hold_best(db, wish, now))
        except Lost as lost:
            if not _take_back(database, wish.date_id, lost, now):
                BOARDS.of(lost.plan, wish.date_id).note_lost(lost.ordinals)
    return _hold_alone(database, wish, now)


def let_go(db: Session, *, basket: str, date_id: UUID, ordinal: int, now: datetime) -> Held:
    """Give one seat of a date back; twice is once."""
    visit = visits.begin(db, date_id=date_id, basket=basket, code="", now=now)
    if ordinal not in visit.own:
        return Held(None, frozenset())
    return _change(db, SeatWish(basket, date_id, {}), visit, {}, [ordinal])


def _hold_best(db: Session, wish: BestWish, now: datetime) -> Held:
    ask = _Ask.of(db, wish, now)
    board = BOARDS.of(ask.visit.plan, wish.date_id)
    held = ask.hold(db, lambda: board.pick(db, ask.wanted, ask.mine, now))
    board.note_won()
    return held


def _hold_alone(database: Database, wish: BestWish, now: datetime) -> Held:
    """With the pools locked nobody else claims their seats. Holds that ran out are taken back before."""
    with database.writing(durable=False) as db:
        pools = [level.pool_id for level in seating.seated_date(db, wish.date_id).levels]
        claims.reclaim(db, now, pools=pools, is_waiting=True)

    def act(db: Session) -> Held:
        ask = _Ask.of(db, wish, now)
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
    def of(cls, db: Session, wish: BestWish, now: datetime) -> "_Ask":
        visit = visits.begin(db, date_id=wish.date_id, basket=wish.basket, code=wish.code, now=now)
        offers = visit.offers(wish.level, wish.up_to)
        section = _section(visit.plan, wish.section)
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
    step = holds.Wish(wish.basket, quantities, wish.code, buyer=wish.buyer, has_seats=True)
    try:
        held = holds.hold_in(db, step, visit.now)
    except NoRoom as no_room:
        raise Lost(visit.plan, list(adding), no_room) from no_room
    if adding and held.hold_id:
        lines = steps.lines_of(db, held.hold_id)
        seats = visit.plan.seats
        wanted = [Claim(wish.date_id, seats[o].id, lines[offer.id].id) for o, offer in adding.items()]
        if lost := seat_claims.begin(db, wanted):
            raise Lost(visit.plan, [visit.plan.ordinals[seat] for seat in lost])
    return held


def _take_back(database: Database, date_id: UUID, lost: Lost, now: datetime) -> bool:
    """Take expired holds back that have these seats, or their pool's places; True when there were any."""
    seats = [lost.plan.seats[ordinal].id for ordinal in lost.ordinals]
    pools = [lost.no_room.pool_id] if lost.no_room else []
    with database.writing(durable=False) as db:
        owners = seating.expired_owners(db, date_id, seats, now)
        if not owners and not pools:
            return False
        return claims.reclaim(db, now, holds=owners, pools=pools, is_waiting=True) > 0


def _instead(database: Database, wish: SeatWish, lost: Lost, now: datetime) -> Conflict:
    """Which seats are gone, and what is free nearest to those that were wanted."""
    with database.reading() as db:
        visit = visits.look(db, date_id=wish.date_id, basket=wish.basket, code=wish.code, now=now)
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


def _require_seats(plan: Plan, ordinals: Collection[int]) -> None:
    if not all(0 <= ordinal < len(plan.seats) for ordinal in ordinals):
        raise NotFound("One of these seats is not in this hall. Open the seats again and choose from there.")


def _require_company(plan: Plan, adding: Collection[int], after: Collection[int]) -> None:
    """A companion's seat is for who comes with somebody in a wheelchair."""
    for ordinal in adding:
        place = plan.seats[ordinal].companion_of
        if place is not None and place not in after:
            raise Invalid(
                f"{plan.name_of(ordinal).short} is the companion’s seat beside a wheelchair place."
                f" Choose it together with {plan.name_of(place).short}, or choose another seat.",
                title="This seat belongs to a wheelchair place",
            )


def _section(plan: Plan, section: UUID | None) -> int | None:
    if section is None:
        return None
    found = next((at for at, part in enumerate(plan.sections) if part.id == section), None)
    if found is None:
        raise NotFound("This part of the house is not known. Open the seats again and choose from there.")
    return found
