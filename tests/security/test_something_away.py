"""What is not ours may go away. Redis holds nothing that matters: pages, sign-in, holds and orders go on."""

import re
import time
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from local import ports
from tests.factories.accounts import PASSWORD
from tests.factories.seating import a_seated_sale
from tests.security.scene import Scene, build
from tests.security.table import rows
from tests.security.test_every_url import address
from webapp.core.bits import Marked
from webapp.core.db import Database

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


def test_seats_are_held_and_open_maps_ask_what_is_taken_without_redis(
    alone: Flask, database: Database
) -> None:
    seated = a_seated_sale(database)
    browser, date = alone.test_client(), str(seated.date_id)

    held = browser.post("/basket/seats", data={"date": date, "seat": str(seated.ordinal("A 1"))})
    told = browser.get(f"/events/{seated.slug}/seats/changes?date={date}").get_json()

    assert held.status_code == 303
    assert told["all"] == Marked(frozenset({0})).packed


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


def to_checkout(browser: FlaskClient, scene: Scene) -> str:
    """Hold one ticket; gives the address of the checkout form."""
    form = {"event": scene.values["event_id"], f"qty-{scene.values['type_id']}": "1"}
    assert browser.post("/basket/hold", data=form).status_code == 303
    found = re.search(r"/checkout/[0-9a-f-]{36}", browser.get("/basket").text)
    assert found
    return found[0]


BUYER = {"name": "Gus Guest", "email": "gus@example.org", "holder-1": "Gus Guest"}


def test_a_guest_holds_books_and_has_the_ticket_without_redis(
    alone: Flask, app: Flask, database: Database
) -> None:
    free, browser = build(app, database, price=0), alone.test_client()

    answer = browser.post(to_checkout(browser, free), data=BUYER)

    assert answer.status_code == 303
    page = browser.get(answer.location).text
    assert 'data-order-state="paid"' in page


def test_without_the_payment_provider_the_tickets_stay_held_and_the_page_says_so(
    client: FlaskClient, scene: Scene
) -> None:
    answer = client.post(to_checkout(client, scene), data=BUYER)

    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert 'data-order-state="awaiting_payment"' in page
    assert "Paying is not possible just now" in page
    assert "held" in page


def test_without_the_payment_provider_everything_else_works(client: FlaskClient, scene: Scene) -> None:
    client.post(to_checkout(client, scene), data=BUYER)

    pages = ["/", "/search", f"/events/{scene.values['slug']}", "/basket", "/account/sign-in"]
    assert {path: client.get(path).status_code for path in pages} == dict.fromkeys(pages, 200)
