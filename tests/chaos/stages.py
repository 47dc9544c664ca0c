"""What is sold in a storm: places of one date, or its seats."""

import psycopg

from bench import sale
from bench.stack import Stack
from tests.factories import seating
from tests.factories.seating import Hall
from webapp.core.db import Database

SEATS_IN_A_ROW = 10

POOLS_OF = """
    SELECT p.id FROM pools p JOIN event_dates d ON d.id = p.date_id JOIN events e ON e.id = d.event_id
    WHERE e.slug = %s ORDER BY p.id
"""


def general_admission(stack: Stack, places: int) -> str:
    """An event whose only date gets exactly so many free places, in one pool or shared out; its slug."""
    slug = sale.event_with_room(stack)
    with psycopg.connect(stack.env["DIRECT_DATABASE_URL"]) as database:
        pools = [pool for (pool,) in database.execute(POOLS_OF, [slug])]
        for number, pool in enumerate(pools):
            share = places // len(pools) + (number < places % len(pools))
            database.execute("UPDATE pools SET capacity = taken + %s WHERE id = %s", [share, pool])
        database.execute("UPDATE events SET version = version + 1 WHERE slug = %s", [slug])
    return slug


def numbered_seats(stack: Stack, places: int) -> str:
    """An event in a hall of so many seats, ten in a row; its slug."""
    database = Database(stack.env["DIRECT_DATABASE_URL"])
    try:
        hall = Hall(rows=places // SEATS_IN_A_ROW, seats=SEATS_IN_A_ROW)
        return seating.a_seated_sale(database, hall).slug
    finally:
        database.close()
