"""A page of components on a real server, seen by a real browser."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, render_template_string, request
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from tests.webapp.conftest import app, client, database, make, settings
from webapp.accounts.guards import open_to_all
from webapp.core.errors import Conflict

__all__ = ["app", "client", "database", "make", "settings"]

PLAIN = {"description": "", "floor": None, "step_text": "", "ways": (), "steps": "", "group_from": None}
TYPES = [
    SimpleNamespace(id="std", name="Standard", price=3000, own_price=3000, most=4, **PLAIN),
    SimpleNamespace(id="free", name="Carer", price=0, own_price=0, most=1, **PLAIN),
    SimpleNamespace(
        **PLAIN | {"steps": "2000:2 2500:1", "group_from": 5, "group_price": 2200},
        id="early",
        name="Early",
        price=2000,
        own_price=3000,
        most=9,
    ),
    SimpleNamespace(**PLAIN | {"floor": 100}, id="own", name="Own", price=1000, own_price=1000, most=9),
]

PAGE = """{% extends "layouts/own.html" %}
{% block title %}Components{% endblock %}
{% block main %}
{% from "ui/countdown.html" import countdown %}
{% from "ui/ticket_picker.html" import ticket_picker, picker_foot %}
<div class="l-page"><h1>Components</h1>{{ countdown(ends, now) }}
<form method="post" action="/refuse" hx-post="/refuse">{{ ticket_picker(types, "CAD") }}
{{ picker_foot("Hold", "Note") }}</form>
<p data-own-time="2026-12-05T23:15:00Z" data-zone="America/Toronto" hidden></p>
<p data-own-time="2026-12-05T23:15:00Z" data-zone="Europe/Berlin" hidden></p></div>
{% endblock %}"""


@pytest.fixture(scope="session")
def address(make: Any) -> Iterator[str]:
    """Where the page of components is served."""
    served: Flask = make()
    for kind in TYPES:
        kind.left_text = kind.left_level = kind.closed_text = ""

    @served.get("/components")
    @open_to_all
    def components() -> str:
        now = datetime.now(UTC)
        ends = now + timedelta(seconds=int(request.args.get("left", 600)))
        return render_template_string(PAGE, now=now, ends=ends, types=TYPES)

    @served.post("/refuse")
    @open_to_all
    def refuse() -> str:
        raise Conflict("You asked for 4. Take 2.", title="Only 2 places are left")

    server = make_server("127.0.0.1", 0, served, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}/components"
    server.shutdown()
    thread.join()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A phone of somebody in Berlin; what it complains about fails the test."""
    context = browser.new_context(viewport={"width": 390, "height": 800}, timezone_id="Europe/Berlin")
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda said: "Content Security" in said.text and complaints.append(said.text))
    yield opened
    context.close()
    assert complaints == []
