"""Places of a pool that are kept for who has a code.

A reserve is a pool of its own whose capacity came out of its parent's, so each counter stays one row and the
same CHECK refuses too many of either. Pools are locked in id order, as everywhere.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from webapp.catalog.models import Event, Pool, Voucher
from webapp.catalog.service import editing
from webapp.core.audit import Actor
from webapp.core.errors import Invalid, NotFound

LOCK = text("SELECT id, capacity, taken FROM pools WHERE id = ANY(:pools) ORDER BY id FOR NO KEY UPDATE")

PARENTS = text("SELECT id, parent_id FROM pools WHERE id = ANY(:pools) AND parent_id IS NOT NULL")

# Both rows in one statement: at no moment are there more places, or fewer, than before.
MOVE = text("""
    UPDATE pools SET capacity = capacity + CASE WHEN id = :reserve THEN :places ELSE -:places END,
           freed_at = CASE WHEN :places < 0 THEN now() ELSE freed_at END
    WHERE id IN (:reserve, :parent) RETURNING id, awaited <= capacity - taken AS is_awaited
""")

# That a code has ended is a predicate: nobody has to tidy before its places are free.
ENDED = text("""
    SELECT r.id, r.parent_id, r.date_id FROM pools r JOIN vouchers v ON v.id = r.voucher_id
    WHERE (CAST(:pools AS uuid[]) IS NULL OR r.parent_id = ANY(:pools)) AND r.taken < r.capacity
      AND (r.released_at IS NOT NULL OR v.ends_at <= :now OR v.withdrawn_at IS NOT NULL)
""")

TAKE_BACK = text("""
    WITH back AS (
        SELECT id, parent_id, capacity - taken AS places FROM pools WHERE id = ANY(:reserves)
    ), moved AS (
        SELECT id, -places AS places FROM back
        UNION ALL SELECT parent_id, sum(places)::int FROM back GROUP BY parent_id
    )
    UPDATE pools p SET capacity = p.capacity + m.places, freed_at = now() FROM moved m WHERE m.id = p.id
    RETURNING p.id, p.awaited <= p.capacity - p.taken AS is_awaited
""")


@dataclass(frozen=True)
class Counter:
    """What a locked pool has."""

    capacity: int
    taken: int

    @property
    def free(self) -> int:
        return self.capacity - self.taken


def keep(
    db: Session,
    *,
    organizer_id: UUID,
    pool_id: UUID,
    voucher_id: UUID,
    places: int,
    by: Actor,
    now: datetime,
) -> None:
    """Keep so many places of a pool for a code in all, more or fewer than before."""
    event, pool = editing.own_pool(db, organizer_id, pool_id)
    voucher = _voucher(db, event, voucher_id, now)
    reserve = db.scalar(select(Pool).where(Pool.parent_id == pool.id, Pool.voucher_id == voucher.id))
    if reserve is None:
        name = f"{pool.name}, kept for {voucher.code}"
        reserve = Pool(date_id=pool.date_id, parent_id=pool.id, voucher_id=voucher.id, name=name, capacity=0)
        db.add(reserve)
        db.flush()
    counters = lock(db, (pool.id, reserve.id))
    kept, left = counters[reserve.id], counters[pool.id].free
    _require_possible(places, kept, left, pool.name)
    change = {"reserve": reserve.id, "parent": pool.id, "places": places - kept.capacity}
    editing.ring(db, db.execute(MOVE, change))
    reserve.released_at = None
    if places != kept.capacity:
        editing.wrote(
            db,
            event,
            by,
            f"Places of {pool.name} kept for {voucher.code}",
            before={"places": kept.capacity},
            after={"places": places},
        )


def release(db: Session, *, organizer_id: UUID, reserve_id: UUID, by: Actor, now: datetime) -> None:
    """Keep them no longer: what is not taken goes back now, what is given back later goes back then."""
    found = db.get(Pool, reserve_id)
    if found is None or found.parent_id is None:
        raise NotFound("No places are kept here under this address.")
    event, _ = editing.own_pool(db, organizer_id, found.parent_id)
    if found.released_at is None:
        found.released_at = now
        before, after = {"places": found.capacity}, {"places": found.taken}
        editing.wrote(db, event, by, f"Released: {found.name}", before=before, after=after)
    take_back(db, now, pools=[found.parent_id])


def take_back(db: Session, now: datetime, *, pools: Collection[UUID] | None = None) -> set[UUID]:
    """Give these pools, or all, what ended reserves still have; returns the dates that gained places by it.

    Only for a transaction that has locked no pool yet, or those of `pools` and their reserves already.
    """
    ended = db.execute(ENDED, {"pools": list(pools) if pools is not None else None, "now": now}).all()
    if not ended:
        return set()
    lock(db, {pool for row in ended for pool in (row.id, row.parent_id)})
    editing.ring(db, db.execute(TAKE_BACK, {"reserves": [row.id for row in ended]}))
    return {row.date_id for row in ended}


def top_up(db: Session, taking: Mapping[UUID, int]) -> None:
    """Places that were kept, went back, and are wanted once more come out of the parent when it has them.

    For a transaction that has locked these pools and their parents.
    """
    parents = db.execute(PARENTS, {"pools": list(taking)}).all()
    counters = lock(db, {pool for row in parents for pool in row}) if parents else {}
    for reserve, parent in parents:
        missing = taking[reserve] - counters[reserve].free
        if 0 < missing <= counters[parent].free:
            db.execute(MOVE, {"reserve": reserve, "parent": parent, "places": missing})


def lock(db: Session, pools: Collection[UUID]) -> dict[UUID, Counter]:
    """Lock pools in the one order, and say what they have."""
    return {row.id: Counter(row.capacity, row.taken) for row in db.execute(LOCK, {"pools": list(pools)})}


def _voucher(db: Session, event: Event, voucher_id: UUID, now: datetime) -> Voucher:
    voucher = db.get(Voucher, voucher_id)
    if voucher is None or voucher.organizer_id != event.organizer_id:
        raise NotFound("There is no such voucher here.")
    if voucher.event_id not in (None, event.id):
        raise Invalid(
            "We kept everything you typed.", fields={"voucher_id": f"{voucher.code} is for another event."}
        )
    if voucher.withdrawn_at or (voucher.ends_at and voucher.ends_at <= now):
        raise Invalid("We kept everything you typed.", fields={"voucher_id": f"{voucher.code} has ended."})
    return voucher


def _require_possible(places: int, kept: Counter, left: int, pool: str) -> None:
    if places < kept.taken:
        said = f"{kept.taken} of the places that are kept are taken already, so {kept.taken} is the least."
    elif places - kept.capacity > left:
        most = kept.capacity + left
        said = f"{pool} has {left} places left, so at most {most} can be kept for this code."
    else:
        return
    raise Invalid("We kept everything you typed.", fields={"places": said})
