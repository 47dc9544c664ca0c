"""Waiting ends when nothing that was waited for can be had any more, and keeps no place free then."""

from datetime import datetime

from sqlalchemy import text

from tests.factories.booking import hold
from tests.factories.waiting import a_waiter, outbox, refunded, sold_out, states
from webapp.core.db import Database
from webapp.waitinglist.service import ending


def test_the_list_closes_with_what_it_is_for(database: Database, now: datetime) -> None:
    sale, _ = sold_out(database, now, 4)
    waiter = a_waiter(database, sale, now=now)
    with database.writing() as db:
        db.execute(text("UPDATE ticket_types SET withdrawn = true"))

    ending.close_lists(database, now)

    assert states(database, now, waiter) == ["ended"]
    assert outbox(database, "ListClosed") == 1


def test_who_fits_into_no_order_any_more_keeps_no_place_free(database: Database, now: datetime) -> None:
    sale, order_id = sold_out(database, now, 4)
    group = a_waiter(database, sale, 4, now=now)
    with database.writing() as db:
        db.execute(text("UPDATE ticket_types SET max_per_order = 2"))
    refunded(database, order_id, 4)

    ending.close_lists(database, now)

    assert states(database, now, group) == ["ended"]
    assert hold(database, sale, 2, now=now)
