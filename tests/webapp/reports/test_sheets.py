"""Reports say what was sold, to the last cent and on the day it happened; their files open harmlessly."""

import csv
import io
import json
import re
from datetime import UTC, datetime
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import text

from tests.factories.accounts import a_person, sign_in
from tests.factories.booking import Kind, Placed, Sale, a_sale, a_voucher, pay, placed
from webapp.accounts.models import Membership, Organizer
from webapp.booking.service import cancellation
from webapp.catalog.models import Question
from webapp.core import clock
from webapp.core.audit import SYSTEM
from webapp.core.db import Database
from webapp.core.ids import uuid7
from webapp.payments.service import refunds
from webapp.reports.queries import sheets
from webapp.reports.queries.sheets import SHEETS, Query
from webapp.reports.rules.asking import wanted
from webapp.reports.rules.periods import days

ALL = (None, None)


def sold(database: Database, sale: Sale, *quantities: int, **more: str) -> Placed:
    order = placed(database, sale, *quantities, now=clock.now(), **more)
    if order.payment_id:
        pay(database, order.payment_id)
    return order


def give_back(database: Database, order: Placed, *numbers: int) -> None:
    """Refund these tickets of an order, in the order of their price, and let the money arrive."""
    with database.writing() as db:
        ids = db.scalars(
            text("SELECT id FROM tickets WHERE order_id = :id ORDER BY price, id"), {"id": order.order_id}
        ).all()
        chosen = [ids[number] for number in numbers]
        cancellation.refund(db, order_id=order.order_id, ticket_ids=chosen, reason="Rain", by=SYSTEM)
        asked = text(
            "SELECT r.id FROM refunds r JOIN payments p ON p.id = r.payment_id WHERE reference = :id"
        )
        for refund in db.scalars(asked, {"id": order.order_id}).all():
            refunds.record(db, refund, "succeeded", f"re_{refund}")


def table(database: Database, sale: Sale, sheet: str = "sales", **args: str) -> list[tuple[object, ...]]:
    """The rows of a report of the sale's house, without the currency."""
    asked = wanted(SHEETS[sheet], args)
    with database.reading() as db:
        found = sheets.table(db, Query(asked, sale.organizer_id, ALL))
    view = SHEETS[sheet].views[asked.by]
    return [tuple(row[column.key] for column in view.columns) for row in found.rows]


def ledger(database: Database, sale: Sale) -> int:
    with database.reading() as db:
        return db.scalar(
            text(
                "SELECT sum(l.amount)::int FROM ledger_entries l JOIN orders o ON o.id = l.reference"
                " WHERE o.organizer_id = :organizer"
            ),
            {"organizer": sale.organizer_id},
        )


@pytest.fixture
def sale(database: Database) -> Sale:
    """Standing at 24.00 and seats at 9.99, with a fee of 3 percent and 50 cents a ticket."""
    kinds = (Kind(2400, name="Standing"), Kind(999, pool=1, name="Seats"))
    return a_sale(database, places=(20, 20), kinds=kinds, fee_bp=300, fee_fixed=50)


def test_sales_by_type_agree_with_the_ledger_whatever_was_rounded_and_refunded(
    database: Database, sale: Sale
) -> None:
    sold(database, sale, 2, 1)
    third = a_voucher(database, sale, "percent", 3333)
    half_back = sold(database, sale, 1, 2, code=third)
    give_back(database, half_back, 0)

    rows = table(database, sale, by="type", sort="type")

    assert [row[:4] for row in rows] == [
        ("Night of the Lamps", "Seats", 3, 1),
        ("Night of the Lamps", "Standing", 3, 0),
    ]
    assert sum(int(str(row[-1])) for row in rows) == ledger(database, sale)
    assert [row[6] for row in rows] == [-666, 0]
    everything = [table(database, sale, by=by) for by in ("event", "date", "day", "channel")]
    assert {sum(int(str(row[-1])) for row in one) for one in everything} == {ledger(database, sale)}


def test_every_line_of_money_is_an_entry_of_the_ledger(database: Database, sale: Sale) -> None:
    order = sold(database, sale, 1, 1)
    give_back(database, order, 0, 1)

    rows = table(database, sale, "money", sort="amount")

    assert {row[1] for row in rows} == {order.code}
    assert sum(int(str(row[-1])) for row in rows) == 0
    assert sorted((row[4], row[6], row[7]) for row in rows) == [
        ("Seats", "payment", 1),
        ("Seats", "refund", -1),
        ("Standing", "payment", 1),
        ("Standing", "refund", -1),
    ]


def test_money_counts_on_the_local_day_it_came_and_left(database: Database, sale: Sale) -> None:
    order = sold(database, sale, 1)
    give_back(database, order, 0)
    came, left = datetime(2026, 7, 1, 22, 30, tzinfo=UTC), datetime(2026, 7, 3, 10, tzinfo=UTC)
    with database.writing() as db:
        db.execute(text("SET LOCAL session_replication_role = replica"))
        values = {"order": order.order_id, "came": came, "left": left}
        db.execute(text("UPDATE orders SET paid_at = :came WHERE id = :order"), values)
        db.execute(
            text(
                "UPDATE ledger_entries SET at = CASE kind WHEN 'payment' THEN :came ELSE :left END"
                " WHERE reference = :order"
            ),
            values,
        )

    by_day = {str(row[0]): row[3:] for row in table(database, sale, by="day") if row[3] or row[5]}

    # Half past midnight in Oslo, where the event is.
    assert by_day == {"2026-07-02": (2522, 122, 0, 2522), "2026-07-03": (0, 0, -2522, -2522)}


def test_the_last_seven_days_end_yesterday() -> None:
    today = datetime(2026, 3, 1, tzinfo=UTC).date()

    assert [str(day) for day in days("last-7", today)] == ["2026-02-22", "2026-02-28"]
    assert [str(day) for day in days("last-month", today)] == ["2026-02-01", "2026-02-28"]


def test_days_that_are_typed_count_although_a_period_stood_there() -> None:
    form = {"since": "2026-01-05", "until": "2026-01-06", "was": "last-30"}

    typed = wanted(SHEETS["sales"], form | {"period": "last-30"})
    assert (typed.period, str(typed.since), str(typed.until)) == ("days", "2026-01-05", "2026-01-06")
    chosen = wanted(SHEETS["sales"], form | {"period": "this-year"})
    assert (chosen.period, chosen.since) == ("this-year", None), "another period was chosen"
    assert wanted(SHEETS["sales"], {"page": "9" * 5000}).page == 1


def test_a_voucher_says_what_it_brought(database: Database, sale: Sale) -> None:
    code = a_voucher(database, sale, "percent", 5000)
    sold(database, sale, 2, code=code)

    (row,) = table(database, sale, "vouchers")

    assert row[:6] == (code, "50 percent off", "every event", 1, None, 2)
    assert row[6] == 2400


def test_what_was_sold_at_the_counter_is_told_apart(database: Database, sale: Sale) -> None:
    sold(database, sale, 2)
    at_counter = sold(database, sale, 1)
    with database.writing() as db:
        said = text("UPDATE orders SET channel = 'counter' WHERE id = :id")
        db.execute(said, {"id": at_counter.order_id})

    assert {row[0]: row[1] for row in table(database, sale, by="channel")} == {
        "On the web": 2,
        "At the counter": 1,
    }
    (only,) = table(database, sale, "money", channel="counter")
    assert (only[1], only[5]) == (at_counter.code, "At the counter")
    assert [row[0] for row in table(database, sale, "tickets", channel="counter")] == [at_counter.code]
    assert len(table(database, sale, "tickets", channel="a word")) == 3, "an odd word narrows nothing"


def test_answers_of_every_kind_are_counted_added_up_and_listed(database: Database, sale: Sale) -> None:
    asked = {
        "meal": Question(label="Meal", kind="many", options=["Fish", "Rice"]),
        "age": Question(label="Age", kind="number"),
        "born": Question(label="Born", kind="date"),
        "proof": Question(label="Proof", kind="file"),
        "bus": Question(label="Seats on the bus", kind="number", scope="order"),
    }
    with database.writing() as db:
        for one in asked.values():
            one.id, one.event_id = uuid7(), sale.event_id
            db.add(one)
    of_ticket = {"meal": "Fish\nRice", "age": "41", "born": "1985-02-03", "proof": f"{uuid7()}/proof.pdf"}
    order = sold(database, sale, 2)
    with database.writing() as db:
        for thing, which, said in (("tickets", "order_id", of_ticket), ("orders", "id", {"bus": "2.5"})):
            answers = json.dumps({str(asked[name].id): answer for name, answer in said.items()})
            values = {"answers": answers, "id": order.order_id}
            db.execute(
                text(f"UPDATE {thing} SET answers = CAST(:answers AS jsonb) WHERE {which} = :id"), values
            )
        db.execute(
            text(
                "UPDATE tickets SET answers = answers || CAST(:older AS jsonb)"
                " WHERE id = (SELECT id FROM tickets ORDER BY id DESC LIMIT 1)"
            ),
            {"older": json.dumps({str(asked["age"].id): "9"})},
        )

    assert {row[1:] for row in table(database, sale, "answers")} == {
        ("Age", "41", 1),
        ("Age", "9", 1),
        ("Born", "1985-02-03", 2),
        ("Meal", "Fish", 2),
        ("Meal", "Rice", 2),
        ("Proof", "a file", 2),
        ("Seats on the bus", "2.5", 1),
    }
    numbers = table(database, sale, "answers", by="numbers")
    assert [tuple(map(str, row[1:])) for row in numbers] == [
        ("Age", "2", "50", "25", "9", "41"),
        ("Seats on the bus", "1", "2.5", "2.5", "2.5", "2.5"),
    ]
    each = table(database, sale, "answers", by="each")
    assert len(each) == 9
    assert [row[4:] for row in each if row[5] == "Seats on the bus"] == [
        ("the whole order", "Seats on the bus", "2.5")
    ]
    assert {row[6] for row in each if row[5] in ("Meal", "Proof")} == {"Fish, Rice", "proof.pdf"}


@pytest.fixture
def owner(app: Flask, database: Database, sale: Sale) -> FlaskClient:
    person = a_person(database)
    with database.writing() as db:
        db.add(Membership(organizer_id=sale.organizer_id, user_id=person.id, role="owner"))
    return sign_in(app.test_client(), person)


def slug(database: Database, organizer_id: UUID) -> str:
    with database.reading() as db:
        return db.get_one(Organizer, organizer_id).slug


def test_files_say_what_the_page_says_and_calculate_nothing(
    database: Database, sale: Sale, owner: FlaskClient
) -> None:
    order = sold(database, sale, 1)
    with database.writing() as db:
        db.execute(
            text(
                "UPDATE orders SET buyer_name = '=HYPERLINK(\"http://evil\")', buyer_email = '+1@x.org'"
                " WHERE id = :id"
            ),
            {"id": order.order_id},
        )
    base = f"/staff/{slug(database, sale.organizer_id)}/reports/tickets"

    told = owner.get(f"{base}/file.csv?period=all")
    (row,) = csv.DictReader(io.StringIO(told.data.decode("utf-8-sig")))
    book = load_workbook(io.BytesIO(owner.get(f"{base}/file.xlsx?period=all").data))
    head, cells = book.worksheets[0].iter_rows()

    assert (row["Order"], row["Price"], row["Currency"]) == (order.code, "24.00", "EUR")
    assert (row["Buyer"], row["E-mail"]) == ('\'=HYPERLINK("http://evil")', "'+1@x.org")
    found = {cell.value: cells[at] for at, cell in enumerate(head)}
    assert (found["Buyer"].value, found["Buyer"].data_type) == ('=HYPERLINK("http://evil")', "s")
    assert found["Price"].value == 24
    assert order.code in owner.get(f"{base}?period=all").text


def test_all_reports_are_pages_in_every_grouping(database: Database, sale: Sale, owner: FlaskClient) -> None:
    sold(database, sale, 1, 1)
    base = f"/staff/{slug(database, sale.organizer_id)}/reports"
    asked = [f"{base}/{key}?by={by}" for key, sheet in SHEETS.items() for by in sheet.views]

    answers = {path: owner.get(f"{path}&period=all").status_code for path in asked}

    assert set(answers.values()) == {200}, answers


def test_on_the_first_day_the_page_leads_to_what_was_sold_today(
    database: Database, sale: Sale, owner: FlaskClient
) -> None:
    sold(database, sale, 1)
    page = f"/staff/{slug(database, sale.organizer_id)}/reports/sales"

    first = owner.get(page).text
    today = re.search(r'href="([^"]*period=today[^"]*)">Today', first)

    assert "They are whole days, up to yesterday." in first
    assert today
    assert "In all" in owner.get(today[1].replace("&amp;", "&")).text
