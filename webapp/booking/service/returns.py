"""Tickets that guests would give back: valid until somebody of the waiting list has paid for the place.

A return that is offered is bound to the line of a hold. The pool does not count that place twice: the line
says in `returned` how many of its places are still in such tickets. A numbered seat stays the ticket's until
then, too. Locks: order, return, hold, pools, seats.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from webapp.booking import rules
from webapp.booking.events import OrderChanged
from webapp.booking.models import Hold, HoldLine, Order, Ticket, TicketReturn
from webapp.booking.service import seat_claims
from webapp.catalog.events import PlacesCameBack
from webapp.catalog.models import EventDate, Pool
from webapp.core import outbox
from webapp.core.audit import GUEST, note
from webapp.core.errors import Conflict, NotFound
from webapp.core.ids import uuid7

# A lock that is being waited for elsewhere is passed by: that ticket is just ending in another way.
# Wheelchair places are given only when no other seat is there.
BIND = text("""
    UPDATE ticket_returns SET hold_line_id = :line WHERE id IN (
        SELECT r.id FROM ticket_returns r JOIN tickets i ON i.id = r.ticket_id
        LEFT JOIN seats s ON s.id = i.seat_id
        WHERE r.pool_id = :pool AND r.state = 'open' AND i.state = 'valid' AND i.also_pools = :also
          AND (r.hold_line_id IS NULL OR EXISTS (
              SELECT FROM hold_lines l JOIN holds h ON h.id = l.hold_id
              WHERE l.id = r.hold_line_id AND h.state <> 'active'))
        ORDER BY coalesce(s.kind <> 'standard', false), r.id
        LIMIT :most FOR UPDATE OF r SKIP LOCKED)
    RETURNING id
""")

# What was bound to an active hold becomes a place of that hold; its pools keep it.
END = text("""
    UPDATE ticket_returns r SET state = 'withdrawn', ended_at = now() FROM tickets i
    WHERE i.id = r.ticket_id AND r.state = 'open' AND r.ticket_id = ANY(:tickets)
    RETURNING r.hold_line_id AS line, r.ticket_id AS ticket
""")
LOCK_HOLDS = text("""
    SELECT h.id FROM holds h WHERE h.state = 'active'
    AND h.id IN (SELECT hold_id FROM hold_lines WHERE id = ANY(:lines)) ORDER BY h.id FOR UPDATE
""")
COVER = text("""
    UPDATE hold_lines SET returned = returned - :places WHERE id = :line AND hold_id = ANY(:holds)
    RETURNING pool_id || also_pools AS pools
""")


def offer_back(db: Session, *, order_id: UUID, ticket_id: UUID, now: datetime) -> None:
    """Put a ticket up for the waiting list; it stays valid. Sent twice it is once."""
    order, ticket = _own(db, order_id, ticket_id)
    date, pool = db.get_one(EventDate, ticket.date_id), db.get_one(Pool, ticket.pool_id)
    rules.require_returnable(order.state, ticket.state, ticket.price, date.ends_at, now)
    if pool.parent_id:
        raise Conflict("This place is kept for who has a code. Write to the organizer to give it back.")
    made = db.scalar(
        insert(TicketReturn)
        .values(id=uuid7(), ticket_id=ticket_id, pool_id=ticket.pool_id)
        .on_conflict_do_nothing()
        .returning(TicketReturn.id)
    )
    if made is None:
        return
    _noted(db, order, ticket, "Ticket offered to the waiting list", offered=True)
    outbox.record(db, OrderChanged(order_id))
    if pool.awaited:
        outbox.record(db, PlacesCameBack(pool.id))


def keep(db: Session, *, order_id: UUID, ticket_id: UUID, now: datetime) -> None:
    """Take the offer back while nobody has it in hand. Sent twice it is once."""
    order, ticket = _own(db, order_id, ticket_id)
    found = db.scalar(
        select(TicketReturn)
        .where(TicketReturn.ticket_id == ticket_id, TicketReturn.state == "open")
        .with_for_update()
    )
    if found is None:
        return
    if db.scalar(
        select(Hold.id)
        .join(HoldLine, HoldLine.hold_id == Hold.id)
        .where(HoldLine.id == found.hold_line_id, Hold.state == "active", Hold.expires_at > now)
    ):
        raise Conflict(
            "Somebody of the waiting list has it in hand. If it is not paid in two hours you can keep it.",
            title="It is just being sold",
        )
    found.state, found.ended_at = "withdrawn", func.now()
    _noted(db, order, ticket, "Ticket kept after all", offered=False)
    db.flush()
    outbox.record(db, OrderChanged(order_id))


def _noted(db: Session, order: Order, ticket: Ticket, said: str, *, offered: bool) -> None:
    about = {"ticket": f"{ticket.number}, {ticket.holder_name}"}
    note(
        db,
        GUEST,
        said,
        ("order", order.id),
        organizer_id=order.organizer_id,
        before={**about, "offered": not offered},
        after={**about, "offered": offered},
    )


def bind(db: Session, line: HoldLine) -> None:
    """Let the line's `returned` places be tickets of others; Conflict when they have just gone."""
    values = {"line": line.id, "pool": line.pool_id, "also": list(line.also_pools), "most": line.returned}
    if len(db.execute(BIND, values).all()) < line.returned:
        raise Conflict("A ticket that was to be given back has just ended in another way.")


def end(db: Session, tickets: Collection[UUID]) -> Mapping[UUID, int]:
    """These tickets end otherwise, so they are offered no more; their orders are locked.

    Whoever holds one of them as an offer gets its place and its seat. Returns how many places of each pool
    those are.
    """
    ended = [row for row in db.execute(END, {"tickets": list(tickets)}) if row.line]
    bound = [row.line for row in ended]
    if not bound:
        return {}
    holds = list(db.scalars(LOCK_HOLDS, {"lines": bound}))
    places: dict[UUID, int] = {}
    for line in sorted(set(bound)):
        number = bound.count(line)
        pools = db.scalar(COVER, {"line": line, "places": number, "holds": holds})
        if pools:
            seat_claims.pass_on(db, line, [row.ticket for row in ended if row.line == line])
        for pool in pools or ():
            places[pool] = places.get(pool, 0) + number
    return places


def _own(db: Session, order_id: UUID, ticket_id: UUID) -> tuple[Order, Ticket]:
    order = db.get_one(Order, order_id, with_for_update=True)
    ticket = db.scalar(select(Ticket).where(Ticket.id == ticket_id, Ticket.order_id == order_id))
    if ticket is None:
        raise NotFound("This ticket does not belong to this order.")
    return order, ticket
