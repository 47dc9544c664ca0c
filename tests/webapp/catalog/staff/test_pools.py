"""Pools and ticket types as staff change them while tickets are sold."""

import re
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from tests.factories.accounts import a_member, sign_in
from tests.factories.booking import Kind, Sale, a_sale, a_voucher, hold, keep
from webapp.accounts.models import Organizer
from webapp.core import clock
from webapp.core.db import Database


@pytest.fixture
def sale(database: Database) -> Sale:
    """A hall of ten and a workshop of five, with a ticket for each."""
    return a_sale(database, places=(10, 5), kinds=(Kind(), Kind(pool=1)))


@pytest.fixture
def page(client: FlaskClient, database: Database, sale: Sale) -> str:
    """The date's page for the owner of the organizer that sells."""
    with database.reading() as db:
        organizer = db.get_one(Organizer, sale.organizer_id)
    sign_in(client, a_member(database, organizer, "owner"))
    return f"/staff/{organizer.slug}/dates/{sale.date_id}"


def a_type(sale: Sale, **said: Any) -> dict[str, Any]:
    return {"id": str(uuid4()), "pool_id": str(sale.pools[0]), "name": "Day pass", "price": "20", **said}


def also_pools(database: Database, type_id: str) -> list[str]:
    with database.reading() as db:
        found = db.scalar(text("SELECT also_pools FROM ticket_types WHERE id = :id"), {"id": type_id})
    return [str(pool) for pool in found]


def test_a_ticket_type_takes_places_of_two_pools(
    client: FlaskClient, database: Database, sale: Sale, page: str
) -> None:
    form = a_type(sale, also_pools=[str(pool) for pool in sale.pools])

    assert client.post(f"{page}/types", data=form).status_code == 303

    assert also_pools(database, form["id"]) == [str(sale.pools[1])]
    assert "Each ticket takes a place of these, too" in client.get(page).text


def test_the_event_page_shows_the_least_of_its_pools(client: FlaskClient, sale: Sale, page: str) -> None:
    client.post(f"{page}/types", data=a_type(sale, also_pools=str(sale.pools[1]), max_per_order="10"))

    said = client.get(f"/events/{sale.slug}").text.split("Day pass")[1]

    assert "5 left" in said


def test_pools_of_a_type_stay_once_some_are_held(
    client: FlaskClient, database: Database, sale: Sale, page: str
) -> None:
    form = a_type(sale, id=str(sale.types[0]))
    hold(database, sale, 1, now=clock.now())

    answer = client.post(f"{page}/types", data={**form, "also_pools": str(sale.pools[1])})

    assert answer.status_code == 422
    assert "its pools stay" in answer.text
    assert also_pools(database, form["id"]) == []


def test_a_pool_of_another_date_is_refused(
    client: FlaskClient, database: Database, sale: Sale, page: str
) -> None:
    elsewhere = a_sale(database, organizer_id=sale.organizer_id)

    answer = client.post(f"{page}/types", data=a_type(sale, also_pools=str(elsewhere.pools[0])))

    assert answer.status_code == 404


def test_a_type_may_be_limited_for_each_buyer_and_says_so(client: FlaskClient, sale: Sale, page: str) -> None:
    form = a_type(sale, max_per_buyer="2", min_per_order="3")
    assert client.post(f"{page}/types", data=form).status_code == 422

    client.post(f"{page}/types", data={**form, "min_per_order": "1"})

    assert "At most 2 for each buyer" in client.get(f"/events/{sale.slug}").text


def test_places_are_kept_for_a_code_and_released(
    client: FlaskClient, database: Database, sale: Sale, page: str
) -> None:
    code = a_voucher(database, sale)
    with database.reading() as db:
        voucher = db.scalar(text("SELECT id FROM vouchers WHERE code = :code"), {"code": code})
    form = {"pool_id": sale.pools[0], "voucher_id": voucher, "places": 4}

    assert client.post(f"{page}/reserves", data=form).status_code == 303
    assert client.post(f"{page}/reserves", data=form).status_code == 303
    assert kept(database, sale) == [(4, 0)]
    assert "Besides these, 4 are kept for codes" in client.get(page).text
    with database.reading() as db:
        reserve = db.scalar(text("SELECT id FROM pools WHERE parent_id = :pool"), {"pool": sale.pools[0]})
    assert client.post(f"{page}/reserves/{reserve}/release").status_code == 303

    assert kept(database, sale) == [(0, 0)]


def test_more_than_is_free_is_not_kept_and_the_page_says_how_many_can_be(
    client: FlaskClient, database: Database, sale: Sale, page: str
) -> None:
    code = a_voucher(database, sale)
    with database.reading() as db:
        voucher = db.scalar(text("SELECT id FROM vouchers WHERE code = :code"), {"code": code})

    answer = client.post(
        f"{page}/reserves", data={"pool_id": sale.pools[1], "voucher_id": voucher, "places": 6}
    )

    assert answer.status_code == 422
    assert "at most 5 can be kept" in answer.text


def test_kept_places_are_shown_to_who_has_the_code_and_to_nobody_else(
    client: FlaskClient, database: Database, sale: Sale
) -> None:
    code = a_voucher(database, sale)
    keep(database, sale, code, 5, pool=1)

    def shown(address: str) -> str:
        return client.get(address).text.split('ticket-type-name">Kind 1')[1].split("</div></div>")[0]

    assert "Sold out" in shown(f"/events/{sale.slug}")
    assert "5 left" in shown(f"/events/{sale.slug}?code={code}")


def test_a_capacity_below_what_is_taken_is_refused_with_the_number(
    client: FlaskClient, database: Database, sale: Sale, page: str
) -> None:
    hold(database, sale, 7, now=clock.now())
    form = {"id": sale.pools[0], "name": "Hall", "capacity": 6}
    # The browser lets it through, so that our sentence is read, and not its own.
    assert re.search('name="capacity" type="number" value="[0-9]+" min="0"', client.get(page).text)

    answer = client.post(f"{page}/pools", data=form)

    assert answer.status_code == 422
    assert "7 places are taken already. The smallest capacity is 7" in answer.text
    assert client.post(f"{page}/pools", data={**form, "capacity": 7}).status_code == 303


def kept(database: Database, sale: Sale) -> list[tuple[int, int]]:
    """Capacity and what is taken of all reserves of the date."""
    kept = text("SELECT capacity, taken FROM pools WHERE parent_id IS NOT NULL AND date_id = :date")
    with database.reading() as db:
        return [tuple(row) for row in db.execute(kept, {"date": sale.date_id})]


def test_what_is_refused_without_scripts_names_the_field_and_leads_back(
    client: FlaskClient, page: str
) -> None:
    ours = {"Referer": f"http://localhost{page}?x=1"}

    refused = client.post(f"{page}/sale", data={"step": "sold"}, headers=ours)
    elsewhere = client.post(f"{page}/sale", data={"step": "sold"}, headers={"Referer": "http://example.org/"})

    assert refused.status_code == 422
    assert "Step: Choose one of" in refused.text
    assert f'href="{page}?x=1">Back to the form</a>' in refused.text
    assert "Back to the form" not in elsewhere.text
    told = client.post(f"{page}/sale", data={"step": "sold"}, headers={"HX-Request": "true"})
    assert "Step: Choose one of" in told.text
    assert "Back to the form" not in told.text


def test_a_pool_that_is_refused_without_scripts_keeps_what_was_typed(
    client: FlaskClient, sale: Sale, page: str
) -> None:
    for pool in (str(uuid4()), str(sale.pools[0])):
        refused = client.post(f"{page}/pools", data={"id": pool, "name": "Gallery", "capacity": "-1"})

        assert refused.status_code == 422
        assert "Capacity: The least is 0." in refused.text
        assert f'name="id" value="{pool}"' in refused.text
        assert re.search('name="name" type="text" value="Gallery"', refused.text)
        assert re.search('name="capacity" type="number" value="-1"[^>]* aria-invalid="true"', refused.text)
    told = client.post(
        f"{page}/pools",
        data={"id": pool, "name": "Gallery", "capacity": "-1"},
        headers={"HX-Request": "true"},
    )
    assert "Capacity: The least is 0." in told.text
    assert "Gallery" not in told.text, "the form stays where it is"


def test_a_type_that_is_refused_without_scripts_keeps_what_was_typed(
    client: FlaskClient, sale: Sale, page: str
) -> None:
    form = a_type(sale, name="Late seat", min_per_order="12", also_pools=str(sale.pools[1]), hidden="yes")
    for kind in (form["id"], str(sale.types[0])):
        refused = client.post(f"{page}/types", data={**form, "id": kind})

        assert refused.status_code == 422
        assert "Price: The least per order is not more than the most." in refused.text
        there = next(one for one in refused.text.split("<form")[1:] if f'value="{kind}"' in one)
        there = there.split("</form>")[0]
        assert 'value="Late seat"' in there
        assert 'value="12"' in there
        assert re.search(f'name="also_pools" value="{sale.pools[1]}" checked', there)
        assert re.search('name="hidden" value="yes" checked', there)
    assert refused.text.count('value="Late seat"') == 1


def test_kept_places_that_are_refused_without_scripts_stay_typed(
    client: FlaskClient, database: Database, sale: Sale, page: str
) -> None:
    code = a_voucher(database, sale)
    with database.reading() as db:
        voucher = db.scalar(text("SELECT id FROM vouchers WHERE code = :code"), {"code": code})
    form = {"pool_id": str(sale.pools[1]), "voucher_id": str(voucher)}

    first = client.post(f"{page}/reserves", data={**form, "places": "666"})
    client.post(f"{page}/reserves", data={**form, "places": "2"})
    second = client.post(f"{page}/reserves", data={**form, "places": "777"})

    assert (first.status_code, second.status_code) == (422, 422)
    assert re.search('name="places" type="number" value="666"[^>]* aria-invalid="true"', first.text)
    assert re.search('name="places" type="number" min="0" value="777"', second.text)
    assert f'value="{sale.pools[1]}" selected' in first.text
