"""A sale from its first place to its last: people who think, through the waiting room, until all is sold."""

import asyncio
import random
import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

import psycopg

from bench.browser import Answer, Browser
from bench.buyer import NO_ANSWER, Buyer, SaleFailed, SoldOut, Times, expect
from bench.figures import marks, p95, per_step
from bench.pace import Pace
from bench.processes import spending
from bench.profile import profiled
from bench.results import Plot, Result
from bench.rooms import waiting_room
from bench.sale import event_with_room
from bench.stack import Stack

PLACES, BUYERS = 10_000, 2_000
MOST_EACH = 4
# What staff would dial here: about as many shop at once as the two cores can serve.
PER_MINUTE, MOST_INSIDE = 3_000, 300
THINK_SECONDS = 2.0
COME_WITHIN_SECONDS = 10.0
MOST_SECONDS = 420.0
LEFT = """
    SELECT sum(p.capacity - p.taken),
           (SELECT count(*) FROM tickets t WHERE t.date_id = d.id AND t.state <> 'void')
    FROM events e JOIN event_dates d ON d.event_id = e.id JOIN pools p ON p.date_id = d.id
    WHERE e.slug = %s GROUP BY d.id
"""


@dataclass
class Rush:
    """Instants of holds and paid orders since the beginning, how visits ended, and what went wrong."""

    began: float
    holds: list[float] = field(default_factory=list)
    orders: list[float] = field(default_factory=list)
    ends: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    times: Times = field(default_factory=Times)

    @property
    def now(self) -> float:
        return time.monotonic() - self.began


def sellout(stack: Stack, pace: Pace) -> Iterator[Result]:
    """Ten thousand places, two thousand buyers at a time, through the waiting room until all is sold."""
    places = pace.many(PLACES)
    slug = event_with_room(stack, places=places, skip=1)
    dials = {"per_minute": PER_MINUTE, "most_inside": pace.many(MOST_INSIDE)}
    with (
        waiting_room(stack, slug, **dials) as room_id,
        spending(stack) as spent,
        profiled(stack, pace, "sellout"),
    ):
        rush = asyncio.run(_rush(stack, slug, room_id, pace.many(BUYERS)))
    for error, times in rush.errors.most_common(5):
        print(f"{'':22} {times} x {error}")
    with psycopg.connect(stack.env["DATABASE_URL"]) as connection:
        left, tickets = connection.execute(LEFT, [slug]).fetchone() or (places, 0)
    took = max(rush.orders, default=MOST_SECONDS)
    yield Result(
        name="sellout",
        value=took,
        unit="s",
        limit=MOST_SECONDS,
        limit_name="at most",
        ratio=took / MOST_SECONDS,
        errors=rush.errors.total() + int(left),
        what=f"{places:,} places, {pace.many(BUYERS):,} people at a time who think, through the waiting room",
        goal=1.0,
        at_most=True,
        details={
            "count": {
                "places sold": float(tickets),
                "places left": float(left),
                "orders": float(len(rush.orders)),
                **{f"visits that {end}": float(times) for end, times in rush.ends.items()},
            },
            "p95 of each page, ms": {page: p95(took) * 1000 for page, took in rush.times.by_page.items()},
            "CPU for an order, ms": spent.ms_for(len(rush.orders)),
        },
        plot=_plot(rush, took),
    )


async def _rush(stack: Stack, slug: str, room_id: UUID, buyers: int) -> Rush:
    rush = Rush(time.monotonic())
    await asyncio.gather(*(_one_after_the_other(stack, rush, slug, room_id, n) for n in range(buyers)))
    return rush


async def _one_after_the_other(stack: Stack, rush: Rush, slug: str, room_id: UUID, number: int) -> None:
    """Who has bought is followed by somebody else, until one is told that nothing is left."""
    mood = random.Random(number)
    await asyncio.sleep(mood.random() * COME_WITHIN_SECONDS)
    turn, end = 0, "bought"
    while end == "bought" and rush.now < MOST_SECONDS:
        turn += 1
        browser = Browser(stack.base, f"10.{100 + turn % 100}.{number // 250}.{number % 250}")
        visit = Visit(Buyer(browser, rush.times, number), rush, mood, f"/queue/{room_id}")
        try:
            end = await asyncio.wait_for(visit.buy(slug), MOST_SECONDS)
        except (SaleFailed, *NO_ANSWER) as error:
            end = "failed"
            rush.errors[f"{type(error).__name__}: {error}"] += 1
        finally:
            browser.close()
        rush.ends[end] += 1


@dataclass(frozen=True)
class Visit:
    """One person: waits for their turn, chooses, pays, with a pause for thought before each step."""

    guest: Buyer
    rush: Rush
    mood: random.Random
    room: str

    async def buy(self, slug: str) -> str:
        """Returns how it ended: bought, or found nothing left."""
        try:
            await self._hold(await self._come_in(slug))
        except SoldOut:
            return "found nothing left"
        self.rush.holds.append(self.rush.now)
        await self._think()
        hosted = await self.guest.order()
        await self._think()
        await self.guest.wait_until_paid(await self.guest.pay(hosted))
        self.rush.orders.append(self.rush.now)
        return "bought"

    async def _hold(self, event: Answer) -> None:
        """Some places; when so many are not left any more, one."""
        await self._think()
        try:
            await self.guest.hold(event, self.mood.randint(1, MOST_EACH))
        except SoldOut:
            await self.guest.hold(event)

    async def _come_in(self, slug: str) -> Answer:
        """From the event's page through the room to the page that sells; SoldOut when the room says so."""
        times, browser = self.guest.times, self.guest.browser
        await self.guest.look(slug)
        expect(await times.of("join", browser.post(f"{self.room}/join", {})), 303)
        while True:
            seen = await times.of("waiting room", browser.get(f"{self.room}/state", fragment=True))
            state = re.search(r'data-room-state="(\w+)"', expect(seen, 200).text)
            if state is None or state[1] not in ("queue", "turn", "stopped"):
                raise SaleFailed(f"The waiting room says {state[1] if state else 'nothing'}.")
            if state[1] == "stopped" or (state[1] == "queue" and "Sold out" in seen.text):
                raise SoldOut
            if state[1] == "turn":
                sale = expect(await times.of("enter", browser.post(f"{self.room}/enter", {})), 303).location
                return expect(await times.of("event, inside", browser.get(sale.partition("#")[0])), 200)
            again = re.search(r"every (\d+)s", seen.text)
            await self._rest(float(again[1]) if again else 15.0)

    async def _think(self) -> None:
        await self._rest(self.mood.expovariate(1 / THINK_SECONDS))

    async def _rest(self, seconds: float) -> None:
        """Nobody keeps a connection while they think; the ingress would not either."""
        self.guest.browser.close()
        await asyncio.sleep(seconds)


def _plot(rush: Rush, took: float) -> Plot:
    step = 5.0 if took > 60 else 1.0
    steps = int(took / step) + 1
    best = max(per_step(rush.orders, step, steps))
    return Plot(
        title="Holds and paid orders a second until the last place is sold",
        said=f"The last of {len(rush.orders):,} orders is paid after {took:.0f} s; at best {best:.0f}/s.",
        labels=marks(steps, step),
        lines={
            "holds/s": per_step(rush.holds, step, steps),
            "orders/s": per_step(rush.orders, step, steps),
        },
    )
