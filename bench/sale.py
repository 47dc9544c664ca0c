"""Fifty buyers at once, each with complete sales: event page, hold, checkout, pay, webhook, paid page."""

import asyncio
import re
import subprocess
import sys
import time
from dataclasses import dataclass, field

import psycopg

from bench.browser import Answer, Browser
from bench.results import Result
from bench.stack import Stack
from local.paths import ROOT

BUYERS = 50
SECONDS = 20
GOAL = 100.0


class SaleFailed(Exception):
    """A step of a sale was answered in a way that no guest should see."""


@dataclass
class Tally:
    until: float
    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def sale(stack: Stack) -> None:
    """Sell for twenty seconds, let background work end, and sweep the invariants."""
    slug = _event_with_room(stack)
    asyncio.run(_sell(stack, slug, seconds=2))
    tally = asyncio.run(_sell(stack, slug, seconds=SECONDS))
    rate = len(tally.seconds) / SECONDS
    tally.seconds.sort()
    Result(
        name="sale",
        value=rate,
        unit="sales/s",
        limit=GOAL,
        limit_name="goal",
        ratio=rate / GOAL,
        p95_ms=tally.seconds[int(len(tally.seconds) * 0.95)] * 1000 if tally.seconds else None,
        errors=len(tally.errors),
    ).keep()
    for error in sorted(set(tally.errors))[:5]:
        print(f"                 {error}")
    _verify(stack)


def _event_with_room(stack: Stack) -> str:
    """An event with one date on sale, made large enough that it cannot sell out meanwhile."""
    with psycopg.connect(stack.env["DATABASE_URL"]) as connection:
        row = connection.execute(
            """
            SELECT e.slug, d.id FROM events e JOIN event_dates d ON d.event_id = e.id
            JOIN ticket_types t ON t.date_id = d.id
            WHERE e.status = 'published' AND d.status = 'on_sale' AND d.starts_at > now() + interval '7 days'
              AND d.on_sale_at IS NULL AND NOT EXISTS (SELECT FROM questions q WHERE q.event_id = e.id)
              AND (SELECT count(*) FROM event_dates s WHERE s.event_id = e.id) = 1
            GROUP BY e.slug, d.id
            HAVING bool_and(t.price > 0 AND NOT t.hidden AND t.min_per_order = 1
                            AND t.sale_starts_at IS NULL AND t.sale_ends_at IS NULL)
            ORDER BY e.slug LIMIT 1
            """
        ).fetchone()
        if row is None:
            raise SaleFailed("The season has no event that could be sold.")
        connection.execute("UPDATE pools SET capacity = 1000000 WHERE date_id = %s", [row[1]])
        connection.execute("UPDATE events SET version = version + 1 WHERE slug = %s", [row[0]])
    return str(row[0])


async def _sell(stack: Stack, slug: str, *, seconds: float) -> Tally:
    tally = Tally(time.monotonic() + seconds)
    await asyncio.gather(*(_buyer(stack.base, slug, number, tally) for number in range(BUYERS)))
    return tally


async def _buyer(base: str, slug: str, number: int, tally: Tally) -> None:
    turn = 0
    while time.monotonic() < tally.until:
        turn += 1
        browser = Browser(base, f"10.{number}.{turn // 250}.{turn % 250}")
        begun = time.monotonic()
        try:
            await asyncio.wait_for(_buy(browser, slug, number), timeout=30)
        except (SaleFailed, OSError, asyncio.IncompleteReadError, TimeoutError) as error:
            tally.errors.append(f"{type(error).__name__}: {error}")
        else:
            if time.monotonic() < tally.until:
                tally.seconds.append(time.monotonic() - begun)
        finally:
            browser.close()


async def _buy(browser: Browser, slug: str, number: int) -> None:
    page = _expect(await browser.get(f"/events/{slug}"), 200)
    form = {name: _field(page, name) for name in ("event", "date")}
    form[_found(page, r'name="(qty-[0-9a-f-]{36})"')] = "1"
    _expect(await browser.post("/basket/hold", form), 303)
    basket = _expect(await browser.get("/basket"), 200)
    checkout = _found(basket, r'"(/checkout/[0-9a-f-]{36})"')
    page = _expect(await browser.get(checkout), 200)
    filled = dict.fromkeys(re.findall(r'name="(holder[^"]*)"', page.text), "Amara Okafor")
    filled |= {"name": "Amara Okafor", "email": f"amara-{number}@example.org"}
    hosted = _expect(await browser.post(checkout, filled), 303).location
    _expect(await browser.get(hosted), 200)
    order = _expect(await browser.post(hosted, {"action": "pay"}), 303).location
    for _ in range(40):
        page = _expect(await browser.get(order), 200)
        if 'data-order-state="paid"' in page.text:
            return
        await asyncio.sleep(0.25)
    raise SaleFailed("An order did not turn to paid within ten seconds.")


def _expect(answer: Answer, status: int) -> Answer:
    if answer.status != status:
        title = re.search(r"<h1[^>]*>(.*?)</h1>", answer.body.decode(errors="replace"), re.DOTALL)
        said = title.group(1).strip() if title else answer.location
        raise SaleFailed(f"Answered {answer.status} instead of {status}: {said}")
    return answer


def _found(answer: Answer, pattern: str) -> str:
    found = re.search(pattern, answer.text)
    if found is None:
        raise SaleFailed(f"A page lacks {pattern}")
    return found.group(1)


def _field(answer: Answer, name: str) -> str:
    return _found(answer, rf'name="{name}" value="([^"]*)"')


def _verify(stack: Stack) -> None:
    """The sweep after the storm; the benchmark fails when it finds anything."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "verify"]
    swept = subprocess.run(command, cwd=ROOT, env=stack.env, capture_output=True, text=True, check=False)
    print(swept.stdout, end="")
    if swept.returncode:
        raise SaleFailed("verify found something broken after the sale.")
