"""A waiting room that ten thousand people look at while more come: what a look takes, what it all needs."""

import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from redis import Redis

from bench.pace import Pace
from bench.processes import Spent, programs, pss, spending
from bench.profile import profiled
from bench.results import Result
from bench.rooms import waiting_room
from bench.sale import event_with_room
from bench.stack import Stack
from bench.wrk import Load, run
from webapp.waitingroom.rules import POLL_SECONDS

VISITORS = 10_000
JOINS = 1_000
SECONDS = 20
CONNECTIONS = 200
POLL_GOAL_MS = 100.0
SCRIPT = Path(__file__).parent / "visitors.lua"


@dataclass(frozen=True)
class Crowd:
    """Those who wait: their room's address, and the file with their cookies."""

    stack: Stack
    path: str
    cookies: Path

    def join(self, *, seconds: int, a_second: float = 0) -> Load:
        """New visitors, as fast as they are let, or so many a second."""
        return self._go("join", self.cookies, seconds, a_second)

    def poll(self, *, seconds: int, a_second: float) -> Load:
        return self._go("poll", self.cookies, seconds, a_second)

    def gather(self, many: int) -> tuple[int, float]:
        """Let visitors join until there are so many; returns how many there are, and the joins a second."""
        began, joined = time.monotonic(), 0
        while joined < many and time.monotonic() - began < 120:
            self.join(seconds=2)
            joined = self._write_down()
        return joined, joined / (time.monotonic() - began)

    def _write_down(self) -> int:
        """All cookies in one file, since each thread of wrk writes its own."""
        lines = [one.read_text() for one in sorted(self.cookies.parent.glob(f"{self.cookies.name}.*"))]
        self.cookies.write_text("".join(lines))
        return sum(text.count("\n") for text in lines)

    def _go(self, mode: str, file: Path, seconds: int, a_second: float) -> Load:
        connections = max(2, min(CONNECTIONS, round(a_second / 4))) if a_second else 64
        pause = round(connections / a_second * 1000) if a_second else 0
        arguments = (mode, str(file), str(pause), self.path)
        return run(self.stack.base, SCRIPT, *arguments, seconds=seconds, connections=connections)


def room(stack: Stack, pace: Pace) -> Iterator[Result]:
    """Ten thousand visitors look as often as their page does, alone and with a thousand joins a second."""
    slug = event_with_room(stack, skip=2)
    with (
        tempfile.TemporaryDirectory() as folder,
        # One a minute: the line only grows.
        waiting_room(stack, slug, per_minute=1, most_inside=1) as room_id,
    ):
        crowd = Crowd(stack, f"/queue/{room_id}", Path(folder) / "cookies")
        empty = _redis_bytes(stack)
        waiting, joins = crowd.gather(pace.many(VISITORS))
        yield _joins_result(joins, waiting)
        seconds, polls = pace.whole_seconds(SECONDS), waiting / POLL_SECONDS
        yield _alone_result(crowd.poll(seconds=seconds, a_second=polls), waiting, polls)
        offered = pace.many(JOINS)
        with (
            spending(stack) as spent,
            profiled(stack, pace, "room"),
            ThreadPoolExecutor(1) as beside,
        ):
            joining = beside.submit(crowd.join, seconds=seconds, a_second=offered)
            polled = crowd.poll(seconds=seconds, a_second=polls)
            joined = joining.result()
        line = waiting + round(joined.rate * seconds)
        memory = {
            "Redis, with all that it has": _redis_bytes(stack) / 2**20,
            "Redis, kB for each who waits": (_redis_bytes(stack) - empty) / 1024 / max(line, 1),
            "the largest web process": max(map(pss, programs(stack)["web"])),
        }
        rates = {"polls offered": polls, "polls served": polled.rate}
        rates |= {"joins offered": offered, "joins served": joined.rate}
        yield _room_result(polled, joined, waiting, spent, {"a second": rates, "memory, MiB": memory})


def _room_result(
    polled: Load, joined: Load, waiting: int, spent: Spent, details: dict[str, dict[str, float]]
) -> Result:
    whole = sum(spent.by_program.values())
    shares = {name: 100 * used / whole for name, used in spent.by_program.items()}
    return Result(
        name="room",
        value=polled.p95_ms,
        unit="ms",
        limit=POLL_GOAL_MS,
        limit_name="goal",
        ratio=polled.p95_ms / POLL_GOAL_MS,
        p95_ms=polled.p95_ms,
        errors=polled.errors + joined.errors,
        what=f"p95 of a look, {waiting:,} visitors polling while {JOINS:,} a second more are to join",
        goal=1.0,
        at_most=True,
        details=details | {"share of all CPU, %": shares},
    )


def _alone_result(polled: Load, waiting: int, offered: float) -> Result:
    return Result(
        name="room_polls",
        value=polled.p95_ms,
        unit="ms",
        limit=POLL_GOAL_MS,
        limit_name="goal",
        ratio=polled.p95_ms / POLL_GOAL_MS,
        p95_ms=polled.p95_ms,
        errors=polled.errors,
        what=f"p95 of a look, {waiting:,} visitors polling and nobody new",
        goal=1.0,
        at_most=True,
        details={"polls a second": {"offered": offered, "served": polled.rate}},
    )


def _joins_result(joins: float, waiting: int) -> Result:
    return Result(
        name="room_joins",
        value=joins,
        unit="joins/s",
        limit=float(JOINS),
        limit_name="goal",
        ratio=joins / JOINS,
        what=f"{waiting:,} visitors who join as fast as they are let, 64 at a time",
        goal=1.0,
    )


def _redis_bytes(stack: Stack) -> float:
    with Redis.from_url(stack.env["REDIS_URL"]) as client:
        return float(client.info("memory")["used_memory"])
