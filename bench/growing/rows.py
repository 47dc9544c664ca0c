"""Tickets by the hundred thousand, with all that belongs to them: what `verify` sweeps stays clean."""

from pathlib import Path

import psycopg

from bench.stack import Stack

HERE = Path(__file__).parent

# Where tickets may be sold: the measured event's types, and every plain type of other events.
TYPES = """
    INSERT INTO growth_types
    SELECT CASE WHEN e.slug = %(slug)s THEN 'measured' ELSE 'any' END,
           row_number() OVER (PARTITION BY e.slug = %(slug)s ORDER BY t.id) - 1,
           t.id, t.pool_id, d.id, e.organizer_id, g.currency, t.price
    FROM ticket_types t JOIN event_dates d ON d.id = t.date_id JOIN events e ON e.id = d.event_id
    JOIN organizers g ON g.id = e.organizer_id
    WHERE t.price > 0 AND t.also_pools = '{}' AND d.plan_id IS NULL AND d.status = 'on_sale'
"""
SOLD = "SELECT count(*) FROM tickets"


def prepare(stack: Stack, measured: str) -> None:
    """A hall with seats, and the list of what tickets may be for; `measured` is an event's slug."""
    with psycopg.connect(stack.env["DATABASE_URL"]) as connection:
        connection.execute((HERE / "house.sql").read_bytes())
        connection.execute(TYPES, {"slug": measured})


def grow(stack: Stack, *, first: int, last: int) -> None:
    """Add the orders of two tickets that are numbered so, and let PostgreSQL look at what it has."""
    numbers = {"first": first, "last": last}
    with psycopg.connect(stack.env["DATABASE_URL"], cursor_factory=psycopg.ClientCursor) as connection:
        connection.execute((HERE / "tickets.sql").read_bytes(), numbers)
    with psycopg.connect(stack.env["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")


def tickets(stack: Stack) -> int:
    with psycopg.connect(stack.env["DATABASE_URL"]) as connection:
        return int((connection.execute(SOLD).fetchone() or (0,))[0])
