"""The best seats that are free are held, whoever else wants them at the same moment."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from uuid import UUID

import pytest

from tests.factories.booking import taken
from tests.factories.seating import Hall, SeatedSale, a_seated_sale, block, claimed, hold
from tests.factories.selling import a_step, taken_of
from tests.webapp.booking.test_seats import MINUTE, free
from webapp.booking.refusals import NoRoom, SeatsTaken
from webapp.booking.service import seats
from webapp.booking.service.seat_wishes import BestWish
from webapp.core.db import Database
from webapp.core.errors import Conflict, NotFound
from webapp.core.ids import secret, uuid7

THREADS = 30


def best(
    database: Database, seated: SeatedSale, together: int, *, basket: str = "", now: datetime, **wish: object
) -> UUID:
    asked = BestWish(basket or secret(), seated.date_id, together, **wish)  # type: ignore[arg-type]
    held = seats.hold_best(database, asked, now).hold_id
    assert held
    return held


@pytest.fixture
def crowd(postgres_url: str, database: Database) -> Iterator[Database]:
    """A connection for each of many; `database` has installed what happens at once."""
    made = Database(postgres_url, pool_size=THREADS)
    yield made
    made.close()


def test_the_best_two_are_held_and_counted(database: Database, now: datetime) -> None:
    seated = a_seated_sale(database)

    best(database, seated, 2, now=now)

    assert claimed(database, seated) == {"A 5", "A 6"}
    assert taken(database, seated.sale) == [2, 0]


def test_the_same_wish_twice_is_the_same_seats(database: Database, now: datetime) -> None:
    seated = a_seated_sale(database)

    assert best(database, seated, 2, basket="b", now=now) == best(database, seated, 2, basket="b", now=now)
    assert claimed(database, seated) == {"A 5", "A 6"}


def test_a_basket_that_wants_more_sits_together_anew(database: Database, now: datetime) -> None:
    seated = a_seated_sale(database)
    best(database, seated, 2, basket="b", now=now)
    hold(database, seated, "A 3", now=now)

    best(database, seated, 4, basket="b", now=now)

    assert claimed(database, seated) == {"A 3", "A 4", "A 5", "A 6", "A 7"}
    assert taken(database, seated.sale) == [5, 0]


def test_a_basket_that_wants_fewer_gives_the_others_back(database: Database, now: datetime) -> None:
    seated = a_seated_sale(database)
    best(database, seated, 4, basket="b", now=now)

    best(database, seated, 2, basket="b", now=now)

    assert claimed(database, seated) == {"A 5", "A 6"}
    assert taken(database, seated.sale) == [2, 0]


def test_a_level_a_ticket_type_a_section_or_a_price_narrow_the_choice(
    database: Database, now: datetime
) -> None:
    seated = a_seated_sale(database, Hall(sections=("Stalls", "Circle")))

    best(database, seated, 1, level=seated.levels[1], now=now)
    best(database, seated, 1, level=seated.sale.types[1], now=now)
    best(database, seated, 1, section=seated.sections[1], now=now)
    best(database, seated, 1, up_to=5000, now=now)

    assert claimed(database, seated) == {"Stalls C 6", "Stalls C 5", "Circle A 5", "Stalls C 4"}


def test_the_most_that_a_seat_may_cost_is_compared_with_its_price_of_now(
    database: Database, now: datetime
) -> None:
    seated = a_seated_sale(database)
    early = a_step(database, seated.sale, 3500, most=2)

    best(database, seated, 2, up_to=3500, now=now)

    assert taken_of(database, early) == 2
    with pytest.raises(Conflict, match="No seat on sale fits this price"):
        best(database, seated, 2, up_to=3500, now=now)


def test_a_wheelchair_place_comes_with_its_companions_seat(database: Database, now: datetime) -> None:
    seated = a_seated_sale(database, Hall(wheelchair=("D 1",)))

    best(database, seated, 2, accessible=True, now=now)

    assert claimed(database, seated) == {"D 1", "D 2"}
    with pytest.raises(Conflict) as refusal:
        best(database, seated, 2, accessible=True, now=now)
    assert refusal.value.title == "No wheelchair place is left with so many seats beside it."


def test_wishes_that_cannot_be_read_are_refused(database: Database, now: datetime) -> None:
    seated = a_seated_sale(database)

    with pytest.raises(Conflict, match="No seat on sale fits this price"):
        best(database, seated, 1, up_to=100, now=now)
    with pytest.raises(NotFound):
        best(database, seated, 1, section=uuid7(), now=now)


def test_who_needs_no_wheelchair_reads_that_only_those_places_are_left(
    database: Database, now: datetime
) -> None:
    seated = a_seated_sale(database, Hall(rows=2, seats=2, wheelchair=("A 1", "B 1")))

    with pytest.raises(Conflict) as refusal:
        best(database, seated, 1, now=now)

    assert refusal.value.title == "Only wheelchair places are left."


def test_who_wants_more_than_are_left_reads_how_many_that_are(database: Database, now: datetime) -> None:
    seated = a_seated_sale(database, Hall(rows=2, seats=3))
    block(database, seated, "A 1", "A 2", "A 3", "B 2")

    with pytest.raises(NoRoom) as refusal:
        best(database, seated, 3, now=now)

    assert refusal.value.title == "Only 2 places are left."
    best(database, seated, 2, now=now)
    assert free(database, seated, now) == set()


def test_seats_of_a_hold_that_ran_out_are_found(database: Database, now: datetime) -> None:
    seated = a_seated_sale(database, Hall(rows=2, seats=2))
    for _ in range(2):
        best(database, seated, 2, now=now - 20 * MINUTE)

    best(database, seated, 4, now=now)

    assert taken(database, seated.sale) == [2, 2]


def test_thirty_pairs_at_once_get_thirty_pairs_of_neighbours(crowd: Database, now: datetime) -> None:
    seated = a_seated_sale(crowd, Hall(rows=6, seats=10))

    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(lambda _: best(crowd, seated, 2, now=now), range(30)))

    assert taken(crowd, seated.sale) == [30, 30]


def test_three_hundred_buyers_and_fifty_seats_sell_exactly_fifty(crowd: Database, now: datetime) -> None:
    seated = a_seated_sale(crowd, Hall(rows=5, seats=10))
    names = sorted(seated.ordinals)

    def buy(number: int) -> int:
        try:
            if number % 2:
                best(crowd, seated, 1, now=now)
            else:
                hold(crowd, seated, names[number // 2 % 50], now=now)
        except (NoRoom, SeatsTaken):
            return 0
        return 1

    with ThreadPoolExecutor(THREADS) as threads:
        sold = sum(threads.map(buy, range(300)))

    assert sold == 50
    assert len(claimed(crowd, seated)) == 50
    assert taken(crowd, seated.sale) == [30, 20]


def test_fifty_seats_that_ran_out_are_all_sold_again(crowd: Database, now: datetime) -> None:
    seated = a_seated_sale(crowd, Hall(rows=5, seats=10))
    for _ in range(25):
        best(crowd, seated, 2, now=now - 20 * MINUTE)

    def buy(_: int) -> int:
        try:
            best(crowd, seated, 2, now=now)
        except NoRoom:
            return 0
        return 2

    with ThreadPoolExecutor(THREADS) as threads:
        assert sum(threads.map(buy, range(60))) == 50
    assert taken(crowd, seated.sale) == [30, 20]
