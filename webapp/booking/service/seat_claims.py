"""Who has which seat: claims begin, change hands and end with the holds and tickets that they are of.

A claim begins under the lock of its seat's pool, so claims of one seat never meet half-way. It ends after the
pool was told, or is so old that everybody sees it until it is gone; nobody who sees a claim waits for it.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from psycopg.errors import UniqueViolation
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from webapp.booking.models import Hold
from webapp.booking.rules import Offer
from webapp.core.ids import uuid7

KEY = "pk_seat_claims"

CLAIM = text("""
    INSERT INTO seat_claims (date_id, seat_id, hold_line_id)
    SELECT w.date, w.seat, w.line
    FROM unnest(CAST(:dates AS uuid[]), CAST(:seats AS uuid[]), CAST(:lines AS uuid[])) AS w(date, seat, line)
    WHERE NOT EXISTS (SELECT FROM seat_claims c WHERE c.date_id = w.date AND c.seat_id = w.seat)
    ORDER BY w.date, w.seat ON CONFLICT DO NOTHING RETURNING seat_id
""")

# The hot path: one statement takes the places, writes the hold and claims the seats, or does nothing at all.
# Who sees a claim does not try; a claim that came meanwhile fails on the key, and all of it is forgotten.
CLAIM_FIRST = text("""
    WITH soon AS MATERIALIZED (
        SELECT set_config('synchronous_commit', 'off', true)
    ), taken AS (
        UPDATE pools SET taken = taken + :places FROM soon WHERE id = :pool AND taken + :places <= capacity
        AND (awaited IS NULL OR awaited > capacity - taken) AND NOT EXISTS (
            SELECT FROM seat_claims c WHERE c.date_id = :date AND c.seat_id = ANY(CAST(:seats AS uuid[])))
        RETURNING id
    ), hold AS (
        INSERT INTO holds (id, basket, organizer_id, expires_at)
        SELECT :hold, :basket, :organizer, :expires FROM taken RETURNING id
    ), line AS (
        INSERT INTO hold_lines (id, hold_id, ticket_type_id, pool_id, quantity, price)
        SELECT :line, hold.id, :type, :pool, :places, :price FROM hold RETURNING id
    )
    INSERT INTO seat_claims (date_id, seat_id, hold_line_id)
    SELECT :date, seat, line.id FROM line, unnest(CAST(:seats AS uuid[])) AS seat ORDER BY seat
    RETURNING seat_id
""")

BLOCK = text("""
    INSERT INTO seat_claims (date_id, seat_id, block_id)
    SELECT :date, seat, :block FROM unnest(CAST(:seats AS uuid[])) AS seat
    WHERE NOT EXISTS (
        SELECT FROM seat_claims c WHERE c.date_id = :date AND c.seat_id = seat)
    ORDER BY seat ON CONFLICT DO NOTHING RETURNING seat_id
""")

END_OF_HOLDS = text("""
    DELETE FROM seat_claims c USING hold_lines l WHERE c.hold_line_id = l.id AND l.hold_id = ANY(:holds)
""")

END_OF_TICKETS = text("DELETE FROM seat_claims WHERE ticket_id = ANY(:tickets)")

LOCK_POOLS = text("""
    SELECT p.id FROM pools p WHERE p.id IN (
        SELECT unnest(l.pool_id || l.also_pools) FROM hold_lines l WHERE l.id = ANY(:lines))
    ORDER BY p.id FOR NO KEY UPDATE
""")

LET_GO = text("DELETE FROM seat_claims WHERE hold_line_id = ANY(:lines) AND seat_id = ANY(:seats)")

SHORTEN = text("""
    DELETE FROM seat_claims WHERE hold_line_id = :line AND seat_id IN (
        SELECT c.seat_id FROM seat_claims c JOIN seats s ON s.id = c.seat_id
        WHERE c.hold_line_id = :line ORDER BY s.rank OFFSET :keep)
""")

HAND_OVER = text("""
    UPDATE seat_claims c SET ticket_id = t.id, hold_line_id = NULL
    FROM tickets t JOIN orders o ON o.id = t.order_id JOIN hold_lines l ON l.hold_id = o.hold_id
    WHERE o.id = :order AND c.date_id = t.date_id AND c.seat_id = t.seat_id AND c.hold_line_id = l.id
""")

PASS_ON = text(
    "UPDATE seat_claims SET hold_line_id = :line, ticket_id = NULL WHERE ticket_id = ANY(:tickets)"
)

OF_ORDER = text("""
    SELECT l.date_id, CAST(a->>'seat' AS uuid) AS seat_id, h.id AS line_id
    FROM orders o JOIN order_lines l ON l.order_id = o.id
    JOIN hold_lines h ON h.hold_id = o.hold_id AND h.ticket_type_id = l.ticket_type_id
    CROSS JOIN jsonb_array_elements(l.attendees) AS a
    WHERE o.id = :order AND a ? 'seat'
""")


class Claim(NamedTuple):
    """A seat of a date for a line of a hold."""

    date_id: UUID
    seat_id: UUID
    line_id: UUID


def begin(db: Session, claims: Sequence[Claim]) -> set[UUID]:
    """Claim seats whose pools this transaction has locked; returns those that somebody else has.

    The caller's transaction must not be committed when any is returned.
    """
    if not claims:
        return set()
    dates, seats, lines = (list(column) for column in zip(*claims, strict=True))
    made = db.scalars(CLAIM, {"dates": dates, "seats": seats, "lines": lines})
    return set(seats) - set(made)


def begin_first(db: Session, hold: Hold, *, date_id: UUID, offer: Offer, seats: Sequence[UUID]) -> bool:
    """A basket's first hold with seats of one pool; False when they are not free."""
    made = db.execute(
        CLAIM_FIRST,
        {
            "places": len(seats),
            "pool": offer.pool_id,
            "type": offer.id,
            "price": offer.price,
            "date": date_id,
            "seats": list(seats),
            "hold": hold.id,
            "line": uuid7(),
            "basket": hold.basket,
            "organizer": hold.organizer_id,
            "expires": hold.expires_at,
        },
    ).first()
    return made is not None


def is_race(error: IntegrityError) -> bool:
    """Whether a statement failed because somebody claimed one of its seats in the same moment."""
    return isinstance(error.orig, UniqueViolation) and error.orig.diag.constraint_name == KEY


def block(db: Session, date_id: UUID, seats: Collection[UUID], block_id: UUID) -> set[UUID]:
    """The same for a block of staff's."""
    made = db.scalars(BLOCK, {"date": date_id, "seats": list(seats), "block": block_id})
    return set(seats) - set(made)


def end_of_holds(db: Session, holds: Collection[UUID]) -> None:
    db.execute(END_OF_HOLDS, {"holds": list(holds)})


def end_of_tickets(db: Session, tickets: Collection[UUID]) -> None:
    db.execute(END_OF_TICKETS, {"tickets": list(tickets)})


def let_go(db: Session, seats: Mapping[UUID, UUID]) -> None:
    """These seats of these lines are free again; their pools are told next."""
    lines = list(seats.values())
    db.execute(LOCK_POOLS, {"lines": lines})
    db.execute(LET_GO, {"lines": lines, "seats": list(seats)})


def shorten(db: Session, line_id: UUID, keep: int) -> None:
    """A line became shorter: its best seats stay."""
    db.execute(SHORTEN, {"line": line_id, "keep": keep})


def hand_over(db: Session, order_id: UUID) -> None:
    """The claims of an order's hold become those of its tickets."""
    db.execute(HAND_OVER, {"order": order_id})


def pass_on(db: Session, line_id: UUID, tickets: Collection[UUID]) -> None:
    """The seats of tickets that end are the line's from now on; nobody else finds them free meanwhile."""
    db.execute(PASS_ON, {"line": line_id, "tickets": list(tickets)})


def of_order(db: Session, order_id: UUID) -> list[Claim]:
    """The claims that an order's hold had when it was placed."""
    return [Claim(*row) for row in db.execute(OF_ORDER, {"order": order_id})]
