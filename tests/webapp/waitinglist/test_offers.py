"""What comes back goes to the line: in order, whole groups first that fit, and never past anybody."""

from datetime import datetime, timedelta

from tests.factories.booking import a_sale, order, pay, placed, taken
from tests.factories.waiting import a_waiter, outbox, rung, states, taken_over
from webapp.booking.service import cancellation
from webapp.core.audit import SYSTEM
from webapp.core.db import Database


def sold_out(database: Database, now: datetime, places: int = 4):
    sale = a_sale(database, places=(places,))
    made = placed(database, sale, places, now=now)
    pay(database, made.payment_id)
    return sale, made


def free_up(database: Database, order_id, tickets: int) -> None:
    from sqlalchemy import text

    with database.writing() as db:
        chosen = list(
            db.scalars(
                text("SELECT id FROM tickets WHERE order_id = :id AND state = 'valid' LIMIT :n"),
                {"id": order_id, "n": tickets},
            )
        )
        cancellation.refund(db, order_id=order_id, ticket_ids=chosen, reason="Ill", by=SYSTEM)


def test_a_place_that_comes_back_is_held_for_the_first_who_waits(database: Database, now: datetime) -> None:
    sale, made = sold_out(database, now)
    first, second = (a_waiter(database, sale, now=now + timedelta(seconds=n)) for n in range(2))

    free_up(database, made.order_id, 1)
    assert outbox(database, "PlacesCameBack") == 1
    rung(database, sale, now)

    assert states(database, now, first, second) == ["offered", "waiting"]
    assert taken(database, sale) == [4]


def test_an_offer_is_taken_on_any_device_and_paid(database: Database, now: datetime) -> None:
    sale, made = sold_out(database, now)
    waiter = a_waiter(database, sale, 2, now=now)
    free_up(database, made.order_id, 2)
    rung(database, sale, now)

    held, basket = taken_over(database, waiter, now)
    held, basket = taken_over(database, waiter, now)
    pay(database, order(database, held, basket=basket, now=now).payment_id)
    rung(database, sale, now)

    assert states(database, now, waiter) == ["bought"]
    assert taken(database, sale) == [4]
