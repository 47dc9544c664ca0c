"""Two seats side by side out of ten thousand, again and again until none are left."""

import subprocess
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from statistics import quantiles
from uuid import UUID

import psycopg

from bench.pace import Pace
from bench.results import Result
from bench.stack import Stack
from local import debian
from webapp.accounts.models import Organizer
from webapp.booking.queries import seats as seating
from webapp.booking.service import seats
from webapp.booking.service.seat_wishes import BestWish
from webapp.catalog.models import Event, EventDate, Venue
from webapp.core import clock
from webapp.core.audit import SYSTEM
from webapp.core.db import Database
from webapp.core.errors import Conflict
from webapp.core.ids import secret, uuid7
from webapp.seating.queries import plans as plan_queries
from webapp.seating.rules.halls import generate
from webapp.seating.rules.house import are_neighbours
from webapp.seating.service import dates, plans
from webapp.seating.service.dates import LevelSale

SEATS, FEWEST = 10_000, 400
# As many processes and threads as `make run` starts for the web.
PROCESSES, THREADS = 2, 8
CLIENTS = PROCESSES * THREADS
GOAL = 1 / 6
PRICE = 4000
# More than any machine of ours takes of them in a second.
ROWS_A_SECOND = 40_000

UNITS = """
    DROP TABLE IF EXISTS bench_seats, bench_holds;
    CREATE TABLE bench_holds (id uuid PRIMARY KEY, expires_at timestamptz NOT NULL);
    CREATE TABLE bench_seats (id int PRIMARY KEY, hold_id uuid);
    INSERT INTO bench_seats SELECT n, NULL FROM generate_series(1, {rows}) n;
    CREATE INDEX bench_seats_free ON bench_seats (id) WHERE hold_id IS NULL;
    ANALYZE bench_seats
"""

CLAIM_UNITS = """
    WITH hold AS (
        INSERT INTO bench_holds VALUES (gen_random_uuid(), now() + interval '10 minutes') RETURNING id
    )
    UPDATE bench_seats SET hold_id = hold.id FROM hold WHERE bench_seats.id IN (
        SELECT id FROM bench_seats WHERE hold_id IS NULL ORDER BY id LIMIT 2 FOR UPDATE SKIP LOCKED);
"""


@dataclass(frozen=True)
class Sold:
    """What one process sold, and how long each sale took in seconds."""

    took: tuple[float, ...]


def seat_best(stack: Stack, pace: Pace) -> Iterator[Result]:
    """The best two of 10,000 seats until sold out, against pgbench taking any two with SKIP LOCKED."""
    url = stack.env["DATABASE_URL"]
    database = Database(url)
    date_id, plan_id = _hall(database, max(FEWEST, pace.many(SEATS)))
    began = time.monotonic()
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as processes:
        sold = list(processes.map(sell_all, [url] * PROCESSES, [date_id] * PROCESSES))
    seconds = time.monotonic() - began
    took = [one for process in sold for one in process.took]
    apart = _pairs_left(database, date_id, plan_id)
    database.close()
    peer = _skip_locked(url, seconds=pace.whole_seconds(8))
    rate = len(took) / seconds
    yield Result(
        name="seat_best",
        value=rate,
        unit="pairs/s",
        limit=peer,
        limit_name="pgbench, any two with SKIP LOCKED",
        ratio=rate / peer,
        p95_ms=quantiles(took, n=20)[-1] * 1000,
        errors=apart,
        what=f"the best two seats held by {CLIENTS} buyers at once until sold out, without HTTP",
        goal=GOAL,
    )


def sell_all(url: str, date_id: UUID) -> Sold:
    """One process of buyers who come until nothing is left for two."""
    database = Database(url, pool_size=THREADS)
    with ThreadPoolExecutor(THREADS) as threads:
        took = [
            one for buyer in threads.map(lambda _: _buy(database, date_id), range(THREADS)) for one in buyer
        ]
    database.close()
    return Sold(tuple(took))


def _buy(database: Database, date_id: UUID) -> list[float]:
    took: list[float] = []
    while True:
        began = time.monotonic()
        try:
            seats.hold_best(database, BestWish(secret(), date_id, 2, is_first=True), clock.now())
        except Conflict:
            return took
        took.append(time.monotonic() - began)


def _hall(database: Database, places: int) -> tuple[UUID, UUID]:
    """A date that is sold by so many seats."""
    starts = clock.now() + timedelta(days=30)
    house = Organizer(id=uuid7(), slug=f"seats-{secret().lower()}", name="Ten Thousand", currency="EUR")
    venue = Venue(
        id=uuid7(),
        organizer_id=house.id,
        name="Arena",
        city="Oslo",
        city_slug="oslo",
        country="NO",
        zone="UTC",
    )
    event = Event(
        id=uuid7(),
        organizer_id=house.id,
        slug=f"seats-{secret().lower()}",
        title="Ten Thousand",
        category="music",
        status="published",
    )
    date = EventDate(
        id=uuid7(),
        event_id=event.id,
        venue_id=venue.id,
        starts_at=starts,
        ends_at=starts + timedelta(hours=3),
        zone="UTC",
        status="on_sale",
    )
    with database.writing() as db:
        for row in (house, venue, event, date):
            db.add(row)
            db.flush()
        draft = generate(places)
        plan_id = plans.add(
            db, organizer_id=house.id, venue_id=venue.id, name="Arena", draft=draft, by=SYSTEM
        )
        levels = [part.id for part in plan_queries.plan(db, plan_id).levels]
        sales = [LevelSale(level, f"Level {number}", PRICE) for number, level in enumerate(levels)]
        dates.attach(db, organizer_id=house.id, date_id=date.id, plan_id=plan_id, sales=sales, by=SYSTEM)
    return date.id, plan_id


def _pairs_left(database: Database, date_id: UUID, plan_id: UUID) -> int:
    """Neighbours that are still free although somebody was refused two seats."""
    with database.reading() as db:
        plan = plan_queries.plan(db, plan_id)
        taken = seating.taken(db, date_id, clock.now())
    free = [seat for seat in plan.seats if seat.ordinal not in taken and seat.is_standard]
    free.sort(key=lambda seat: (seat.section, seat.row_position, seat.position))
    return sum(are_neighbours(one, other) for one, other in pairwise(free))


def _skip_locked(url: str, *, seconds: int) -> float:
    """Transactions per second of the simplest claim of two seats that there is, neighbours or not."""
    debian.need("pgbench", "postgresql-contrib", "pgbench (PostgreSQL's own load generator)")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(UNITS.format(rows=seconds * ROWS_A_SECOND))
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "claim.sql")
        script.write_text(" ".join(CLAIM_UNITS.split()) + "\n")
        said = subprocess.run(
            [
                *("pgbench", "-n", "-M", "prepared", "-c", str(CLIENTS), "-j", "2", "-T", str(seconds)),
                *("-f", str(script), url),
            ],
            env={"PGOPTIONS": "-c synchronous_commit=off", "PATH": "/usr/bin:/bin:/usr/local/bin"},
            capture_output=True,
            text=True,
            check=True,
            timeout=seconds + 60,
        ).stdout
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP TABLE bench_seats, bench_holds")
    return float(next(line for line in said.splitlines() if line.startswith("tps")).split()[2])
