"""`make screenshots`: every page at 390 and 1,440 px into var/screenshots/, some of them dark as well."""

import os
import secrets
import shutil
import sys
import tempfile
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from local import testing
from tests.conftest import at, own_database
from tests.factories.house import House, open_house
from tests.pages.crawl import Crawl, crawl
from tests.pages.eyes import eyes
from webapp.config import Settings

PICTURES = Path(__file__).resolve().parents[1] / "var" / "screenshots"
DARK = (
    "account-factors",
    "account-factors-on",
    "account-app",
    "account-codes",
    "account-second",
    "account-confirm",
    "staff-team-factor",
    "home",
    "seats",
    "seats-chosen",
    "seats-section",
    "event-open",
    "checkout",
    "tickets",
    "staff-sale-date",
    "staff-message-draft",
    "staff-report-sales",
    "staff-plan-drawing",
    "staff-plan-preview",
    "staff-calendar",
    "staff-calendar-week",
    "staff-calendar-list",
    "staff-series",
    "staff-series-preview",
    "staff-series-asked",
    "staff-dates-asked",
    "staff-dates-refused",
    "staff-clone",
    "staff-imports",
    "staff-import",
    "staff-import-ready",
    "staff-import-bare",
    "staff-import-refused",
    "staff-counter",
    "staff-counter-date",
    "staff-counter-pay",
    "staff-counter-hall",
    "staff-counter-seats",
    "staff-guests",
    "staff-guest",
    "staff-type",
    "staff-vouchers",
    "staff-voucher",
    "staff-date-seats",
    "staff-messages",
    "staff-message-sent",
)


def main(wanted: list[str]) -> None:
    """Photographs every page, or those whose names begin as one of `wanted` does."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with ExitStack() as ending:
        folder = Path(ending.enter_context(tempfile.TemporaryDirectory(prefix="marquee-pictures-")))
        house = ending.enter_context(_house(ending, folder))
        playwright = ending.enter_context(sync_playwright())
        path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        ending.callback(browser.close)
        walked = crawl(house, playwright)
        for width in (390, 1440):
            for scheme in ("light", "dark"):
                _photograph(house, walked, browser, width, scheme, wanted)


def _photograph(
    house: House, walked: Crawl, browser: Browser, width: int, scheme: str, wanted: list[str]
) -> None:
    with eyes(house, walked, browser, width=width, scheme=scheme) as seen:
        for sheet in walked.sheets:
            if scheme == "dark" and sheet.name not in DARK:
                continue
            if wanted and not sheet.name.startswith(tuple(wanted)):
                continue
            ending = "-dark" if scheme == "dark" else ""
            page = seen.show(sheet)
            page.evaluate("document.fonts.ready")
            page.wait_for_timeout(150)
            page.screenshot(path=PICTURES / f"{sheet.name}-{width}{ending}.png", full_page=True)


def _house(ending: ExitStack, folder: Path) -> AbstractContextManager[House]:
    os.environ.update(ending.enter_context(testing.servers()))
    server = os.environ[testing.POSTGRES]
    database = ending.enter_context(own_database(server, "pictures"))
    books = ending.enter_context(own_database(server, "pictures", is_empty=True))
    settings = Settings(
        environment="test",
        service="all",
        secret_key=secrets.token_hex(16),
        base_url="http://localhost",
        database_url=database,
        redis_url=at(os.environ[testing.REDIS], "9"),
        smtp_url="smtp://127.0.0.1:9",
        mail_from="Marquee <tickets@marquee.example>",
        media_dir=folder / "media",
        gateway_url="http://127.0.0.1:9",
        gateway_key="key",
        gateway_webhook_secret="secret",
        limits=False,
    )
    settings.media_dir.mkdir()
    return open_house(settings, books, folder)


if __name__ == "__main__":
    main(sys.argv[1:])
