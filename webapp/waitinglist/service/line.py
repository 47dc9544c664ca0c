"""The line itself: who stands in it, and what each pool is told about it.

`pools.awaited` is changed only by whoever has locked the pool before, in a statement of its own: so it sees
every wish that was written before. Pools are locked in id order, before any entry.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, text
from sqlalchemy.orm import Session

from webapp.booking.rules import Offer
from webapp.core import outbox
from webapp.core.errors import Conflict
from webapp.waitinglist import rules
from webapp.waitinglist.events import EntryJoined
from webapp.waitinglist.models import WaitlistEntry, WaitlistWish
from webapp.waitinglist.queries.line import DEAD_WISH

# With what is kept of them for codes: whoever claims a seat of theirs has locked one of these.
LOCK = text("""
    SELECT id FROM pools WHERE id = ANY(:pools) OR parent_id = ANY(:pools) ORDER BY id FOR NO KEY UPDATE
""")

RECOUNT = text("""
    UPDATE pools p SET awaited = w.least
    FROM (SELECT q.id, (SELECT min(least) FROM waitlist_wishes WHERE pool_id = q.id) AS least
          FROM unnest(CAST(:pools AS uuid[])) AS q(id)) w
    WHERE p.id = w.id AND p.awaited IS DISTINCT FROM w.least
""")

SCARCEST = text("SELECT id FROM pools WHERE id = ANY(:pools) ORDER BY capacity - taken, id LIMIT 1")

ELSEWHERE = text("""
    SELECT w.entry_id, s.id AS scarcest FROM waitlist_wishes w JOIN ticket_types t ON t.id = w.ticket_type_id
    CROSS JOIN LATERAL (SELECT id FROM pools WHERE id = ANY(t.pool_id || t.also_pools)
                        ORDER BY capacity - taken, id LIMIT 1) s
    WHERE w.pool_id = :pool AND t.also_pools <> '{}' AND s.id <> :pool
""")

MOVE = text("""
    UPDATE waitlist_wishes w SET pool_id = s.id FROM ticket_types t
    CROSS JOIN LATERAL (SELECT id FROM pools WHERE id = ANY(t.pool_id || t.also_pools)
                        ORDER BY capacity - taken, id LIMIT 1) s
    WHERE t.id = w.ticket_type_id AND w.pool_id = :pool AND t.also_pools <> '{}' AND s.id <> :pool
      AND s.id = ANY(:pools)
""")

DROP_DEAD = """
    DELETE FROM waitlist_wishes w USING ticket_types t, event_dates d, events e
    WHERE w.entry_id = :entry AND t.id = w.ticket_type_id AND d.id = t.date_id AND e.id = d.event_id
      AND {dead}
"""

POOLS_OF = text("SELECT DISTINCT pool_id FROM waitlist_wishes WHERE entry_id = :entry")


def lock(db: Session, pools: Collection[UUID]) -> None:
    db.execute(LOCK, {"pools": list(pools)})


def recount(db: Session, pools: Collection[UUID]) -> None:
    """Tell these pools, locked before, the least number that somebody waits for."""
    db.execute(RECOUNT, {"pools": list(pools)})


def enter(db: Session, entry: WaitlistEntry, offers: Collection[Offer], now: datetime) -> bool:
    """Stand in the line for these types, behind everybody who does already; False for who stands there."""
    lock(db, {pool for offer in offers for pool in offer.pools})
    _refresh(db, entry)
    if entry.state in ("waiting", "offered", "taken"):
        return False
    entry.state, entry.joined_at, entry.ended_at = "waiting", now, None
    db.flush()
    waits_at: set[UUID] = set()
    for offer in offers:
        # Of several pools it waits where it is tightest: the others are not to stand still for it.
        pool = db.scalars(SCARCEST, {"pools": list(offer.pools)}).one()
        least = rules.least(entry.places, offer, together=entry.together)
        db.add(
            WaitlistWish(entry_id=entry.id, ticket_type_id=offer.id, pool_id=pool, least=least, joined_at=now)
        )
        waits_at.add(pool)
    db.flush()
    recount(db, waits_at)
    outbox.record(db, EntryJoined(entry.id))
    return True


def leave(db: Session, entry: WaitlistEntry, state: str, now: datetime) -> None:
    """Out of the line, to a state in which it waits no more."""
    pools = pools_of(db, entry.id)
    lock(db, pools)
    require_still(db, entry, "waiting")
    end(db, entry, state, now, pools)


def end(db: Session, entry: WaitlistEntry, state: str, now: datetime, pools: Collection[UUID]) -> None:
    """The same for who has locked the pools already."""
    entry.state, entry.ended_at = state, None if state == "offered" else now
    db.execute(delete(WaitlistWish).where(WaitlistWish.entry_id == entry.id))
    db.flush()
    recount(db, pools)


def require_still(db: Session, entry: WaitlistEntry, *states: str) -> None:
    """Lock the entry; Conflict when somebody was quicker and it is in none of these states any more."""
    _refresh(db, entry)
    if entry.state not in states:
        raise Conflict("This entry has just changed. Look again at how it stands now.", title="One moment")


def drop_dead(db: Session, entry_id: UUID, now: datetime) -> bool:
    """Wait no more for what is over; True when nothing else was waited for, which ends the entry."""
    pools = pools_of(db, entry_id)
    lock(db, pools)
    entry = locked(db, entry_id)
    db.execute(text(DROP_DEAD.format(dead=DEAD_WISH)), {"entry": entry_id, "now": now})
    if entry.state != "waiting" or pools_of(db, entry_id):
        recount(db, pools)
        return False
    end(db, entry, "ended", now, pools)
    return True


def move_to_scarcest(db: Session, pool_id: UUID) -> None:
    """Let wishes of several pools wait where it is tightest now, and not hold up the others."""
    moves = db.execute(ELSEWHERE, {"pool": pool_id}).all()
    if not moves:
        return
    pools = {pool_id, *(row.scarcest for row in moves)}
    lock(db, pools)
    db.execute(MOVE, {"pool": pool_id, "pools": list(pools)})
    recount(db, pools)


def locked(db: Session, entry_id: UUID) -> WaitlistEntry:
    """The entry as it is now, locked after its pools."""
    return db.get_one(WaitlistEntry, entry_id, with_for_update=True, populate_existing=True)


def pools_of(db: Session, entry_id: UUID) -> list[UUID]:
    """The pools that an entry waits at."""
    return list(db.scalars(POOLS_OF, {"entry": entry_id}))


def _refresh(db: Session, entry: WaitlistEntry) -> None:
    db.refresh(entry, with_for_update=True)
