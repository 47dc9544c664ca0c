"""A reserved seat is said wherever its ticket is."""

from datetime import datetime

import pytest
from flask.testing import FlaskClient

from tests.factories.accounts import a_member, sign_in
from tests.factories.booking import order
from tests.factories.seating import SeatedSale, a_seated_sale, bought, hold
from webapp.accounts.models import Organizer
from webapp.booking.queries import letters
from webapp.booking.queries.orders import OrderView
from webapp.booking.queries.orders import order as order_view
from webapp.checkin import queries as door
from webapp.checkin import service as checkin
from webapp.checkin.service import Gate
from webapp.core.audit import SYSTEM
from webapp.core.db import Database

SAID = "Stalls, row A, seat 3"


@pytest.fixture
def seated(database: Database) -> SeatedSale:
    return a_seated_sale(database)


@pytest.fixture
def paid(database: Database, seated: SeatedSale, now: datetime) -> OrderView:
    order_id = bought(database, seated, "A 3", "D 1", now=now)
    with database.reading() as db:
        return order_view(db, order_id)


def test_the_order_and_its_tickets_say_the_seat(client: FlaskClient, paid: OrderView) -> None:
    assert SAID in client.get(paid.path).text
    assert SAID in client.get(f"/orders/{paid.code}/tickets?key={paid.secret}").text
    assert SAID in client.get(f"/tickets/{paid.dates[0].tickets[0].secret}").text


def test_an_order_that_waits_for_its_payment_says_its_seats(
    client: FlaskClient, database: Database, seated: SeatedSale, now: datetime
) -> None:
    made = order(database, hold(database, seated, "A 3", basket="b", now=now), basket="b", now=now)

    assert SAID in client.get(f"/orders/{made.code}?key={made.secret}").text


def test_the_mail_says_the_seat(database: Database, paid: OrderView) -> None:
    with database.reading() as db:
        letter = letters.letter(db, paid.id)
    assert [ticket.seat for ticket in letter.tickets] == [SAID, "Stalls, row D, seat 1"]


def test_staff_read_the_seat(
    client: FlaskClient, database: Database, seated: SeatedSale, paid: OrderView
) -> None:
    with database.reading() as db:
        organizer = db.get_one(Organizer, seated.sale.organizer_id)
    sign_in(client, a_member(database, organizer, "manager"))

    assert SAID in client.get(f"/staff/{organizer.slug}/orders/{paid.code}").text


def test_the_door_says_where_to_sit(
    database: Database, seated: SeatedSale, paid: OrderView, now: datetime
) -> None:
    gate = Gate(seated.sale.organizer_id, seated.date_id, "Gate 1", "test", SYSTEM)
    with database.writing() as db:
        listed = door.guests_of_order(db, seated.date_id, paid.code)
        verdict = checkin.check_in(db, gate, typed=listed[0].secret, nonce="one-nonce", now=now)
    assert listed[0].seat == SAID
    assert SAID in verdict.text
