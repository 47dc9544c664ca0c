"""Seats are held for who finds them free, with their tickets to the end, and for nobody else."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from tests.factories.booking import order, pay, state, taken, tickets
from tests.factories.seating import Hall, SeatedSale, a_seated_sale, bought, claimed, hold
from webapp.booking.queries import seats as seating
from webapp.booking.refusals import SeatsTaken
from webapp.booking.service import cancellation, claims, holds, seats
from webapp.booking.service.holds import Wish
from webapp.booking.service.seat_wishes import SeatWish
from webapp.core.audit import SYSTEM
from webapp.core.db import Database
from webapp.core.errors import Invalid, NotFound
from webapp.core.ids import secret

MINUTE = timedelta(minutes=1)


def free(database: Database, seated: SeatedSale, now: datetime) -> set[str]:
    names = {ordinal: name for name, ordinal in seated.ordinals.items()}
    with database.reading() as db:
        gone = seating.taken(db, seated.date_id, now)
    return {name for ordinal, name in names.items() if ordinal not in gone}


def test_chosen_seats_are_held_and_counted_in_the_pool_of_their_level(
    database: Database, now: datetime
) -> None:
    seated = a_seated_sale(database)

    hold(database, seated, "A 3", "A 4", "D 1", now=now)

    assert claimed(database, seated) == {"A 3", "A 4", "D 1"}
    assert taken(database, seated.sale) == [2, 1]


def test_the_same_seats_asked_for_twice_are_held_once(database: Database, now: datetime) -> None:
    seated = a_seated_sale(database)

    first = hold(database, seated, "A 3", "A 4", basket="b", now=now)

    assert hold(database, seated, "A 3", "A 4", basket="b", now=now) == first
    assert taken(database, seated.sale) == [2, 0]


def test_more_seats_come_to_what_a_basket_has(database: Database, now: datetime) -> None:
    seated = a_seated_sale(database)

    hold(database, seated, "A 3", basket="b", now=now)
    hold(database, seated, "A 4", "D 1", basket="b", now=now)

    assert claimed(database, seated) == {"A 3", "A 4", "D 1"}
    assert taken(database, seated.sale) == [2, 1]


def test_a_taken_seat_is_named_with_the_nearest_that_are_free_and_nothing_is_held(
    database: Database, now: datetime
) -> None:
    seated = a_seated_sale(database)
    hold(database, seated, "A 3", now=now)

    with pytest.raises(SeatsTaken) as refusal:
        hold(database, seated, "A 3", "A 4", now=now)

    assert [seat.short for seat in refusal.value.taken] == ["Stalls A 3"]
    assert [seat.short for seat in refusal.value.nearest] == ["Stalls A 4", "Stalls A 5"]
    assert claimed(database, seated) == {"A 3"}
    assert taken(database, seated.sale) == [1, 0]


def test_where_a_level_is_sold_out_its_seats_are_named_all_the_same(
    database: Database, now: datetime
) -> None:
    seated = a_seated_sale(database, Hall(rows=2, seats=2))
    hold(database, seated, "A 1", "A 2", now=now)

    with pytest.raises(SeatsTaken) as refusal:
        hold(database, seated, "A 1", now=now)

    assert [seat.short for seat in refusal.value.nearest] == ["Stalls B 1"]


def test_a_seat_is_free_again_when_its_hold_has_run_out(database: Database, now: datetime) -> None:
    seated = a_seated_sale(database, Hall(rows=2, seats=2))
    hold(database, seated, "A 1", "A 2", now=now - 20 * MINUTE)

    assert free(database, seated, now) == {"A 1", "A 2", "B 1", "B 2"}
    hold(database, seated, "A 2", now=now)

    assert claimed(database, seated) == {"A 2"}
    assert taken(database, seated.sale) == [1, 0]


def test_a_basket_whose_time_was_up_chooses_anew(database: Database, now: datetime) -> None:
    seated = a_seated_sale(database)
    hold(database, seated, "A 1", "A 2", basket="b", now=now - 20 * MINUTE)

    hold(database, seated, "A 2", "A 3", basket="b", now=now)

    assert claimed(database, seated) == {"A 2", "A 3"}
    assert taken(database, seated.sale) == [2, 0]


def test_released_seats_are_free(database: Database, now: datetime) -> None:
    seated = a_seated_sale(database)
    held = hold(database, seated, "A 1", "D 1", basket="b", now=now)

    with database.writing() as db:
        holds.release(db, basket="b", hold_id=held)

    assert claimed(database, seated) == set()
    assert taken(database, seated.sale) == [0, 0]


def test_one_seat_is_let_go_and_the_others_stay(database: Database, now: datetime) -> None:
    seated = a_seated_sale(database)
    hold(database, seated, "A 1", "A 2", "D 1", basket="b", now=now)

    for _ in range(2):
        with database.writing() as db:
            seats.let_go(db, basket="b", date_id=seated.date_id, ordinal=seated.ordinal("A 1"), now=now)

    assert claimed(database, seated) == {"A 2", "D 1"}
    assert taken(database, seated.sale) == [1, 1]


def test_the_last_seat_that_is_let_go_ends_the_hold(database: Database, now: datetime) -> None:
    seated = a_seated_sale(database)
    held = hold(database, seated, "A 1", basket="b", now=now)

    with database.writing() as db:
        seats.let_go(db, basket="b", date_id=seated.date_id, ordinal=seated.ordinal("A 1"), now=now)
        assert db.scalar(text("SELECT state FROM holds WHERE id = :id"), {"id": held}) == "released"


def test_fewer_of_a_type_keep_the_best_of_the_seats(database: Database, now: datetime) -> None:
    seated = a_seated_sale(database)
    hold(database, seated, "A 5", "A 6", "B 10", basket="b", now=now)

    holds.hold(database, Wish("b", {seated.sale.types[0]: 2}, is_change=True), now)

    assert claimed(database, seated) == {"A 5", "A 6"}


def test_a_numbered_place_is_not_sold_without_its_seat(database: Database, now: datetime) -> None:
    seated = a_seated_sale(database)

    with pytest.raises(Invalid, match="numbered seats"):
        holds.hold(database, Wish("b", {seated.sale.types[0]: 2}), now)


def test_a_seat_is_bought_with_any_type_of_its_level_and_changes_to_another(
    database: Database, now: datetime
) -> None:
    seated = a_seated_sale(database, reduced=3000)
    adult, reduced = seated.sale.types[:2]
    hold(database, seated, "A 1", "A 2", basket="b", now=now)

    wish = SeatWish("b", seated.date_id, {seated.ordinal("A 2"): reduced})
    seats.hold(database, wish, now)

    with database.reading() as db:
        own = seating.own(db, seated.date_id, "b", now)
    assert [seat.ticket_type_id for seat in own] == [adult, reduced]


def test_the_type_of_another_level_buys_no_seat_here(database: Database, now: datetime) -> None:
    seated = a_seated_sale(database)

    with pytest.raises(NotFound, match="Stalls A 1 is not sold"):
        hold(database, seated, "A 1", kind=1, now=now)


def test_a_companions_seat_is_sold_with_its_wheelchair_place(database: Database, now: datetime) -> None:
    seated = a_seated_sale(database, Hall(wheelchair=("A 1",)))

    with pytest.raises(Invalid, match="Stalls A 2 is the companion’s seat"):
        hold(database, seated, "A 2", now=now)

    hold(database, seated, "A 1", "A 2", now=now)
    assert claimed(database, seated) == {"A 1", "A 2"}


def test_a_paid_order_has_its_seats_on_its_tickets(database: Database, now: datetime) -> None:
    seated = a_seated_sale(database)

    bought_id = bought(database, seated, "A 3", "A 4", "D 1", now=now)

    with database.reading() as db:
        on_tickets = set(
            db.scalars(text("SELECT seat_id FROM tickets WHERE order_id = :id"), {"id": bought_id})
        )
    assert on_tickets == {seated.ids[name] for name in ("A 3", "A 4", "D 1")}
    assert claimed(database, seated) == {"A 3", "A 4", "D 1"}


def test_refunded_seats_are_free_again(database: Database, now: datetime) -> None:
    seated = a_seated_sale(database)
    bought_id = bought(database, seated, "A 3", "A 4", now=now)

    with database.writing() as db:
        first = db.scalar(text("SELECT id FROM tickets WHERE seat_id = :seat"), {"seat": seated.ids["A 3"]})
        cancellation.refund(db, order_id=bought_id, ticket_ids=[first], reason="ill", by=SYSTEM)

    assert claimed(database, seated) == {"A 4"}
    assert taken(database, seated.sale) == [1, 0]
    hold(database, seated, "A 3", now=now)


def test_money_that_comes_late_takes_the_same_seats_again(database: Database, now: datetime) -> None:
    seated = a_seated_sale(database)
    basket = secret()
    made = order(database, hold(database, seated, "A 3", basket=basket, now=now), basket=basket, now=now)
    with database.writing() as db:
        claims.reclaim(db, now + 60 * MINUTE)
    assert claimed(database, seated) == set()

    pay(database, made.payment_id)

    assert state(database, made.order_id) == "paid"
    assert claimed(database, seated) == {"A 3"}


def test_money_that_comes_late_goes_back_when_one_of_the_seats_is_gone(
    database: Database, now: datetime
) -> None:
    seated = a_seated_sale(database)
    basket = secret()
    held = hold(database, seated, "A 3", "A 4", basket=basket, now=now)
    made = order(database, held, basket=basket, now=now)
    with database.writing() as db:
        claims.reclaim(db, now + 60 * MINUTE)
    hold(database, seated, "A 4", now=now)

    pay(database, made.payment_id)

    assert state(database, made.order_id) == "auto_refunded"
    assert tickets(database, made.order_id) == []
    assert claimed(database, seated) == {"A 4"}


def test_two_dates_in_one_hall_share_its_plan_and_no_seat(database: Database, now: datetime) -> None:
    one, other = a_seated_sale(database), a_seated_sale(database)

    hold(database, one, "A 1", now=now)
    hold(database, other, "A 1", now=now)

    assert claimed(database, one) == claimed(database, other) == {"A 1"}
