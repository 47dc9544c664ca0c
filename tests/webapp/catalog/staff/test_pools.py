"""Pools and ticket types as staff change them while tickets are sold."""

from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from tests.factories.accounts import a_member, sign_in
from tests.factories.booking import Kind, Sale, a_sale, hold
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
