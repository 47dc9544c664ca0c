"""Where seats are reserved an offer has its seats: the best that are free, and nobody else's."""

from datetime import datetime
from uuid import UUID

import pytest

from tests.factories.booking import taken, tickets
from tests.factories.seating import Hall, SeatedSale, a_seated_sale, claimed, hold
from tests.factories.seating import bought as seats_bought
from tests.factories.waiting import a_waiter, bought, offered, refunded, rung
from webapp.booking.service import seats
from webapp.booking.service.seats import BestWish
from webapp.core.db import Database
from webapp.core.errors import Conflict
from webapp.waitinglist.service import joining


def full(database: Database, now: datetime, **hall: object) -> tuple[SeatedSale, list[UUID]]:
    """A row of four for each of two levels, sold out, with the order of each."""
    seated = a_seated_sale(database, Hall(rows=2, seats=4, **hall))  # type: ignore[arg-type]
    rows = ["A 1", "A 2", "A 3", "A 4"], ["B 1", "B 2", "B 3", "B 4"]
    return seated, [seats_bought(database, seated, *row, now=now) for row in rows]


def test_an_offer_has_the_best_seats_that_came_back_and_its_tickets_say_so(
    database: Database, now: datetime
) -> None:
    seated, (front, _) = full(database, now)
    waiter = a_waiter(database, seated.sale, 2, now=now)
    refunded(database, front, 3)
    assert len(claimed(database, seated)) == 5

    rung(database, seated.sale, now)
    assert (offered(database, waiter, now), len(claimed(database, seated))) == (2, 7)
    made = bought(database, waiter, now)

    assert (tickets(database, made), taken(database, seated.sale)) == (["valid"] * 2, [3, 4])


def test_seats_of_another_price_are_not_offered(database: Database, now: datetime) -> None:
    seated, (_, rear) = full(database, now)
    waiter = a_waiter(database, seated.sale, now=now)
    refunded(database, rear, 2)

    rung(database, seated.sale, now)

    assert offered(database, waiter, now) == 0


def test_nobody_jumps_the_line_for_seats(database: Database, now: datetime) -> None:
    seated, (front, _) = full(database, now)
    a_waiter(database, seated.sale, 2, now=now)
    refunded(database, front, 2)

    with pytest.raises(Conflict):
        seats.hold_best(database, BestWish("walk-up", seated.date_id, 2), now)
    with pytest.raises(Conflict):
        hold(database, seated, "A 1", now=now)

    assert taken(database, seated.sale) == [2, 4]
    rung(database, seated.sale, now)


def test_leaving_sets_the_seats_free(database: Database, now: datetime) -> None:
    seated, (front, _) = full(database, now)
    waiter = a_waiter(database, seated.sale, 2, now=now)
    refunded(database, front, 2)
    rung(database, seated.sale, now)

    with database.writing() as db:
        joining.leave(db, key=waiter.key, now=now)

    assert len(claimed(database, seated)) == 6
    assert taken(database, seated.sale) == [2, 4]


def test_a_wheelchair_place_is_offered_when_no_other_seat_is_left(database: Database, now: datetime) -> None:
    seated, (front, _) = full(database, now, wheelchair=("A 1",))
    waiter = a_waiter(database, seated.sale, 4, now=now)
    refunded(database, front, 4)

    rung(database, seated.sale, now)

    assert offered(database, waiter, now) == 4
