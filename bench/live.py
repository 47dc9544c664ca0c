"""Thousands of open pages on the live process, a place that goes each second, and guests who look around."""

import asyncio
import contextlib
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from redis.asyncio import Redis

from bench.browser import Answer, Browser
from bench.buyer import Buyer, Times, value_of
from bench.figures import percentile
from bench.listeners import Listener, listen
from bench.pace import Pace
from bench.pages import published
from bench.processes import Spent, programs, pss, spending
from bench.profile import profiled
from bench.results import Result
from bench.sale import event_with_room
from bench.stack import Stack
from bench.wrk import Load, load

STREAMS = 4_000
SECONDS = 20
# Guests who look: about three hundred pages a second, a quarter of what two cores can answer.
CONNECTIONS, PAUSE_MS = 16, 50
MOST_SLOWER = 1.2
DELIVERED_WITHIN_MS = 1000.0


@dataclass
class Changes:
    """Instants: of each change, when its hold was answered; of each message that the clock published."""

    made: list[float] = field(default_factory=list)
    published: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Phase:
    """What was measured while guests looked and places went."""

    seconds: float
    pages: Load
    changes: Changes
    spent: Spent


def live(stack: Stack, pace: Pace) -> Iterator[Result]:
    """Four thousand open streams and a change each second: what pages take, and when each stream is told."""
    yield from asyncio.run(_measured(stack, pace))


async def _measured(stack: Stack, pace: Pace) -> list[Result]:
    slug = event_with_room(stack)
    pages = [f"/events/{slug}", *(f"/events/{one}" for one in published(stack)[:200])]
    date = value_of(await _event(stack, slug), "date")
    await asyncio.to_thread(load, stack.base, pages, seconds=pace.whole_seconds(5), warm=0)
    without = await _phase(stack, pace, slug, date, pages)
    listeners = await listen(f"{stack.live}/live/dates/{date}", "availability", pace.many(STREAMS))
    try:
        with profiled(stack, pace, "live"):
            during = await _phase(stack, pace, slug, date, pages)
        await asyncio.sleep(2)
        memory = max(map(pss, programs(stack)["live"]))
    finally:
        for listener in listeners:
            listener.close()
    return [_page_result(without, during, listeners, memory), _delivery_result(during, listeners)]


async def _phase(stack: Stack, pace: Pace, slug: str, date: str, pages: list[str]) -> Phase:
    changes, seconds = Changes(), pace.whole_seconds(SECONDS)
    began = time.monotonic()
    with spending(stack) as spent:
        watching = asyncio.create_task(_watch(stack, date, changes))
        changing = asyncio.create_task(_change(stack, slug, changes))
        looked = await asyncio.to_thread(
            load,
            stack.base,
            pages,
            seconds=seconds,
            warm=0,
            connections=CONNECTIONS,
            pause_ms=PAUSE_MS,
        )
        # The last changes are still on their way.
        changing.cancel()
        await asyncio.sleep(2)
        watching.cancel()
    for task in (changing, watching):
        with contextlib.suppress(asyncio.CancelledError):
            await task
    return Phase(time.monotonic() - began, looked, changes, spent)


async def _watch(stack: Stack, date: str, changes: Changes) -> None:
    """Note when the clock publishes what has become of the date."""
    client = Redis.from_url(stack.env["REDIS_URL"])
    async with client, client.pubsub(ignore_subscribe_messages=True) as subscription:
        await subscription.subscribe(f"live:date:{date}")
        async for message in subscription.listen():
            if b'"availability"' in message["data"]:
                changes.published.append(time.monotonic())


async def _change(stack: Stack, slug: str, changes: Changes) -> None:
    """Somebody holds a place each second; each is a visitor of their own."""
    number = 0
    while True:
        number += 1
        browser = Browser(stack.base, f"10.201.{number // 250}.{number % 250}")
        visitor = Buyer(browser, Times(), number)
        await visitor.hold(await visitor.look(slug))
        changes.made.append(time.monotonic())
        browser.close()
        await asyncio.sleep(1)


async def _event(stack: Stack, slug: str) -> Answer:
    browser = Browser(stack.base, "10.200.0.1")
    try:
        return await Buyer(browser, Times(), 0).look(slug)
    finally:
        browser.close()


def delays(sent: Sequence[float], heard: Sequence[float]) -> list[float]:
    """Seconds from each instant of `sent` to the first of `heard` that follows it; both ascend."""
    following = ((at, bisect_left(heard, at)) for at in sent)
    return [heard[index] - at for at, index in following if index < len(heard)]


def _page_result(without: Phase, during: Phase, listeners: list[Listener], memory: float) -> Result:
    broken = Counter(listener.broken for listener in listeners if listener.broken)
    for why, times in broken.items():
        print(f"{'':22} {times} streams: {why}")
    ratio = during.pages.p95_ms / without.pages.p95_ms
    return Result(
        name="live",
        value=during.pages.p95_ms,
        unit="ms",
        limit=without.pages.p95_ms,
        limit_name="without streams",
        ratio=ratio,
        p95_ms=during.pages.p95_ms,
        errors=during.pages.errors + without.pages.errors + broken.total(),
        what=f"p95 of event pages while {len(listeners):,} streams are open and a place goes each second",
        goal=MOST_SLOWER,
        at_most=True,
        details={
            "pages a second": {"without streams": without.pages.rate, "with streams": during.pages.rate},
            "live process": {
                "memory, MiB": memory,
                "memory for a stream, kB": memory * 1024 / max(len(listeners), 1),
                "CPU, seconds of one core each second": during.spent.by_program["live"] / during.seconds,
            },
        },
    )


def _delivery_result(during: Phase, listeners: list[Listener]) -> Result:
    delivered = [delay * 1000 for one in listeners for delay in delays(during.changes.published, one.heard)]
    seen = [delay * 1000 for one in listeners for delay in delays(during.changes.made, one.heard)]
    due = len(listeners) * len(during.changes.published)
    p99 = percentile(delivered, 0.99)
    return Result(
        name="live_delivery",
        value=p99,
        unit="ms",
        limit=DELIVERED_WITHIN_MS,
        limit_name="goal",
        ratio=p99 / DELIVERED_WITHIN_MS,
        p95_ms=percentile(delivered, 0.95),
        errors=due - len(delivered),
        what="p99 of the time from a message's being published to its reaching a page",
        goal=1.0,
        at_most=True,
        details={
            "from published to the page, ms": _spread(delivered),
            "from the answered hold to the page, ms": _spread(seen),
        },
    )


def _spread(values: list[float]) -> dict[str, float]:
    shares = {"half": 0.5, "95 %": 0.95, "99 %": 0.99, "all": 1.0}
    return {name: percentile(values, share) for name, share in shares.items()}
