"""Seats that staff hold back, for sponsors or for the house: nobody buys them, and pools are smaller."""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from webapp.booking.models import SeatClaim
from webapp.booking.queries import seats as seating
from webapp.booking.queries.seats import SeatedDate
from webapp.booking.service import claims, seat_claims
from webapp.catalog.service import editing
from webapp.core.audit import Actor
from webapp.core.errors import Conflict, Invalid
from webapp.core.text import one_line
from webapp.seating.models import SeatBlock
from webapp.seating.queries import plans
from webapp.seating.queries.plans import Plan

CAPACITY = text("UPDATE pools SET capacity = capacity + :places WHERE id = :pool")

RELEASE = text("""
    DELETE FROM seat_claims c USING seats s, pool_levels p
    WHERE c.block_id = :block AND s.id = c.seat_id AND p.date_id = c.date_id AND p.level_id = s.level_id
    RETURNING p.pool_id
""")


def hold_back(
    db: Session,
    *,
    organizer_id: UUID,
    date_id: UUID,
    name: str,
    ordinals: Collection[int],
    by: Actor,
    now: datetime,
) -> UUID:
    """Hold these seats back under a name, besides what it holds back already. All of them, or none."""
    event, _ = editing.own_date(db, organizer_id, date_id)
    date = seating.seated_date(db, date_id)
    plan = plans.kept(db, date.plan_id, date.plan_version)
    block = _block(db, date_id, one_line(name))
    held = set(db.scalars(select(SeatClaim.seat_id).where(SeatClaim.block_id == block.id)))
    _require_seats(date, plan, ordinals)
    seats = [plan.seats[ordinal] for ordinal in ordinals if plan.seats[ordinal].id not in held]
    ids = [seat.id for seat in seats]
    if owners := seating.expired_owners(db, date_id, ids, now):
        claims.reclaim(db, now, holds=owners)
    pools = Counter(date.pool_of(plan.levels[seat.level].id) for seat in seats)
    claims.lock(db, pools)
    if lost := seat_claims.block(db, date_id, ids, block.id):
        names = ", ".join(plan.name_of(plan.ordinals[seat]).short for seat in lost)
        raise Conflict(
            f"{names}: sold, in a basket, or held back already. Choose others, or wait.",
            title="Nothing was held back",
        )
    _resize(db, {pool: -places for pool, places in pools.items()})
    if seats:
        before, after = ({"for": block.name, "seats": number} for number in (len(held), len(held) + len(ids)))
        editing.wrote(db, event, by, "Seats held back", before=before, after=after)
    return block.id


def release(db: Session, *, organizer_id: UUID, date_id: UUID, block_id: UUID, by: Actor) -> int:
    """Put the seats of a block on sale; twice is once. Returns how many."""
    event, _ = editing.own_date(db, organizer_id, date_id)
    block = db.scalar(select(SeatBlock).where(SeatBlock.id == block_id, SeatBlock.date_id == date_id))
    if block is None:
        return 0
    date = seating.seated_date(db, date_id)
    claims.lock(db, {level.pool_id for level in date.levels})
    released = Counter(db.scalars(RELEASE, {"block": block_id}))
    _resize(db, released)
    before, after = ({"for": block.name, "seats": number} for number in (released.total(), 0))
    db.delete(block)
    editing.wrote(db, event, by, "Seats released", before=before, after=after)
    return released.total()


def _require_seats(date: SeatedDate, plan: Plan, ordinals: Collection[int]) -> None:
    if not ordinals:
        raise Invalid("Choose the seats to hold back.", title="Nothing was held back")
    sold = {level.level_id for level in date.levels}
    for ordinal in ordinals:
        if not 0 <= ordinal < len(plan.seats):
            raise Invalid("One of these seats is not in this hall.", title="Nothing was held back")
        if plan.levels[plan.seats[ordinal].level].id not in sold:
            name = plan.name_of(ordinal).short
            raise Invalid(f"{name} is not sold on this date at all.", title="Nothing was held back")


def _resize(db: Session, changes: Mapping[UUID, int]) -> None:
    for pool_id, places in sorted(changes.items()):
        db.execute(CAPACITY, {"pool": pool_id, "places": places})


def _block(db: Session, date_id: UUID, name: str) -> SeatBlock:
    found = db.scalar(select(SeatBlock).where(SeatBlock.date_id == date_id, SeatBlock.name == name))
    if found is None:
        found = SeatBlock(date_id=date_id, name=name)
        db.add(found)
        db.flush()
    return found
