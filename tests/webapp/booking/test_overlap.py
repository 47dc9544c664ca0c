"""A ticket for two pools, a seat in the hall and one in the workshop, takes both or none."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.factories.booking import (
    Kind,
    a_sale,
    cancel,
    hold,
    order,
    pay,
    placed,
    run_out,
    state,
    taken,
    tickets,
)
from webapp.booking.refusals import NoRoom
from webapp.booking.service import cancellation, holds
from webapp.booking.service.holds import Wish
from webapp.core.audit import SYSTEM
from webapp.core.db import Database

LONG_AGO = timedelta(minutes=20)
HALL, BOTH, WORKSHOP = Kind(), Kind(also=(1,)), Kind(pool=1)


def test_both_pools_give_a_place_for_each_ticket(database: Database, now: datetime) -> None:
    sale = a_sale(database, places=(10, 5), kinds=(HALL, BOTH, WORKSHOP))

    hold(database, sale, 1, 2, 1, now=now)

    assert taken(database, sale) == [3, 3]


def test_neither_pool_gives_a_place_when_one_has_too_few(database: Database, now: datetime) -> None:
    sale = a_sale(database, places=(10, 3), kinds=(HALL, BOTH))
    hold(database, sale, 0, 2, now=now)

    with pytest.raises(NoRoom) as refusal:
        hold(database, sale, 0, 2, now=now)

    assert refusal.value.title == "Only 1 place is left."
    assert taken(database, sale) == [2, 2]
    hold(database, sale, 7, 1, now=now)
    assert taken(database, sale) == [10, 3]


def test_more_and_fewer_of_them_move_both_pools(database: Database, now: datetime) -> None:
    sale = a_sale(database, places=(10, 5), kinds=(BOTH,))
    hold(database, sale, 2, basket="b", now=now)

    holds.hold(database, Wish("b", {sale.types[0]: 4}, is_change=True), now)
    assert taken(database, sale) == [4, 4]
    holds.hold(database, Wish("b", {sale.types[0]: 1}, is_change=True), now)
    assert taken(database, sale) == [1, 1]
    holds.hold(database, Wish("b", {sale.types[0]: 0}, is_change=True), now)

    assert taken(database, sale) == [0, 0]


def test_released_they_come_back_in_both_pools(database: Database, now: datetime) -> None:
    sale = a_sale(database, places=(10, 5), kinds=(BOTH,))
    held = hold(database, sale, 2, basket="b", now=now)

    with database.writing() as db:
        holds.release(db, basket="b", hold_id=held)

    assert taken(database, sale) == [0, 0]


def test_who_needs_the_second_pool_takes_back_what_expired_in_it(database: Database, now: datetime) -> None:
    sale = a_sale(database, places=(10, 2), kinds=(BOTH, WORKSHOP))
    hold(database, sale, 2, now=now - LONG_AGO)

    hold(database, sale, 0, 1, now=now)

    assert taken(database, sale) == [0, 1]


def test_a_refunded_ticket_frees_both_places(database: Database, now: datetime) -> None:
    sale = a_sale(database, places=(10, 5), kinds=(BOTH,))
    made = placed(database, sale, 3, now=now)
    pay(database, made.payment_id)
    with database.reading() as db:
        one = list(
            db.scalars(text("SELECT id FROM tickets WHERE order_id = :id LIMIT 1"), {"id": made.order_id})
        )

    with database.writing() as db:
        cancellation.refund(db, order_id=made.order_id, ticket_ids=one, reason="Ill", by=SYSTEM)

    assert taken(database, sale) == [2, 2]


def test_an_unpaid_order_that_is_cancelled_frees_both_places(database: Database, now: datetime) -> None:
    sale = a_sale(database, places=(10, 5), kinds=(BOTH,))

    cancel(database, placed(database, sale, 3, now=now).order_id)

    assert taken(database, sale) == [0, 0]


def test_paid_late_it_takes_both_places_again(database: Database, now: datetime) -> None:
    sale = a_sale(database, places=(10, 5), kinds=(BOTH,))
    made = placed(database, sale, 3, now=now)
    run_out(database, now)
    assert taken(database, sale) == [0, 0]

    pay(database, made.payment_id)

    assert (state(database, made.order_id), taken(database, sale)) == ("paid", [3, 3])


def test_paid_late_it_is_sent_back_when_one_of_the_pools_is_full(database: Database, now: datetime) -> None:
    sale = a_sale(database, places=(10, 3), kinds=(BOTH, WORKSHOP))
    made = placed(database, sale, 3, now=now)
    run_out(database, now)
    hold(database, sale, 0, 1, now=now)

    pay(database, made.payment_id)

    assert (state(database, made.order_id), tickets(database, made.order_id)) == ("auto_refunded", [])
    assert taken(database, sale) == [0, 1]


def test_the_database_keeps_the_pools_of_a_type_that_is_held(database: Database, now: datetime) -> None:
    sale = a_sale(database, places=(10, 5), kinds=(BOTH,))
    hold(database, sale, 1, now=now)

    with pytest.raises(IntegrityError, match="its pools stay"), database.writing() as db:
        db.execute(text("UPDATE ticket_types SET also_pools = '{}' WHERE id = :id"), {"id": sale.types[0]})


def test_the_database_keeps_the_pools_of_a_type_that_is_sold(database: Database, now: datetime) -> None:
    sale = a_sale(database, places=(10, 5), kinds=(Kind(price=0, also=(1,)),))
    order(database, hold(database, sale, 1, basket="b", now=now), basket="b", now=now)

    with pytest.raises(IntegrityError, match="its pools stay"), database.writing() as db:
        db.execute(text("UPDATE ticket_types SET also_pools = '{}' WHERE id = :id"), {"id": sale.types[0]})


def test_the_database_knows_no_type_over_pools_of_another_date(database: Database) -> None:
    sale, other = a_sale(database), a_sale(database)

    with pytest.raises(IntegrityError, match="of its own date"), database.writing() as db:
        db.execute(
            text("UPDATE ticket_types SET also_pools = ARRAY[CAST(:other AS uuid)] WHERE id = :id"),
            {"id": sale.types[0], "other": other.pools[0]},
        )
