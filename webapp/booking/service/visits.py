"""What a basket finds that wants seats of a date: the plan, what is sold, and the seats it holds already."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.booking import rules
from webapp.booking.queries import offers as sale
from webapp.booking.queries import seats as seating
from webapp.booking.queries.seats import OwnSeat, SeatedDate
from webapp.booking.rules import Offer, VoucherTerms
from webapp.booking.service.seat_wishes import BestWish, SeatWish
from webapp.core.errors import Conflict, Invalid, NotFound, Refusal
from webapp.seating.queries import plans
from webapp.seating.queries.plans import Plan

LOCK = text("""
    SELECT id FROM holds WHERE basket = :basket AND organizer_id = :organizer AND state = 'active'
    AND expires_at > :now FOR UPDATE
""")


@dataclass(frozen=True)
class Visit:
    """Nobody else changes the basket's seats until the transaction ends.

    `costs` is what types cost at this moment that are sold in price steps, for a wish that names a price.
    """

    date: SeatedDate
    plan: Plan
    voucher: VoucherTerms | None
    own: Mapping[int, OwnSeat]
    now: datetime
    by_staff: bool = False
    costs: Mapping[UUID, int] = field(default_factory=dict)

    def offer(self, ordinal: int, ticket_type: UUID | None) -> Offer:
        """What buys this seat: the type that was asked for, or the usual one."""
        level = self.plan.levels[self.plan.seats[ordinal].level].id
        offered = next((one.types for one in self.date.levels if one.level_id == level), ())
        types = [offer for offer in offered if ticket_type in (None, offer.id)]
        if not types:
            name = self.plan.name_of(ordinal).short
            raise NotFound(f"{name} is not sold on this date for this ticket. Choose from what is there.")
        return self._usual(types)

    def offers(self, level: UUID | None = None, up_to: int | None = None) -> dict[int, Offer]:
        """For each level that is on sale and fits, by its position in the plan, what usually buys a seat.

        `level` may be a price level or a ticket type. A refusal when there is none.
        """
        found: dict[int, Offer] = {}
        refusal: Refusal | None = None
        for position, part in enumerate(self.plan.levels):
            types = [
                offer
                for one in self.date.levels
                if one.level_id == part.id
                for offer in one.types
                if level in (None, part.id, offer.id)
                and (up_to is None or self.costs.get(offer.id, offer.price) <= up_to)
            ]
            try:
                found[position] = self._usual(types)
            except NotFound:
                continue
            except Refusal as this:
                refusal = refusal or this
        if not found:
            raise refusal or Conflict("No seat on sale fits this price. Choose another one.")
        return found

    def _usual(self, types: Iterable[Offer]) -> Offer:
        """The first of these types that is on sale; the first one's refusal when none is."""
        refusal: Refusal | None = None
        for offer in types:
            try:
                if not self.by_staff:
                    rules.require_revealed(offer, self.voucher, self.now)
                (rules.require_open if self.by_staff else rules.require_on_sale)(offer, self.now)
            except Refusal as this:
                refusal = refusal or this
            else:
                return offer
        raise refusal or NotFound("This ticket is not for sale.")


def begin(db: Session, wish: SeatWish | BestWish, now: datetime) -> Visit:
    """What there is, with the basket's hold locked."""
    date = seating.seated_date(db, wish.date_id)
    db.execute(LOCK, {"basket": wish.basket, "organizer": date.organizer_id, "now": now})
    return _visit(db, date, wish, now)


def look(db: Session, wish: SeatWish | BestWish, now: datetime) -> Visit:
    """The same without a lock, to say what there is."""
    return _visit(db, seating.seated_date(db, wish.date_id), wish, now)


def _visit(db: Session, date: SeatedDate, wish: SeatWish | BestWish, now: datetime) -> Visit:
    plan = plans.kept(db, date.plan_id, date.plan_version)
    voucher = sale.find_voucher(db, date.organizer_id, wish.code) if wish.code else None
    own = {seat.ordinal: seat for seat in seating.own(db, date.date_id, wish.basket, now)}
    asks_price = isinstance(wish, BestWish) and wish.up_to is not None
    costs = sale.prices_now(db, date.date_id) if asks_price and date.has_steps else {}
    return Visit(date, plan, voucher, own, now, wish.by_staff, costs)


def require_seats(plan: Plan, ordinals: Collection[int]) -> None:
    if not all(0 <= ordinal < len(plan.seats) for ordinal in ordinals):
        raise NotFound("One of these seats is not in this hall. Open the seats again and choose from there.")


def require_company(plan: Plan, adding: Collection[int], after: Collection[int]) -> None:
    """A companion's seat is for who comes with somebody in a wheelchair."""
    for ordinal in adding:
        place = plan.seats[ordinal].companion_of
        if place is not None and place not in after:
            raise Invalid(
                f"{plan.name_of(ordinal).short} is the companion’s seat beside a wheelchair place."
                f" Choose it together with {plan.name_of(place).short}, or choose another seat.",
                title="This seat belongs to a wheelchair place",
            )


def section_of(plan: Plan, section: UUID | None) -> int | None:
    if section is None:
        return None
    found = next((at for at, part in enumerate(plan.sections) if part.id == section), None)
    if found is None:
        raise NotFound("This part of the house is not known. Open the seats again and choose from there.")
    return found
