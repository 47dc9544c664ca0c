"""Seats that are held back are nobody's to buy, and the pool is so much smaller."""

from datetime import datetime

import pytest
from sqlalchemy import text

from tests.factories.seating import Hall, SeatedSale, a_seated_sale, block, claimed, hold
from tests.webapp.booking.test_seats import MINUTE, free
from webapp.booking.refusals import SeatsTaken
from webapp.booking.service import blocks
from webapp.core.audit import SYSTEM
from webapp.core.db import Database
from webapp.core.errors import Conflict


def capacity(database: Database, seated: SeatedSale) -> list[int]:
    with database.reading() as db:
        rows = db.execute(text("SELECT id, capacity FROM pools WHERE date_id = :d"), {"d": seated.date_id})
        found = {row.id: row.capacity for row in rows}
    return [found[pool] for pool in seated.sale.pools]


def test_seats_held_back_make_their_pools_smaller(database: Database) -> None:
    seated = a_seated_sale(database)

    block(database, seated, "A 1", "A 2", "D 1")

    assert capacity(database, seated) == [18, 19]


def test_nobody_buys_a_seat_that_is_held_back(database: Database, now: datetime) -> None:
    seated = a_seated_sale(database)
    block(database, seated, "A 1")

    assert "A 1" not in free(database, seated, now)
    with pytest.raises(SeatsTaken):
        hold(database, seated, "A 1", now=now)


def test_the_same_block_twice_is_once_and_more_seats_come_to_it(database: Database) -> None:
    seated = a_seated_sale(database)

    first = block(database, seated, "A 1", "A 2")
    second = block(database, seated, "A 1", "A 2", "A 3")

    assert first == second
    assert capacity(database, seated) == [17, 20]


def test_released_seats_are_on_sale(database: Database, now: datetime) -> None:
    seated = a_seated_sale(database)
    blocked = block(database, seated, "A 1", "D 1")

    for _ in range(2):
        with database.writing() as db:
            blocks.release(
                db,
                organizer_id=seated.sale.organizer_id,
                date_id=seated.date_id,
                block_id=blocked,
                by=SYSTEM,
            )

    assert capacity(database, seated) == [20, 20]
    hold(database, seated, "A 1", "D 1", now=now)


def test_a_seat_in_a_basket_is_not_held_back_and_nothing_else_is(database: Database, now: datetime) -> None:
    seated = a_seated_sale(database)
    hold(database, seated, "A 1", now=now)

    with pytest.raises(Conflict, match="Stalls A 1: sold, in a basket, or held back already"):
        block(database, seated, "A 1", "A 2")

    assert claimed(database, seated) == {"A 1"}
    assert capacity(database, seated) == [20, 20]


def test_a_seat_whose_hold_ran_out_is_held_back(database: Database, now: datetime) -> None:
    seated = a_seated_sale(database, Hall(rows=2, seats=2))
    hold(database, seated, "A 1", "A 2", now=now - 20 * MINUTE)

    block(database, seated, "A 1")

    assert claimed(database, seated) == {"A 1"}
    assert capacity(database, seated) == [1, 2]
