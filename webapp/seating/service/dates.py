"""A date gets a plan: each price level is sold from a pool, at a price."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from webapp.catalog.models import Pool, TicketType
from webapp.catalog.service import editing
from webapp.core.audit import Actor
from webapp.core.errors import Conflict, Invalid, NotFound
from webapp.core.ids import uuid7
from webapp.seating.models import PoolLevel, PriceLevel, SeatPlan

# Pools that never had a place to sell, as an import leaves them where it knows prices and no number.
EMPTY = text("""
    SELECT id, name FROM pools p
    WHERE date_id = :date AND capacity = 0 AND parent_id IS NULL AND awaited IS NULL
      AND NOT EXISTS (SELECT FROM pool_levels l WHERE l.pool_id = p.id)
      AND NOT EXISTS (SELECT FROM ticket_types t WHERE p.id = ANY (t.also_pools))
    ORDER BY id
""")
DROP_TYPES = text("DELETE FROM ticket_types WHERE pool_id = :pool")
DROP_POOL = text("DELETE FROM pools WHERE id = :pool")
SEATS_OF_LEVELS = text("SELECT level_id, count(*) FROM seats WHERE plan_id = :plan GROUP BY level_id")


@dataclass(frozen=True)
class LevelSale:
    """How a level is sold: from the pool of this name, at this price in minor units, or not at all."""

    level_id: UUID
    pool: str
    price: int | None


def attach(
    db: Session, *, organizer_id: UUID, date_id: UUID, plan_id: UUID, sales: Sequence[LevelSale], by: Actor
) -> None:
    """Make the date's seats reserved ones. Levels with one pool's name share it; each pool gets a type.

    The same plan twice is once. Pools that were there before stay as they are, for who stands; those that
    have no places, and of which nothing was ever sold or held, give way with their types.
    """
    event, date = editing.own_date(db, organizer_id, date_id)
    if date.plan_id == plan_id:
        return
    if date.plan_id is not None:
        raise Conflict("This date has a plan already. Its seats may be sold, so it stays.")
    plan = db.scalar(select(SeatPlan).where(SeatPlan.id == plan_id, SeatPlan.organizer_id == organizer_id))
    if plan is None:
        raise NotFound("There is no such seat plan here.")
    if plan.venue_id != date.venue_id:
        raise Invalid("This plan is of another venue than the date. Choose a plan of the date’s venue.")
    sold = _sold(db, plan, sales)
    date.plan_id = plan.id
    seats = {row[0]: row[1] for row in db.execute(SEATS_OF_LEVELS, {"plan": plan.id})}
    for position, (name, levels) in enumerate(sold.items()):
        pool = Pool(id=uuid7(), date_id=date.id, name=name, capacity=sum(seats[s.level_id] for s in levels))
        db.add(pool)
        db.flush()
        db.add_all(PoolLevel(date_id=date.id, level_id=s.level_id, pool_id=pool.id) for s in levels)
        price = levels[0].price
        db.add(TicketType(date_id=date.id, pool_id=pool.id, name=name, price=price, position=position))
    db.flush()
    after = {"plan": plan.name, "pools": list(sold)}
    if gone := _without_places(db, date.id):
        db.expire(date)
        after["removed"] = gone
    editing.wrote(db, event, by, "Seat plan attached", before={"plan": None}, after=after)


def _without_places(db: Session, date_id: UUID) -> list[str]:
    """Remove the pools that nobody can or could buy from; their names."""
    gone = []
    for pool_id, name in db.execute(EMPTY, {"date": date_id}).all():
        with suppress(IntegrityError), db.begin_nested():  # something of it was sold or held once
            db.execute(DROP_TYPES, {"pool": pool_id})
            db.execute(DROP_POOL, {"pool": pool_id})
            gone.append(name)
    return gone


def _sold(db: Session, plan: SeatPlan, sales: Sequence[LevelSale]) -> dict[str, list[LevelSale]]:
    """The levels of each pool."""
    known = set(db.scalars(select(PriceLevel.id).where(PriceLevel.plan_id == plan.id)))
    sold: dict[str, list[LevelSale]] = {}
    for sale in sales:
        if sale.level_id not in known:
            raise NotFound("One of these price levels is not in the plan. Open the page again.")
        if sale.price is not None:
            sold.setdefault(sale.pool, []).append(sale)
    if not sold:
        raise Invalid("Give at least one price level a price.", title="Nothing would be sold")
    for name, levels in sold.items():
        if len({sale.price for sale in levels}) > 1:
            raise Invalid(f"The levels of the pool “{name}” have different prices. Give each its own pool.")
    return sold
