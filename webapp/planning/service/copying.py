"""A date becomes like another one: its pools, its ticket types and its seat plan, before anything is sold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import inspect, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from webapp.catalog.models import EventDate, Pool, PriceStep, TicketType
from webapp.core.ids import uuid7
from webapp.planning.rules.clocks import shifted
from webapp.seating.models import PoolLevel

SEATS = text("""
    SELECT l.pool_id, count(*) AS seats FROM pool_levels l JOIN seats s ON s.level_id = l.level_id
    WHERE l.date_id = :date GROUP BY l.pool_id
""")

TYPES_OFF = text("DELETE FROM ticket_types WHERE date_id = :date")
POOLS_OFF = text("DELETE FROM pools WHERE date_id = :date AND taken = 0 AND voucher_id IS NULL")

# What a copy begins without: who took what, who waits, which code keeps what.
FRESH_POOL = frozenset(
    {"id", "date_id", "capacity", "taken", "parent_id", "voucher_id", "released_at", "awaited", "freed_at"}
)
FRESH_TYPE = frozenset({"id", "date_id", "pool_id", "also_pools", "sale_starts_at", "sale_ends_at"})

FRESH_STEP = frozenset({"id", "ticket_type_id", "ends_at", "taken"})


@dataclass(frozen=True)
class Offer:
    """What is sold on a date, read once for many copies; `places` are a pool's with all that are kept."""

    date: EventDate
    pools: Sequence[Pool]
    places: dict[UUID, int]
    types: Sequence[TicketType]
    levels: Sequence[PoolLevel]
    steps: Sequence[PriceStep]


def offer_of(db: Session, date_id: UUID) -> Offer:
    pools = db.scalars(select(Pool).where(Pool.date_id == date_id).order_by(Pool.id)).all()
    types = db.scalars(
        select(TicketType)
        .where(TicketType.date_id == date_id, TicketType.withdrawn.is_(False))
        .order_by(TicketType.position, TicketType.id)
    ).all()
    levels = db.scalars(select(PoolLevel).where(PoolLevel.date_id == date_id)).all()
    steps = db.scalars(
        select(PriceStep).where(PriceStep.ticket_type_id.in_([kind.id for kind in types]))
    ).all()
    places = {pool.id: pool.capacity for pool in pools if not pool.parent_id}
    for pool in pools:
        if pool.parent_id:
            places[pool.parent_id] += pool.capacity
    # Seats that are held back on one date are not on another.
    places |= {row.pool_id: row.seats for row in db.execute(SEATS, {"date": date_id})}
    return Offer(db.get_one(EventDate, date_id), pools, places, types, levels, steps)


def give(db: Session, offer: Offer, dates: Sequence[EventDate]) -> None:
    """Each date gets the offer; sale windows keep their distance in days and their clock readings."""
    parents = [pool for pool in offer.pools if not pool.parent_id]
    pools = {date.id: {pool.id: uuid7() for pool in parents} for date in dates}
    for date in dates:
        # A plan is of one venue; elsewhere the pools stay as free seating.
        date.plan_id = offer.date.plan_id if date.venue_id == offer.date.venue_id else None
        db.add_all(_pool(pool, offer, date, pools[date.id]) for pool in parents)
    db.flush()
    for date in dates:
        types = {kind.id: _type(kind, offer.date, date, pools[date.id]) for kind in offer.types}
        db.add_all(types.values())
        db.flush()
        db.add_all(_step(step, offer.date, date, types[step.ticket_type_id].id) for step in offer.steps)
        if date.plan_id:
            db.add_all(
                PoolLevel(date_id=date.id, level_id=level.level_id, pool_id=pools[date.id][level.pool_id])
                for level in offer.levels
            )
    db.flush()


def instead(db: Session, date_id: UUID, like: UUID) -> bool:
    """Whether a date got the offer of another one: not where anything refers to what it sells now."""
    step = db.begin_nested()
    try:
        db.execute(TYPES_OFF, {"date": date_id})
        db.execute(POOLS_OFF, {"date": date_id})
    except IntegrityError:
        step.rollback()
        return False
    if db.scalar(select(Pool.id).where(Pool.date_id == date_id).limit(1)):
        step.rollback()  # somebody took a place meanwhile
        return False
    db.expire_all()
    give(db, offer_of(db, like), [db.get_one(EventDate, date_id)])
    step.commit()
    return True


def _pool(pool: Pool, offer: Offer, date: EventDate, ids: dict[UUID, UUID]) -> Pool:
    return Pool(id=ids[pool.id], date_id=date.id, capacity=offer.places[pool.id], **columns(pool, FRESH_POOL))


def _type(kind: TicketType, old: EventDate, new: EventDate, pools: dict[UUID, UUID]) -> TicketType:
    return TicketType(
        id=uuid7(),
        date_id=new.id,
        pool_id=pools[kind.pool_id],
        also_pools=[pools[pool] for pool in kind.also_pools],
        sale_starts_at=_moved(kind.sale_starts_at, old, new),
        sale_ends_at=_moved(kind.sale_ends_at, old, new),
        **columns(kind, FRESH_TYPE),
    )


def _step(step: PriceStep, old: EventDate, new: EventDate, type_id: UUID) -> PriceStep:
    ends_at = _moved(step.ends_at, old, new)
    return PriceStep(id=uuid7(), ticket_type_id=type_id, ends_at=ends_at, **columns(step, FRESH_STEP))


def _moved(instant: datetime | None, old: EventDate, new: EventDate) -> datetime | None:
    return shifted(instant, old.starts_at, old.zone, new.starts_at, new.zone) if instant else None


def columns(row: Any, but: frozenset[str]) -> dict[str, Any]:
    """All that a row says, whatever columns it will have one day."""
    names = {column.key for column in inspect(type(row)).columns} - but
    return {name: getattr(row, name) for name in names}
