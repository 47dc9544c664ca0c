"""Many at once on a real database: nothing twice, nothing lost, nobody waits in a ring."""

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from tests.factories.booking import (
    Kind,
    Sale,
    a_sale,
    a_voucher,
    hold,
    keep,
    order,
    pay,
    placed,
    state,
    taken,
    tickets,
)
from webapp.booking.refusals import NoRoom
from webapp.booking.service import cancellation, claims, holds
from webapp.booking.service.holds import Wish
from webapp.catalog.service import tickets as programme
from webapp.core.audit import SYSTEM
from webapp.core.db import Database
from webapp.core.errors import Invalid, Refusal
from webapp.core.ids import secret

THREADS = 50


@pytest.fixture
def crowd(postgres_url: str, database: Database) -> Iterator[Database]:
    """A connection for each of many; `database` has installed what happens at once."""
    made = Database(postgres_url, pool_size=THREADS)
    yield made
    made.close()


def all_at_once(act: Callable[[int], object], times: int = THREADS) -> list[object]:
    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(act, range(times)))


def test_fifty_people_and_twenty_places_sell_exactly_twenty(crowd: Database, now: datetime) -> None:
    sale = a_sale(crowd, places=(20,))

    def buy(_: int) -> int:
        try:
            return hold(crowd, sale, 1, now=now) is not None
        except NoRoom:
            return 0

    assert sum(map(bool, all_at_once(buy))) == 20
    assert taken(crowd, sale) == [20]


def test_twenty_places_that_ran_out_are_sold_to_the_last_one(crowd: Database, now: datetime) -> None:
    sale = a_sale(crowd, places=(20,))
    for _ in range(10):
        hold(crowd, sale, 2, now=now - timedelta(minutes=20))

    def buy(_: int) -> bool:
        try:
            return hold(crowd, sale, 1, now=now) is not None
        except NoRoom:
            return False

    assert sum(map(bool, all_at_once(buy))) == 20
    assert taken(crowd, sale) == [20]


def test_one_buyer_in_twenty_windows_gets_what_one_buyer_may_have(crowd: Database, now: datetime) -> None:
    sale = a_sale(crowd, places=(60,), kinds=(Kind(values={"max_per_buyer": 4}),))
    addresses = ("amara@example.org", "Amara+1@example.org")

    def buy(number: int) -> bool:
        try:
            return placed(crowd, sale, 2, now=now, email=addresses[number % 2]) is not None
        except Invalid:
            return False

    assert sum(map(bool, all_at_once(buy, 20))) == 2


def test_a_capacity_that_moves_during_the_sale_never_lets_one_too_many_in(
    crowd: Database, now: datetime
) -> None:
    sale = a_sale(crowd, places=(10,))

    def act(number: int) -> bool:
        """Every tenth is staff who make the house larger or smaller; the others want a place."""
        try:
            if number % 10 == 0:
                resize(crowd, sale, 10 + number % 30)
                return False
            return hold(crowd, sale, 1, now=now) is not None
        except Refusal:
            return False

    held = sum(map(bool, all_at_once(act, 100)))
    with crowd.reading() as db:
        taken_now, capacity = db.execute(text("SELECT taken, capacity FROM pools")).one()
    assert held == taken_now <= capacity
    resize(crowd, sale, held)
    with pytest.raises(NoRoom):
        hold(crowd, sale, 1, now=now)


def test_kept_places_come_and_go_during_the_sale_and_none_is_lost(crowd: Database, now: datetime) -> None:
    sale = a_sale(crowd, places=(20,))
    code = a_voucher(crowd, sale)
    keep(crowd, sale, code, 5)

    def act(number: int) -> bool:
        try:
            if number % 8 == 0:
                keep(crowd, sale, code, number % 7)
                return False
            return hold(crowd, sale, 1, code=code if number % 3 == 0 else "", now=now) is not None
        except Refusal:
            return False

    held = sum(map(bool, all_at_once(act, 80)))
    with crowd.reading() as db:
        taken_now, capacity = db.execute(text("SELECT sum(taken), sum(capacity) FROM pools")).one()
    assert (held, capacity) == (taken_now, 20)


def test_a_double_click_is_one_hold_and_one_order(crowd: Database, now: datetime) -> None:
    sale = a_sale(crowd, places=(60, 60), kinds=(Kind(), Kind(pool=1)))

    both = all_at_once(lambda n: hold(crowd, sale, n % 2, 1, basket="b", now=now), 20)
    (held,) = set(both)
    assert isinstance(held, UUID)
    orders = set(all_at_once(lambda _: order(crowd, held, basket="b", now=now), 20))
    assert len(orders) == 1


def test_a_payment_told_twenty_times_at_once_counts_once(crowd: Database, now: datetime) -> None:
    made = placed(crowd, a_sale(crowd), 3, now=now)

    all_at_once(lambda n: pay(crowd, made.payment_id, name=f"evt-{n % 5}"), 20)

    assert (state(crowd, made.order_id), len(tickets(crowd, made.order_id))) == ("paid", 3)


def test_a_storm_of_everything_keeps_every_rule(crowd: Database, now: datetime) -> None:
    sale = a_sale(crowd, places=(12, 6, 9), kinds=(Kind(), Kind(pool=1), Kind(pool=2), Kind(price=0)))

    def guest(number: int) -> None:
        chance = random.Random(number)  # nosec B311  # nothing is secret in a storm
        for _ in range(8):
            try:
                _something(crowd, sale, chance, now)
            except Refusal:
                continue

    all_at_once(guest, 24)


def resize(database: Database, sale: Sale, capacity: int) -> None:
    """Staff change the capacity of the first pool."""
    with database.writing() as db:
        programme.change_pool(
            db,
            organizer_id=sale.organizer_id,
            pool_id=sale.pools[0],
            name="Floor",
            capacity=capacity,
            by=SYSTEM,
        )


def _something(database: Database, sale: Sale, chance: random.Random, now: datetime) -> None:
    """One guest's way, which may end anywhere."""
    basket = secret()
    quantities = [chance.choice((0, 1, 2, 3)) for _ in sale.types]
    begun = now - timedelta(minutes=chance.choice((0, 20)))
    held = hold(database, sale, *quantities, basket=basket, now=begun)
    if chance.random() < 0.5:
        holds.hold(database, Wish(basket, dict.fromkeys(sale.types, 1), is_change=True), now)
    if chance.random() < 0.2:
        with database.writing() as db:
            holds.release(db, basket=basket, hold_id=held)
    if chance.random() < 0.4:
        with database.writing() as db:
            claims.reclaim(db, now + timedelta(minutes=chance.choice((0, 30))))
    made = order(database, held, basket=basket, now=now)
    if chance.random() < 0.3:
        with database.writing() as db:
            cancellation.cancel_by_guest(db, order_id=made.order_id)
    if made.payment_id:
        pay(database, made.payment_id)
    if chance.random() < 0.3:
        with database.writing() as db:
            cancellation.cancel_date(db, date_id=sale.date_id, by=SYSTEM, most=3)
