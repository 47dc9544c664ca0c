"""Tables that share a page with others: each is narrowed, sorted and taken away by itself."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from tests.factories.accounts import a_member, an_organizer, sign_in
from tests.factories.booking import Sale, a_sale
from tests.factories.programme import NOW, an_event
from tests.factories.rooms import a_room
from tests.factories.selling import a_batch
from tests.webapp.web.test_tables import sheet, tables_of
from webapp.accounts.models import Organizer
from webapp.core.db import Database
from webapp.core.ids import uuid7
from webapp.importing.models import Feed
from webapp.waitingroom.models import Rehearsal


@pytest.fixture
def house(database: Database) -> Organizer:
    return an_organizer(database)


@pytest.fixture
def base(client: FlaskClient, database: Database, house: Organizer) -> str:
    sign_in(client, a_member(database, house, "owner"))
    return f"/staff/{house.slug}"


@pytest.fixture
def sale(database: Database, house: Organizer) -> Sale:
    return a_sale(database, organizer_id=house.id)


def every_order_is_answered(client: FlaskClient, address: str) -> None:
    page = client.get(address)
    assert tables_of(page.text)
    for state in tables_of(page.text):
        assert client.get(f"{address}?{state}").status_code == 200, state


def test_an_event_with_many_dates_turns_their_pages(
    client: FlaskClient, database: Database, house: Organizer, base: str
) -> None:
    many = an_event(database, organizer=house, starts=[NOW + timedelta(days=n) for n in range(1, 31)])
    address = f"{base}/events/{many.id}"
    first, last = (client.get(f"{address}?date_sort=-starts_at{page}").text for page in ("", "&date_page=2"))

    assert [f"dates/{many.dates[at]}" in first for at in (29, 10, 9, 0)] == [True, True, False, False]
    assert [f"dates/{many.dates[at]}" in last for at in (29, 10, 9, 0)] == [False, False, True, True]
    assert len(sheet(client, f"{address}?date_as=csv")) == 30
    every_order_is_answered(client, address)


def test_feeds_are_found_by_what_came_of_them(
    client: FlaskClient, database: Database, house: Organizer, base: str
) -> None:
    states = ({"failures": 3, "said": "It answers 503."}, {"is_paused": True, "said": "2 went in."}, {})
    with database.writing() as db:
        for number, state in enumerate(states):
            feed = {"id": uuid7(), "organizer_id": house.id, "url": f"https://a.example/{number}.ics"}
            feed |= {"file": f"{number}.ics", "due_at": NOW, "made_by": {}, "mode": "ask", **state}
            db.add(Feed(**feed))
    address = f"{base}/imports"

    fails = client.get(f"{address}?feed_state=fails").text
    assert re.findall(r"<b>(\d\.ics)</b>", fails) == ["0.ics"]
    rows = sheet(client, f"{address}?feed_sort=-file&feed_as=csv")
    assert [(row["Feed"], row["State"]) for row in rows] == [
        ("2.ics", "Looked at every hour"),
        ("1.ics", "Paused"),
        ("0.ics", "Fails"),
    ]
    every_order_is_answered(client, address)


def test_kept_reports_are_narrowed_by_when_they_are_mailed(client: FlaskClient, base: str) -> None:
    for name, cadence in (("Nightly", "daily"), ("Shelf", "never")):
        kept = {"id": str(uuid7()), "name": name, "sheet": "sales", "asked": "by=day", "form": "csv"}
        kept |= {"cadence": cadence, "weekday": "1", "day": "1", "at": "07:00", "zone": "UTC"}
        if cadence == "daily":
            kept["members"] = re.findall(
                r'name="members" value="([^"]+)"', client.get(f"{base}/reports/saved/new").text
            )[0]
        assert client.post(f"{base}/reports/saved", data=kept).status_code == 303

    assert [row["Name"] for row in sheet(client, f"{base}/reports?as=csv")] == ["Nightly", "Shelf"]
    assert [row["Name"] for row in sheet(client, f"{base}/reports?every=never&as=csv")] == ["Shelf"]
    every_order_is_answered(client, f"{base}/reports")


def test_rehearsals_of_a_room_are_sorted_while_its_figures_turn(
    client: FlaskClient, database: Database, base: str, sale: Sale
) -> None:
    room = a_room(database, sale)
    with database.writing() as db:
        for visitors, report in ((100, {"sold": 7, "places": 9, "longest_line": 80}), (2000, {})):
            state = "done" if report else "failed"
            db.add(
                Rehearsal(id=uuid7(), event_id=sale.event_id, visitors=visitors, state=state, report=report)
            )
    address = f"{base}/rooms/{room}"

    rows = sheet(client, f"{address}?sort=visitors&as=csv")
    assert [(row["Visitors"], row["Sold"], row["Of"]) for row in rows] == [
        ("100", "7", "9"),
        ("2000", "", ""),
    ]
    asked = {"HX-Request": "true", "HX-Target": "rehearsals"}
    assert 'id="rehearsals"' in client.get(f"{address}?sort=visitors", headers=asked).text
    assert 'id="rehearsals"' not in client.get(address, headers={"HX-Request": "true"}).text
    every_order_is_answered(client, address)


def test_places_of_a_waiting_list_and_tills_have_orders_of_their_own(
    client: FlaskClient, base: str, sale: Sale
) -> None:
    waitlist = f"{base}/events/{sale.event_id}/waitlist"
    every_order_is_answered(client, waitlist)
    assert len(sheet(client, f"{waitlist}?room_as=csv")) == len(sale.pools)
    till = uuid7()
    client.post(f"{base}/counter/tills", data={"id": str(till), "start": "50"})
    tills = sheet(client, f"{base}/counter/tills?state=open&as=csv")
    assert [(row["Whose"], row["Expected"], row["Counted"]) for row in tills] == [("Bob Berg", "50.00", "")]
    assert sheet(client, f"{base}/counter/tills?back_as=csv") == []
    assert sheet(client, f"{base}/counter/tills/{till}?as=csv") == []
    every_order_is_answered(client, f"{base}/counter/tills")


def test_a_page_that_refused_a_form_still_sorts_at_its_own_address(
    client: FlaskClient, database: Database, base: str, sale: Sale
) -> None:
    a_batch(database, sale, 3)
    refused = client.post(f"{base}/vouchers/batches", data={"id": str(uuid7()), "number": "x"})

    assert refused.status_code == 422
    assert (
        f'href="{base}/vouchers?sort=code"' in refused.text
        or f'href="{base}/vouchers?sort=-code"' in refused.text
    )


def test_who_takes_a_batch_of_codes_away_stands_in_the_history(
    client: FlaskClient, database: Database, base: str, sale: Sale
) -> None:
    batch, codes = a_batch(database, sale, 3)

    assert len(sheet(client, f"{base}/vouchers/{batch}/codes.csv")) == len(codes)

    assert exported(database, batch) == [("Bob Berg", "codes", 3)]
    history = client.get(f"{base}/audit?q=codes").text
    assert "Table exported" in history


def exported(database: Database, subject: UUID) -> list[tuple[str, str, int]]:
    statement = """SELECT actor_name, "after" ->> 'table', ("after" ->> 'codes')::int FROM audit_entries
                   WHERE action = 'Table exported' AND subject_id = :subject"""
    with database.reading() as db:
        return [tuple(row) for row in db.execute(text(statement), {"subject": subject})]


def test_who_is_invited_is_narrowed_by_what_became_of_it(client: FlaskClient, base: str) -> None:
    for email in ("ana@example.org", "bo@example.org"):
        assert client.post(f"{base}/team", data={"email": email, "role": "door"}).status_code == 303
    address = f"{base}/team"
    withdraw = re.findall(r'action="([^"]+/withdraw)"', client.get(f"{address}?invited_q=bo@").text)
    assert [client.post(one).status_code for one in withdraw] == [303]

    rows = sheet(client, f"{address}?invited_as=csv")
    assert [(row["E-mail"], row["As"], row["State"]) for row in rows] == [
        ("ana@example.org", "door", "Open"),
        ("bo@example.org", "door", "Withdrawn"),
    ]
    assert len(sheet(client, f"{address}?invited_state=open&invited_as=csv")) == 1
    every_order_is_answered(client, address)
