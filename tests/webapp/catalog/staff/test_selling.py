"""Staff set how tickets are sold: price steps, groups, add-ons, batches of codes, donations."""

import csv
import io
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text

from tests.factories.accounts import a_member, sign_in
from tests.factories.booking import Kind, Sale, a_sale, a_voucher, hold, keep, placed
from tests.factories.selling import a_step
from webapp.accounts.models import Organizer
from webapp.catalog.models import Voucher
from webapp.core import clock
from webapp.core.db import Database


@pytest.fixture
def sale(database: Database) -> Sale:
    return a_sale(database, places=(20, 5), kinds=(Kind(4500), Kind(800, pool=1, name="Parking")))


@pytest.fixture
def base(client: FlaskClient, database: Database, sale: Sale) -> str:
    """The staff pages of the organizer that sells, for its owner."""
    with database.reading() as db:
        organizer = db.get_one(Organizer, sale.organizer_id)
    sign_in(client, a_member(database, organizer, "owner"))
    return f"/staff/{organizer.slug}"


def step(**said: Any) -> dict[str, Any]:
    return {"id": str(uuid4()), "price": "35", "most": "10", "position": "0", **said}


def test_guests_read_what_is_left_at_this_price_and_what_comes_next(
    client: FlaskClient, database: Database, base: str, sale: Sale
) -> None:
    address = f"{base}/types/{sale.types[0]}"
    assert client.post(f"{address}/steps", data=step()).status_code == 303
    until = f"{clock.now() + timedelta(days=9):%Y-%m-%dT12:00}"
    client.post(f"{address}/steps", data=step(price="40", most="", ends_at=until, position="1"))
    hold(database, sale, 3, now=clock.now())

    page = client.get(f"/events/{sale.slug}").text
    assert "7 left at this price, then €40.00." in page
    assert 'data-price="4500" data-steps="3500:7 4000:">€35.00</p>' in page
    assert "in force" in client.get(address).text


def test_a_step_is_not_made_shorter_than_what_is_sold_nor_taken_away(
    client: FlaskClient, database: Database, base: str, sale: Sale
) -> None:
    known = a_step(database, sale, 3500, most=10)
    placed(database, sale, 3, now=clock.now())
    address = f"{base}/types/{sale.types[0]}/steps"

    refused = client.post(address, data=step(id=str(known), most="2")).text
    assert "3 are sold or held" in refused
    # It is told at the step itself: the form for a new one would add another.
    assert 'id="s1-most-error"' in refused
    assert 'id="new-most-error"' not in refused
    assert "it stays in the books" in client.post(f"{address}/{known}/remove").text
    assert client.post(address, data=step(id=str(known), most="3")).status_code == 303


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ({"most": ""}, "Say until when, or for how many tickets"),
        ({"price": "a lot"}, "Write an amount such as 22.50."),
    ],
)
def test_a_step_that_makes_no_sense_is_refused(
    client: FlaskClient, base: str, sale: Sale, said: dict[str, str], answer: str
) -> None:
    refused = client.post(f"{base}/types/{sale.types[0]}/steps", data=step(**said))

    assert (refused.status_code, answer in refused.text) == (422, True)


def test_parking_is_no_place_of_the_date_and_no_reason_for_a_low_price(
    client: FlaskClient, base: str, sale: Sale
) -> None:
    ways = {"is_addon": "yes", "addon_most": "1"}
    assert client.post(f"{base}/types/{sale.types[1]}/ways", data=ways).status_code == 303

    page = client.get(f"/events/{sale.slug}").text
    assert "20 left on" in page
    assert "Only with a ticket, at most one for each." in page
    assert "€45" in page.split("event-next")[1].split("</div>")[0]


def test_a_donation_is_asked_for_with_its_words(client: FlaskClient, base: str, sale: Sale) -> None:
    form = {"words": "For the youth orchestra", "suggested": "5"}
    client.post(f"{base}/events/{sale.event_id}/donation", data=form)

    page = client.get(f"{base}/events/{sale.event_id}").text
    assert 'value="For the youth orchestra"' in page
    assert 'value="5.00"' in page


def test_ten_thousand_codes_are_made_listed_and_withdrawn(client: FlaskClient, base: str, sale: Sale) -> None:
    batch = {"id": str(uuid4()), "code": "spring", "kind": "percent", "value": "50", "number": "10000"}
    made = client.post(f"{base}/vouchers/batches", data=batch)
    assert client.post(f"{base}/vouchers/batches", data=batch).location == made.location

    rows = list(
        csv.DictReader(io.StringIO(client.get(f"{made.location}/codes.csv").data.decode("utf-8-sig")))
    )
    assert (len(rows), len({row["code"] for row in rows})) == (10_000, 10_000)
    assert {row["state"] for row in rows} == {"unused"}

    client.post(f"{made.location}/withdraw", data={"one": rows[7]["code"].lower()})
    page = client.get(made.location).text
    assert "0 of 10,000 codes used, 9,999 to be used, 1 withdrawn." in page
    client.post(f"{made.location}/withdraw")
    rows = list(
        csv.DictReader(io.StringIO(client.get(f"{made.location}/codes.csv").data.decode("utf-8-sig")))
    )
    assert {row["state"] for row in rows} == {"withdrawn"}


def test_a_list_says_which_order_used_a_code(
    client: FlaskClient, database: Database, base: str, sale: Sale
) -> None:
    batch = {"id": str(uuid4()), "code": "SUN", "kind": "amount", "value": "5", "number": "2"}
    made = client.post(f"{base}/vouchers/batches", data=batch)
    first = next(
        csv.DictReader(io.StringIO(client.get(f"{made.location}/codes.csv").data.decode("utf-8-sig")))
    )

    order = placed(database, sale, 1, code=first["code"], now=clock.now())

    listed = {
        row["code"]: row
        for row in csv.DictReader(
            io.StringIO(client.get(f"{made.location}/codes.csv").data.decode("utf-8-sig"))
        )
    }
    assert (listed[first["code"]]["state"], listed[first["code"]]["order"]) == ("used", order.code)


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        ("percent", "", "Write an amount"),
        ("percent", "0", "Say how much the code takes off."),
        ("amount", "0.00", "Say how much the code takes off."),
        ("price", "", "Write an amount"),
        ("amount", "999999999", "€21,474,836.47 is the most."),
    ],
)
def test_a_code_that_does_nothing_or_gives_all_away_unsaid_is_refused(
    client: FlaskClient, base: str, sale: Sale, kind: str, value: str, said: str
) -> None:
    typed = {"id": str(uuid4()), "code": "SUMMER", "kind": kind, "value": value}

    refused = client.post(f"{base}/vouchers", data=typed)

    assert refused.status_code == 422
    assert said in refused.text
    assert 'value="SUMMER"' in refused.text


def test_a_code_that_keeps_places_of_one_event_is_not_made_one_for_another(
    client: FlaskClient, database: Database, base: str, sale: Sale
) -> None:
    other = a_sale(database, organizer_id=sale.organizer_id)
    code = a_voucher(database, sale, event_id=sale.event_id)
    keep(database, sale, code, 3)
    with database.reading() as db:
        voucher = str(db.scalar(select(Voucher.id).where(Voucher.code == code)))
    typed = {"id": voucher, "code": code, "kind": "percent", "value": "20", "known": "yes"}

    answers = [
        client.post(f"{base}/vouchers", data=typed | {"event": str(one.event_id)}) for one in (other, sale)
    ]

    assert [answer.status_code for answer in answers] == [422, 303]
    assert "Places of Night of the Lamps are kept for it. Release them first." in answers[0].text


def test_a_code_goes_by_the_clock_of_the_house_and_saving_it_shifts_nothing(
    client: FlaskClient, database: Database, base: str
) -> None:
    typed = {"id": str(uuid4()), "code": "LATE", "kind": "percent", "value": "20"}
    typed |= {"starts_at": "2027-10-31T02:30", "ends_at": "2027-12-01T18:00"}
    never = client.post(f"{base}/vouchers", data=typed | {"starts_at": "2027-03-28T02:30"})
    assert never.status_code == 422
    assert "does not exist in Europe/Oslo" in never.text

    client.post(f"{base}/vouchers", data=typed)
    with database.writing() as db:
        made = db.get_one(Voucher, UUID(typed["id"]))
        assert f"{made.starts_at:%H:%M} {made.ends_at:%H:%M}" == "00:30 17:00"
        made.starts_at = second = made.starts_at + timedelta(hours=1)  # type: ignore[operator]
    assert 'value="2027-10-31T02:30"' in client.get(f"{base}/vouchers/{typed['id']}").text

    client.post(f"{base}/vouchers", data=typed | {"known": "yes"})
    with database.reading() as db:
        assert db.get_one(Voucher, UUID(typed["id"])).starts_at == second


def test_a_group_has_no_price_where_guests_choose_it(client: FlaskClient, base: str, sale: Sale) -> None:
    ways = {"price_floor": "5", "group_from": "3", "group_price": "8"}

    refused = client.post(f"{base}/types/{sale.types[0]}/ways", data=ways)

    assert refused.status_code == 422
    assert "A group would pay less than it chose." in refused.text


@pytest.mark.parametrize("path", ["vouchers", "vouchers/batches"])
def test_a_code_is_for_the_event_that_is_named_however_many_there_are(
    client: FlaskClient, database: Database, base: str, sale: Sale, path: str
) -> None:
    title = f"Zither night {uuid4().hex[:8]}"
    with database.writing() as db:
        rename = text("UPDATE events SET title = :title WHERE id = :id")
        db.execute(rename, {"title": title, "id": sale.event_id})
        db.execute(FILLING, {"organizer": sale.organizer_id})
    typed = {"id": str(uuid4()), "code": "ZITHER", "kind": "percent", "value": "20", "number": "2"}

    refused = [client.post(f"{base}/{path}", data=typed | {"event": name}) for name in ("Filling", "Nowhere")]
    client.post(f"{base}/{path}", data=typed | {"event": title.upper()})

    assert [answer.status_code for answer in refused] == [422, 422]
    assert "600 have this in their name: choose one." in refused[0].text
    assert "None is called so: choose one." in refused[1].text
    assert 'value="Nowhere"' in refused[1].text
    with database.reading() as db:
        made = db.get_one(Voucher, UUID(typed["id"]))
        assert made.event_id == sale.event_id
    page = client.get(f"{base}/vouchers/{typed['id']}").text
    assert f'value="{title}"' in page

    client.post(f"{base}/vouchers", data=typed | {"known": "yes", "event": ""})
    with database.reading() as db:
        assert db.get_one(Voucher, UUID(typed["id"])).event_id is None


FILLING = text("""
    INSERT INTO events (id, organizer_id, slug, title, category)
    SELECT gen_random_uuid(), :organizer, 'filling-' || gen_random_uuid(), 'Filling ' || n, 'talk'
    FROM generate_series(1, 600) n
""")
