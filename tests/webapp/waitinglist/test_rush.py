"""Many at once around a list: nobody twice, nobody past the line, nobody waits in a ring."""

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from tests.factories.booking import Kind, Sale, a_sale, hold, pay, placed, taken
from tests.factories.waiting import (
    Waiter,
    a_waiter,
    bought,
    given_back,
    offered,
    refunded,
    rung,
    sold_out,
    states,
    valid_tickets,
)
from webapp.booking.refusals import NoRoom
from webapp.booking.service import claims, returns
from webapp.core.audit import SYSTEM
from webapp.core.db import Database
from webapp.core.errors import Refusal
from webapp.waitinglist.service import joining, offers

THREADS = 12


@pytest.fixture
def crowd(postgres_url: str, database: Database) -> Iterator[Database]:
    """A connection for each of many; `database` has installed what happens at once."""
    made = Database(postgres_url, pool_size=THREADS)
    yield made
    made.close()


def all_at_once(act: Callable[[int], object], times: int = THREADS) -> list[object]:
    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(act, range(times)))


def test_many_who_offer_at_once_make_each_offer_once(crowd: Database, now: datetime) -> None:
    sale, order_id = sold_out(crowd, now, 6)
    waiters = [a_waiter(crowd, sale, now=now + timedelta(seconds=n)) for n in range(6)]
    refunded(crowd, order_id, 4)

    all_at_once(lambda _: rung(crowd, sale, now))

    assert [offered(crowd, waiter, now) for waiter in waiters] == [1, 1, 1, 1, 0, 0]


def test_walk_ups_get_nothing_of_what_comes_back_to_the_line(crowd: Database, now: datetime) -> None:
    sale, order_id = sold_out(crowd, now, 6)
    waiters = [a_waiter(crowd, sale, now=now + timedelta(seconds=n)) for n in range(6)]

    def act(number: int) -> int:
        if number == 0:
            refunded(crowd, order_id, 6)
            return 0
        if number % 3 == 0:
            rung(crowd, sale, now)
            return 0
        try:
            return bool(hold(crowd, sale, 1, now=now))
        except NoRoom:
            return 0

    assert sum(map(int, all_at_once(act, 24))) == 0  # type: ignore[call-overload]
    rung(crowd, sale, now)
    assert states(crowd, now, *waiters) == ["offered"] * 6


def test_a_double_click_everywhere_is_one_entry(crowd: Database, now: datetime) -> None:
    sale, _ = sold_out(crowd, now, 2)
    made = set(all_at_once(lambda _: a_waiter(crowd, sale, email="lena@example.org", now=now)))
    (waiter,) = made
    assert isinstance(waiter, Waiter)

    def leave(_: int) -> None:
        try:
            with crowd.writing() as db:
                joining.leave(db, key=waiter.key, now=now)
        except Refusal:
            return

    all_at_once(leave)

    assert states(crowd, now, waiter) == ["left"]


def test_a_storm_around_a_list_keeps_every_rule(crowd: Database, now: datetime) -> None:
    sale = a_sale(crowd, places=(6, 5), kinds=(Kind(), Kind(pool=1), Kind(also=(1,))))
    sold = [placed(crowd, sale, 2, 1, now=now) for _ in range(3)]
    for made in sold:
        pay(crowd, made.payment_id)
    with crowd.writing() as db:
        db.execute(text("UPDATE pools SET capacity = taken"))
    waiters = [a_waiter(crowd, sale, 1 + n % 2, n % 3, now=now + timedelta(seconds=n)) for n in range(12)]
    storm = Storm(crowd, sale, [made.order_id for made in sold], waiters, now)

    all_at_once(storm.guest)
    rung(crowd, sale, now)

    assert all(there >= 0 for there in taken(crowd, sale))


@dataclass(frozen=True)
class Storm:
    """What guests, staff and the clock do around one list, each at random."""

    database: Database
    sale: Sale
    orders: list[UUID]
    waiters: list[Waiter]
    now: datetime

    def guest(self, number: int) -> None:
        chance = random.Random(number)  # nosec B311  # nothing is secret in a storm
        acts = (self.offer, self.buy, self.refund, self.give, self.keep, self.come_and_go, self.by_hand)
        for _ in range(8):
            try:
                chance.choice((*acts, self.buy, self.walk_up, self.sweep))(chance)
            except Refusal:
                continue

    def offer(self, chance: random.Random) -> None:
        rung(self.database, self.sale, self.now + timedelta(hours=chance.choice((0, 0, 3))))

    def buy(self, chance: random.Random) -> None:
        bought(self.database, chance.choice(self.waiters), self.now)

    def refund(self, chance: random.Random) -> None:
        refunded(self.database, chance.choice(self.orders), 1)

    def give(self, chance: random.Random) -> None:
        given_back(self.database, chance.choice(self.orders), 1, self.now)

    def keep(self, chance: random.Random) -> None:
        order_id = chance.choice(self.orders)
        with self.database.writing() as db:
            ticket = chance.choice(valid_tickets(db, order_id) or [order_id])
            returns.keep(db, order_id=order_id, ticket_id=ticket, now=self.now)

    def come_and_go(self, chance: random.Random) -> None:
        with self.database.writing() as db:
            step = chance.choice((joining.leave, joining.rejoin))
            step(db, key=chance.choice(self.waiters).key, now=self.now)

    def by_hand(self, chance: random.Random) -> None:
        chosen = chance.choice(self.waiters)
        offers.offer_by_hand(
            self.database, organizer_id=self.sale.organizer_id, entry_id=chosen.id, by=SYSTEM, now=self.now
        )

    def walk_up(self, chance: random.Random) -> None:
        begun = self.now - timedelta(minutes=chance.choice((0, 20)))
        hold(self.database, self.sale, 1, 0, chance.choice((0, 1)), now=begun)

    def sweep(self, _: random.Random) -> None:
        with self.database.writing() as db:
            claims.reclaim(db, self.now)
