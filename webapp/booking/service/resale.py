"""A ticket changes hands: in the transaction that gives the buyer a ticket, the giver's is void and refunded.

So no place has two tickets, or none, at any moment. The pool stays as it is, and a numbered seat goes along.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from webapp.booking.models import Hold, Order
from webapp.booking.refusals import NoRoom
from webapp.booking.service import cancellation, claims, seat_claims
from webapp.core.audit import SYSTEM

# All orders that a payment may change, in id order, before anything else is locked.
LOCK_ORDERS = text("""
    SELECT * FROM orders WHERE id = :order OR id = ANY(ARRAY(
        SELECT i.order_id FROM orders o JOIN hold_lines l ON l.hold_id = o.hold_id AND l.returned > 0
        JOIN ticket_returns r ON r.hold_line_id = l.id AND r.state = 'open'
        JOIN tickets i ON i.id = r.ticket_id WHERE o.id = :order))
    ORDER BY id FOR UPDATE
""")

# Those that are just being changed by somebody else are passed by; a payment has locked them before.
GIVEN = text("""
    SELECT r.id, l.id AS line, i.id AS ticket_id, i.order_id FROM hold_lines l
    JOIN ticket_returns r ON r.hold_line_id = l.id AND r.state = 'open'
    JOIN tickets i ON i.id = r.ticket_id AND i.state = 'valid'
    JOIN orders o ON o.id = i.order_id
    WHERE l.hold_id = :hold ORDER BY i.order_id, i.id FOR UPDATE OF r, i, o SKIP LOCKED
""")
LINES = text("""
    SELECT id, returned, pool_id, pool_id || also_pools AS pools,
           EXISTS (SELECT FROM pool_levels v WHERE v.pool_id = l.pool_id) AS has_seats
    FROM hold_lines l WHERE hold_id = :hold AND returned > 0
""")
SOLD = text("UPDATE ticket_returns SET state = 'sold', ended_at = now() WHERE id = ANY(:returns)")
LET_GO = text("UPDATE hold_lines SET returned = 0 WHERE hold_id = :hold AND returned > 0")


def locked_order(db: Session, order_id: UUID) -> Order | None:
    """The order, locked together with those of the guests whose tickets it buys."""
    orders = db.scalars(select(Order).from_statement(LOCK_ORDERS), {"order": order_id}).all()
    return next((order for order in orders if order.id == order_id), None)


def convert(db: Session, hold_id: UUID, now: datetime) -> bool:
    """Make a hold its order's, with the tickets in it that others give back.

    False, and the hold is over, when one of them has gone and no other place is free.
    """
    hold = db.get_one(Hold, hold_id, with_for_update=True)
    if hold.state != "active":
        return False
    try:
        with db.begin_nested():
            hold.state = "converted"
            db.flush()
            _sell(db, hold_id, now)
    except NoRoom:
        db.refresh(hold)
        hold.state = "released"
        db.flush()
        claims.give_back(db, [hold_id])
        return False
    return True


def let_go(db: Session, hold_id: UUID) -> None:
    """A hold that is over counts on nobody's ticket: all of its places are the pool's again."""
    db.execute(LET_GO, {"hold": hold_id})


def _sell(db: Session, hold_id: UUID, now: datetime) -> None:
    given = db.execute(GIVEN, {"hold": hold_id}).all()
    _cover(db, hold_id, [row.line for row in given], now)
    for order_id, group in groupby(given, key=lambda row: row.order_id):
        tickets: list[Any] = [row.ticket_id for row in group]
        cancellation.refund(
            db,
            order_id=order_id,
            ticket_ids=tickets,
            reason="Sold to the waiting list",
            by=SYSTEM,
            resold=True,
        )
    for row in given:
        seat_claims.pass_on(db, row.line, [row.ticket_id])
    db.execute(SOLD, {"returns": [row.id for row in given]})


def _cover(db: Session, hold_id: UUID, given: Sequence[UUID], now: datetime) -> None:
    """A ticket that was used at the door, or kept, is replaced by a place of the pool; but a seat is by none.

    Raises NoRoom.
    """
    taking: dict[UUID, int] = {}
    for line in db.execute(LINES, {"hold": hold_id}):
        missing = line.returned - given.count(line.id)
        if missing and line.has_seats:
            raise NoRoom(missing, 0, line.pool_id)
        for pool in line.pools:
            taking[pool] = taking.get(pool, 0) + missing
    if any(taking.values()):
        claims.reclaim(db, now, pools=list(taking), taking=taking)
