"""What goes wrong in a storm: each harm does its worst once and leaves the rest to the keepers."""

import asyncio
import contextlib
import os
import random
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path

import psycopg
import redis
import urllib3
from sqlalchemy import text

from bench.stack import Stack
from webapp.catalog.service import tickets
from webapp.core.audit import SYSTEM
from webapp.core.db import Database
from webapp.core.errors import Invalid

Harm = Callable[[Stack, random.Random], Awaitable[None]]

CUT_SECONDS = 2.5
HOG_SECONDS = 3.0

# The pool of which somebody took places last.
SOLD_NOW = text("""
    SELECT p.id, p.name, p.taken, e.organizer_id FROM hold_lines l JOIN pools p ON p.id = l.pool_id
    JOIN event_dates d ON d.id = p.date_id JOIN events e ON e.id = d.event_id
    ORDER BY l.id DESC LIMIT 1
""")


def kill(stack: Stack, name: str) -> None:
    """Kill -9 the program itself; its keeper, like an orchestrator, starts it again."""
    _shoot(_children(_keeper(stack, name)))


async def kill_web(stack: Stack, mood: random.Random) -> None:
    """One of the processes that answer, or the one that watches over them."""
    await _shoot_one_or_all(stack, "web", mood)


async def kill_worker(stack: Stack, mood: random.Random) -> None:
    """The worker, or the work horse of one of its queues."""
    await _shoot_one_or_all(stack, "worker", mood)


async def kill_clock(stack: Stack, _: random.Random) -> None:
    kill(stack, "clock")


async def kill_postgres(stack: Stack, _: random.Random) -> None:
    kill(stack, "postgres")


async def lose_redis(stack: Stack, _: random.Random) -> None:
    """Everything in it is gone, and so is the server."""
    with contextlib.suppress(redis.RedisError), redis.Redis.from_url(stack.env["REDIS_URL"]) as client:
        client.flushall()
    kill(stack, "redis")


async def kill_anything(stack: Stack, mood: random.Random) -> None:
    await mood.choice((kill_web, kill_worker, kill_clock, kill_postgres, lose_redis))(stack, mood)


async def cut_network(stack: Stack, mood: random.Random) -> None:
    """Between the processes and PostgreSQL: lines break, or nothing moves on them; then it heals."""
    wire = _children(_keeper(stack, "wire"))
    how = mood.choice((signal.SIGUSR1, signal.SIGSTOP))
    heal = {signal.SIGUSR1: signal.SIGUSR2, signal.SIGSTOP: signal.SIGCONT}[how]
    try:
        _shoot(wire, how)
        await asyncio.sleep(CUT_SECONDS)
    finally:
        _shoot(wire, heal)


async def misbehave(stack: Stack, mood: random.Random) -> None:
    """The gateway tells twice, late, in another order, or not at all, and fails one call in ten."""
    tell_gateway(
        stack,
        duplicate=mood.randint(0, 2),
        delay_ms=mood.choice((0, 300, 1500)),
        reorder=mood.randint(0, 1),
        drop=mood.choice((0, 0.3)),
        fail_api=0.1,
    )


def tell_gateway(stack: Stack, **controls: float) -> None:
    """Set how the gateway misbehaves; nothing named, it behaves."""
    with contextlib.suppress(urllib3.exceptions.HTTPError):
        urllib3.request(
            "POST", f"{stack.env['GATEWAY_URL']}/control", json=controls, timeout=5, retries=False
        )


async def hog_connections(stack: Stack, _: random.Random) -> None:
    """Somebody else takes every connection that PostgreSQL has left, for some seconds."""
    taken: list[psycopg.AsyncConnection] = []
    try:
        while len(taken) < 500:
            taken.append(await psycopg.AsyncConnection.connect(stack.env["DIRECT_DATABASE_URL"]))
    except psycopg.OperationalError:
        await asyncio.sleep(HOG_SECONDS)
    finally:
        for connection in taken:
            await connection.close()


async def change_capacity(stack: Stack, mood: random.Random) -> None:
    """Staff make the hall that is sold smaller or larger; smaller than what is taken is refused."""
    await asyncio.to_thread(_change_capacity, stack.env["DIRECT_DATABASE_URL"], mood)


def _change_capacity(address: str, mood: random.Random) -> None:
    database = Database(address)
    try:
        with contextlib.suppress(Invalid), database.writing() as db:
            pool = db.execute(SOLD_NOW).first()
            if pool is None:
                return
            tickets.change_pool(
                db,
                organizer_id=pool.organizer_id,
                pool_id=pool.id,
                name=pool.name,
                capacity=max(1, pool.taken + mood.randint(-10, 40)),
                by=SYSTEM,
            )
    finally:
        database.close()


async def _shoot_one_or_all(stack: Stack, name: str, mood: random.Random) -> None:
    masters = _children(_keeper(stack, name))
    hands = [hand for master in masters for hand in _children(master)]
    _shoot([mood.choice(hands)] if hands and mood.random() < 0.6 else masters)


def _keeper(stack: Stack, name: str) -> int:
    process = stack.servers[name].process
    assert process is not None
    return process.pid


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _shoot(pids: list[int], how: signal.Signals = signal.SIGKILL) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, how)
