"""A browser that shows the pages of the crawl and keeps what it has to complain about."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.factories.house import House
from tests.pages.crawl import Crawl, Sheet

HEIGHTS = {360: 780, 390: 844, 1440: 900}


@dataclass
class Eyes:
    """A window of one size; `show` gives the page when it has settled."""

    house: House
    crawl: Crawl
    browser: Browser
    width: int
    scheme: str
    pages: dict[str, Page] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)
    current: str = ""

    def show(self, sheet: Sheet) -> Page:
        self.current = sheet.name
        page = self._page(sheet.role)
        if sheet.form:
            # What a refused form says is asked without the browser and shown at the form's own address.
            said = self.crawl.visitors[sheet.role].post(sheet.path, form=dict(sheet.form))
            page.route(
                self.house.url + sheet.path,
                lambda route: route.fulfill(status=said.status, headers=said.headers, body=said.body()),
            )
        page.goto(sheet.path, wait_until="load")
        # Not sooner: what a page fetches while interception ends can be lost, and the page never loads.
        page.unroute_all()
        # What htmx asks for at once is there too: a page that still moves cannot be measured.
        page.wait_for_function(
            "() => !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')"
        )
        return page

    def _page(self, role: str) -> Page:
        if role not in self.pages:
            context = self.browser.new_context(
                base_url=self.house.url,
                viewport={"width": self.width, "height": HEIGHTS[self.width]},
                color_scheme="dark" if self.scheme == "dark" else "light",
                reduced_motion="reduce",
                storage_state=self.crawl.visitors[role].storage_state(),
            )
            page = context.new_page()
            page.on("console", self._listen)
            page.on("pageerror", lambda error: self.complaints.append(f"{self.current}: {error}"))
            self.pages[role] = page
        return self.pages[role]

    def _listen(self, message: ConsoleMessage) -> None:
        # The browser also writes down every answer that is a no, and says so in these words.
        if message.type in ("error", "warning") and "the server responded with a status" not in message.text:
            self.complaints.append(f"{self.current}: {message.text}")


@contextmanager
def eyes(
    house: House, crawl: Crawl, browser: Browser, *, width: int, scheme: str = "light"
) -> Iterator[Eyes]:
    """Opens a window for each role that is needed, and closes them."""
    opened = Eyes(house, crawl, browser, width, scheme)
    try:
        yield opened
    finally:
        for page in opened.pages.values():
            page.context.close()
