"""Redis holds nothing that matters: without it pages, signing in, holds and orders go on."""

import time
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from local import ports
from tests.factories.accounts import PASSWORD
from tests.security.scene import Scene
from tests.security.table import rows
from tests.security.test_every_url import address

PAGES = [
    rule
    for (method, rule), (_, statuses) in rows().items()
    if method == "GET" and statuses[3] == 200 and not rule.startswith(("/live", "/static"))
]


@pytest.fixture
def alone(make: Callable[..., Flask], lasting: Scene) -> Flask:
    """The application with limits on, and nobody at Redis' address."""
    return make(redis_url=f"redis://127.0.0.1:{ports.any_free()}/0", limits=True)


@pytest.fixture
def alice(alone: Flask, lasting: Scene) -> FlaskClient:
    browser = alone.test_client()
    form = {"email": lasting.people["alice"].email, "password": PASSWORD}
    assert browser.post("/account/sign-in", data=form).status_code == 303
    return browser


def test_every_page_opens_without_redis(alice: FlaskClient, lasting: Scene) -> None:
    statuses = {rule: alice.get(address(rule, lasting.values)).status_code for rule in PAGES}

    assert {rule: status for rule, status in statuses.items() if status != 200} == {}


def test_no_page_waits_for_redis(alice: FlaskClient) -> None:
    alice.get("/account")
    began = time.monotonic()
    for _ in range(20):
        alice.get("/account")

    assert time.monotonic() - began < 2


def test_the_probe_says_that_redis_is_away_and_stays_ready(alone: Flask) -> None:
    answer = alone.test_client().get("/readyz")

    assert answer.status_code == 200
    assert answer.json is not None
    assert (answer.json["database"], answer.json["redis"]) == (True, False)


def test_limits_are_counted_in_memory(alone: Flask) -> None:
    browser = alone.test_client()
    form = {"email": "somebody-else@example.org", "password": "a guess at it"}

    answers = [
        browser.post("/account/sign-in", data=form, environ_base={"REMOTE_ADDR": "10.9.8.7"})
        for _ in range(14)
    ]

    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) > 0
