"""What tests of pages and journeys share: the open house of this test process, and a browser."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright
from psycopg import sql

from tests.conftest import administering, at, drop, worker_number
from tests.factories.house import House, open_house
from tests.pages.crawl import Crawl, crawl
from tests.webapp.conftest import settings
from webapp.config import Settings

__all__ = ["browser", "house", "playwright", "sandbox_url", "settings", "walked"]


def empty_database(connection: psycopg.Connection, name: str) -> None:
    drop(connection, name)
    connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def sandbox_url(postgres_server: str) -> Iterator[str]:
    """The sandbox gateway keeps its own books."""
    name = f"marquee_sandbox_{worker_number()}"
    with administering(postgres_server) as connection:
        empty_database(connection, name)
    yield at(postgres_server, name)
    with administering(postgres_server) as connection:
        drop(connection, name)


@pytest.fixture(scope="session")
def house(settings: Settings, sandbox_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder: Path = tmp_path_factory.mktemp("house")
    with open_house(settings, sandbox_url, folder) as opened:
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
