"""The list's pages: plain forms, each of which sent twice does it once, and links that need no account."""

import re
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from tests.factories.accounts import a_person
from tests.factories.booking import Sale, taken
from tests.factories.forms import BUYER, twice, wish
from tests.factories.seating import Hall, a_seated_sale
from tests.factories.seating import bought as seats_bought
from tests.factories.waiting import (
    Waiter,
    a_waiter,
    given_back,
    outbox,
    refunded,
    rung,
    seen,
    sold_out,
    states,
)
from webapp.accounts.rules import Device
from webapp.accounts.service import signing_in
from webapp.core.db import Database
from webapp.waitinglist.rules import MAIL_EVERY


def asking(sale: Sale, **more: str) -> dict[str, str]:
    form = {"places": "2", "manner": "together", "types": str(sale.types[0])}
    return form | {"name": "Lena Lund", "email": "lena@example.org"} | more


def joined(database: Database) -> Waiter:
    """The one entry there is."""
    with database.reading() as db:
        row = db.execute(text("SELECT id, secret FROM waitlist_entries")).one()
    return Waiter(row.id, row.secret)


def path_of(page: str) -> str:
    found = re.search(r'action="(/waitlist/entry/[\w-]+)/', page)
    assert found, page
    return found[1]


def test_an_unknown_address_is_asked_first_and_waits_from_its_press_on(
    client: FlaskClient, database: Database, now: datetime
) -> None:
    sale, _ = sold_out(database, now, 4)
    assert twice(client, f"/waitlist/{sale.slug}", **asking(sale)) == f"/waitlist/{sale.slug}/asked"
    waiter = joined(database)
    assert outbox(database, "EntryAsked") == 1
    assert "Do you want to wait?" in client.get(f"/waitlist/entry/{waiter.key}").text
    assert states(database, now, waiter) == ["unconfirmed"]

    twice(client, f"/waitlist/entry/{waiter.key}/confirm")

    assert states(database, now, waiter) == ["waiting"]
    assert "You are the next." in client.get(f"/waitlist/entry/{waiter.key}").text


def test_nothing_on_the_page_tells_whether_an_address_waits_already(
    client: FlaskClient, app: Flask, database: Database, now: datetime
) -> None:
    sale, _ = sold_out(database, now, 4)
    a_waiter(database, sale, email="lena@example.org", now=now - MAIL_EVERY)

    said = [
        client.post(f"/waitlist/{sale.slug}", data=asking(sale, email=f"{who}@example.org"))
        for who in ("lena", "mia")
    ]

    assert said[0].location == said[1].location
    assert (outbox(database, "EntryAsked"), seen(database, _first(database), now).places) == (2, 1)


def _first(database: Database) -> Waiter:
    with database.reading() as db:
        row = db.execute(text("SELECT id, secret FROM waitlist_entries ORDER BY id LIMIT 1")).one()
    return Waiter(row.id, row.secret)


def test_an_account_with_a_confirmed_address_waits_at_once(
    client: FlaskClient, database: Database, now: datetime
) -> None:
    sale, _ = sold_out(database, now, 4)
    person = a_person(database, "Lena Lund")
    with database.writing() as db:
        token = signing_in.open_device(db, person, Device("Firefox", "127.0.0.1"))
    with client.session_transaction() as session:
        session["_user_id"] = token
    assert person.email in client.get(f"/waitlist/{sale.slug}").text

    address = twice(client, f"/waitlist/{sale.slug}", **asking(sale, email=person.email))

    assert "You are on the list" in client.get(address).text


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"places": "0"}, "The least is 1."),
        ({"places": "11"}, "1 to 10 fit in one order."),
        ({"types": ""}, "Choose at least one kind of ticket."),
        ({"email": "lena"}, "Write an address such as"),
        ({"manner": "perhaps"}, "Choose one of"),
    ],
)
def test_odd_answers_are_refused_with_a_sentence(
    client: FlaskClient, database: Database, now: datetime, typed: dict[str, str], says: str
) -> None:
    sale, _ = sold_out(database, now, 4)

    answer = client.post(f"/waitlist/{sale.slug}", data=asking(sale, **typed))

    assert answer.status_code == 422
    assert says in answer.text


def test_nobody_waits_for_what_can_be_had_at_once(
    client: FlaskClient, database: Database, now: datetime
) -> None:
    sale, order_id = sold_out(database, now, 4)
    refunded(database, order_id, 2)

    answer = client.post(f"/waitlist/{sale.slug}", data=asking(sale))

    assert (answer.status_code, "2 places are free now" in answer.text) == (409, True)


def test_an_offer_goes_from_its_link_to_the_tickets_on_another_device(
    app: Flask, client: FlaskClient, database: Database, now: datetime
) -> None:
    sale, order_id = sold_out(database, now, 4)
    waiter = a_waiter(database, sale, 2, now=now)
    refunded(database, order_id, 2)
    rung(database, sale, now)
    phone = app.test_client()
    page = phone.get(f"/waitlist/entry/{waiter.key}")
    assert "2 places are yours" in page.text
    assert taken(database, sale) == [4]

    assert twice(phone, f"{path_of(page.text)}/take") == "/basket"
    found = re.search(r"/checkout/[0-9a-f-]{36}", phone.get("/basket").text)
    assert found
    assert client.get(found[0]).status_code == 404

    assert phone.post(found[0], data=BUYER).status_code == 303
    assert "They are in your order" in phone.get(f"/waitlist/entry/{waiter.key}").text


def test_looking_at_the_link_takes_and_leaves_nothing(
    client: FlaskClient, database: Database, now: datetime
) -> None:
    sale, order_id = sold_out(database, now, 4)
    waiter = a_waiter(database, sale, now=now)
    refunded(database, order_id, 1)
    rung(database, sale, now)

    for step in ("take", "leave", "confirm", "rejoin"):
        assert client.get(f"/waitlist/entry/{waiter.key}/{step}").status_code == 405

    assert states(database, now, waiter) == ["offered"]
    assert client.get(f"/waitlist/entry/{waiter.key[:-1]}").status_code == 404


def test_the_page_of_an_entry_shows_how_it_ended(
    client: FlaskClient, database: Database, now: datetime
) -> None:
    sale, order_id = sold_out(database, now, 4)
    waiter = a_waiter(database, sale, now=now)
    address = f"/waitlist/entry/{waiter.key}"

    twice(client, f"{address}/leave")
    assert "You left the list" in client.get(address).text
    twice(client, f"{address}/rejoin")
    refunded(database, order_id, 1)
    rung(database, sale, now - timedelta(hours=3))
    assert "Time ran out" in client.get(address).text
    rung(database, sale, now)
    rung(database, sale, now)
    assert "You left the list with it." in client.get(address).text


def test_a_sold_out_event_and_its_refusal_lead_to_the_list(
    app: Flask, client: FlaskClient, database: Database, now: datetime
) -> None:
    sale, order_id = sold_out(database, now, 4)
    assert f"/waitlist/{sale.slug}?date={sale.date_id}" in client.get(f"/events/{sale.slug}").text

    refused = client.post("/basket/hold", data=wish(sale, 1))

    assert f"/waitlist/places/{sale.pools[0]}" in refused.text
    to_list = client.get(f"/waitlist/places/{sale.pools[0]}")
    assert to_list.location == f"/waitlist/{sale.slug}?date={sale.date_id}"
    assert "checked" in client.get(to_list.location).text
    a_waiter(database, sale, now=now)
    refunded(database, order_id, 1)
    assert "Sold out" in client.get(f"/events/{sale.slug}?date={sale.date_id}").text
    rung(database, sale, now)


def test_a_ticket_is_given_back_and_kept_by_the_order_page(
    client: FlaskClient, database: Database, now: datetime
) -> None:
    _, order_id = sold_out(database, now, 1)
    give_back_and_keep(client, database, order_id)
    given_back(database, order_id, 1, now)


def test_a_numbered_seat_is_given_back_and_kept_by_its_name(
    client: FlaskClient, database: Database, now: datetime
) -> None:
    seated = a_seated_sale(database, Hall(rows=2, seats=2))
    order_id = seats_bought(database, seated, "A 1", "A 2", now=now)
    page = give_back_and_keep(client, database, order_id)
    assert 'aria-label="Offer it: Adult, Stalls, row A, seat 1, ' in page


def test_an_offer_names_its_seat(client: FlaskClient, database: Database, now: datetime) -> None:
    seated = a_seated_sale(database, Hall(rows=2, seats=2))
    order_id = seats_bought(database, seated, "A 1", "A 2", now=now)
    given_back(database, order_id, 1, now)
    waiter = a_waiter(database, seated.sale, now=now)
    rung(database, seated.sale, now)
    assert "<p>Stalls, row A, seat 1</p>" in client.get(f"/waitlist/entry/{waiter.key}").text


def give_back_and_keep(client: FlaskClient, database: Database, order_id: UUID) -> str:
    """The first ticket of an order by its page, each step sent twice; the page before."""
    with database.reading() as db:
        order = db.execute(text("SELECT code, secret FROM orders WHERE id = :id"), {"id": order_id}).one()
    address = f"/orders/{order.code}?key={order.secret}"
    page = client.get(address).text
    found = re.search(r'action="(/orders/[^"]+)/give-back(\?[^"]+)"', page)
    assert found

    twice(client, f"{found[1]}/give-back{found[2]}")
    assert "Offered to the waiting list" in client.get(address).text
    twice(client, f"{found[1]}/keep{found[2]}")

    assert "Offered to the waiting list" not in client.get(address).text
    return page
