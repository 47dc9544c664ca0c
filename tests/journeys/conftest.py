"""A real browser in front of a real server, with scripts and without."""

import threading
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Page
from werkzeug.serving import make_server

from tests.webapp.conftest import app, client, database, make, settings

__all__ = ["app", "client", "database", "make", "settings"]


@pytest.fixture(scope="session")
def address(make: Callable[..., Flask]) -> Iterator[str]:
    """Where the house is open."""
    server = make_server("127.0.0.1", 0, make(), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(params=["with scripts", "without scripts"])
def page(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Page]:
    """A guest's window on a phone; what the browser complains about fails the journey."""
    context = browser.new_context(
        base_url=address,
        viewport={"width": 390, "height": 844},
        java_script_enabled=request.param == "with scripts",
    )
    opened = context.new_page()
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        # A refused form is answered 4xx, which the browser also writes down.
        if message.type == "error" and "status of 4" not in message.text:
            complaints.append(message.text)

    opened.on("console", listen)
    yield opened
    context.close()
    assert complaints == []
