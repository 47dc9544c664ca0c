"""What pages and holds take while the database grows from a thousand tickets to a million."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from itertools import product

from bench.browser import Answer, Browser
from bench.buyer import Buyer, Times, expect, value_of
from bench.calm import verify
from bench.figures import median
from bench.growing import rows
from bench.pace import Pace
from bench.pages import CATEGORIES, cities, published
from bench.results import Plot, Result
from bench.sale import event_with_room
from bench.stack import Stack

SIZES = (1_000, 10_000, 100_000, 1_000_000)
NAMES = {1_000: "10³", 10_000: "10⁴", 100_000: "10⁵", 1_000_000: "10⁶"}
SEATED = "growing-hall-0"
ASKED = 120
MOST_SLOWER = 1.3
WHATS = {
    "page": "an event's page, rendered anew",
    "list": "a search by city and kind, rendered anew",
    "hold": "a hold of one place",
    "best": "the best two of 1,000 seats, found",
}


def growth(stack: Stack, pace: Pace) -> Iterator[Result]:
    """Page, list, hold and best seats at a thousand tickets in the database, and at a million."""
    slug = event_with_room(stack)
    rows.prepare(stack, slug)
    asking = asyncio.run(Asking.at(stack, slug))
    there = rows.tickets(stack)
    # What is slow the first time only: templates, posters, plans.
    for name in WHATS:
        asyncio.run(asking.median_ms(name))
    took: dict[str, list[float]] = {name: [] for name in WHATS}
    swept: list[float] = []
    sizes = [size for size in SIZES if size <= SIZES[-1] * pace.scale]
    ordered = 0
    for size in sizes:
        began = time.monotonic()
        wanted = max(0, size - there) // 2
        rows.grow(stack, first=ordered, last=wanted - 1)
        ordered = wanted
        print(f"{'':22} {size:,} tickets after {time.monotonic() - began:.0f} s", flush=True)
        for name in WHATS:
            took[name].append(asyncio.run(asking.median_ms(name)))
        swept.append(verify(stack))
    yield from _results(sizes, took, swept)


class Asking:
    """One guest after the other, each asking for something that no process has kept."""

    def __init__(self, stack: Stack, event: Answer, seated: Answer) -> None:
        self._base = stack.base
        self._event = event
        self._events = published(stack)[:ASKED]
        pairs = product(cities(stack), CATEGORIES)
        self._searches = [f"/search?city={city}&category={kind}" for city, kind in pairs][:ASKED]
        self._best = f"/events/{SEATED}/seats/best?date={value_of(seated, 'date')}&together=2"
        self._visitors = 0

    @classmethod
    async def at(cls, stack: Stack, slug: str) -> "Asking":
        browser = Browser(stack.base, "10.210.0.1")
        try:
            event = expect(await browser.get(f"/events/{slug}"), 200)
            return cls(stack, event, expect(await browser.get(f"/events/{SEATED}/seats"), 200))
        finally:
            browser.close()

    async def median_ms(self, name: str) -> float:
        """The median of what one request takes, over more than a hundred of them, one at a time."""
        ask: dict[str, Callable[[Browser, int], Awaitable[object]]] = {
            "page": self._look,
            "list": self._search,
            "hold": self._hold,
            "best": self._find_best,
        }
        seconds = []
        browser = Browser(self._base, "")
        for number in range(ASKED):
            # Each is a visitor of their own, on a connection that is there.
            self._visitors += 1
            browser.address = f"10.211.{self._visitors // 250}.{self._visitors % 250}"
            browser.cookies.clear()
            began = time.monotonic()
            await ask[name](browser, number)
            seconds.append(time.monotonic() - began)
        browser.close()
        return median(seconds) * 1000

    async def _look(self, browser: Browser, number: int) -> None:
        expect(await browser.get(f"/events/{self._events[number % len(self._events)]}"), 200)

    async def _search(self, browser: Browser, number: int) -> None:
        expect(await browser.get(self._searches[number % len(self._searches)]), 200)

    async def _hold(self, browser: Browser, number: int) -> None:
        await Buyer(browser, Times(), number).hold(self._event)

    async def _find_best(self, browser: Browser, _: int) -> None:
        expect(await browser.get(self._best), 303)


def _results(sizes: Sequence[int], took: dict[str, list[float]], swept: Sequence[float]) -> Iterator[Result]:
    smallest, largest = NAMES[sizes[0]], NAMES[sizes[-1]]
    plot = Plot(
        title="Milliseconds by tickets in the database",
        said=f"What a page, a list, a hold and the best seats take from {smallest} to {largest} tickets.",
        labels=[(at, NAMES[size]) for at, size in enumerate(sizes)],
        lines={name: [round(one, 2) for one in values] for name, values in took.items()},
    )
    for name, values in took.items():
        yield Result(
            name=f"growth_{name}",
            value=values[-1],
            unit="ms",
            limit=values[0],
            limit_name=f"at {smallest} tickets",
            ratio=values[-1] / values[0],
            what=f"{WHATS[name]}: the median at {largest} tickets",
            goal=MOST_SLOWER,
            at_most=True,
            plot=plot if name == "page" else None,
        )
    yield Result(
        name="growth_verify",
        value=swept[-1],
        unit="s",
        limit=swept[0],
        limit_name=f"at {smallest} tickets",
        ratio=swept[-1] / swept[0],
        what=f"the sweep of every invariant at {largest} tickets",
        details={"seconds of verify": {NAMES[size]: one for size, one in zip(sizes, swept, strict=True)}},
    )
