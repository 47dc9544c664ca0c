"""Where seats are reserved an offer has its seats: the best that are free, and nobody else's."""

from datetime import datetime
from uuid import UUID

import pytest
from sqlalchemy import text

from tests.factories.booking import order, pay, sent_back, state, taken, tickets
from tests.factories.seating import Hall, SeatedSale, a_seated_sale, claimed, hold
from tests.factories.seating import bought as seats_bought
from tests.factories.waiting import a_waiter, bought, given_back, offered, refunded, rung, taken_over
from webapp.booking.queries.lines import lines_of_hold
from webapp.booking.service import seats
from webapp.booking.service.seat_wishes import BestWish
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


def seats_of(database: Database, order_id: UUID, which: str = "valid") -> list[str]:
    """The seats of an order's tickets in this state."""
    with database.reading() as db:
        return list(
            db.scalars(
                text(
                    "SELECT s.row || ' ' || s.number FROM tickets t JOIN seats s ON s.id = t.seat_id"
                    " WHERE t.order_id = :id AND t.state = :state ORDER BY 1"
                ),
                {"id": order_id, "state": which},
            )
        )


def test_a_seat_that_is_given_back_is_the_givers_until_another_has_paid_for_it(
    database: Database, now: datetime
) -> None:
    seated, (front, _) = full(database, now)
    given_back(database, front, 2, now)
    waiter = a_waiter(database, seated.sale, 2, now=now)
    rung(database, seated.sale, now)
    held, basket = taken_over(database, waiter, now)
    with database.reading() as db:
        named = [seat.name.short for line in lines_of_hold(db, held) for seat in line.seats]
    made = order(database, held, basket=basket, now=now)
    assert (tickets(database, front), len(claimed(database, seated))) == (["valid"] * 4, 8)

    for name in ("once", "twice"):
        pay(database, made.payment_id, name=name)

    assert len(named) == 2
    assert seats_of(database, made.order_id) == seats_of(database, front, "void")
    assert (len(seats_of(database, front)), sent_back(database, front)) == (2, 2 * 5800)
    assert (taken(database, seated.sale), len(claimed(database, seated))) == ([4, 4], 8)


def test_a_free_seat_goes_first_and_one_that_is_given_back_beside_it(
    database: Database, now: datetime
) -> None:
    seated, (front, _) = full(database, now)
    refunded(database, front, 1)
    given_back(database, front, 1, now)
    waiter = a_waiter(database, seated.sale, 2, now=now)
    rung(database, seated.sale, now)

    made = bought(database, waiter, now)

    assert (len(seats_of(database, made)), len(seats_of(database, front))) == (2, 2)
    assert (taken(database, seated.sale), sent_back(database, front)) == ([4, 4], 2 * 5800)


def test_staff_refund_it_meanwhile_and_the_offer_keeps_the_seat(database: Database, now: datetime) -> None:
    seated, (front, _) = full(database, now)
    given_back(database, front, 1, now)
    waiter = a_waiter(database, seated.sale, now=now)
    rung(database, seated.sale, now)
    held, basket = taken_over(database, waiter, now)
    made = order(database, held, basket=basket, now=now)

    refunded(database, front, 1)
    assert (taken(database, seated.sale), len(claimed(database, seated))) == ([4, 4], 8)
    pay(database, made.payment_id)

    assert seats_of(database, made.order_id) == seats_of(database, front, "void")


def test_an_offer_of_it_that_is_left_gives_it_to_the_next(database: Database, now: datetime) -> None:
    seated, (front, _) = full(database, now)
    given_back(database, front, 1, now)
    first, second = (a_waiter(database, seated.sale, now=now) for _ in range(2))
    rung(database, seated.sale, now)
    with database.writing() as db:
        joining.leave(db, key=first.key, now=now)

    rung(database, seated.sale, now)
    made = bought(database, second, now)

    assert seats_of(database, made) == seats_of(database, front, "void")
    assert len(claimed(database, seated)) == 8


def test_who_pays_for_a_seat_that_was_used_at_the_door_gets_the_money_back(
    database: Database, now: datetime
) -> None:
    seated, (front, rear) = full(database, now)
    given_back(database, front, 1, now)
    waiter = a_waiter(database, seated.sale, now=now)
    rung(database, seated.sale, now)
    held, basket = taken_over(database, waiter, now)
    made = order(database, held, basket=basket, now=now)
    refunded(database, rear, 1)
    with database.writing() as db:
        db.execute(text("SET LOCAL session_replication_role = replica"))
        db.execute(
            text(
                "UPDATE tickets SET state = 'used', used_at = now()"
                " WHERE id IN (SELECT ticket_id FROM ticket_returns)"
            )
        )

    pay(database, made.payment_id)

    assert (state(database, made.order_id), len(seats_of(database, front, "used"))) == ("auto_refunded", 1)
    assert (taken(database, seated.sale), sent_back(database, front)) == ([4, 3], 0)
    with database.writing() as db:
        db.execute(text("UPDATE tickets SET state = 'valid', used_at = NULL WHERE state = 'used'"))
        db.execute(text("UPDATE ticket_returns SET state = 'withdrawn' WHERE state = 'open'"))


def test_the_number_of_seats_that_come_from_another_guest_stays(database: Database, now: datetime) -> None:
    seated, (front, _) = full(database, now)
    given_back(database, front, 1, now)
    waiter = a_waiter(database, seated.sale, now=now)
    rung(database, seated.sale, now)
    held, basket = taken_over(database, waiter, now)
    with database.reading() as db:
        ((line,),) = [line.seats for line in lines_of_hold(db, held)]

    with database.writing() as db, pytest.raises(Conflict, match="come from another guest"):
        seats.let_go(db, basket=basket, date_id=seated.date_id, ordinal=line.name.ordinal, now=now)

    assert len(claimed(database, seated)) == 8
