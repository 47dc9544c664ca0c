"""Taking places and giving them back: the statements that nothing is sold twice by.

Whatever happens here, `pools` has a CHECK that refuses more places than there are. All code locks in
one order: order, hold, buyer, pools by id, price steps, seats, voucher. Whoever would wait the other way
round skips.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from webapp.booking.models import Hold
from webapp.booking.refusals import NoRoom
from webapp.booking.service import prices, seat_claims
from webapp.catalog.events import PlacesCameBack
from webapp.catalog.service import reserves
from webapp.core import outbox
from webapp.core.ids import uuid7

# The hot path: one statement takes the places and writes the hold, or does nothing at all. It does not wait
# for the disk, since a crash forgets a hold together with its counter.
CLAIM_HOLD = """
    WITH soon AS MATERIALIZED (
        SELECT set_config('synchronous_commit', 'off', true)
    ), taken AS (
        UPDATE pools SET taken = taken + :places FROM soon WHERE id = :pool AND taken + :places <= capacity
        AND (awaited IS NULL OR awaited > capacity - taken) RETURNING id
    ), hold AS (
        INSERT INTO holds (id, basket, organizer_id, expires_at, voucher_id)
        SELECT :hold, :basket, :organizer, :expires, :voucher FROM taken RETURNING id
    ){lines}
"""
LINES = """
    INSERT INTO hold_lines (id, hold_id, ticket_type_id, pool_id, quantity, price)
    SELECT line.id, hold.id, line.ticket_type, :pool, line.quantity, line.price
    FROM hold, unnest(CAST(:ids AS uuid[]), CAST(:types AS uuid[]), CAST(:quantities AS int[]),
                      CAST(:prices AS int[])) AS line(id, ticket_type, quantity, price)
    RETURNING id, ticket_type_id, quantity
"""
CLAIM_NEW = text(CLAIM_HOLD.format(lines=LINES))
# The same for types with price steps: which step is in force is decided here, on the newest row of each.
AT_STEPS = """, lines AS ({lines}), promised AS (
        INSERT INTO hold_line_steps (hold_line_id, step_id, quantity, price)
        SELECT lines.id, s.step, s.tickets, s.price
        FROM lines CROSS JOIN LATERAL take_price_steps(lines.ticket_type_id, lines.quantity, :now) s
    )
    SELECT id FROM lines
"""
CLAIM_NEW_AT_STEPS = text(CLAIM_HOLD.format(lines=AT_STEPS.format(lines=LINES)))

# Whoever waits for places that are free comes first; only what is offered to them passes the line.
TAKE_PAST_THE_LINE = text(
    "UPDATE pools SET taken = taken + :places WHERE id = :pool AND taken + :places <= capacity RETURNING id"
)
TAKE = text("""
    UPDATE pools SET taken = taken + :places WHERE id = :pool AND taken + :places <= capacity
    AND (awaited IS NULL OR awaited > capacity - taken) RETURNING id
""")
# Says whether somebody waits for what is free now.
GIVE_BACK = text("""
    UPDATE pools SET taken = taken - :places, freed_at = now() WHERE id = :pool
    RETURNING awaited <= capacity - taken
""")
LEFT = text("SELECT capacity - taken AS free, awaited FROM pools WHERE id = :pool")

EXPIRED = """
    SELECT h.id FROM holds h
    WHERE h.state = 'active' AND h.expires_at <= :now
      AND (CAST(:pools AS uuid[]) IS NULL AND CAST(:holds AS uuid[]) IS NULL OR h.id = ANY(:holds)
           OR EXISTS (SELECT FROM hold_lines l WHERE l.hold_id = h.id AND l.pool_id || l.also_pools && ARRAY(
                          SELECT id FROM pools WHERE id = ANY(:pools) OR parent_id = ANY(:pools))))
    ORDER BY {first} h.expires_at, h.id LIMIT :most FOR UPDATE
"""
EXPIRED_NOW = text(EXPIRED.format(first=""))
# Who waits for nobody may lock in any order: those that were named come first.
EXPIRED_IDLE = text(EXPIRED.format(first="h.id = ANY(:holds) IS NOT TRUE,") + "SKIP LOCKED")

# An order that is being paid at this moment is locked: its hold is left alone.
EXPIRED_ORDERS = text("""
    SELECT o.id, o.hold_id, o.voucher_id FROM orders o
    WHERE o.hold_id = ANY(:holds) AND o.state = 'awaiting_payment' FOR UPDATE SKIP LOCKED
""")

PLACES_OF_HOLDS = text("""
    SELECT pool, sum(quantity - returned)::int FROM hold_lines, unnest(pool_id || also_pools) AS pool
    WHERE hold_id = ANY(:holds) GROUP BY pool
""")

# Pools with what is kept of them for codes, and reserves with what they were kept of.
FAMILY = text("""
    SELECT id FROM pools WHERE id = ANY(:pools) OR parent_id = ANY(:pools)
    UNION SELECT parent_id FROM pools WHERE id = ANY(:pools) AND parent_id IS NOT NULL
""")

HOLDS_WITH_ORDERS = text("SELECT hold_id FROM orders WHERE hold_id = ANY(:holds)")


@dataclass(frozen=True)
class Wanted:
    """A line of a first hold: so many of a type, each for `price` where no step of it is in force."""

    ticket_type_id: UUID
    quantity: int
    price: int


def claim_new_hold(
    db: Session, hold: Hold, *, pool_id: UUID, lines: Sequence[Wanted], steps_at: datetime | None
) -> bool:
    """Write a basket's first hold, with places of one pool; False when they are not free.

    `steps_at` is now where one of the types has price steps, else nothing.
    """
    values = {
        "places": sum(line.quantity for line in lines),
        "pool": pool_id,
        "hold": hold.id,
        "basket": hold.basket,
        "organizer": hold.organizer_id,
        "expires": hold.expires_at,
        "voucher": hold.voucher_id,
        "ids": [uuid7() for _ in lines],
        "types": [line.ticket_type_id for line in lines],
        "quantities": [line.quantity for line in lines],
        "prices": [line.price for line in lines],
    }
    if steps_at is None:
        return db.execute(CLAIM_NEW, values).first() is not None
    return db.execute(CLAIM_NEW_AT_STEPS, {**values, "now": steps_at}).first() is not None


def move(db: Session, changes: Mapping[UUID, int], *, past_the_line: bool = False) -> None:
    """Take (above zero) and give back (below) places of several pools, in id order, all or nothing.

    Raises NoRoom; the caller's transaction must not be committed then. What comes back rings for who waits.
    """
    take = TAKE_PAST_THE_LINE if past_the_line else TAKE
    for pool_id in sorted(changes):
        places = changes[pool_id]
        if places < 0 and db.scalar(GIVE_BACK, {"pool": pool_id, "places": -places}):
            outbox.record(db, PlacesCameBack(pool_id))
        elif places > 0 and db.execute(take, {"pool": pool_id, "places": places}).first() is None:
            raise no_room(db, places, pool_id)


def no_room(db: Session, wanted: int, pool_id: UUID) -> NoRoom:
    """Why so many places of a pool were not to be had."""
    row = db.execute(LEFT, {"pool": pool_id}).one()
    return NoRoom(wanted, row.free, pool_id, is_awaited=0 < (row.awaited or 0) <= row.free)


def lock(db: Session, pools: Collection[UUID]) -> None:
    """Nobody else takes places of these pools, or of what is kept of them, until the transaction ends."""
    reserves.lock(db, db.scalars(FAMILY, {"pools": list(pools)}).all())


def left(db: Session, pool_id: UUID) -> int:
    return db.scalar(LEFT, {"pool": pool_id}) or 0


def places_of_holds(db: Session, holds: Sequence[UUID]) -> dict[UUID, int]:
    """How many places of each pool these holds have in all; tickets of other guests are none."""
    return {row[0]: row[1] for row in db.execute(PLACES_OF_HOLDS, {"holds": list(holds)})}


def give_back(db: Session, holds: Sequence[UUID]) -> None:
    """Give the places and seats of holds back that have just ended."""
    move(db, {pool: -places for pool, places in places_of_holds(db, holds).items()})
    prices.end_of_holds(db, holds)
    seat_claims.end_of_holds(db, holds)


def reclaim(
    db: Session,
    now: datetime,
    *,
    pools: Sequence[UUID] | None = None,
    holds: Sequence[UUID] | None = None,
    most: int = 200,
    is_waiting: bool = False,
    taking: Mapping[UUID, int] | None = None,
) -> int:
    """Take expired holds back, these ones and those of these pools, or all; returns how many.

    An expired hold is free because its time is over; this only tells the counters. One whose order is
    being paid at this moment stays, since its places are about to be somebody's. Of these pools also comes
    back what was kept for a code that has ended. `is_waiting` waits for whoever is at it already; only for a
    transaction that has locked nothing yet. `taking` are places to take with the same pass over the pools,
    which are locked in one order only so; raises NoRoom. They pass the line: who asks for them has paid.
    """
    expired = EXPIRED_NOW if is_waiting else EXPIRED_IDLE
    named = {"pools": list(pools) if pools else None, "holds": list(holds) if holds else None}
    ended, orders = _end(db, list(db.scalars(expired, {"now": now, "most": most, **named})))
    returned = places_of_holds(db, ended)
    if pools and (returned or taking):
        lock(db, [*pools, *returned])
    move(db, {pool: -places for pool, places in returned.items()})
    if pools:
        reserves.take_back(db, now, pools=pools)
    if taking:
        reserves.top_up(db, taking)
        move(db, taking, past_the_line=True)
    if ended:
        prices.end_of_holds(db, ended)
        seat_claims.end_of_holds(db, ended)
    for voucher_id in sorted(row.voucher_id for row in orders if row.voucher_id):
        give_voucher_back(db, voucher_id)
    return len(ended)


def _end(db: Session, holds: Sequence[UUID]) -> tuple[list[UUID], Sequence[Row[Any]]]:
    """Release these locked holds, and give up the orders that wait for their payment; but none being paid."""
    if not holds:
        return [], []
    with_order = set(db.scalars(HOLDS_WITH_ORDERS, {"holds": holds}))
    orders = db.execute(EXPIRED_ORDERS, {"holds": holds}).all()
    ended = list({row.hold_id for row in orders} | (set(holds) - with_order))
    db.execute(
        text("UPDATE orders SET state = 'expired' WHERE id = ANY(:ids)"), {"ids": [row.id for row in orders]}
    )
    db.execute(text("UPDATE holds SET state = 'released' WHERE id = ANY(:ids)"), {"ids": ended})
    return ended, orders


def dates_to_reclaim(db: Session, now: datetime) -> set[UUID]:
    """Dates with places that are held by holds whose time is over."""
    rows = db.scalars(
        text("""
            SELECT DISTINCT p.date_id FROM holds h JOIN hold_lines l ON l.hold_id = h.id
            JOIN pools p ON p.id = l.pool_id WHERE h.state = 'active' AND h.expires_at <= :now
        """),
        {"now": now},
    )
    return set(rows)


def give_voucher_back(db: Session, voucher_id: UUID | None) -> None:
    if voucher_id:
        db.execute(
            text("UPDATE vouchers SET used = used - 1 WHERE id = :id AND used > 0"), {"id": voucher_id}
        )


def count_again(db: Session, voucher_id: UUID) -> bool:
    """An order that was given up is paid after all: its code counts again, beyond its limit if need be.

    But a code of a batch, which is good for one order, never counts twice: False when it was used meanwhile.
    """
    counted = db.execute(
        text(
            "UPDATE vouchers SET used = used + 1,"
            " max_uses = CASE WHEN used + 1 > max_uses THEN used + 1 ELSE max_uses END"
            " WHERE id = :id AND (batch_id IS NULL OR used < max_uses) RETURNING id"
        ),
        {"id": voucher_id},
    )
    return counted.first() is not None
