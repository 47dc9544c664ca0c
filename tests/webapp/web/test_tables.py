"""Tables of staff: narrowed, sorted, paged and taken away by their address alone."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from tests.factories.accounts import a_member, a_person, an_organizer, sign_in
from tests.factories.booking import Sale, a_sale, pay, placed
from tests.factories.programme import an_event
from webapp.accounts.models import Organizer
from webapp.core import clock
from webapp.core.db import Database
from webapp.core.outbox import Delivery, Outbox


@pytest.fixture
def house(database: Database) -> Organizer:
    return an_organizer(database)


@pytest.fixture
def base(client: FlaskClient, database: Database, house: Organizer) -> str:
    sign_in(client, a_member(database, house, "owner"))
    return f"/staff/{house.slug}"


def a_sale_of_three(database: Database, house: Organizer) -> Sale:
    """Bought by three people for 24, 48 and 72; the first has not paid."""
    sale = a_sale(database, organizer_id=house.id)
    buyers = (("Ana Sol", "ana@sol.example"), ("Bo =2+3", "bo@b.example"), ("Cy 100%", "cy@c.example"))
    for number, (name, email) in enumerate(buyers, 1):
        order = placed(database, sale, number, now=clock.now())
        if number > 1:
            pay(database, order.payment_id)
        with database.writing() as db:
            db.execute(
                text("UPDATE orders SET buyer_name = :name, buyer_email = :email WHERE code = :code"),
                {"name": name, "email": email, "code": order.code},
            )
    return sale


def buyers(page: str) -> list[str]:
    """Who stands in the table, from above."""
    return re.findall(r"<td>([A-Z][^<]+)<br><span class=\"u-small u-quiet\">[^<]*@", page)


def sheet(client: FlaskClient, address: str) -> list[dict[str, str]]:
    answer = client.get(address)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_rows_are_sorted_by_what_the_address_says(
    client: FlaskClient, database: Database, house: Organizer, base: str
) -> None:
    a_sale_of_three(database, house)
    assert buyers(client.get(f"{base}/orders").text) == ["Cy 100%", "Bo =2+3", "Ana Sol"]
    assert buyers(client.get(f"{base}/orders?sort=buyer").text) == ["Ana Sol", "Bo =2+3", "Cy 100%"]
    assert buyers(client.get(f"{base}/orders?sort=-total").text) == ["Cy 100%", "Bo =2+3", "Ana Sol"]
    assert buyers(client.get(f"{base}/orders?sort=;DROP").text) == ["Cy 100%", "Bo =2+3", "Ana Sol"]


def test_a_head_turns_its_order_round(
    client: FlaskClient, database: Database, house: Organizer, base: str
) -> None:
    a_sale_of_three(database, house)
    up, down = (client.get(f"{base}/orders?sort={sort}").text for sort in ("buyer", "-buyer"))
    assert ('aria-sort="ascending"' in up, "?sort=-buyer" in up) == (True, True)
    assert ('aria-sort="descending"' in down, "?sort=buyer" in down) == (True, True)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("q=sol+ana", ["Ana Sol"]),
        ("q=100%25", ["Cy 100%"]),
        ("q=SÓL+an", ["Ana Sol"]),
        ("q=bo@B.EX", ["Bo =2+3"]),
        ("state=awaiting_payment", ["Ana Sol"]),
        ("state=made_up", ["Cy 100%", "Bo =2+3", "Ana Sol"]),
        ("until=2001-01-01", []),
        ("since=yesterday&q=bo", ["Bo =2+3"]),
    ],
)
def test_rows_are_narrowed_by_words_choices_and_days(
    client: FlaskClient, database: Database, house: Organizer, base: str, asked: str, found: list[str]
) -> None:
    a_sale_of_three(database, house)
    assert buyers(client.get(f"{base}/orders?{asked}").text) == found


def test_tabs_count_as_if_none_were_chosen_and_the_foot_adds_up_what_is_shown(
    client: FlaskClient, database: Database, house: Organizer, base: str
) -> None:
    a_sale_of_three(database, house)
    page = client.get(f"{base}/orders?state=paid").text
    assert [
        " ".join(tab.split()) for tab in re.findall(r">((?:All|Paid|Awaiting payment) \d+)</a>", page)
    ] == [
        "All 3",
        "Awaiting payment 1",
        "Paid 2",
    ]
    assert "2 orders" in page
    assert "€120.00" in page


def test_a_file_has_every_row_that_fits_and_runs_no_formula(
    client: FlaskClient, database: Database, house: Organizer, base: str
) -> None:
    a_sale_of_three(database, house)
    named = "UPDATE orders SET buyer_name = '=HYPERLINK(1)' WHERE organizer_id = :id AND total = 4800"
    with database.writing() as db:
        db.execute(text(named), {"id": house.id})
    rows = sheet(client, f"{base}/orders?state=paid&sort=total&as=csv")
    assert [(row["Buyer"], row["Total"], row["Currency"], row["E-mail"]) for row in rows] == [
        ("'=HYPERLINK(1)", "48.00", "EUR", "bo@b.example"),
        ("Cy 100%", "72.00", "EUR", "cy@c.example"),
    ]


def test_a_file_of_dates_reads_the_clock_at_the_venue_as_its_page_does(
    client: FlaskClient, database: Database, house: Organizer, base: str
) -> None:
    starts = datetime(2027, 1, 6, 1, tzinfo=UTC)
    sale = a_sale(database, organizer_id=house.id, starts_at=starts, ends_at=starts + timedelta(hours=2))
    with database.writing() as db:
        toronto = "UPDATE event_dates SET zone = 'America/Toronto' WHERE id = :id"
        db.execute(text(toronto), {"id": sale.date_id})

    assert [row["Date"] for row in sheet(client, f"{base}/dates?as=csv")] == ["2027-01-05 20:00"]


def test_taking_a_file_stands_in_the_history(client: FlaskClient, base: str) -> None:
    client.get(f"{base}/orders?q=sol&as=csv")
    history = client.get(f"{base}/audit").text
    assert "Table exported" in history
    assert [word in history.split("Table exported")[1] for word in ("orders", "sol")] == [True, True]


def test_pages_follow_each_other_and_one_behind_the_last_is_the_last(
    client: FlaskClient, database: Database, house: Organizer, base: str
) -> None:
    for number in range(53):
        an_event(database, organizer=house, title=f"Night {number:02}")
    first, second = (client.get(f"{base}/events?sort=title&page={page}").text for page in (1, 9))
    assert ("Night 00" in first, "Night 50" in first, "Night 50" in second) == (True, False, True)
    assert 'href="?' not in first
    assert "sort=title&amp;page=2" in client.get(f"{base}/events?sort=-title").text.replace(
        "=-title", "=title"
    )


def test_nobody_reads_the_rows_of_another_house(client: FlaskClient, database: Database, base: str) -> None:
    other = a_sale_of_three(database, an_organizer(database))
    assert buyers(client.get(f"{base}/orders").text) == []
    assert buyers(client.get(f"{base}/orders?event={other.event_id}").text) == []
    assert sheet(client, f"{base}/attendees?as=csv") == []


LISTS = (
    *(
        "orders",
        "attendees",
        "events",
        "dates",
        "venues",
        "plans",
        "vouchers",
        "messages",
        "rooms",
        "imports",
    ),
    *("audit", "team", "requests", "counter/tills", "events/bin", "door"),
)
ODD = "q=%00%25_%27&page=0&sort=nothing&state=odd&event=1&since=2026-99-99&until=9999-12-31&kind=odd&about=x"


@pytest.mark.parametrize("name", LISTS)
def test_every_list_is_narrowed_by_anything_and_taken_away(client: FlaskClient, base: str, name: str) -> None:
    plain, odd = (client.get(f"{base}/{name}?{query}") for query in ("", ODD))
    assert [plain.status_code, odd.status_code] == [200, 200]
    assert 'class="sieve"' in plain.text
    file = client.get(f"{base}/{name}?as=csv")
    assert file.headers["Content-Type"] == "text/csv; charset=utf-8"
    heads = file.data.decode("utf-8-sig").splitlines()[0].split(",")
    assert len(heads) > 3
    for column in tables_of(plain.text):
        assert client.get(f"{base}/{name}?{column}").status_code == 200, column


def tables_of(page: str) -> set[str]:
    """What the heads of the tables on a page sort by."""
    return set(re.findall(r"[?;]((?:[a-z]+[_-])?sort=-?[a-z_]+)", page))


def test_operators_narrow_dead_letters_and_take_them_away(app: Flask, database: Database) -> None:
    operator = sign_in(app.test_client(), a_person(database, "Olive Ortega", operator=True))
    with database.writing() as db:
        event = Outbox(topic="OrderPaid", payload={"order_id": "x"}, sent_at=clock.now())
        db.add(event)
        db.flush()
        for job, queue in (("mail_tickets", "urgent"), ("draw_poster", "slow")):
            dead = Delivery(outbox_id=event.id, job=job, queue=queue, dead_at=clock.now(), error="=Away")
            db.add(dead)

    assert "draw_poster" not in operator.get("/staff/background?queue=urgent").text
    (row,) = sheet(operator, "/staff/background?queue=slow&q=away&as=csv")
    assert (row["Job"], row["Error"], row["Facts"]) == ("draw_poster", "'=Away", '{"order_id": "x"}')
