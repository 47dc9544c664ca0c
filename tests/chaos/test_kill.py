"""Every process is killed in the middle of a sale; what was paid is never lost, and nothing is sold twice."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from bench import sale
from bench.sale import Tally
from bench.stack import Stack, running
from local.paths import ROOT

pytestmark = [pytest.mark.chaos, pytest.mark.slow]

BUYERS = 6
VICTIMS = ("worker", "web", "redis", "postgres")
EVERY = 4.0

# What the provider was paid for, and how our order stands that it was paid for.
PAID = "SELECT reference FROM sessions WHERE status = 'paid'"
SETTLED = """
    SELECT p.id::text FROM payments p JOIN orders o ON o.id = p.reference
    WHERE p.state = 'succeeded'
      AND (o.state IN ('paid', 'auto_refunded')
           OR EXISTS (SELECT FROM refunds r WHERE r.payment_id = p.id))
"""


def test_no_paid_order_is_lost_whoever_is_killed() -> None:
    with running(dates=1) as stack:
        slug = sale.event_with_room(stack)
        tally = asyncio.run(_sell_while_killing(stack, slug))
        assert len(tally.seconds) > 5, tally.errors
        lost = _wait_for_none(stack)
        assert lost == set()
        assert _verify(stack) == []


async def _sell_while_killing(stack: Stack, slug: str) -> Tally:
    tally = Tally(time.monotonic() + EVERY * (len(VICTIMS) + 1))
    buyers = [asyncio.create_task(_stubborn(stack.base, slug, number, tally)) for number in range(BUYERS)]
    for victim in VICTIMS:
        await asyncio.sleep(EVERY)
        _kill(stack, victim)
    await asyncio.gather(*buyers)
    return tally


async def _stubborn(base: str, slug: str, number: int, tally: Tally) -> None:
    """Goes on buying although processes die; each try is a buyer of its own."""
    while time.monotonic() < tally.until:
        await sale.buyer(base, slug, number, tally)
        await asyncio.sleep(0.1)


def _kill(stack: Stack, name: str) -> None:
    """Kill -9 the program itself; its keeper, like an orchestrator, starts it again."""
    keeper = stack.servers[name].process
    assert keeper is not None
    for child in Path(f"/proc/{keeper.pid}/task/{keeper.pid}/children").read_text().split():
        os.kill(int(child), signal.SIGKILL)


def _wait_for_none(stack: Stack, seconds: float = 75) -> set[str]:
    """Payments that the provider has and we have not settled; none after the webhooks were sent again."""
    deadline = time.monotonic() + seconds
    while True:
        lost = _rows(stack.env["SANDBOX_DATABASE_URL"], PAID) - _rows(stack.env["DATABASE_URL"], SETTLED)
        if not lost or time.monotonic() > deadline:
            return lost
        time.sleep(1)


def _rows(address: str, query: str) -> set[str]:
    with psycopg.connect(address) as connection:
        return {str(row[0]) for row in connection.execute(query)}


def _verify(stack: Stack) -> list[str]:
    swept = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "verify"],
        cwd=ROOT,
        env=stack.env,
        capture_output=True,
        text=True,
        check=False,
    )
    broken = [line for line in swept.stdout.splitlines() if line.startswith("broken")]
    return broken if swept.returncode in (0, 1) else [swept.stdout + swept.stderr]
