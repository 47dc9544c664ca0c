"""Steps that take something away say first what they do, and to whom."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from tests.factories.accounts import a_member, sign_in
from tests.factories.sold import sold_order
from webapp.accounts.models import Organizer
from webapp.booking.models import Order, OrderLine
from webapp.catalog.models import EventDate
from webapp.core import clock
from webapp.core.db import Database

PLACE = text("""
    SELECT g.slug, l.date_id, e.title, (SELECT count(*) FROM tickets WHERE date_id = l.date_id) AS sold
    FROM order_lines l JOIN event_dates d ON d.id = l.date_id JOIN events e ON e.id = d.event_id
    JOIN organizers g ON g.id = e.organizer_id WHERE l.order_id = :order
""")
TICKETS = text("SELECT id FROM tickets WHERE order_id = :order")


@pytest.fixture
def order(database: Database) -> Order:
    with database.writing() as db:
        return sold_order(db, clock.now(), price=2400)


@pytest.fixture
def staff(app: Flask, database: Database, order: Order) -> FlaskClient:
    with database.reading() as db:
        organizer = db.get_one(Organizer, order.organizer_id)
    return sign_in(app.test_client(), a_member(database, organizer, "owner"))


def address(database: Database, order: Order) -> tuple[str, str, int]:
    """The date's page, its title, and how many tickets are sold for it."""
    with database.reading() as db:
        row = db.execute(PLACE, {"order": order.id}).one()
    return f"/staff/{row.slug}/dates/{row.date_id}", row.title, row.sold


def test_cancelling_a_date_says_how_many_are_affected_and_needs_its_name(
    staff: FlaskClient, database: Database, order: Order
) -> None:
    page, title, sold = address(database, order)

    told = re.sub(r"<[^>]+>", " ", staff.get(page).text.split('id="cancel-date"')[1].split("</details>")[0])
    unnamed = staff.post(f"{page}/cancel", data={"typed": "That one"})
    named = staff.post(f"{page}/cancel", data={"typed": title.lower()})

    assert re.search(rf"Orders\s+1\s+Tickets\s+{sold}\s+Mails to guests\s+1\s", told)
    assert f"€{sold * 24}.00" in told
    assert (unnamed.status_code, named.status_code) == (422, 303)
    with database.reading() as db:
        date_id = db.query(OrderLine).filter_by(order_id=order.id).one().date_id
        assert db.get_one(EventDate, date_id).status == "cancelled"


def test_a_withdrawn_type_is_offered_again(staff: FlaskClient, database: Database, order: Order) -> None:
    page, _, sold = address(database, order)
    with database.reading() as db:
        type_id = db.query(OrderLine).filter_by(order_id=order.id).one().ticket_type_id

    before = staff.get(page).text
    staff.post(f"{page}/types/{type_id}/withdraw")
    withdrawn = staff.get(page).text
    staff.post(f"{page}/types/{type_id}/offer")

    assert f"{sold} that are sold stay valid." in before
    assert "Offer it again" in withdrawn
    assert "Offer it again" not in staff.get(page).text


def test_refunding_many_tickets_needs_the_orders_code(
    staff: FlaskClient, database: Database, order: Order
) -> None:
    page, _, _ = address(database, order)
    with database.writing() as db:
        # Nothing was paid for it, so nothing goes back through a gateway.
        db.get_one(Order, order.id).total = 0
    with database.reading() as db:
        tickets = [str(one) for one in db.scalars(TICKETS, {"order": order.id})]
    refund = f"{page.split('/dates/')[0]}/orders/{order.code}/refund"

    untyped = staff.post(refund, data={"ticket": tickets})
    typed = staff.post(refund, data={"ticket": tickets, "typed": order.code})

    assert len(tickets) > 1
    assert (untyped.status_code, typed.status_code) == (422, 303)
