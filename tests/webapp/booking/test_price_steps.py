"""Exactly so many pay the lower price, whoever comes at once, and what was promised stays."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, text

from tests.factories.booking import (
    Kind,
    Sale,
    a_sale,
    cancel,
    hold,
    order,
    pay,
    placed,
    run_out,
    seen,
    sent_back,
    state,
)
from tests.factories.seating import Hall, a_seated_sale
from tests.factories.seating import hold as hold_seats
from tests.factories.selling import a_step, prices, taken_of
from webapp.booking.models import Ticket
from webapp.booking.queries import baskets
from webapp.booking.service import cancellation, holds
from webapp.booking.service.holds import Wish
from webapp.core.audit import SYSTEM
from webapp.core.db import Database
from webapp.core.ids import secret


def basket_total(database: Database, basket: str, now: datetime) -> int:
    with database.reading() as db:
        (part,) = baskets.parts(db, basket, now)
    return part.totals.total


def refund(database: Database, order_id: UUID, *, most: int = 100) -> int:
    with database.writing() as db:
        chosen = db.scalars(
            select(Ticket.id)
            .where(Ticket.order_id == order_id, Ticket.state != "void")
            .order_by(Ticket.price)
        ).all()
        return cancellation.refund(db, order_id=order_id, ticket_ids=chosen[:most], reason="", by=SYSTEM)


def change(database: Database, sale: Sale, basket: str, quantity: int, now: datetime) -> None:
    holds.hold(database, Wish(basket, {sale.types[0]: quantity}, is_change=True), now)


@pytest.mark.parametrize("several", [False, True], ids=["first holds", "through the long way"])
def test_exactly_the_first_twenty_pay_the_lower_price(
    database: Database, now: datetime, several: bool
) -> None:
    sale = a_sale(database, places=(100, 100), kinds=(Kind(4500, also=(1,) if several else ()),))
    early = a_step(database, sale, 3500, most=20)
    barrier = threading.Barrier(12)

    def guest(number: int) -> int:
        barrier.wait()
        basket = secret()
        hold(database, sale, 1 + number % 3, basket=basket, now=now)
        return basket_total(database, basket, now)

    with ThreadPoolExecutor(12) as pool:
        paid = list(pool.map(guest, range(24)))

    assert sum(paid) == 20 * 3500 + (sum(1 + n % 3 for n in range(24)) - 20) * 4500
    assert taken_of(database, early) == 20


def test_a_hold_is_split_where_a_step_ends_and_each_ticket_goes_back_at_its_price(
    database: Database, now: datetime
) -> None:
    sale = a_sale(database, kinds=(Kind(4500),), fee_fixed=100)
    early = a_step(database, sale, 3500, most=2)

    made = placed(database, sale, 3, now=now)
    pay(database, made.payment_id)

    assert [(line[0], line[2]) for line in seen(database, made.order_id).dates[0].lines] == [
        (2, 3500),
        (1, 4500),
    ]
    assert prices(database, made.order_id) == [3500, 3500, 4500]
    assert refund(database, made.order_id, most=1) == 3500
    assert taken_of(database, early) == 1
    assert refund(database, made.order_id) == 3500 + 4500 + 300
    assert taken_of(database, early) == 0


def test_three_steps_follow_each_other_within_one_hold(database: Database, now: datetime) -> None:
    sale = a_sale(database, kinds=(Kind(4500),))
    a_step(database, sale, 4000, most=2, position=1)
    a_step(database, sale, 3500, most=1, position=0)
    a_step(database, sale, 4200, ends_at=now + timedelta(days=1), position=2)

    made = placed(database, sale, 5, now=now)
    pay(database, made.payment_id)

    assert prices(database, made.order_id) == [3500, 4000, 4000, 4200, 4200]


def test_what_was_promised_stays_when_the_day_is_over(database: Database, now: datetime) -> None:
    sale = a_sale(database, kinds=(Kind(4500),))
    a_step(database, sale, 3500, ends_at=now + timedelta(minutes=1))
    basket = secret()
    held = hold(database, sale, 2, basket=basket, now=now)
    later = now + timedelta(minutes=2)

    change(database, sale, basket, 3, later)
    assert basket_total(database, basket, later) == 2 * 3500 + 4500
    change(database, sale, basket, 2, later)
    assert basket_total(database, basket, later) == 2 * 3500

    made = order(database, held, basket=basket, now=later)
    pay(database, made.payment_id)
    assert prices(database, made.order_id) == [3500, 3500]
    assert prices(database, _paid(database, sale, 1, later)) == [4500]


def test_a_dearer_price_of_the_type_does_not_reach_what_is_held(database: Database, now: datetime) -> None:
    sale = a_sale(database, kinds=(Kind(2000),))
    basket = secret()
    hold(database, sale, 2, basket=basket, now=now)

    with database.writing() as db:
        db.execute(text("UPDATE ticket_types SET price = 2500 WHERE id = :id"), {"id": sale.types[0]})

    assert basket_total(database, basket, now) == 4000


def test_a_hold_that_ends_gives_its_price_to_the_next(database: Database, now: datetime) -> None:
    sale = a_sale(database, kinds=(Kind(4500),))
    early = a_step(database, sale, 3500, most=2)
    placed(database, sale, 2, now=now)
    cancelled = placed(database, sale, 1, now=now)
    cancel(database, cancelled.order_id)

    run_out(database, now)

    assert taken_of(database, early) == 0
    assert prices(database, _paid(database, sale, 2, now + timedelta(hours=2))) == [3500, 3500]


def test_a_basket_whose_time_is_over_keeps_no_price_from_the_next_before_anybody_sweeps(
    database: Database, now: datetime
) -> None:
    sale = a_sale(database, kinds=(Kind(4500),))
    early = a_step(database, sale, 3500, most=2)
    hold(database, sale, 2, basket="slow", now=now)

    hold(database, sale, 2, basket="too soon", now=now + timedelta(minutes=1))
    hold(database, sale, 2, basket="next", now=now + timedelta(hours=1))

    assert basket_total(database, "too soon", now + timedelta(minutes=1)) == 2 * 4500
    assert basket_total(database, "next", now + timedelta(hours=1)) == 2 * 3500
    assert taken_of(database, early) == 2
    run_out(database, now + timedelta(hours=1))
    assert taken_of(database, early) == 0


def test_an_order_that_nobody_paid_in_time_keeps_no_price_from_the_next_before_anybody_sweeps(
    database: Database, now: datetime
) -> None:
    sale = a_sale(database, kinds=(Kind(4500),))
    early = a_step(database, sale, 3500, most=2)
    slow = placed(database, sale, 2, now=now)

    hold(database, sale, 2, basket="too soon", now=now + timedelta(minutes=1))
    hold(database, sale, 2, basket="next", now=now + timedelta(hours=1))

    assert basket_total(database, "too soon", now + timedelta(minutes=1)) == 2 * 4500
    assert basket_total(database, "next", now + timedelta(hours=1)) == 2 * 3500
    assert (state(database, slow.order_id), taken_of(database, early)) == ("expired", 2)
    pay(database, slow.payment_id)
    assert state(database, slow.order_id) == "auto_refunded"


def test_an_unpaid_order_of_seats_keeps_no_price_either(database: Database, now: datetime) -> None:
    seated = a_seated_sale(database, Hall(), prices=(5800, 4400))
    a_step(database, seated.sale, 3500, most=1)
    slow = hold_seats(database, seated, "A 1", basket="slow", now=now)
    unpaid = order(database, slow, basket="slow", now=now)

    hold_seats(database, seated, "A 2", basket="next", now=now + timedelta(hours=1))

    assert state(database, unpaid.order_id) == "expired"
    assert basket_total(database, "next", now + timedelta(hours=1)) == 3500


def test_who_pays_late_pays_the_lower_price_only_while_it_is_left(database: Database, now: datetime) -> None:
    sale = a_sale(database, kinds=(Kind(4500),))
    early = a_step(database, sale, 3500, most=2)
    lucky, late = placed(database, sale, 1, now=now), placed(database, sale, 1, now=now)
    run_out(database, now)
    quick = placed(database, sale, 1, now=now + timedelta(hours=1))

    for made in (lucky, late, quick):
        pay(database, made.payment_id)

    assert [state(database, made.order_id) for made in (lucky, late, quick)] == [
        "paid",
        "auto_refunded",
        "paid",
    ]
    assert (sent_back(database, late.order_id), taken_of(database, early)) == (3500, 2)


def _paid(database: Database, sale: Sale, quantity: int, now: datetime) -> UUID:
    made = placed(database, sale, quantity, now=now)
    pay(database, made.payment_id)
    return made.order_id
