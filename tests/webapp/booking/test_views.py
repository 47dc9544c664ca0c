"""The way of a guest through the pages, with plain forms; each sent twice does it once."""

import re
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from tests.factories.accounts import a_person, sign_in
from tests.factories.booking import Kind, Sale, a_sale, a_voucher, hold, pay, placed, state, taken
from webapp.catalog.models import Question
from webapp.core.db import Database
from webapp.core.ids import fingerprint, uuid7

BUYER = {"name": "Amara Okafor", "email": "amara@example.org"}


@pytest.fixture
def sale(database: Database) -> Sale:
    return a_sale(database, places=(6,), kinds=(Kind(), Kind(price=0)))


def wish(sale: Sale, *quantities: int) -> dict[str, str]:
    return {f"qty-{kind}": str(n) for kind, n in zip(sale.types, quantities, strict=False)}


def held(client: FlaskClient, sale: Sale, *quantities: int) -> str:
    """Hold by the form, and read from the basket where its checkout is."""
    assert client.post("/basket/hold", data=wish(sale, *quantities)).status_code == 303
    found = re.search(r"/checkout/([0-9a-f-]{36})", client.get("/basket").text)
    assert found
    return found[1]


def twice(client: FlaskClient, address: str, **data: Any) -> str:
    """Post the same form twice; both must lead to the same place."""
    first, second = (client.post(address, data=data) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303), second.text
    assert first.location == second.location
    return str(first.location)


def booked(client: FlaskClient, sale: Sale) -> str:
    """Book a free ticket; the address of its order."""
    return str(client.post(f"/checkout/{held(client, sale, 0, 1)}", data=BUYER).location)


def count(database: Database, table: str) -> int:
    with database.reading() as db:
        return db.scalar(text(f"SELECT count(*) FROM {table}")) or 0  # nosec B608


def test_a_free_ticket_is_booked_with_plain_forms(
    client: FlaskClient, database: Database, sale: Sale
) -> None:
    page = client.get(booked(client, sale)).text

    assert 'data-order-state="paid"' in page
    assert "Booked. Here are your tickets." in page
    assert "Nothing is held" in client.get("/basket").text


def test_holding_twice_holds_once(client: FlaskClient, database: Database, sale: Sale) -> None:
    held(client, sale, 2)
    twice(client, "/basket/hold", **wish(sale, 2))

    assert taken(database, sale) == [2]


def test_changing_twice_changes_once(client: FlaskClient, database: Database, sale: Sale) -> None:
    held(client, sale, 2)

    twice(client, "/basket/change", **wish(sale, 3))
    assert taken(database, sale) == [3]
    twice(client, "/basket/change", **wish(sale, 0))

    assert taken(database, sale) == [0]


@pytest.mark.parametrize("step", ["extend", "release"])
def test_basket_buttons_may_be_pressed_twice(client: FlaskClient, sale: Sale, step: str) -> None:
    twice(client, f"/basket/{held(client, sale, 2)}/{step}")


def test_using_a_code_keeps_what_was_typed(client: FlaskClient, database: Database, sale: Sale) -> None:
    address, code = f"/checkout/{held(client, sale, 2)}", a_voucher(database, sale).lower()

    tries = (("/voucher", "NO-SUCH"), ("", code), ("/voucher", code))
    wrong, too_soon, right = (client.post(address + end, data={**BUYER, "code": one}) for end, one in tries)
    assert [answer.status_code for answer in (wrong, too_soon, right)] == [422, 422, 200]
    assert "The code NO-SUCH is not known here." in wrong.text
    assert "Press “Use it”" in too_soon.text
    assert all(f'value="{BUYER["email"]}"' in answer.text for answer in (wrong, too_soon, right))
    assert client.post(address, data={**BUYER, "code": code}).status_code == 303


def test_ordering_twice_is_one_order(client: FlaskClient, database: Database, sale: Sale) -> None:
    address = twice(client, f"/checkout/{held(client, sale, 0, 2)}", **BUYER)

    assert (count(database, "orders"), count(database, "tickets")) == (1, 2)
    assert client.get(address).status_code == 200


def test_who_goes_back_to_the_form_is_led_to_the_order(
    client: FlaskClient, database: Database, sale: Sale
) -> None:
    checkout = f"/checkout/{held(client, sale, 0, 1)}"
    order = client.post(checkout, data=BUYER).location

    assert client.get(checkout).location == order


def test_while_the_provider_is_away_the_order_waits_with_its_places(
    client: FlaskClient, database: Database, sale: Sale
) -> None:
    address = twice(client, f"/checkout/{held(client, sale, 2)}", **BUYER)

    page = client.get(address).text
    assert 'data-order-state="awaiting_payment"' in page
    assert "Back to the payment page" in page
    assert (count(database, "orders"), count(database, "payments"), taken(database, sale)) == (1, 1, [2])
    twice(client, address.replace("?", "/pay?"))
    assert count(database, "payments") == 1


def test_what_was_typed_stays_and_each_field_says_what_is_wrong(
    client: FlaskClient, database: Database, sale: Sale
) -> None:
    with database.writing() as db:
        db.add(Question(id=uuid7(), event_id=sale.event_id, label="Meal", kind="text", required=True))
    checkout = f"/checkout/{held(client, sale, 1)}"

    answer = client.post(checkout, data={"name": "Amara Okafor", "email": "amara@example"})

    assert answer.status_code == 422
    assert "2 answers are missing or odd" in answer.text
    assert 'value="Amara Okafor"' in answer.text
    assert "The organizer needs an answer here." in answer.text
    assert taken(database, sale) == [1]


def test_a_sold_out_form_says_how_many_are_left(client: FlaskClient, database: Database, sale: Sale) -> None:
    answer = client.post("/basket/hold", data=wish(sale, 8))

    assert answer.status_code == 409
    assert "Only 6 places are left." in answer.text


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


def test_an_order_is_found_by_its_code_and_address(app: Flask, client: FlaskClient, sale: Sale) -> None:
    code = booked(client, sale).split("/")[2].split("?")[0]
    stranger = app.test_client()

    found = stranger.post("/orders/find", data={"code": code.lower(), "email": "AMARA@example.org"})
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


def test_a_hold_that_ran_out_is_gone_from_the_basket_with_a_sentence(
    client: FlaskClient, database: Database, sale: Sale, now: datetime
) -> None:
    client.set_cookie("basket", "secret")
    gone = hold(database, sale, 1, basket=fingerprint("secret"), now=now - timedelta(minutes=11))

    assert isinstance(gone, UUID)
    assert "Nothing is held" in client.get("/basket").text
    answer = client.get(f"/checkout/{gone}")
    assert (answer.status_code, "Time is up, nothing was charged." in answer.text) == (410, True)
