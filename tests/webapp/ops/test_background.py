"""Dead letters are seen, retried and dropped, once each, and written down."""

import re
from collections.abc import Callable
from contextlib import suppress
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.factories.accounts import a_person, sign_in
from webapp.core import clock
from webapp.core.db import Database
from webapp.core.outbox import Delivery, Outbox
from webapp.ops.models import Heartbeat
from webapp.payments.gateway import GatewayAway


@pytest.fixture
def letter(database: Database) -> UUID:
    with database.writing() as db:
        event = Outbox(topic="OrderPaid", payload={"order_id": "x"}, sent_at=clock.now())
        db.add(event)
        db.flush()
        dead = Delivery(
            outbox_id=event.id,
            job="mail_tickets",
            queue="urgent",
            attempts=15,
            dead_at=clock.now(),
            error="SMTPServerDisconnected: nobody answered",
        )
        db.add(dead)
        db.flush()
        return dead.id


def delivery(database: Database, letter: UUID) -> Delivery:
    with Session(database.engine) as db:
        return db.get_one(Delivery, letter)


def test_a_dead_letter_is_shown_with_its_error(app: Flask, database: Database, letter: UUID) -> None:
    operator = sign_in(app.test_client(), a_person(database, "Olive Ortega", operator=True))
    page = operator.get("/staff/background")
    assert page.status_code == 200
    assert "SMTPServerDisconnected: nobody answered" in page.text


def test_retrying_twice_sends_it_again_once(app: Flask, database: Database, letter: UUID) -> None:
    operator = sign_in(app.test_client(), a_person(database, "Olive Ortega", operator=True))
    answers = [operator.post(f"/staff/background/{letter}/retry").status_code for _ in range(2)]
    again = delivery(database, letter)
    assert answers == [303, 404]
    assert (again.dead_at, again.attempts) == (None, 0)


def test_a_dropped_letter_counts_as_done_and_keeps_its_error(
    app: Flask, database: Database, letter: UUID
) -> None:
    operator = sign_in(app.test_client(), a_person(database, "Olive Ortega", operator=True))
    operator.post(f"/staff/background/{letter}/drop")
    dropped = delivery(database, letter)
    assert dropped.dead_at is None
    assert dropped.done_at is not None
    assert dropped.error is not None
    assert dropped.error.endswith("nobody answered")
    with database.reading() as db:
        said = db.scalars(text("SELECT action || ' by ' || actor_name FROM audit_entries")).all()
    assert said == ["Dead letter dropped by Olive Ortega"]


def test_the_health_page_says_what_is_missing(app: Flask, database: Database) -> None:
    operator = sign_in(app.test_client(), a_person(database, "Olive Ortega", operator=True))
    page = operator.get("/staff/health")
    assert "No clock is running" in page.text
    assert "No worker is running" in page.text
    with database.writing() as db:
        db.add(Heartbeat(name="worker urgent at here", kind="worker"))
        db.add(Heartbeat(name="clock at here", kind="clock"))
    page = operator.get("/staff/health")
    assert "All is well" in page.text


def test_a_circuit_that_opened_in_a_web_process_is_shown(
    make: Callable[..., Flask], database: Database
) -> None:
    app = make()
    for _ in range(5):
        with suppress(GatewayAway):
            app.extensions["gateway"].session("ses_1")

    operator = sign_in(app.test_client(), a_person(database, "Olive Ortega", operator=True))

    assert re.search(
        r"provider of web on [^<]+</td><td>.{1,200}open</span>", operator.get("/staff/health").text
    )
