"""What organizers ask: read by its kind, kept with the tickets, changed in time, files for staff alone."""

import io
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from tests.factories.accounts import a_member, sign_in
from tests.factories.booking import Kind, Sale, a_sale
from tests.factories.forms import BUYER, held
from webapp.accounts.models import Organizer
from webapp.catalog.models import Question
from webapp.core import clock
from webapp.core.answers import answered
from webapp.core.db import Database
from webapp.core.ids import uuid7

PDF = b"%PDF-1.4 certificate"


def a_question(database: Database, sale: Sale, kind: str, label: str = "", **more: Any) -> str:
    question = Question(id=uuid7(), event_id=sale.event_id, label=label or kind, kind=kind, **more)
    with database.writing() as db:
        db.add(question)
    return str(question.id)


def one(database: Database, statement: str) -> Any:
    with database.reading() as db:
        return db.scalar(text(statement))


@pytest.fixture
def sale(database: Database) -> Sale:
    return a_sale(database, kinds=(Kind(0, name="Adult"), Kind(0, name="Child")))


def staff(client: FlaskClient, database: Database, sale: Sale, role: str) -> str:
    with database.reading() as db:
        organizer = db.get_one(Organizer, sale.organizer_id)
    sign_in(client, a_member(database, organizer, role))
    return f"/staff/{organizer.slug}"


def test_each_kind_of_question_is_answered_and_shown_to_staff(
    app: Any, client: FlaskClient, database: Database, sale: Sale
) -> None:
    lists = {"options": ["Red", "Green", "Blue"]}
    ids = [a_question(database, sale, kind) for kind in ("text", "long", "yes_no", "date")]
    ids += [a_question(database, sale, "choice", **lists), a_question(database, sale, "many", **lists)]
    ids += [a_question(database, sale, "number", least=1, most=5)]
    order = a_question(database, sale, "long", "Billing", scope="order")
    address = f"/checkout/{held(client, sale, 1)}"
    given = [["a"], ["b\nc"], ["yes"], ["2026-12-05"], ["Red"], ["Blue", "Red"], ["3"]]
    answers = {f"answer-1-{one}": answer for one, answer in zip(ids, given, strict=True)}

    assert client.post(address, data={**BUYER, **answers, f"answer-{order}": "Quay 4"}).status_code == 303

    browser = app.test_client()
    base = staff(browser, database, sale, "finance")
    page = browser.get(f"{base}/orders/{one(database, 'SELECT code FROM orders')}").text
    assert all(words in page for words in ("many Red, Blue", "number 3", "date 2026-12-05", "Quay 4"))


@pytest.mark.parametrize(
    ("kind", "typed", "said"),
    [
        ("number", "7", "Write a number from 1 to 5."),
        ("number", "many", "Write a number."),
        ("date", "5.12.2026", "Write a date such as 2026-12-05."),
        ("choice", "Pink", "Choose one from the list."),
        ("many", "Pink", "Choose from the list."),
        ("yes_no", "perhaps", "Choose yes or no."),
        ("text", "x" * 501, "Up to 500 characters fit here."),
        ("long", "x" * 4001, "Up to 4000 characters fit here."),
        ("file", "made-up", "Hand the file in once more."),
        ("text", " ", "The organizer needs an answer here."),
    ],
)
def test_what_is_no_answer_is_told_what_would_be(kind: str, typed: str, said: str) -> None:
    ask = Question(kind=kind, options=["Red"], required=True, least=1, most=5)

    with pytest.raises(ValueError, match=said.replace(".", r"\.")):
        answered(ask, [typed])


def test_a_question_is_asked_of_its_ticket_types_only(
    client: FlaskClient, database: Database, sale: Sale
) -> None:
    a_question(database, sale, "text", "How old", type_names=["Child"], required=True)

    assert "How old" not in client.get(f"/checkout/{held(client, sale, 1)}").text
    assert "How old" in client.get(f"/checkout/{held(client, sale, 1, 1)}").text


def test_a_file_is_kept_for_staff_alone_and_never_shown_in_place(
    app: Any, client: FlaskClient, database: Database, sale: Sale
) -> None:
    name = f"answer-1-{a_question(database, sale, 'file', required=True)}"
    address = f"/checkout/{held(client, sale, 1)}"

    refused = client.post(address, data={"name": "", name: (io.BytesIO(PDF), "my/cert.html")})
    assert refused.status_code == 422
    assert "We have my cert.pdf" in refused.text
    kept = refused.text.partition(f'type="hidden" name="{name}" value="')[2].partition('"')[0]
    order = client.post(address, data={**BUYER, name: kept}).location

    browser = app.test_client()
    base = staff(browser, database, sale, "finance")
    paper = f"{base}/orders/{one(database, 'SELECT code FROM orders')}/papers/{kept.partition('/')[0]}"
    answer = browser.get(paper)
    assert answer.data == PDF
    assert answer.headers["Content-Disposition"] == 'attachment; filename="my cert.pdf"'
    assert answer.mimetype == "application/octet-stream"
    door = app.test_client()
    staff(door, database, sale, "door")
    assert [door.get(paper).status_code, client.get(paper).status_code] == [403, 303]
    assert "cert.pdf" in client.get(order.replace("?", "/answers?")).text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"MZ\x90\x00", "none of the kinds"),
        (b"<html>\x00", "none of the kinds"),
        (PDF + b" " * 5_000_000, "larger than 5 MB"),
    ],
)
def test_a_file_is_what_its_bytes_are(
    client: FlaskClient, database: Database, sale: Sale, content: bytes, said: str
) -> None:
    name = f"answer-1-{a_question(database, sale, 'file')}"

    answer = client.post(
        f"/checkout/{held(client, sale, 1)}", data={**BUYER, name: (io.BytesIO(content), "a.pdf")}
    )

    assert answer.status_code == 422
    assert said in answer.text
    assert one(database, "SELECT count(*) FROM papers") == 0


def test_nobody_hands_in_what_another_handed_in(
    app: Any, client: FlaskClient, database: Database, sale: Sale
) -> None:
    name = f"answer-1-{a_question(database, sale, 'file', required=True)}"
    client.post(f"/checkout/{held(client, sale, 1)}", data={name: (io.BytesIO(PDF), "cert.pdf")})
    other = app.test_client()

    stolen = f"{one(database, 'SELECT id FROM papers')}/cert.pdf"
    answer = other.post(f"/checkout/{held(other, sale, 1)}", data={**BUYER, name: stolen})

    assert answer.status_code == 422
    assert one(database, "SELECT count(*) FROM orders") == 0


def test_answers_change_until_the_time_that_staff_chose(
    client: FlaskClient, database: Database, sale: Sale
) -> None:
    diet = a_question(database, sale, "text", "Diet")
    order = client.post(f"/checkout/{held(client, sale, 1)}", data={**BUYER, f"answer-1-{diet}": "none"})
    answers = order.location.replace("?", "/answers?")
    ticket = one(database, "SELECT id FROM tickets")

    assert client.post(answers, data={f"answer-{ticket}-{diet}": "vegan"}).status_code == 303
    assert one(database, f"SELECT answers->>'{diet}' FROM tickets") == "vegan"
    assert one(database, "SELECT count(*) FROM audit_entries WHERE action = 'Answers changed'") == 1
    with database.writing() as db:
        soon = clock.now() + timedelta(hours=23)
        db.execute(text("UPDATE event_dates SET starts_at = :soon"), {"soon": soon})
    page = client.get(answers).text
    client.post(answers, data={f"answer-{ticket}-{diet}": "fish"})

    assert "These stay as they are" in page
    assert one(database, f"SELECT answers->>'{diet}' FROM tickets") == "vegan"


def test_staff_say_what_is_asked_of_whom_and_in_which_order(
    client: FlaskClient, database: Database, sale: Sale
) -> None:
    base = staff(client, database, sale, "manager")
    event = f"{base}/events/{sale.event_id}"
    asked = {
        "label": "Size",
        "kind": "number",
        "least": "1",
        "most": "5",
        "type_names": ["Child"],
        "position": "2",
    }
    wrong = client.post(f"{event}/questions", data=asked | {"id": str(uuid7()), "least": "9"})
    client.post(f"{event}/questions", data=asked | {"id": str(uuid7())})
    first = {"label": "Firm", "kind": "text", "scope": "order", "position": "1"}
    client.post(f"{event}/questions", data=first | {"id": str(uuid7())})
    client.post(f"{event}/answers", data={"hours": ""})

    assert wrong.status_code == 422
    assert one(database, "SELECT string_agg(label, ' ' ORDER BY position) FROM questions") == "Firm Size"
    assert one(
        database, "SELECT least || ' ' || most || ' ' || type_names FROM questions WHERE kind = 'number'"
    ) == ('1 5 ["Child"]')
    assert one(database, "SELECT answer_hours FROM events") is None
