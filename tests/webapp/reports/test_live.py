"""The numbers of a sale are those of the orders, discounts and refunds included, whoever counts them."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from tests.factories.accounts import a_member, sign_in
from tests.factories.booking import Kind, Sale, a_sale, a_voucher, hold, pay, placed
from webapp.accounts.models import Organizer
from webapp.booking.service import cancellation
from webapp.core import clock
from webapp.core.audit import SYSTEM
from webapp.core.db import Database
from webapp.core.ids import uuid7
from webapp.core.reach import EVERYTHING
from webapp.reports.queries import live as queries
from webapp.reports.queries import today
from webapp.reports.queries.cockpit import AGAIN, Memory, look
from webapp.reports.rules.cockpit import Cockpit
from webapp.waitingroom.line import Line


@pytest.fixture
def sale(database: Database) -> Sale:
    """Twenty places at 24.00 and ten at 8.00, no fees; two sold, three sold with half off, four held."""
    sale = a_sale(database, places=(20, 10), kinds=(Kind(price=2400), Kind(price=800, pool=1)))
    now = clock.now()
    pay(database, placed(database, sale, 2, now=now).payment_id)
    half = a_voucher(database, sale, "percent", 5000)
    pay(database, placed(database, sale, 0, 3, code=half, now=now).payment_id)
    hold(database, sale, 4, now=now)
    return sale


@pytest.fixture
def line(app: Flask) -> Line:
    return Line(app.extensions["marquee"].live.redis)


def cockpit(
    database: Database,
    line: Line,
    sale: Sale,
    memory: Memory | None = None,
    *,
    now: datetime | None = None,
    date_id: UUID | None = None,
) -> Cockpit:
    with database.reading() as db:
        return look(db, line, sale.organizer_id, now or clock.now(), memory or Memory(), date_id=date_id)


def test_a_ticket_for_the_car_is_money_and_no_place(database: Database, line: Line, sale: Sale) -> None:
    with database.writing() as db:
        db.execute(text("UPDATE pools SET is_extra = true WHERE id = :id"), {"id": sale.pools[1]})
    (found,) = cockpit(database, line, sale).dates
    with database.reading() as db:
        (told,) = queries.sales(db, sale.organizer_id, EVERYTHING, clock.now(), most=2)

    assert (found.capacity, found.sold, found.held, found.left) == (20, 2, 4, 14)
    assert (told.capacity, told.sold, told.held, told.left) == (20, 2, 4, 14)
    assert found.revenue == told.revenue == 2 * 2400 + 3 * 400


def test_a_date_says_what_is_sold_held_and_earned(database: Database, line: Line, sale: Sale) -> None:
    (found,) = cockpit(database, line, sale).dates
    with database.reading() as db:
        kinds = queries.types(db, sale.date_id, clock.now())

    assert (found.capacity, found.sold, found.held, found.left, found.revenue) == (30, 5, 4, 21, 4800 + 1200)
    assert [(kind.sold, kind.held) for kind in kinds] == [(2, 4), (3, 0)]


def test_types_of_one_pool_say_the_same_is_left(database: Database) -> None:
    sale = a_sale(database, places=(20,), kinds=(Kind(price=2400), Kind(price=800)))
    hold(database, sale, 4, now=clock.now())
    with database.reading() as db:
        kinds = queries.types(db, sale.date_id, clock.now())

    assert [(kind.held, kind.left, kind.reach) for kind in kinds] == [(4, 16, 20), (0, 16, 16)]


def test_the_last_hour_is_told_minute_by_minute(database: Database, line: Line, sale: Sale) -> None:
    found = cockpit(database, line, sale)
    (one,) = found.dates

    assert len(one.minutes) == 60
    assert sum(minute.orders for minute in one.minutes) == 2
    assert sum(minute.holds for minute in one.minutes) == 3
    assert sum(minute.places for minute in one.minutes) == 5
    assert sum(minute.revenue for minute in found.minutes) == 4800 + 1200
    assert (one.holds_a_second, one.orders_a_second) == (0.3, 0.2)


def test_what_happens_between_two_looks_is_in_the_second(database: Database, line: Line, sale: Sale) -> None:
    memory = Memory()
    cockpit(database, line, sale, memory)
    pay(database, placed(database, sale, 1, now=clock.now()).payment_id)
    (one,) = cockpit(database, line, sale, memory).dates

    assert (one.sold, one.revenue, sum(minute.orders for minute in one.minutes)) == (6, 8400, 3)


def test_an_hour_later_nothing_happens_and_everything_is_still_sold(
    database: Database, line: Line, sale: Sale
) -> None:
    memory = Memory()
    cockpit(database, line, sale, memory)
    (one,) = cockpit(database, line, sale, memory, now=clock.now() + timedelta(minutes=61)).dates

    assert (one.sold, sum(minute.holds for minute in one.minutes), one.holds_a_second) == (5, 0, 0)


def test_what_was_refunded_is_not_earned(database: Database, line: Line, sale: Sale) -> None:
    memory = Memory()
    cockpit(database, line, sale, memory)
    with database.writing() as db:
        order_id, ticket_id = db.execute(
            text("SELECT order_id, id FROM tickets WHERE date_id = :date AND price = 2400 LIMIT 1"),
            {"date": sale.date_id},
        ).one()
        cancellation.refund(db, order_id=order_id, ticket_ids=[ticket_id], reason="Rain", by=SYSTEM)

    (found,) = cockpit(database, line, sale, memory, now=clock.now() + AGAIN).dates
    with database.reading() as db:
        midnight = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
        overview = today.overview(db, sale.organizer_id, EVERYTHING, midnight)

    assert (found.sold, found.revenue) == (4, 2400 + 1200)
    assert (overview.tickets, overview.revenue) == (4, 3600)


def test_baskets_that_bought_are_counted_against_those_that_ended(
    database: Database, line: Line, sale: Sale
) -> None:
    with database.writing() as db:
        db.execute(
            text("UPDATE holds SET expires_at = now() WHERE organizer_id = :id AND state = 'active'"),
            {"id": sale.organizer_id},
        )
    (found,) = cockpit(database, line, sale, now=clock.now() + timedelta(seconds=1)).dates
    assert found.conversion == 67


def test_payments_that_were_declined_are_told(database: Database, line: Line, sale: Sale) -> None:
    with database.writing() as db:
        db.execute(
            text("""
                INSERT INTO payment_events (id, payment_id, provider, provider_event_id, kind, payload)
                SELECT :id, p.id, 'sandbox', CAST(:id AS text), 'session.declined', '{}'
                FROM payments p JOIN orders o ON o.id = p.reference WHERE o.organizer_id = :house LIMIT 1
            """),
            {"id": uuid7(), "house": sale.organizer_id},
        )
    found = cockpit(database, line, sale)
    assert (found.declined, found.paid, found.failures) == (1, 2, 33)


def test_a_date_that_is_over_is_still_counted_by_itself(database: Database, line: Line, sale: Sale) -> None:
    later = clock.now() + timedelta(days=60)
    assert cockpit(database, line, sale, now=later).dates == ()
    (found,) = cockpit(database, line, sale, now=later, date_id=sale.date_id).dates
    assert found.sold == 5


def test_another_organizers_date_is_not_there(client: FlaskClient, database: Database, sale: Sale) -> None:
    with database.reading() as db:
        house = db.get_one(Organizer, sale.organizer_id)
    sign_in(client, a_member(database, house, "owner"))
    assert client.get(f"/staff/{house.slug}/sale/{sale.date_id}").status_code == 200
    assert client.get(f"/staff/{house.slug}/sale/{a_sale(database).date_id}").status_code == 404


def test_a_wall_shows_the_dates_that_were_chosen(client: FlaskClient, database: Database, sale: Sale) -> None:
    other = a_sale(database, organizer_id=sale.organizer_id)
    with database.reading() as db:
        house = db.get_one(Organizer, sale.organizer_id)
    sign_in(client, a_member(database, house, "manager"))
    every = client.get(f"/staff/{house.slug}/wall").text
    one = client.get(f"/staff/{house.slug}/wall?date={sale.date_id}").text

    assert [every.count('class="tile"'), one.count('class="tile"')] == [2, 1]
    assert f'id="tile-{other.date_id}"' not in one
    assert "<nav" not in one
