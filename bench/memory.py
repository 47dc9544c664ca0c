"""What each process needs, in mebibytes of its own and shared memory (PSS)."""

import asyncio
from collections.abc import Iterator

from bench import sale
from bench.pace import Pace
from bench.processes import programs, pss
from bench.results import Result
from bench.stack import Stack
from bench.wrk import load

GOALS = {"rest": 128.0, "load": 256.0}
# What was not written here is not measured here.
OTHERS = {"postgres", "redis", "mailbox"}


def memory(stack: Stack, pace: Pace) -> Iterator[Result]:
    """Every process at rest, then after pages and sales."""
    yield from _report(stack, "rest", "at rest, nothing asked yet")
    slug = sale.event_with_room(stack)
    load(stack.base, [f"/events/{slug}", "/search", "/"], seconds=pace.whole_seconds(5))
    asyncio.run(sale.sell(stack, slug, seconds=pace.seconds(10), buyers=50))
    yield from _report(stack, "load", "after ten seconds of sales to 50 buyers")


def _report(stack: Stack, when: str, what: str) -> Iterator[Result]:
    """The largest process of each program."""
    for name, pids in programs(stack).items():
        if name in OTHERS:
            continue
        used = max(map(pss, pids))
        yield Result(
            name=f"memory_{when}_{name}",
            value=used,
            unit="MiB",
            limit=GOALS[when],
            limit_name="goal",
            ratio=GOALS[when] / used,
            what=f"the largest {name} process {what}",
            goal=1.0,
        )
