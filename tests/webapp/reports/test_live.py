"""The numbers on the sale pages are those of the orders, discounts and refunds included."""

import pytest
from sqlalchemy import text

from tests.factories.booking import Kind, Sale, a_sale, a_voucher, hold, pay, placed
from webapp.booking.service import cancellation
from webapp.core import clock
from webapp.core.audit import SYSTEM
from webapp.core.db import Database
from webapp.core.errors import NotFound
from webapp.reports.queries import live as queries


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


def test_a_date_says_what_is_sold_held_and_earned(database: Database, sale: Sale) -> None:
    with database.reading() as db:
        found = queries.sale(db, sale.organizer_id, sale.date_id)
        kinds = queries.types(db, sale.date_id, clock.now())

    assert (found.capacity, found.sold, found.held, found.revenue) == (30, 5, 4, 4800 + 1200)
    assert [(kind.sold, kind.held) for kind in kinds] == [(2, 4), (3, 0)]


def test_types_of_one_pool_say_the_same_is_left(database: Database) -> None:
    sale = a_sale(database, places=(20,), kinds=(Kind(price=2400), Kind(price=800)))
    hold(database, sale, 4, now=clock.now())
    with database.reading() as db:
        kinds = queries.types(db, sale.date_id, clock.now())

    assert [(kind.held, kind.left, kind.reach) for kind in kinds] == [(4, 16, 20), (0, 16, 16)]


def test_the_last_hour_is_told_minute_by_minute(database: Database, sale: Sale) -> None:
    with database.reading() as db:
        minutes = queries.per_minute(db, sale.organizer_id, sale.date_id, clock.now())

    assert len(minutes) == queries.MINUTES
    assert sum(minute.orders for minute in minutes) == 2
    assert sum(minute.holds for minute in minutes) == 3
    assert sum(minute.revenue for minute in minutes) == 4800 + 1200


def test_what_was_refunded_is_not_earned(database: Database, sale: Sale) -> None:
    with database.writing() as db:
        order_id, ticket_id = db.execute(
            text("SELECT order_id, id FROM tickets WHERE date_id = :date AND price = 2400 LIMIT 1"),
            {"date": sale.date_id},
        ).one()
        cancellation.refund(db, order_id=order_id, ticket_ids=[ticket_id], reason="Rain", by=SYSTEM)

    with database.reading() as db:
        found = queries.sale(db, sale.organizer_id, sale.date_id)
        midnight = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
        today = queries.overview(db, sale.organizer_id, midnight)

    assert (found.sold, found.revenue) == (4, 2400 + 1200)
    assert (today.tickets_today, today.revenue_today, today.refunds_open) == (4, 3600, 1)


def test_another_organizers_date_is_not_there(database: Database, sale: Sale) -> None:
    with database.reading() as db, pytest.raises(NotFound):
        queries.sale(db, a_sale(database).organizer_id, sale.date_id)
