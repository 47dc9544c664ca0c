"""Buyers in a rush: they think, change their minds, click twice, and press again when nothing comes back."""

import asyncio
import html
import random
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from bench.browser import Answer, Browser

NO_ANSWER = (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError, TimeoutError)
TRIES = 12
PAUSE = 0.4
ENDS = ("paid", "auto_refunded", "expired", "cancelled", "refunded", "needs_review")


class Gone(Exception):
    """This visit is over; the word says how."""


@dataclass
class Tally:
    """How visits ended: bought, refused, left, stranded; and answers that nobody should ever see."""

    ends: Counter[str] = field(default_factory=Counter)
    surprises: list[str] = field(default_factory=list)


@dataclass
class Guest:
    """One visit with a browser of its own. `mood` decides what people decide, by the storm's seed."""

    browser: Browser
    mood: random.Random
    haste: float = 0.2
    faithless: float = 0.15
    hasty: float = 0.2

    async def visit(self, shop: "Shop") -> str:
        """From the event's page to the order's; returns how it ended."""
        try:
            await self.think()
            await shop.hold(self)
            self._may_leave()
            await self.think()
            return await self._check_out()
        except Gone as gone:
            return str(gone)
        finally:
            self.browser.close()

    async def get(self, url: str) -> Answer:
        return await self._again(lambda: self.browser.get(url))

    async def post(self, url: str, form: Mapping[str, str | list[str]]) -> Answer:
        """Sent again when nothing came back, as browsers and people do: every form must bear it."""
        return await self._again(lambda: self.browser.post(url, form))

    async def _check_out(self) -> str:
        basket = await self.get("/basket")
        link = re.search(r'"(/checkout/[0-9a-f-]{36})"', basket.text)
        if link is None:
            return "left"
        form = await self.get(link.group(1))
        if form.status != 200:
            return "left"
        filled = dict.fromkeys(re.findall(r'name="(holder[^"]*)"', form.text), "Amara Okafor")
        filled |= {"name": "Amara Okafor", "email": f"amara-{self.mood.randrange(10**9)}@example.org"}
        await self.think()
        placed = await self._clicked_twice(link.group(1), filled)
        if placed.status != 303:
            return "left"
        self._may_leave()
        return await self._pay(placed.location)

    async def _clicked_twice(self, url: str, form: dict[str, str]) -> Answer:
        """Some fingers are too quick; the order must be one all the same."""
        if self.mood.random() > self.hasty:
            return await self.post(url, form)
        other = Guest(Browser(self.browser.base, self.browser.address, dict(self.browser.cookies)), self.mood)
        try:
            first, _ = await asyncio.gather(self.post(url, form), other.post(url, form))
        finally:
            other.browser.close()
        return first

    async def _pay(self, hosted: str) -> str:
        if "/pay/" not in hosted:
            return await self._wait_for(hosted)
        await self.get(hosted)
        await self.think()
        dice = self.mood.random()
        if dice < 0.06:
            return "left"
        if dice < 0.12:
            await self.post(hosted, {"action": "decline"})
        action = {"action": "late", "seconds": "3"} if 0.12 <= dice < 0.2 else {"action": "pay"}
        back = await self.post(hosted, action)
        return await self._wait_for(back.location) if back.status == 303 else "left"

    async def _wait_for(self, order: str) -> str:
        for _ in range(40):
            page = await self.get(order)
            state = re.search(r'data-order-state="(\w+)"', page.text)
            if state and state.group(1) in ENDS:
                return "bought" if state.group(1) == "paid" else state.group(1)
            await asyncio.sleep(0.5)
        return "stranded"

    async def _again(self, ask: Callable[[], Awaitable[Answer]]) -> Answer:
        for _ in range(TRIES):
            try:
                answer = await asyncio.wait_for(ask(), timeout=8)
                if answer.status < 500:
                    return answer
            except NO_ANSWER:
                self.browser.close()
            await asyncio.sleep(PAUSE * (0.5 + self.mood.random()))
        raise Gone("stranded")

    async def think(self) -> None:
        await asyncio.sleep(self.mood.expovariate(1 / self.haste))

    def _may_leave(self) -> None:
        if self.mood.random() < self.faithless:
            raise Gone("left")


@dataclass(frozen=True)
class Shop:
    """Where tickets without a seat are chosen: an event's page."""

    slug: str
    most: int = 2

    async def hold(self, guest: Guest) -> None:
        page = await guest.get(f"/events/{self.slug}")
        kinds = re.findall(r'name="(qty-[0-9a-f-]{36})"', page.text)
        if not kinds:
            raise Gone("refused")
        wanted = str(guest.mood.randint(1, self.most))
        _held(await guest.post("/basket/hold", {guest.mood.choice(kinds): wanted}))


@dataclass(frozen=True)
class SeatShop(Shop):
    """Where seats are numbered: some let the best be found, the others choose some that look free."""

    async def hold(self, guest: Guest) -> None:
        page = await guest.get(f"/events/{self.slug}/seats")
        date = re.search(r'name="date" value="([0-9a-f-]{36})"', page.text)
        section = re.search(rf'href="(/events/{self.slug}/seats/[^"]+)"', page.text)
        if page.status != 200 or date is None or section is None:
            raise Gone(f"surprised by seats that are answered {page.status}")
        form, together = {"date": date.group(1)}, guest.mood.randint(1, self.most)
        if guest.mood.random() < 0.5:
            _held(await guest.post("/basket/seats/best", form | {"together": str(together)}))
            return
        rows = await guest.get(html.unescape(section.group(1)))
        free = re.findall(r'name="seat" value="(\d+)" aria-label', rows.text)
        if len(free) < together:
            raise Gone("refused")
        await guest.think()
        first = guest.mood.randint(0, len(free) - together)
        _held(await guest.post("/basket/seats", form | {"seat": free[first : first + together]}))


def _held(answer: Answer) -> None:
    if answer.status == 409:
        raise Gone("refused")
    if answer.status != 303:
        raise Gone(f"surprised by {answer.status}")
