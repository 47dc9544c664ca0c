"""Steps that take something away say first what they do, and to whom."""

import re
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from tests.factories.accounts import a_member, sign_in
from tests.factories.booking import Sale, a_sale, pay, placed
from webapp.accounts.models import Organizer
from webapp.booking.service.checkout import Placed
from webapp.catalog.models import EventDate
from webapp.core import clock
from webapp.core.db import Database

TICKETS = text("SELECT id::text FROM tickets WHERE order_id = :order")


@dataclass(frozen=True)
class Scene:
    """Two tickets are sold for a date, and its owner looks."""

    staff: FlaskClient
    sale: Sale
    order: Placed
    base: str

    @property
    def date(self) -> str:
        return f"{self.base}/dates/{self.sale.date_id}"


@pytest.fixture
def scene(app: Flask, database: Database) -> Scene:
    sale = a_sale(database)
    order = placed(database, sale, 2, now=clock.now())
    pay(database, order.payment_id)
    with database.reading() as db:
        organizer = db.get_one(Organizer, sale.organizer_id)
    staff = sign_in(app.test_client(), a_member(database, organizer, "owner"))
    return Scene(staff, sale, order, f"/staff/{organizer.slug}")


def test_cancelling_a_date_says_how_many_are_affected_and_needs_its_name(
    scene: Scene, database: Database
) -> None:
    part = scene.staff.get(scene.date).text.split('id="cancel-date"')[1].split("</details>")[0]

    told = re.sub(r"<[^>]+>", " ", part)
    unnamed = scene.staff.post(f"{scene.date}/cancel", data={"typed": "That one"})
    named = scene.staff.post(f"{scene.date}/cancel", data={"typed": "night of the lamps"})

    assert re.search(r"Orders\s+1\s+Tickets\s+2\s+Mails to guests\s+1\s", told)
    assert "€48.00" in told
    assert (unnamed.status_code, named.status_code) == (422, 303)
    with database.reading() as db:
        assert db.get_one(EventDate, scene.sale.date_id).status == "cancelled"


def test_a_withdrawn_type_is_offered_again(scene: Scene) -> None:
    before = scene.staff.get(scene.date).text
    scene.staff.post(f"{scene.date}/types/{scene.sale.types[0]}/withdraw")
    withdrawn = scene.staff.get(scene.date).text
    scene.staff.post(f"{scene.date}/types/{scene.sale.types[0]}/offer")

    assert "2 that are sold stay valid." in before
    assert "Offer it again" in withdrawn
    assert "Offer it again" not in scene.staff.get(scene.date).text


def test_refunding_many_tickets_needs_the_orders_code(scene: Scene, database: Database) -> None:
    with database.reading() as db:
        tickets = list(db.scalars(TICKETS, {"order": scene.order.order_id}))
    refund = f"{scene.base}/orders/{scene.order.code}/refund"

    untyped = scene.staff.post(refund, data={"ticket": tickets})
    typed = scene.staff.post(refund, data={"ticket": tickets, "typed": scene.order.code})

    assert len(tickets) == 2
    assert (untyped.status_code, typed.status_code) == (422, 303)
