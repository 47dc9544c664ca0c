"""A guest on the way from an event's page to a paid order, who notes how long each page took."""

import asyncio
import re
import time
from collections import defaultdict
from collections.abc import Awaitable
from dataclasses import dataclass, field

from bench.browser import Answer, Browser

PATIENCE_SECONDS = 30.0
# What a step may raise when something did not go as a guest should see it.
NO_ANSWER = (OSError, asyncio.IncompleteReadError, TimeoutError)


class SaleFailed(Exception):
    """A step of a sale was answered in a way that no guest should see."""


class SoldOut(Exception):
    """No place was left for this guest, and the page said so."""


@dataclass
class Times:
    """Seconds that each page took, by its name, over all guests."""

    by_page: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    async def of(self, page: str, asked: Awaitable[Answer]) -> Answer:
        began = time.monotonic()
        answer = await asyncio.wait_for(asked, timeout=PATIENCE_SECONDS)
        self.by_page[page].append(time.monotonic() - began)
        return answer


@dataclass
class Buyer:
    """One visit. Each step is one page; `number` makes the guest's address theirs."""

    browser: Browser
    times: Times
    number: int

    async def look(self, slug: str) -> Answer:
        """The event's page."""
        return expect(await self.times.of("event", self.browser.get(f"/events/{slug}")), 200)

    async def hold(self, event: Answer, quantity: int = 1) -> None:
        """So many of the first ticket type; SoldOut when the page or the answer says that they are gone."""
        kind = re.search(r'name="(qty-[0-9a-f-]{36})"', event.text)
        if kind is None:
            raise SoldOut
        form = {name: value_of(event, name) for name in ("event", "date")}
        answer = await self.times.of(
            "hold", self.browser.post("/basket/hold", form | {kind[1]: str(quantity)})
        )
        if answer.status == 409:
            raise SoldOut
        expect(answer, 303)

    async def order(self) -> str:
        """Basket, checkout, order; returns the address of the payment page."""
        basket = expect(await self.times.of("basket", self.browser.get("/basket")), 200)
        checkout = found(basket, r'"(/checkout/[0-9a-f-]{36})"')
        page = expect(await self.times.of("checkout", self.browser.get(checkout)), 200)
        filled = dict.fromkeys(re.findall(r'name="(holder[^"]*)"', page.text), "Amara Okafor")
        filled |= {"name": "Amara Okafor", "email": f"amara-{self.number}@example.org"}
        return expect(await self.times.of("order", self.browser.post(checkout, filled)), 303).location

    async def pay(self, hosted: str) -> str:
        """The gateway's page and its button; returns the address of the order."""
        expect(await self.times.of("gateway's page", self.browser.get(hosted)), 200)
        paid = await self.times.of("gateway's button", self.browser.post(hosted, {"action": "pay"}))
        return expect(paid, 303).location

    async def wait_until_paid(self, order: str) -> None:
        """The order's page, until the webhook has turned it."""
        for _ in range(40):
            page = expect(await self.times.of("paid page", self.browser.get(order)), 200)
            if 'data-order-state="paid"' in page.text:
                return
            await asyncio.sleep(0.25)
        raise SaleFailed("An order did not turn to paid within ten seconds.")


def expect(answer: Answer, status: int) -> Answer:
    if answer.status != status:
        title = re.search(r"<h1[^>]*>(.*?)</h1>", answer.body.decode(errors="replace"), re.DOTALL)
        said = title.group(1).strip() if title else answer.location
        raise SaleFailed(f"Answered {answer.status} instead of {status}: {said}")
    return answer


def found(answer: Answer, pattern: str) -> str:
    match = re.search(pattern, answer.text)
    if match is None:
        raise SaleFailed(f"A page lacks {pattern}")
    return match.group(1)


def value_of(answer: Answer, name: str) -> str:
    """The value of a hidden field."""
    return found(answer, rf'name="{name}" value="([^"]*)"')
