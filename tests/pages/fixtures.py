"""What tests of pages and journeys share: the open house of this test process, and a browser."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.conftest import at, own_database, worker_number
from tests.factories.house import House, open_house
from tests.pages.crawl import Crawl, crawl
from tests.webapp.conftest import settings
from webapp.config import Settings

__all__ = ["browser", "house", "playwright", "sandbox_url", "settings", "walked"]

# The first of the Redis databases that open houses use, one for each test process.
HOUSE_REDIS = 32


@pytest.fixture(scope="session")
def sandbox_url(postgres_server: str) -> Iterator[str]:
    """The sandbox gateway keeps its own books."""
    with own_database(postgres_server, "sandbox", is_empty=True) as address:
        yield address


@pytest.fixture(scope="session")
def house(
    settings: Settings, postgres_server: str, sandbox_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """On data of its own: its worker and clock would do what other tests want to do themselves."""
    folder: Path = tmp_path_factory.mktemp("house")
    redis = at(settings.redis_url, str(HOUSE_REDIS + worker_number()))
    with own_database(postgres_server, "house") as address:
        mine = replace(settings, database_url=address, redis_url=redis)
        with open_house(mine, sandbox_url, folder) as opened:
            yield opened


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright, chromium: str) -> Iterator[Browser]:
    opened = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def walked(house: House, playwright: Playwright) -> Crawl:
    """The list of all pages, after everything has happened once."""
    return crawl(house, playwright)
