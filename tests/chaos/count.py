"""What became of it all: lost, oversold, undone, broken; the same count after a storm and after a drill.

A stack says where the databases are: `DIRECT_DATABASE_URL` is ours, `SANDBOX_DATABASE_URL` the provider's.
"""

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg

from bench.stack import Stack
from local.paths import ROOT

PAID_THERE = "SELECT reference FROM sessions WHERE status = 'paid'"
SETTLED_HERE = """
    SELECT p.id::text FROM payments p JOIN orders o ON o.id = p.reference
    WHERE p.state = 'succeeded'
      AND (o.state IN ('paid', 'part_refunded', 'refunded', 'auto_refunded', 'needs_review')
           OR EXISTS (SELECT FROM refunds r WHERE r.payment_id = p.id))
"""
UNDONE = """
    SELECT (SELECT count(*) FROM outbox WHERE sent_at IS NULL)
         + (SELECT count(*) FROM deliveries WHERE done_at IS NULL AND dead_at IS NULL)
"""
DATE_OF = "SELECT d.id FROM event_dates d JOIN events e ON e.id = d.event_id WHERE e.slug = %s"
SOLD = "SELECT count(*) FROM tickets WHERE date_id = %s AND state <> 'void'"
OVERSOLD = """
    SELECT coalesce(sum(greatest(0, t.live - p.capacity)), 0)::int FROM pools p CROSS JOIN LATERAL (
        SELECT count(*) AS live FROM tickets t WHERE t.pool_id = p.id AND t.state <> 'void') t
    WHERE p.date_id = %s
"""


@dataclass(frozen=True)
class Scene:
    """The date that is sold, and how many tickets it had sold before."""

    slug: str
    date_id: str
    sold_before: int

    @classmethod
    def of(cls, stack: Stack, slug: str) -> "Scene":
        """An event that has one date, as it is now."""
        with database(stack) as opened:
            date_id = value(opened, DATE_OF, slug)
            return cls(slug, date_id, value(opened, SOLD, date_id))


def sold(stack: Stack, scene: Scene) -> int:
    with database(stack) as opened:
        return int(value(opened, SOLD, scene.date_id)) - scene.sold_before


def oversold(stack: Stack, scene: Scene) -> int:
    """Living tickets beyond what the pools have."""
    with database(stack) as opened:
        return int(value(opened, OVERSOLD, scene.date_id))


def lost(stack: Stack) -> set[str]:
    """Payments that the provider has and that led to nothing here."""
    with psycopg.connect(stack.env["SANDBOX_DATABASE_URL"]) as there, database(stack) as here:
        paid = {str(row[0]) for row in there.execute(PAID_THERE)}
        return paid - {str(row[0]) for row in here.execute(SETTLED_HERE)}


def verify(stack: Stack) -> list[str]:
    """What the sweep of all invariants finds broken."""
    swept = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "verify"],
        cwd=ROOT,
        env={**stack.env, "DATABASE_URL": stack.env["DIRECT_DATABASE_URL"]},
        capture_output=True,
        text=True,
        check=False,
    )
    broken = [line for line in swept.stdout.splitlines() if line.startswith("broken")]
    return broken if swept.returncode in (0, 1) else [swept.stdout + swept.stderr]


@contextlib.contextmanager
def database(stack: Stack) -> Iterator[psycopg.Connection]:
    with psycopg.connect(stack.env["DIRECT_DATABASE_URL"], connect_timeout=5) as connection:
        yield connection


def execute(stack: Stack, statement: str) -> None:
    with database(stack) as opened:
        opened.execute(statement)


def number(stack: Stack, query: str) -> int:
    with database(stack) as opened:
        return int(value(opened, query))


def value(opened: psycopg.Connection, query: str, *values: object) -> Any:
    row = opened.execute(query, values).fetchone()
    assert row is not None
    return row[0]
