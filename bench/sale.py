"""Buyers without a pause, each with complete sales: event page, hold, checkout, pay, webhook, paid page."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import psycopg

from bench.browser import Browser
from bench.buyer import NO_ANSWER, PATIENCE_SECONDS, Buyer, SaleFailed, SoldOut, Times
from bench.figures import p95
from bench.pace import Pace
from bench.processes import spending
from bench.profile import profiled
from bench.results import Result
from bench.stack import Stack

SECONDS = 20
GOAL = 100.0
PAGE_GOAL_MS = 250.0
# The gateway is not ours: its pages are told and not judged.
OURS = ("event", "hold", "basket", "checkout", "order", "paid page")


@dataclass
class Tally:
    """Seconds of each whole sale that ended before `until`, of each page, and what went wrong."""

    until: float
    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    times: Times = field(default_factory=Times)


def sale(stack: Stack, pace: Pace) -> Iterator[Result]:
    """Two hundred buyers at once, and fifty, for twenty seconds each."""
    slug = event_with_room(stack)
    asyncio.run(sell(stack, slug, seconds=2, buyers=50))
    yield _measured(stack, pace, slug, name="sale", buyers=200)
    yield _measured(stack, pace, slug, name="sale_50", buyers=50)


def _measured(stack: Stack, pace: Pace, slug: str, *, name: str, buyers: int) -> Result:
    seconds = pace.seconds(SECONDS)
    with spending(stack) as spent, profiled(stack, pace, name):
        tally = asyncio.run(sell(stack, slug, seconds=seconds, buyers=buyers))
    for error, times in Counter(tally.errors).most_common(5):
        print(f"{'':22} {times} x {error}")
    pages = {page: round(p95(took) * 1000, 1) for page, took in tally.times.by_page.items()}
    rate = len(tally.seconds) / seconds
    return Result(
        name=name,
        value=rate,
        unit="sales/s",
        limit=GOAL,
        limit_name="goal",
        ratio=rate / GOAL,
        p95_ms=max((pages[page] for page in OURS if page in pages), default=None),
        errors=len(tally.errors),
        what=f"{buyers} buyers at once, whole sales without a pause; the p95 is that of the slowest page",
        goal=1.0,
        p95_goal=PAGE_GOAL_MS,
        details={
            "p95 of each page, ms": pages | {"the whole sale": round(p95(tally.seconds) * 1000, 1)},
            "CPU for a sale, ms": spent.ms_for(len(tally.seconds)),
        },
    )


def event_with_room(stack: Stack, *, places: int = 1_000_000, skip: int = 0) -> str:
    """An event with one date on sale and one pool, made so large; `skip` chooses another one."""
    with psycopg.connect(stack.env["DATABASE_URL"]) as connection:
        row = connection.execute(
            """
            SELECT e.slug, d.id FROM events e JOIN event_dates d ON d.event_id = e.id
            JOIN ticket_types t ON t.date_id = d.id
            WHERE e.status = 'published' AND d.status = 'on_sale' AND d.starts_at > now() + interval '7 days'
              AND d.on_sale_at IS NULL AND NOT EXISTS (SELECT FROM questions q WHERE q.event_id = e.id)
              AND (SELECT count(*) FROM event_dates s WHERE s.event_id = e.id) = 1
              AND (SELECT count(*) FROM pools p WHERE p.date_id = d.id) = 1
            GROUP BY e.slug, d.id
            HAVING bool_and(t.price > 0 AND NOT t.hidden AND t.min_per_order = 1
                            AND t.sale_starts_at IS NULL AND t.sale_ends_at IS NULL)
            ORDER BY e.slug LIMIT 1 OFFSET %s
            """,
            [skip],
        ).fetchone()
        if row is None:
            raise SaleFailed("The season has no event that could be sold.")
        connection.execute("UPDATE pools SET capacity = %s WHERE date_id = %s", [places, row[1]])
        connection.execute("UPDATE events SET version = version + 1 WHERE slug = %s", [row[0]])
    return str(row[0])


async def sell(stack: Stack, slug: str, *, seconds: float, buyers: int) -> Tally:
    """So many buyers, each one sale after the other until time is up."""
    tally = Tally(time.monotonic() + seconds)
    await asyncio.gather(*(buyer(stack.base, slug, number, tally) for number in range(buyers)))
    return tally


async def buyer(base: str, slug: str, number: int, tally: Tally) -> None:
    """Sales one after the other; each is a visitor of its own."""
    turn = 0
    while time.monotonic() < tally.until:
        turn += 1
        browser = Browser(base, f"10.{number}.{turn // 250}.{turn % 250}")
        began = time.monotonic()
        try:
            await asyncio.wait_for(_buy(Buyer(browser, tally.times, number), slug), PATIENCE_SECONDS)
        except (SaleFailed, SoldOut, *NO_ANSWER) as error:
            tally.errors.append(f"{type(error).__name__}: {error}")
        else:
            if time.monotonic() < tally.until:
                tally.seconds.append(time.monotonic() - began)
        finally:
            browser.close()


async def _buy(guest: Buyer, slug: str) -> None:
    await guest.hold(await guest.look(slug))
    await guest.wait_until_paid(await guest.pay(await guest.order()))
