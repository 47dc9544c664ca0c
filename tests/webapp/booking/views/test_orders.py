"""The order's pages: found, named, given back, and told how it stands."""

from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from tests.factories.accounts import a_person, sign_in
from tests.factories.booking import Sale, pay, placed, state, taken
from tests.factories.forms import BUYER, booked, twice
from webapp.core.db import Database


def test_an_order_is_found_by_its_code_and_address(app: Flask, client: FlaskClient, sale: Sale) -> None:
    code = booked(client, sale).split("/")[2].split("?")[0]
    stranger = app.test_client()

    found = stranger.post(
        "/orders/find", data={"code": code.lower().replace("-", " "), "email": "AMARA@example.org"}
    )
    wrong = stranger.post("/orders/find", data={"code": code, "email": "bob@example.org"})
    unknown = stranger.post("/orders/find", data={"code": "M7K4-QX2P", "email": "bob@example.org"})

    assert stranger.get(found.location).status_code == 200
    assert wrong.status_code == unknown.status_code == 422
    assert "No order has this code and this address together" in wrong.text
    assert "No order has this code and this address together" in unknown.text


def test_cancelling_twice_gives_back_once(client: FlaskClient, database: Database, sale: Sale) -> None:
    address = booked(client, sale)

    twice(client, address.replace("?", "/cancel?"))

    assert 'data-order-state="cancelled"' in client.get(address).text
    assert taken(database, sale) == [0]


def test_a_name_is_put_on_a_ticket(client: FlaskClient, database: Database, sale: Sale) -> None:
    address = booked(client, sale)
    with database.reading() as db:
        ticket = db.scalar(text("SELECT id FROM tickets"))

    twice(client, address.replace("?", f"/tickets/{ticket}/holder?"), holder="Chidi Anagonye")

    assert "Chidi Anagonye" in client.get(address).text


def test_an_open_page_is_told_only_what_is_new(client: FlaskClient, sale: Sale) -> None:
    address = booked(client, sale).replace("?", "/state?")
    asks = {"HX-Request": "true"}
    first = client.get(address, headers=asks)

    again = client.get(address, headers=asks | {"If-None-Match": first.headers["ETag"]})

    assert (first.status_code, again.status_code, again.data) == (200, 304, b"")
    assert "<html" not in first.text


def test_my_orders_are_those_of_my_account_and_of_my_confirmed_address(
    app: Flask, client: FlaskClient, database: Database, sale: Sale
) -> None:
    code = booked(client, sale).split("/")[2].split("?")[0]
    amara = sign_in(app.test_client(), a_person(database, email=BUYER["email"]))
    bob = sign_in(app.test_client(), a_person(database, "Bob Berg"))

    assert code in amara.get("/orders").text
    assert code not in bob.get("/orders").text
    assert bob.get(f"/orders/{code}").status_code == 404


@pytest.mark.parametrize(
    ("order_state", "words"),
    [
        ("expired", "Time is up, nothing was charged"),
        ("auto_refunded", "Somebody was quicker"),
        ("needs_review", "We are looking at this order"),
        ("refunded", "Refunded"),
    ],
)
def test_every_state_has_its_words(
    client: FlaskClient, database: Database, sale: Sale, now: datetime, order_state: str, words: str
) -> None:
    made = placed(database, sale, 1, now=now)
    with database.writing() as db:
        db.execute(text("SET LOCAL session_replication_role = replica"))
        db.execute(
            text("UPDATE orders SET state = :s WHERE id = :id"), {"s": order_state, "id": made.order_id}
        )

    page = client.get(f"/orders/{made.code}?key={made.secret}").text

    with database.writing() as db:
        db.execute(text("SET LOCAL session_replication_role = replica"))
        db.execute(text("UPDATE orders SET state = 'awaiting_payment'"))
    assert words in page
    assert f'data-order-state="{order_state}"' in page
    assert "hx-get" not in page.split('data-order-state="')[1].split(">")[0]


def test_a_paid_order_shows_its_tickets(
    client: FlaskClient, database: Database, sale: Sale, now: datetime
) -> None:
    made = placed(database, sale, 2, now=now)
    pay(database, made.payment_id)

    page = client.get(f"/orders/{made.code}?key={made.secret}").text

    assert state(database, made.order_id) == "paid"
    assert "Paid. Here are your tickets." in page
    assert page.count('href="/tickets/') == 2
