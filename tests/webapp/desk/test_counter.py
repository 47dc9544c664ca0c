"""Selling over the counter: cash, card and gifts, places and seats, once each, into a till that adds up."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient

from tests.factories.accounts import a_member, a_person, sign_in
from tests.factories.booking import Kind, a_sale, hold, pay, placed, taken, tickets
from tests.factories.seating import a_seated_sale
from tests.webapp.desk.conftest import Desk, a_desk, words
from webapp.accounts.models import EventRole, Organizer
from webapp.catalog.models import EventDate
from webapp.core import clock
from webapp.core.db import Database
from webapp.core.ids import secret

STATE = "SELECT state || ' ' || channel || ' ' || total FROM orders WHERE code = :code"


def test_a_sale_in_cash_gives_change_and_tickets_without_a_booking_fee(desk: Desk) -> None:
    desk.open_till("50")

    till = desk.choose(2, 1).location
    code = desk.client.post(till, data={"means": "cash", "tendered": "100"}).location

    assert "€41.50 change" in desk.page(code)
    code = code.rsplit("/", 1)[1]
    assert desk.one(STATE, code=code) == "paid counter 5850"
    assert (
        tickets(desk.database, desk.one("SELECT id FROM orders WHERE code = :code", code=code))
        == ["valid"] * 3
    )
    assert taken(desk.database, desk.sale) == [3]
    secret_ = desk.one("SELECT secret FROM orders WHERE code = :code", code=code)
    assert desk.client.get(f"/orders/{code}/tickets.pdf?key={secret_}").data.startswith(b"%PDF")
    assert "€108.50 in cash after 1 sale" in desk.page(desk.counter)


def test_too_little_cash_is_said_and_sells_nothing(desk: Desk) -> None:
    desk.open_till()
    till = desk.choose(1).location

    answer = desk.client.post(till, data={"means": "cash", "tendered": "20"})

    assert answer.status_code == 422
    assert "€24.00 are due, so €4.00 are missing." in answer.text
    assert desk.one("SELECT count(*) FROM orders") == 0


def test_a_date_far_ahead_is_found_by_its_name_or_its_day(desk: Desk) -> None:
    desk.open_till()
    with desk.database.writing() as db:
        date = db.get_one(EventDate, desk.sale.date_id)
        date.starts_at += timedelta(days=200)
        date.ends_at += timedelta(days=200)
        title, day = date.event.title, f"{date.starts_at - timedelta(days=2):%Y-%m-%d}"

    assert title not in desk.page(desk.counter)
    assert title in desk.page(f"{desk.counter}?q={title[:4]}")
    assert f"{title}" in desk.page(f"{desk.counter}?day={day}")
    assert "No date fits" in desk.page(f"{desk.counter}?q=100%25")


def test_a_day_at_the_counter_begins_at_midnight_where_the_date_takes_place(desk: Desk) -> None:
    desk.open_till()
    with desk.database.writing() as db:
        date = db.get_one(EventDate, desk.sale.date_id)  # in Oslo, an hour or two ahead of UTC
        eve = date.starts_at + timedelta(days=3)
        date.starts_at = eve.replace(hour=23, minute=30)
        date.ends_at = date.starts_at + timedelta(hours=2)
        title = date.event.title

    assert title in desk.page(f"{desk.counter}?day={eve + timedelta(days=1):%Y-%m-%d}")
    assert title not in desk.page(f"{desk.counter}?day={eve + timedelta(days=2):%Y-%m-%d}")


def test_a_card_is_a_fact_with_its_slip_and_stays_out_of_the_drawer(desk: Desk) -> None:
    till = desk.open_till("50")
    chosen = desk.choose(1).location
    assert desk.client.post(chosen, data={"means": "card"}).status_code == 422

    code = desk.client.post(chosen, data={"means": "card", "reference": "T7 004711"}).location.rsplit("/", 1)[
        1
    ]

    assert "Card terminal, slip T7 004711" in desk.page(f"{desk.base}/orders/{code}")
    assert "€50.00" in desk.page(f"{desk.counter}/tills/{till}")
    assert desk.one("SELECT provider FROM payments") == "terminal"


def test_a_gift_costs_nothing_and_says_for_what(desk: Desk) -> None:
    desk.open_till()
    chosen = desk.choose(2).location
    assert desk.client.post(chosen, data={"means": "comp"}).status_code == 422

    desk.client.post(chosen, data={"means": "comp", "reason": "Lost property"})

    assert desk.one("SELECT state || total || ' ' || discount FROM orders") == "paid0 4800"
    assert desk.one("SELECT kind || ' ' || reason FROM till_entries") == "comp Lost property"


def test_pressed_twice_it_is_sold_once(desk: Desk) -> None:
    desk.open_till()
    key = secret()
    first, second = desk.choose(2, key=key).location, desk.choose(2, key=key).location
    assert first == second

    codes = {desk.client.post(first, data={"means": "cash"}).location for _ in range(2)}

    assert len(codes) == 1
    assert desk.one("SELECT count(*) FROM payments") == 1
    assert taken(desk.database, desk.sale) == [2]


def test_without_a_till_nothing_is_sold(desk: Desk) -> None:
    assert "Open your till" in desk.page(desk.counter)
    assert desk.choose(1).status_code == 409
    assert taken(desk.database, desk.sale) == [0]


def test_what_a_customer_does_not_want_goes_back_at_once(desk: Desk) -> None:
    desk.open_till()
    chosen = desk.choose(4).location

    desk.client.post(f"{chosen}/release")

    assert taken(desk.database, desk.sale) == [0]
    assert desk.client.post(chosen, data={"means": "cash"}).status_code in {404, 410}


def test_the_counter_sells_hidden_and_closed_types_but_nothing_beyond_the_house(
    client: FlaskClient, database: Database
) -> None:
    yesterday = clock.now().replace(year=2020)
    kinds = (Kind(500, name="Staff", values={"hidden": True}), Kind(900, values={"sale_ends_at": yesterday}))
    desk = a_desk(client, database, a_sale(database, places=(3,), kinds=kinds))
    desk.open_till()

    desk.sell(1, 1)
    refused = desk.choose(2)

    assert refused.status_code == 409
    assert "Only 1 place is left." in refused.text
    assert taken(database, desk.sale) == [2]


def test_counter_and_web_never_sell_one_place_twice(
    app: Flask, client: FlaskClient, database: Database
) -> None:
    desk = a_desk(client, database, a_sale(database, places=(10,)))
    desk.open_till()
    keys = [secret() for _ in range(12)]
    barrier = threading.Barrier(24)
    with client.session_transaction() as session:
        cookie = dict(session)

    def at_the_counter(key: str) -> int:
        browser = app.test_client()
        with browser.session_transaction() as other:
            other.update(cookie)
        barrier.wait()
        return Desk(browser, database, desk.sale, desk.base).choose(1, key=key).status_code

    def on_the_web(_: str) -> int:
        barrier.wait()
        try:
            hold(database, desk.sale, 1, now=clock.now())
        except Exception:  # noqa: BLE001  # a refusal: whoever is too late
            return 409
        return 303

    with ThreadPoolExecutor(24) as pool:
        futures = [pool.submit(act, key) for key in keys for act in (at_the_counter, on_the_web)]
        answers = [future.result() for future in futures]

    assert answers.count(303) == 10
    assert taken(database, desk.sale) == [10]


def test_seats_are_the_best_that_are_free_or_those_that_are_pointed_at(
    client: FlaskClient, database: Database
) -> None:
    seated = a_seated_sale(database)
    desk = a_desk(client, database, seated.sale)
    desk.open_till()

    desk.sell(2)
    page = client.get(f"{desk.counter}/{seated.date_id}/seats/{seated.sections[0]}")
    chosen = desk.choose(seat=[str(seated.ordinal("D 1")), str(seated.ordinal("D 2"))]).location
    assert "Stalls, row D, seat 1" in words(client.get(chosen).text)
    client.post(chosen, data={"means": "cash"})

    assert page.text.count('name="seat"') == 40
    assert desk.one("SELECT count(*) FROM seat_claims WHERE ticket_id IS NOT NULL") == 4
    assert desk.choose(seat=[str(seated.ordinal("D 1"))]).status_code == 409


def test_cash_that_was_paid_at_the_counter_goes_back_there(
    app: Flask, client: FlaskClient, database: Database
) -> None:
    desk = a_desk(client, database, a_sale(database, fee_fixed=100), "owner")
    till = desk.open_till("50")
    code = desk.sell(2)
    ticket = desk.one("SELECT id FROM tickets ORDER BY id LIMIT 1")
    client.post(f"{desk.base}/orders/{code}/refund", data={"ticket": str(ticket), "reason": "Ill"})
    assert desk.one("SELECT count(*) FROM outbox WHERE topic = 'RefundRequested'") == 0
    refund = desk.one("SELECT id FROM refunds WHERE state = 'requested'")
    assert code in desk.page(f"{desk.counter}/tills")

    answers = [client.post(f"{desk.counter}/refunds/{refund}").status_code for _ in range(2)]

    assert answers == [303, 404]
    assert "Paid out in cash" in desk.page(f"{desk.base}/orders/{code}")
    assert desk.one("SELECT sum(amount) FROM ledger_entries") == 2400
    assert "€74.00" in desk.page(f"{desk.counter}/tills/{till}")


def test_whoever_refunds_or_cancels_reads_that_the_counter_pays_it_out(desk: Desk) -> None:
    with desk.database.reading() as db:
        organizer = db.get_one(Organizer, desk.sale.organizer_id)
    sign_in(desk.client, a_member(desk.database, organizer, "owner"))
    desk.open_till()
    code = desk.sell(1)
    web = placed(desk.database, desk.sale, 1, now=clock.now())
    pay(desk.database, web.payment_id)

    waits = "waits under Tills and refunds until somebody pays it out at the counter"
    assert waits in desk.page(f"{desk.base}/orders/{code}")
    assert waits not in desk.page(f"{desk.base}/orders/{web.code}")
    date = desk.page(f"{desk.base}/dates/{desk.sale.date_id}")
    assert "1 order was bought at the counter: that money waits under Tills and refunds" in date


def test_who_sells_for_one_event_sees_their_own_till_and_refunds_of_that_event(
    app: Flask, client: FlaskClient, database: Database
) -> None:
    mine = a_sale(database)
    desk = a_desk(client, database, mine, "owner")
    other = replace(desk, sale=a_sale(database, organizer_id=mine.organizer_id))
    desk.open_till("7")
    codes = [one.sell(1) for one in (desk, other)]
    for code in codes:
        ticket = desk.one(
            "SELECT t.id FROM tickets t JOIN orders o ON o.id = order_id WHERE code = :c", c=code
        )
        client.post(f"{desk.base}/orders/{code}/refund", data={"ticket": str(ticket), "reason": "Ill"})
    mona = a_person(database, "Mona")
    with database.writing() as db:
        event_id = db.get_one(EventDate, mine.date_id).event_id
        given = {"organizer_id": mine.organizer_id, "event_id": event_id, "user_id": mona.id}
        db.add(EventRole(role="manager", **given))
    hers = replace(desk, client=sign_in(app.test_client(), mona))
    hers.open_till("33")

    tills = hers.page(f"{desk.counter}/tills")

    assert codes[0] in tills
    assert codes[1] not in tills
    assert "Mona" in tills
    assert "€7.00" not in tills
    told = desk.one(
        "SELECT r.id FROM refunds r JOIN payments p ON p.id = r.payment_id"
        " JOIN orders o ON o.id = p.reference WHERE o.code = :c",
        c=codes[1],
    )
    assert hers.client.post(f"{desk.counter}/refunds/{told}").status_code == 404
    history = hers.page(f"{desk.base}/audit")
    assert "Sold at the counter" in history
    assert codes[1] not in history


def test_anonymous_customers_are_not_one_buyer(client: FlaskClient, database: Database) -> None:
    kind = Kind(values={"max_per_buyer": 2})
    desk = a_desk(client, database, a_sale(database, kinds=(kind,)))
    desk.open_till()

    for _ in range(2):
        desk.sell(2)

    assert taken(database, desk.sale) == [4]


def test_the_web_keeps_its_channel_and_its_fee(desk: Desk) -> None:
    code = placed(desk.database, desk.sale, 1, now=clock.now()).code

    assert desk.one(STATE, code=code) == "awaiting_payment web 2500"
    assert desk.client.get(f"{desk.counter}/sold/{code}").status_code == 404
