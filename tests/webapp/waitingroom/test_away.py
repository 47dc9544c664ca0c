"""Redis may go away at any moment: who waits keeps waiting, who is inside goes on, nothing is sold twice."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from local import ports
from tests.factories.booking import Sale, taken
from tests.factories.rooms import a_room, hold, state
from webapp.core.db import Database


@pytest.fixture
def alone(make: Callable[..., Flask]) -> Flask:
    """Another process of the same house, with nobody at Redis' address."""
    return make(redis_url=f"redis://127.0.0.1:{ports.any_free()}/0")


def moved(browser: FlaskClient, app: Flask) -> FlaskClient:
    """The same browser, answered by the other process."""
    other = app.test_client()
    other._cookies = browser._cookies
    return other


def test_who_waits_is_told_and_keeps_their_place(
    client: FlaskClient, alone: Flask, database: Database, sale: Sale
) -> None:
    room = a_room(database, sale, per_minute=1, most_inside=1)
    client.application.test_client().post(f"/queue/{room}/join")
    client.post(f"/queue/{room}/join")
    assert state(client, room) == "queue"

    page = moved(client, alone).get(f"/queue/{room}")
    assert page.status_code == 200
    assert "You keep your place" in page.text
    assert state(client, room) == "queue"


def test_who_joins_meanwhile_stands_in_line_when_it_is_back(
    client: FlaskClient, alone: Flask, database: Database, sale: Sale
) -> None:
    room = a_room(database, sale, per_minute=1, most_inside=1)
    client.application.test_client().post(f"/queue/{room}/join")
    browser = alone.test_client()
    browser.post(f"/queue/{room}/join")
    assert state(browser, room) == "away"

    assert state(moved(browser, client.application), room) == "queue"


def test_who_has_a_pass_goes_on_and_nobody_else_gets_in(
    client: FlaskClient, alone: Flask, database: Database, sale: Sale
) -> None:
    room = a_room(database, sale)
    client.post(f"/queue/{room}/join")
    client.post(f"/queue/{room}/enter")
    stranger = alone.test_client()
    stranger.post(f"/queue/{room}/join")

    assert stranger.post(f"/queue/{room}/enter").status_code == 503
    assert hold(stranger, sale) == f"/queue/{room}"
    assert hold(moved(client, alone), sale, 2) == "/basket"
    assert taken(database, sale) == [2]
