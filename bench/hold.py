"""Whole holds over HTTP, against pgbench that runs the same statement on the same server in the same run."""

import os
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import psycopg

from bench import wrk
from bench.pace import Pace
from bench.processes import spending
from bench.profile import profiled
from bench.results import Result
from bench.stack import Stack
from local import debian
from webapp.booking.service.claims import CLAIM_NEW

CLIENTS = 32
SECONDS = 10
PEER_SECONDS = 8
SCRIPT = Path(__file__).parent / "hold.lua"
GOAL = 1 / 3
P95_GOAL_MS = 100.0

# Types that anybody may hold one of now, each of a pool of its own.
TYPES = """
    SELECT DISTINCT ON (t.pool_id) t.id, t.pool_id, e.organizer_id
    FROM events e JOIN event_dates d ON d.event_id = e.id JOIN ticket_types t ON t.date_id = d.id
    WHERE e.status = 'published' AND d.status = 'on_sale' AND d.starts_at > now() + interval '7 days'
      AND d.on_sale_at IS NULL AND d.plan_id IS NULL AND NOT t.hidden AND NOT t.withdrawn
      AND t.min_per_order = 1 AND t.max_per_buyer IS NULL AND t.also_pools = '{}'
      AND t.sale_starts_at IS NULL AND t.sale_ends_at IS NULL
    ORDER BY t.pool_id LIMIT %s
"""

GIVE_BACK = """
    WITH ended AS (
        UPDATE holds SET state = 'released' WHERE state = 'active' AND id IN (
            SELECT hold_id FROM hold_lines WHERE pool_id = ANY(%s)) RETURNING id
    ), places AS (
        SELECT pool_id, sum(quantity) AS places FROM hold_lines WHERE hold_id IN (SELECT id FROM ended)
        GROUP BY pool_id
    )
    UPDATE pools SET taken = taken - places FROM places WHERE id = pool_id
"""


@dataclass(frozen=True)
class Counter:
    """A pool, with the ticket type that sells from it."""

    ticket_type: UUID
    pool: UUID
    organizer: UUID


def hold(stack: Stack, pace: Pace) -> Iterator[Result]:
    """Whole holds of one hot pool by 32 clients, against pgbench running the same statement."""
    yield _measured(stack, pace, "hold", pools=1, what="whole holds of one hot pool, 32 clients")


def spread(stack: Stack, pace: Pace) -> Iterator[Result]:
    """Whole holds over a hundred pools by 32 clients, against pgbench doing the same."""
    yield _measured(stack, pace, "hold_spread", pools=100, what="the same over 100 pools")


def _measured(stack: Stack, pace: Pace, name: str, *, pools: int, what: str) -> Result:
    counters = _roomy(stack, pools)
    with tempfile.TemporaryDirectory() as folder:
        types = Path(folder, "types")
        types.write_text("\n".join(str(counter.ticket_type) for counter in counters))
        wrk.run(stack.base, SCRIPT, str(types), seconds=pace.whole_seconds(3), connections=CLIENTS)
        seconds = pace.whole_seconds(SECONDS)
        with spending(stack) as spent, profiled(stack, pace, name):
            load = wrk.run(stack.base, SCRIPT, str(types), seconds=seconds, connections=CLIENTS)
        peer = _pgbench(stack, counters, Path(folder), seconds=pace.whole_seconds(PEER_SECONDS))
    with psycopg.connect(stack.env["DATABASE_URL"]) as connection:
        connection.execute(GIVE_BACK, [[counter.pool for counter in counters]])
    cpu = spent.ms_for(round(load.rate * seconds))
    at_goal = {"what there is at the goal": round((os.cpu_count() or 1) * 1000 / (GOAL * peer), 2)}
    return Result(
        name=name,
        value=load.rate,
        unit="holds/s",
        limit=peer,
        limit_name="pgbench, same statement",
        ratio=load.rate / peer,
        p95_ms=load.p95_ms,
        errors=load.errors,
        what=what,
        goal=GOAL,
        p95_goal=P95_GOAL_MS,
        details={"CPU for a hold, ms": cpu | at_goal},
    )


def _roomy(stack: Stack, pools: int) -> list[Counter]:
    """So many pools, made too large to sell out."""
    with psycopg.connect(stack.env["DATABASE_URL"]) as connection:
        counters = [Counter(*row) for row in connection.execute(TYPES, [pools])]
        wide = [[counter.pool for counter in counters]]
        connection.execute("UPDATE pools SET capacity = 10000000 WHERE id = ANY(%s)", wide)
    return counters


def _pgbench(stack: Stack, counters: Sequence[Counter], folder: Path, *, seconds: int) -> float:
    """Transactions per second of the claim, one script for each pool."""
    debian.need("pgbench", "postgresql-contrib", "pgbench (PostgreSQL's own load generator)")
    scripts = []
    for number, counter in enumerate(counters):
        path = folder / f"{number}.sql"
        path.write_text(_statement(counter))
        scripts += ["-f", str(path)]
    said = subprocess.run(
        [
            *("pgbench", "-n", "-M", "prepared", "-c", str(CLIENTS), "-j", "2", "-T", str(seconds)),
            *(*scripts, stack.env["DATABASE_URL"]),
        ],
        capture_output=True,
        text=True,
        check=True,
        timeout=seconds + 60,
    ).stdout
    return float(next(line for line in said.splitlines() if line.startswith("tps")).split()[2])


def _statement(counter: Counter) -> str:
    """The application's own statement for one place, with values that the server makes up."""
    values = {
        "places": "1",
        "pool": f"'{counter.pool}'::uuid",
        "hold": "gen_random_uuid()",
        "basket": "md5(random()::text)",
        "organizer": f"'{counter.organizer}'::uuid",
        "expires": "now() + interval '10 minutes'",
        "voucher": "NULL::uuid",
        "ids": "ARRAY[gen_random_uuid()]",
        "types": f"ARRAY['{counter.ticket_type}'::uuid]",
        "quantities": "ARRAY[1]",
        "prices": "ARRAY[2400]",
    }
    compiled = CLAIM_NEW.text
    for name, value in values.items():
        compiled = compiled.replace(f":{name}", value)
    return " ".join(compiled.split()) + ";\n"
