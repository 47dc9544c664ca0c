"""The way to the provider's page, and what it may tell us."""

import hashlib
import hmac
import json
import time
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from tests.factories.sandbox import Sandbox
from tests.webapp.payments.conftest import Ask, state
from webapp.core.db import Database
from webapp.core.errors import NotFound


def webhook(payment_id: str, kind: str = "session.paid", *, name: str = "") -> bytes:
    facts = {"id": "ses_1", "reference": payment_id, "amount": 4800, "currency": "EUR", "status": "paid"}
    return json.dumps({"id": name or f"evt_{uuid4()}", "type": kind, "data": facts}).encode()


def send(client: FlaskClient, body: bytes, *, secret: str = "secret", at: int | None = None) -> Any:
    at = at or int(time.time())
    signature = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    # As a program sends it: no Origin, no Sec-Fetch-Site, no cookie.
    return client.post(
        "/webhooks/sandbox",
        data=body,
        headers={"Sandbox-Signature": f"t={at},v1={signature}", "Sec-Fetch-Site": "cross-site"},
        content_type="application/json",
    )


def test_the_way_to_pay_leads_to_the_providers_page(app: Flask, sandbox: Sandbox, ask: Ask) -> None:
    app.extensions["gateway"], before = sandbox.gateway(), app.extensions["gateway"]
    payment = ask()

    answer = app.test_client().get(f"/pay/{payment}")

    app.extensions["gateway"] = before
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith(f"{sandbox.url}/pay/ses_")


def test_a_provider_that_is_away_is_said_with_a_way_to_try_again(client: FlaskClient, ask: Ask) -> None:
    payment = ask()

    answer = client.get(f"/pay/{payment}")

    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "Paying is not possible just now" in answer.text
    assert f'href="/pay/{payment}"' in answer.text


def test_an_address_of_no_payment_is_not_found(client: FlaskClient) -> None:
    assert client.get(f"/pay/{uuid4()}").status_code == NotFound.status


def test_a_signed_webhook_counts(client: FlaskClient, database: Database, ask: Ask) -> None:
    payment = ask()

    assert send(client, webhook(str(payment), "session.declined")).status_code == 200
    assert state(database, payment) == "failed"


def test_a_webhook_that_comes_again_is_answered_and_does_nothing(
    client: FlaskClient, database: Database, ask: Ask
) -> None:
    payment = ask()
    body = webhook(str(payment), "session.declined")

    assert [send(client, body).status_code for _ in range(2)] == [200, 200]

    with database.reading() as db:
        assert (
            db.scalar(text("SELECT count(*) FROM payment_events WHERE payment_id = :id"), {"id": payment})
            == 1
        )


def test_a_webhook_about_nothing_of_ours_is_kept(client: FlaskClient) -> None:
    assert send(client, webhook(str(UUID(int=7)))).status_code == 202


@pytest.mark.parametrize("secret", ["", "another"])
def test_a_webhook_that_is_not_signed_by_the_provider_is_refused(
    client: FlaskClient, database: Database, ask: Ask, secret: str
) -> None:
    payment = ask()

    assert send(client, webhook(str(payment)), secret=secret).status_code == 400
    assert state(database, payment) == "created"


def test_a_webhook_signed_long_ago_is_refused(client: FlaskClient, ask: Ask) -> None:
    assert send(client, webhook(str(ask())), at=int(time.time()) - 3600).status_code == 400


def test_a_signed_body_that_is_no_event_is_refused(client: FlaskClient) -> None:
    for body in (b"", b"{", b"[]", b"{}", b'{"id": 1, "type": "x", "data": 3}'):
        assert send(client, body).status_code == 400


def test_a_body_that_is_too_large_is_refused(client: FlaskClient) -> None:
    assert send(client, b"x" * 70_000).status_code == 413
