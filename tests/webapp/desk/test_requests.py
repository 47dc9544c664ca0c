"""Tickets that are asked for: staff say yes or no, and a yes is an order that is paid in time."""

import csv
import io
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from tests.factories.booking import RETURN, Kind, a_sale, pay, run_out, state, taken, tickets
from tests.webapp.desk.conftest import Desk, a_desk, words
from webapp.catalog.models import Question
from webapp.core import clock
from webapp.core.audit import Actor
from webapp.core.db import Database
from webapp.core.errors import Refusal
from webapp.core.ids import uuid7
from webapp.desk.service import requests
from webapp.desk.service.requests import Answer


def desk_of(
    client: FlaskClient, database: Database, approval: str, *, places: int = 4, price: int = 3000
) -> Desk:
    kind = Kind(price, name="Workshop", values={"approval": approval})
    return a_desk(client, database, a_sale(database, places=(places,), kinds=(kind,)))


def ask(
    guest: FlaskClient, desk: Desk, number: int = 2, email: str = "amara@example.org", **more: Any
) -> Any:
    given = {"id": str(uuid7()), "quantity": str(number), "name": "Amara", "email": email} | more
    return guest.post(f"/orders/requests/new/{desk.sale.types[0]}", data=given)


def answer(desk: Desk, what: str = "approve", *ids: UUID, **more: str) -> None:
    chosen = [str(one) for one in ids] or [
        str(desk.one("SELECT id FROM ticket_requests WHERE state = 'asked'"))
    ]
    given = {"request": chosen, "answer": what} | more
    assert desk.client.post(f"{desk.base}/requests", data=given).status_code == 303


@pytest.mark.parametrize(("approval", "kept"), [("ask", 0), ("hold", 2)])
def test_an_approved_request_is_an_order_with_time_to_pay(
    app: Flask, client: FlaskClient, database: Database, approval: str, kept: int
) -> None:
    desk, guest = desk_of(client, database, approval), app.test_client()

    page = ask(guest, desk, words="I teach").location
    assert taken(database, desk.sale) == [kept]
    assert "The organizer has not answered yet" in words(guest.get(page).text)
    assert "I teach" in desk.page(f"{desk.base}/requests")
    answer(desk, note="Welcome", pay_hours="24")

    assert "Pay €60.00" in words(guest.get(page).text)
    assert taken(database, desk.sale) == [2]
    order = desk.one("SELECT order_id FROM ticket_requests")
    left = desk.one("SELECT extract(epoch FROM pay_by - now()) / 3600 FROM ticket_requests")
    assert 23.9 < left < 24.1
    pay(database, desk.one("SELECT id FROM payments"))
    assert tickets(database, order) == ["valid", "valid"]
    assert desk.one("SELECT count(*) FROM outbox WHERE topic = 'RequestApproved'") == 1


def test_what_costs_nothing_becomes_tickets_at_once(
    app: Flask, client: FlaskClient, database: Database
) -> None:
    desk = desk_of(client, database, "ask", price=0)
    ask(app.test_client(), desk)

    answer(desk)

    assert tickets(database, desk.one("SELECT order_id FROM ticket_requests")) == ["valid", "valid"]
    assert desk.one("SELECT count(*) FROM outbox WHERE topic = 'OrderPaid'") == 1


def test_who_does_not_pay_in_time_loses_the_places(
    app: Flask, client: FlaskClient, database: Database
) -> None:
    desk, guest = desk_of(client, database, "ask"), app.test_client()
    page = ask(guest, desk).location
    answer(desk, pay_hours="1")

    run_out(database, clock.now() + timedelta(hours=1))

    assert state(database, desk.one("SELECT order_id FROM ticket_requests")) == "expired"
    assert "The time to pay is over" in words(guest.get(page).text)
    assert taken(database, desk.sale) == [0]


def test_a_request_that_nobody_answers_ends_by_its_time_alone(
    app: Flask, client: FlaskClient, database: Database
) -> None:
    desk, guest = desk_of(client, database, "hold"), app.test_client()
    page = ask(guest, desk, 4).location
    with database.writing() as db:
        db.execute(text("UPDATE ticket_requests SET answer_by = now() - interval '1 second'"))
        db.execute(text("UPDATE holds SET expires_at = now() - interval '1 second'"))

    desk.open_till()
    desk.sell(4)
    answer(desk)

    assert "did not answer in time" in words(guest.get(page).text)
    assert desk.one("SELECT state FROM ticket_requests") == "asked"
    assert desk.one("SELECT count(*) FROM orders WHERE channel = 'web'") == 0
    assert ask(guest, desk).status_code == 409


def test_nobody_buys_past_the_approval(app: Flask, client: FlaskClient, database: Database) -> None:
    desk = desk_of(client, database, "ask")

    refused = app.test_client().post("/basket/hold", data={f"qty-{desk.sale.types[0]}": "1"})

    assert refused.status_code == 409
    assert f"/orders/requests/new/{desk.sale.types[0]}" in refused.text
    assert "Ask for it" in app.test_client().get(f"/events/{desk.sale.slug}").text
    assert taken(database, desk.sale) == [0]


def test_many_are_answered_at_once_and_the_house_is_never_fuller_than_it_is(
    app: Flask, client: FlaskClient, database: Database
) -> None:
    desk = desk_of(client, database, "ask", places=5)
    for number in range(3):
        assert ask(app.test_client(), desk, 2, f"guest{number}@example.org").status_code == 303
    with database.reading() as db:
        ids = db.scalars(text("SELECT id FROM ticket_requests ORDER BY id")).all()

    answer(desk, "approve", *ids)

    said = desk.page(f"{desk.base}/requests")
    assert "2 requests are approved" in said
    assert "Amara: Only 1 place is left." in said
    assert taken(database, desk.sale) == [4]
    answer(desk, "decline", *ids)
    assert desk.one("SELECT string_agg(state, ' ' ORDER BY id) FROM ticket_requests") == (
        "approved approved declined"
    )


def test_what_was_asked_is_narrowed_by_its_state_and_taken_away_with_its_answers(
    app: Flask, client: FlaskClient, database: Database
) -> None:
    desk = desk_of(client, database, "ask", places=5)
    question = uuid7()
    with database.writing() as db:
        db.add(Question(id=question, event_id=desk.sale.event_id, label="Your school?", kind="text"))
    for number in range(2):
        assert ask(app.test_client(), desk, 1, f"guest{number}@example.org").status_code == 303
    first = desk.one("SELECT id FROM ticket_requests ORDER BY id LIMIT 1")
    with database.writing() as db:
        given = {"order": {}, "tickets": [["Amara", {str(question): "Oslo"}]]}
        statement = text("UPDATE ticket_requests SET answers = CAST(:given AS jsonb) WHERE id = :id")
        db.execute(statement, {"given": json.dumps(given), "id": first})
    answer(desk, "decline", first)
    requests_page = f"{desk.base}/requests"

    assert "Your school? Oslo" in desk.page(f"{requests_page}?state=declined")
    assert "guest1@example.org" not in desk.page(f"{requests_page}?state=declined")
    page = desk.client.get(requests_page).text
    assert page.index("guest1@example.org") < page.index("guest0@example.org")
    file = desk.client.get(f"{requests_page}?q=guest0&as=csv").data.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(file))
    assert (row["E-mail"], row["Worth"], row["Answers"], row["State"]) == (
        "guest0@example.org",
        "30.00",
        "Your school? Oslo",
        "Declined",
    )


def test_a_file_that_came_with_a_request_is_read_before_and_after_it_is_answered(
    app: Flask, client: FlaskClient, database: Database
) -> None:
    desk, question, guest = desk_of(client, database, "ask"), uuid7(), app.test_client()
    with database.writing() as db:
        facts = {"event_id": desk.sale.event_id, "label": "Your CV", "kind": "file", "scope": "order"}
        db.add(Question(id=question, **facts))
    upload = (io.BytesIO(b"I play the theremin."), "cv.txt")
    assert ask(guest, desk, 1, **{f"answer-{question}": upload}).status_code == 303
    asked, paper = desk.one("SELECT id FROM ticket_requests"), desk.one("SELECT id FROM papers")
    link = f"{desk.base}/requests/{asked}/papers/{paper}"

    assert f'<a href="{link}">cv.txt</a>' in desk.client.get(f"{desk.base}/requests").text
    assert desk.client.get(link).data == b"I play the theremin."
    answer(desk)
    assert desk.client.get(link).data == b"I play the theremin."
    assert desk.client.get(f"{desk.base}/requests/{asked}/papers/{uuid7()}").status_code == 404
    assert guest.get(link).status_code == 303


def test_two_who_approve_at_once_make_one_order(app: Flask, client: FlaskClient, database: Database) -> None:
    desk = desk_of(client, database, "ask", places=4)
    ask(app.test_client(), desk, 2)
    request = desk.one("SELECT id FROM ticket_requests")
    given = Answer(desk.sale.organizer_id, Actor("staff", "Bob", None), RETURN)

    def approve(_: int) -> bool:
        try:
            return requests.approve(database, request, given, clock.now())
        except Refusal:
            return False

    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(approve, range(6)))

    assert done.count(True) == 1
    assert desk.one("SELECT count(*) FROM orders") == 1
    assert taken(database, desk.sale) == [2]


@pytest.mark.parametrize("approval", ["ask", "hold"])
def test_nobody_is_asked_to_pay_for_a_date_that_was_cancelled_meanwhile(
    app: Flask, client: FlaskClient, database: Database, approval: str
) -> None:
    desk = desk_of(client, database, approval)
    ask(app.test_client(), desk)
    with database.writing() as db:
        db.execute(text("UPDATE event_dates SET status = 'cancelled'"))

    answer(desk)

    assert "Cancelled" in desk.page(f"{desk.base}/requests")
    assert desk.one("SELECT count(*) FROM orders") == 0
    assert desk.one("SELECT state FROM ticket_requests") == "asked"
    answer(desk, "decline")
    assert taken(database, desk.sale) == [0]


@pytest.mark.parametrize("approval", ["ask", "hold"])
def test_a_no_and_a_withdrawal_free_the_places(
    app: Flask, client: FlaskClient, database: Database, approval: str
) -> None:
    desk, guest = desk_of(client, database, approval), app.test_client()
    page = ask(guest, desk).location
    path, _, key = page.partition("?")
    for _ in range(2):
        assert guest.post(f"{path}/withdraw?{key}").status_code == 303
    again = ask(guest, desk).location

    answer(desk, "decline", note="Full of teachers")

    assert taken(database, desk.sale) == [0]
    assert "Full of teachers" in words(guest.get(again).text)
    assert guest.get(f"{path}?key=wrong").status_code == 404


def test_one_address_asks_once_at_a_time(app: Flask, client: FlaskClient, database: Database) -> None:
    desk, guest = desk_of(client, database, "hold"), app.test_client()
    key = str(uuid7())

    answers = [ask(guest, desk, 1, id=one).status_code for one in (key, key, str(uuid7()))]

    assert answers == [303, 303, 409]
    assert taken(database, desk.sale) == [1]


def test_the_counter_sells_what_others_ask_for(client: FlaskClient, database: Database) -> None:
    desk = desk_of(client, database, "ask")
    desk.open_till()

    desk.sell(1)

    assert taken(database, desk.sale) == [1]
