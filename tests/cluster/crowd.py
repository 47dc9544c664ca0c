"""The load of a drill: guests who browse, hold and buy through the ingress."""

import asyncio
import random
import re
import ssl
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bench.browser import Answer, Browser
from bench.buyer import NO_ANSWER, Buyer, SaleFailed, SoldOut, Times
from tests.cluster.ledger import Ledger, Request
from tests.cluster.line import ClosedBefore, Line, NotLookedAt

PATIENCE_SECONDS = 20.0
PAGES = ("/", "/cities")
# Enough that nginx and the catalog seldom have the answer still.
WORDS = (
    "jazz",
    "choir",
    "film",
    "talk",
    "tour",
    "open",
    "night",
    "summer",
    "family",
    "lunch",
    "park",
    "dance",
)
# What is an answer to a guest: a page, a place to go, a refusal in words.
HONEST = {200, 303, 304, 409}


@dataclass(kw_only=True)
class Http2Browser(Browser):
    """Speaks HTTP/2 to the ingress and notes each request; the payment provider's pages are not ours.

    As browsers do, it sends a request once more when a *reused* connection closed before the first byte, or
    when the server said that it had not looked at it. That is counted as resent. All else is a failure.
    """

    tls: ssl.SSLContext
    ledger: Ledger
    line: Line | None = None

    def close(self) -> None:
        super().close()
        if self.line:
            self.line.close()
            self.line = None

    async def _ask(self, method: str, url: str, body: bytes, more: list[str]) -> Answer:
        parts = urlsplit(url if "://" in url else self.base + url)
        if parts.netloc != urlsplit(self.base).netloc:
            return await super()._ask(method, url, body, more)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        headers = self._fields(method, path, parts.netloc, more)
        at, resent, wrong = self.ledger.now, 0, "given up"
        try:
            answer, resent = await asyncio.wait_for(self._until_answered(headers, body), PATIENCE_SECONDS)
            wrong = "" if answer.status in HONEST else f"answered {answer.status}"
        except NO_ANSWER as error:
            self.close()
            wrong = "no answer in time" if isinstance(error, TimeoutError) else str(error)
            raise
        finally:
            took = self.ledger.now - at
            self.ledger.note(Request(at, method, page_of(parts.path), took, resent, wrong))
        self._keep_cookie(answer)
        return answer

    async def _until_answered(self, headers: list[tuple[str, str]], body: bytes) -> tuple[Answer, int]:
        line = await self._to_the_ingress()
        was_reused = line.is_reused
        try:
            return await line.ask(headers, body), 0
        except NotLookedAt:
            pass
        except ClosedBefore:
            if not was_reused:
                raise
        line.is_leaving = True
        return await (await self._to_the_ingress()).ask(headers, body), 1

    async def _to_the_ingress(self) -> Line:
        if self.line is None or self.line.is_leaving:
            if self.line and not self.line.open:
                self.line.close()
            self.line = await Line.to(self.base, self.tls, self.address)
        return self.line

    def _fields(self, method: str, path: str, host: str, more: list[str]) -> list[tuple[str, str]]:
        fields = [(":method", method), (":scheme", "https"), (":authority", host), (":path", path)]
        plain = [line.split(": ", 1) for line in ("Sec-Fetch-Site: same-origin", "Accept: text/html", *more)]
        fields += [(name.lower(), value) for name, value in plain]
        if self.cookies:
            said = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            fields.append(("cookie", said))
        return fields


def page_of(path: str) -> str:
    """The kind of page: identifiers left out, so that equal failures are told together."""
    return re.sub(r"/[0-9a-f]{8}-[0-9a-f-]{27}", "/…", path)


@dataclass
class Crowd:
    """So many guests who come again and again until the drill is over."""

    base: str
    slug: str
    authority: str
    guests: int = 16
    think: float = 0.35
    ledger: Ledger = field(default_factory=Ledger)
    over: asyncio.Event = field(default_factory=asyncio.Event)
    _tls: ssl.SSLContext = field(init=False)

    def __post_init__(self) -> None:
        self._tls = ssl.create_default_context(cafile=self.authority)
        self._tls.set_alpn_protocols(["h2"])

    async def come(self) -> None:
        """Until `over` is set and the last guest has ended their visit."""
        await asyncio.gather(*(self._visits(number) for number in range(self.guests)))

    async def _visits(self, number: int) -> None:
        mood, turn = random.Random(number), 0
        await asyncio.sleep(mood.random())
        while not self.over.is_set():
            turn += 1
            address = f"127.{100 + number}.{turn // 250}.{1 + turn % 250}"
            browser = Http2Browser(self.base, address, tls=self._tls, ledger=self.ledger)
            try:
                end = await self._visit(browser, mood, number)
            except SoldOut:
                end = "sold out"
            except (SaleFailed, *NO_ANSWER) as error:
                end = f"spoiled: {error or type(error).__name__}"
                await asyncio.sleep(0.5)
            finally:
                browser.close()
            self.ledger.visits[end] += 1

    async def _visit(self, browser: Http2Browser, mood: random.Random, number: int) -> str:
        guest = Buyer(browser, Times(), number)
        for page in (mood.choice(PAGES), f"/search?q={'+'.join(mood.sample(WORDS, k=2))}"):
            await browser.get(page)
            await self._think(mood)
        event = await guest.look(self.slug)
        await self._think(mood)
        if mood.random() < 0.3:
            return "looked"
        await guest.hold(event, mood.randint(1, 3))
        await self._think(mood)
        hosted = await guest.order()
        await self._think(mood)
        order = await guest.pay(hosted)
        self.ledger.orders.add(urlsplit(order).path.rsplit("/", 1)[-1])
        await guest.wait_until_paid(order)
        return "bought"

    async def _think(self, mood: random.Random) -> None:
        await asyncio.sleep(mood.expovariate(1 / self.think))
