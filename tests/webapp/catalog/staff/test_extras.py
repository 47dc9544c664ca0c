"""Vouchers and questions as staff change them: what was typed is what counts, and what is wrong is said."""

import re
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from tests.factories.accounts import a_member, sign_in
from tests.factories.booking import Sale, a_sale, a_voucher, placed
from webapp.accounts.models import Organizer
from webapp.core import clock
from webapp.core.db import Database


@pytest.fixture
def sale(database: Database) -> Sale:
    return a_sale(database)


@pytest.fixture
def base(client: FlaskClient, database: Database, sale: Sale) -> str:
    """The staff pages of the organizer that sells, for its owner."""
    with database.reading() as db:
        organizer = db.get_one(Organizer, sale.organizer_id)
    sign_in(client, a_member(database, organizer, "owner"))
    return f"/staff/{organizer.slug}"


def voucher(**said: Any) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "code": f"SPRING-{uuid4().hex[:6]}",
        "kind": "percent",
        "value": "12.5",
        **said,
    }


def kept(database: Database, voucher_id: str) -> tuple[Any, ...]:
    with database.reading() as db:
        row = db.execute(
            text("SELECT value, max_uses, starts_at, ends_at FROM vouchers WHERE id = :id"),
            {"id": voucher_id},
        ).one()
    return tuple(row)


def test_a_voucher_is_made_and_changed(client: FlaskClient, database: Database, base: str) -> None:
    form = voucher(starts_at="2027-03-01T10:00", ends_at="2027-03-02T10:00")
    assert client.post(f"{base}/vouchers", data=form).status_code == 303
    value, most, starts_at, ends_at = kept(database, form["id"])
    # Its house is in Oslo.
    assert (value, most, f"{starts_at:%d %H}", f"{ends_at:%d %H}") == (1250, None, "01 09", "02 09")

    assert form["code"] in client.get(f"{base}/vouchers").text
    page = client.get(f"{base}/vouchers/{form['id']}").text
    assert 'value="12.50"' in page
    assert 'value="2027-03-01T10:00"' in page
    client.post(f"{base}/vouchers", data={**form, "value": "15", "max_uses": "3", "ends_at": ""})
    assert kept(database, form["id"]) == (1500, 3, starts_at, None)


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ({"starts_at": "2027-03-02T10:00", "ends_at": "2027-03-01T10:00"}, "A code ends after it begins."),
        ({"value": "101"}, "A discount is 100 percent at most."),
        ({"code": "two words"}, "Code:"),
    ],
)
def test_a_voucher_that_makes_no_sense_is_refused_with_what_is_right(
    client: FlaskClient, base: str, said: dict[str, str], answer: str
) -> None:
    refused = client.post(f"{base}/vouchers", data=voucher(**said))

    assert refused.status_code == 422
    assert answer in refused.text


def test_a_code_is_not_limited_below_its_use(
    client: FlaskClient, database: Database, base: str, sale: Sale
) -> None:
    code = a_voucher(database, sale)
    for _ in range(2):
        placed(database, sale, 1, code=code, now=clock.now())
    with database.reading() as db:
        known = db.scalar(text("SELECT id FROM vouchers WHERE code = :code"), {"code": code})

    form = voucher(id=str(known), code=code, max_uses="1")
    assert "It was used 2 times already" in client.post(f"{base}/vouchers", data=form).text


def test_a_question_is_asked_changed_and_asked_no_more(client: FlaskClient, base: str, sale: Sale) -> None:
    event = f"{base}/events/{sale.event_id}"
    question = {"id": str(uuid4()), "label": "Which colour?", "kind": "choice", "options": "Red\nBlue"}
    client.post(f"{event}/questions", data=question)
    client.post(f"{event}/questions", data={**question, "label": "Which lamp?", "required": "yes"})

    page = client.get(event).text
    assert "Which lamp?, needed" in page
    assert "Which colour?" not in page.split("Last changes", maxsplit=1)[0]
    client.post(f"{event}/questions/{question['id']}/remove")
    assert "None: name and e-mail are enough." in client.get(event).text


@pytest.mark.parametrize(
    ("part", "typed", "said", "stands"),
    [
        (
            "questions",
            {"label": "Which lamp?", "kind": "choice", "options": "Red"},
            "The list: Give a",
            "Red",
        ),
        ("donation", {"words": "For the roof", "suggested": "much"}, "Suggested: ", "For the roof"),
        ("answers", {"hours": "9999"}, "Hours: The most is 8760", "9999"),
    ],
)
def test_what_an_event_asks_stays_typed_when_it_is_refused_without_scripts(  # a row of the table
    client: FlaskClient, base: str, sale: Sale, part: str, typed: dict[str, str], said: str, stands: str
) -> None:
    event = f"{base}/events/{sale.event_id}"
    client.post(f"{event}/questions", data={"id": str(uuid4()), "label": "Hat?", "kind": "text"})

    refused = client.post(f"{event}/{part}", data={"id": str(uuid4()), **typed})
    told = client.post(f"{event}/{part}", data=typed, headers={"HX-Request": "true"})

    assert (refused.status_code, told.status_code) == (422, 422)
    assert said in refused.text
    assert re.search(f'(value="|>){stands}("|<)', refused.text)
    assert refused.text.count('role="alert"') == 1
    assert "<h1>" not in told.text, "the form stays where it is"
