"""Staff write to guests: who gets it, how it reads, when it goes out, and who is not written to."""

import hashlib
import hmac
import json
import re
import time
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from tests.factories.accounts import a_person, sign_in
from tests.factories.booking import Kind, Sale, a_sale, placed
from tests.factories.messages import a_buyer, a_message, begin
from webapp.accounts.models import Membership, Organizer
from webapp.core import clock
from webapp.core.db import Database
from webapp.core.ids import secret, uuid7
from webapp.messages.queries.audience import counted
from webapp.messages.rules.audience import Audience
from webapp.messages.rules.fields import filled
from webapp.messages.service import sending

HOOK = "a secret that only the mail provider has"


@pytest.fixture
def sale(database: Database) -> Sale:
    kinds = (Kind(2400, name="Standing"), Kind(999, pool=1, name="Seats"))
    return a_sale(database, places=(20, 20), kinds=kinds)


@pytest.fixture
def owner(app: Flask, database: Database, sale: Sale) -> FlaskClient:
    return an_owner(app, database, sale)


def an_owner(app: Flask, database: Database, sale: Sale) -> FlaskClient:
    person = a_person(database)
    with database.writing() as db:
        db.add(Membership(organizer_id=sale.organizer_id, user_id=person.id, role="owner"))
    return sign_in(app.test_client(), person)


def base(database: Database, sale: Sale) -> str:
    with database.reading() as db:
        return f"/staff/{db.get_one(Organizer, sale.organizer_id).slug}/messages"


def typed(sale: Sale, **more: object) -> dict[str, object]:
    return {
        "id": str(uuid7()),
        "subject": "Doors at {time}",
        "body": "Hello {name},\r\n\r\nsee you on {date} at {place}.\r\n{ticket_link}",
        "purpose": "booking",
        "who": "guests",
        "event": str(sale.event_id),
        "states": ["paid"],
        **more,
    }


def test_a_message_is_shown_as_each_guest_reads_it(
    database: Database, sale: Sale, owner: FlaskClient
) -> None:
    a_buyer(database, sale)
    a_buyer(database, sale)
    form = typed(sale)

    assert owner.post(base(database, sale), data=form).status_code == 303
    page = owner.get(f"{base(database, sale)}/{form['id']}?guest=2").text

    assert re.search(r"<h3>Doors at \d\d:\d\d</h3>", page)
    assert "Harbour Hall, Quay 4, Oslo" in page
    assert re.search(r'<a href="http://localhost/orders/[A-Z0-9-]+/tickets\?key=', page)


def test_an_unknown_field_is_refused_by_its_name(database: Database, sale: Sale, owner: FlaskClient) -> None:
    answer = owner.post(base(database, sale), data=typed(sale, body="Hello {nmae} and {name}"))

    assert answer.status_code == 422
    assert "{nmae} is no field. Did you mean {name}?" in answer.text


def test_who_waits_has_no_tickets_to_be_told_of(database: Database, sale: Sale, owner: FlaskClient) -> None:
    answer = owner.post(base(database, sale), data=typed(sale, who="waiting"))

    assert "{ticket_link} has nothing to say to who waits." in answer.text


def test_what_stands_in_other_brackets_is_left_alone() -> None:
    assert filled("{name} {{x}} { a\nb }", {"name": "Amara"}) == "Amara {} { a\nb }"


def test_guests_are_chosen_by_date_type_state_and_door(database: Database, sale: Sale) -> None:
    standing, seated = a_buyer(database, sale, 1), a_buyer(database, sale, 0, 1)
    unpaid = placed(database, sale, 1, now=clock.now(), email=f"{secret().lower()}@example.org")
    with database.writing() as db:
        db.execute(
            text(
                "UPDATE tickets SET state = 'used', used_at = now() WHERE order_id ="
                " (SELECT id FROM orders WHERE buyer_email = :who)"
            ),
            {"who": seated},
        )

    def number(**more: object) -> int:
        audience = Audience(event_id=sale.event_id, **more)  # type: ignore[arg-type]
        with database.reading() as db:
            return counted(db, sale.organizer_id, audience, "booking").get("", 0)

    assert (standing != seated, unpaid.code != "") == (True, True)
    assert number() == 2
    assert number(types=("Seats",)) == 1
    assert number(door="came") == 1
    assert number(door="missing") == 1
    assert number(states=("awaiting_payment",)) == 1
    assert number(date_id=uuid7()) == 0
    assert number(who="orders", codes=(unpaid.code,)) == 1


def test_a_message_waits_for_its_local_time_and_can_be_taken_back(
    database: Database, sale: Sale, owner: FlaskClient
) -> None:
    a_buyer(database, sale)
    path = f"{base(database, sale)}/{a_message(database, sale)}"
    at = clock.local(clock.now() + timedelta(hours=2), "America/Toronto")

    said = owner.post(f"{path}/send", data={"at": f"{at:%Y-%m-%dT%H:%M}", "zone": "America/Toronto"})
    assert said.status_code == 303
    assert f"It goes out at {at:%H:%M}, Toronto time." in owner.get(path).text
    with database.writing() as db:
        assert sending.start_due(db, clock.now()) == []

    owner.post(f"{path}/stop")
    with database.writing() as db:
        assert sending.start_due(db, clock.now() + timedelta(hours=3)) == []
    assert "Take it back" not in owner.get(path).text


def test_a_time_that_is_over_or_is_not_there_is_refused(
    database: Database, sale: Sale, owner: FlaskClient
) -> None:
    a_buyer(database, sale)
    path = f"{base(database, sale)}/{a_message(database, sale)}/send"

    over = owner.post(path, data={"at": "2020-01-01T10:00", "zone": "Europe/Oslo"})
    gap = owner.post(path, data={"at": "2027-03-28T02:30", "zone": "Europe/Oslo"})

    assert (over.status_code, gap.status_code) == (422, 422)
    assert "That is over already." in over.text
    assert "does not exist in Europe/Oslo" in gap.text


def signed(body: bytes, key: str = HOOK) -> dict[str, str]:
    at = str(int(time.time()))
    made = hmac.new(key.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return {"Mail-Signature": f"t={at},v1={made}", "Content-Type": "application/json"}


def recipient(database: Database, message_id: UUID) -> tuple[str, str, str]:
    with database.reading() as db:
        row = db.execute(
            text("SELECT id, address, secret FROM message_recipients WHERE message_id = :id"),
            {"id": message_id},
        ).one()
        return str(row.id), row.address, row.secret


def test_a_bounce_counts_only_when_it_is_signed_and_ours(
    make: Callable[..., Flask], database: Database, sale: Sale
) -> None:
    a_buyer(database, sale)
    message = a_message(database, sale)
    begin(database, sale, message)
    name, address, _ = recipient(database, message)
    browser = make(mail_webhook_secret=HOOK).test_client()

    def tell(message_id: str, **how: str) -> int:
        told = {"type": "bounce", "kind": "hard", "message_id": message_id, "recipient": address}
        body = json.dumps(told).encode()
        return browser.post("/webhooks/mail", data=body, headers=signed(body, **how)).status_code

    assert tell(f"<{name}@marquee.example>", key="another secret") == 400
    assert tell(f"<{uuid7()}@marquee.example>") == 202
    assert [tell(f"<{name}@marquee.example>") for _ in range(2)] == [200, 200]
    page = an_owner(browser.application, database, sale).get(base(database, sale)).text
    assert page.count(address) >= 1
    assert "mail provider told of a bounce" in page


def test_a_link_that_is_only_looked_at_ends_nothing(
    client: FlaskClient, database: Database, sale: Sale
) -> None:
    a_buyer(database, sale)
    message = a_message(database, sale)
    begin(database, sale, message)
    _, _, key = recipient(database, message)

    assert "End the news" in client.get(f"/news/{key}").text
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    one_click = client.post(f"/news/{key}", data={"List-Unsubscribe": "One-Click"}, headers=elsewhere)

    assert one_click.status_code == 200
    assert "gets no more news" in client.get(f"/news/{key}").text
