"""The basket's pages: plain forms, each of which sent twice does it once."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories.booking import Sale, hold, taken
from tests.factories.forms import booked, held, twice, wish
from webapp.core.db import Database
from webapp.core.ids import fingerprint


def test_holding_twice_holds_once(client: FlaskClient, database: Database, sale: Sale) -> None:
    held(client, sale, 2)
    twice(client, "/basket/hold", **wish(sale, 2))

    assert taken(database, sale) == [2]


def test_a_first_hold_that_the_ingress_sends_to_two_copies_is_held_once(
    make: Callable[..., Flask], database: Database, sale: Sale
) -> None:
    copies = [make(trusted_proxies=1).test_client() for _ in range(2)]
    named = {"X-Request-Id": "8f14e45fceea167a5a36dedd4bea2543"}

    for copy in copies:
        assert copy.post("/basket/hold", data=wish(sale, 2), headers=named).status_code == 303
    assert taken(database, sale) == [2]
    copies[0].delete_cookie("basket")
    copies[0].post("/basket/hold", data=wish(sale, 2), headers={"X-Request-Id": "chosen"})

    assert taken(database, sale) == [4], "only the ingress's own names count"


def test_nobody_opens_another_ones_basket_by_naming_a_request(
    app: Flask, database: Database, sale: Sale
) -> None:
    named = {"X-Request-Id": "8f14e45fceea167a5a36dedd4bea2543"}
    for _ in range(2):
        app.test_client().post("/basket/hold", data=wish(sale, 2), headers=named)

    assert taken(database, sale) == [4]


def test_changing_twice_changes_once(client: FlaskClient, database: Database, sale: Sale) -> None:
    held(client, sale, 2)

    twice(client, "/basket/change", **wish(sale, 3))
    assert taken(database, sale) == [3]
    twice(client, "/basket/change", **wish(sale, 0))

    assert taken(database, sale) == [0]


def test_who_has_extended_reads_that_it_was_once(client: FlaskClient, sale: Sale) -> None:
    hold_id = held(client, sale, 2)
    assert "You can extend once." in client.get("/basket").text

    client.post(f"/basket/{hold_id}/extend")
    basket = client.get("/basket").text
    assert "You can extend once." not in basket
    assert "You have extended once" in basket


@pytest.mark.parametrize("step", ["extend", "release"])
def test_basket_buttons_may_be_pressed_twice(client: FlaskClient, sale: Sale, step: str) -> None:
    twice(client, f"/basket/{held(client, sale, 2)}/{step}")


def test_a_sold_out_form_says_how_many_are_left(client: FlaskClient, database: Database, sale: Sale) -> None:
    answer = client.post("/basket/hold", data=wish(sale, 8))

    assert answer.status_code == 409
    assert "Only 6 places are left." in answer.text


def test_who_was_refused_gets_back_to_the_form_with_what_was_typed(client: FlaskClient, sale: Sale) -> None:
    form = {**wish(sale, 8), "event": "night-of-the-lamps", "code": "FRIENDS"}
    answer = client.post("/basket/hold", data=form)

    way = f"/events/night-of-the-lamps?code=FRIENDS&qty-{sale.types[0]}=8#tickets"
    assert f'href="{way.replace("&", "&amp;")}">Back to the tickets' in answer.text
    assert "Back to" not in client.post("/basket/hold", data=form, headers={"HX-Request": "true"}).text


def test_a_number_that_was_typed_goes_along_to_the_details(
    client: FlaskClient, database: Database, sale: Sale
) -> None:
    checkout = held(client, sale, 2)
    answer = client.post("/basket/change", data={**wish(sale, 1), "then": f"/checkout/{checkout}"})

    assert (answer.status_code, answer.location) == (303, f"/checkout/{checkout}")
    assert taken(database, sale) == [1]
    empty = client.post("/basket/change", data={**wish(sale, 0), "then": f"/checkout/{checkout}"})
    assert (empty.status_code, empty.location) == (303, "/basket")


@pytest.mark.parametrize("number", ["-1", "many", "1.5", "101", "²"])
def test_odd_numbers_are_refused_with_a_sentence(client: FlaskClient, sale: Sale, number: str) -> None:
    answer = client.post("/basket/hold", data={f"qty-{sale.types[0]}": number})

    assert answer.status_code == 422
    assert "whole number" in answer.text


def test_the_basket_moves_to_another_device(app: Flask, client: FlaskClient, sale: Sale) -> None:
    checkout = held(client, sale, 2)
    link = re.search(r'href="http://localhost(/basket/take/[^"]+)"', client.get("/basket/hand-over").text)
    assert link
    phone = app.test_client()

    assert "Go on here" in phone.get(link[1]).text
    assert checkout not in phone.get("/basket").text
    twice(phone, link[1])

    assert checkout in phone.get("/basket").text
    assert client.get(link[1][:-1]).status_code == 404


def test_nobody_sees_anothers_basket_or_order(
    app: Flask, client: FlaskClient, database: Database, sale: Sale
) -> None:
    address, checkout = booked(client, sale), held(client, sale, 1)
    stranger = app.test_client()
    bare = address.split("?")[0]

    assert client.get(bare).status_code == 200
    assert [stranger.get(page).status_code for page in (bare, f"{bare}/state", f"/checkout/{checkout}")] == [
        404,
        404,
        404,
    ]
    assert stranger.get(f"{bare}?key=made-up").status_code == 404
    assert stranger.get(address).status_code == 200
    assert stranger.post(f"/basket/{checkout}/release").status_code == 404


def test_a_hold_that_ran_out_is_gone_from_the_basket_with_a_sentence(
    client: FlaskClient, database: Database, sale: Sale, now: datetime
) -> None:
    client.set_cookie("basket", "secret")
    gone = hold(database, sale, 1, basket=fingerprint("secret"), now=now - timedelta(minutes=11))

    assert isinstance(gone, UUID)
    assert "Nothing is held" in client.get("/basket").text
    answer = client.get(f"/checkout/{gone}")
    assert (answer.status_code, "Time is up, nothing was charged." in answer.text) == (410, True)
