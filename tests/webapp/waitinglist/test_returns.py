"""A ticket that is given back: valid until it is sold, void when it is, and its money back exactly once."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from tests.factories.booking import (
    Kind,
    a_voucher,
    order,
    pay,
    placed,
    sent_back,
    state,
    taken,
    tickets,
)
from tests.factories.waiting import (
    a_waiter,
    bought,
    given_back,
    offered,
    outbox,
    refunded,
    rung,
    sold_out,
    states,
    taken_over,
)
from webapp.booking.service import cancellation, codes, holds, returns
from webapp.booking.service.holds import Wish
from webapp.core.audit import SYSTEM
from webapp.core.db import Database
from webapp.core.errors import Conflict

SECOND = timedelta(seconds=1)


def keep(database: Database, order_id: UUID, ticket_id: UUID, now: datetime) -> None:
    with database.writing() as db:
        returns.keep(db, order_id=order_id, ticket_id=ticket_id, now=now)


def test_it_stays_valid_until_it_is_paid_and_its_face_value_goes_back_once(
    database: Database, now: datetime
) -> None:
    sale, giver = sold_out(database, now, 3, fee_bp=1000)
    given_back(database, giver, 1, now)
    given_back(database, giver, 1, now)
    waiter = a_waiter(database, sale, now=now)
    rung(database, sale, now)
    held, basket = taken_over(database, waiter, now)
    made = order(database, held, basket=basket, now=now)
    assert (tickets(database, giver), taken(database, sale)) == (["valid"] * 3, [3])

    for name in ("once", "twice"):
        pay(database, made.payment_id, name=name)

    assert sorted(tickets(database, giver)) == ["valid", "valid", "void"]
    assert tickets(database, made.order_id) == ["valid"]
    assert (taken(database, sale), sent_back(database, giver), state(database, giver)) == (
        [3],
        2400,
        "part_refunded",
    )
    assert outbox(database, "TicketsResold") == 1


def test_the_last_ticket_of_an_order_goes_back_without_its_fee(database: Database, now: datetime) -> None:
    sale, giver = sold_out(database, now, 1, fee_bp=1000)
    given_back(database, giver, 1, now)
    waiter = a_waiter(database, sale, now=now)
    rung(database, sale, now)

    bought(database, waiter, now)

    assert (state(database, giver), sent_back(database, giver)) == ("refunded", 2400)


def test_a_group_gets_what_is_free_and_what_is_given_back_together(database: Database, now: datetime) -> None:
    sale, giver = sold_out(database, now, 5)
    other = a_waiter(database, sale, 4, now=now)
    refunded(database, giver, 1)
    given_back(database, giver, 3, now)

    rung(database, sale, now)
    assert (offered(database, other, now), taken(database, sale)) == (4, [5])
    bought(database, other, now)

    assert sorted(tickets(database, giver)) == ["valid", "void", "void", "void", "void"]
    assert (taken(database, sale), sent_back(database, giver)) == ([5], 4 * 2400)


def test_it_is_kept_after_all_only_while_nobody_has_it_in_hand(database: Database, now: datetime) -> None:
    sale, giver = sold_out(database, now, 3)
    (mine,) = given_back(database, giver, 1, now)
    for _ in range(2):
        keep(database, giver, mine, now)
    (mine,) = given_back(database, giver, 1, now)
    a_waiter(database, sale, now=now)
    rung(database, sale, now)

    with pytest.raises(Conflict, match="has it in hand"):
        keep(database, giver, mine, now)
    keep(database, giver, mine, now + timedelta(hours=2))

    rung(database, sale, now + timedelta(hours=2))
    assert tickets(database, giver) == ["valid"] * 3


def test_an_offer_of_it_that_ran_out_goes_to_the_next(database: Database, now: datetime) -> None:
    sale, giver = sold_out(database, now, 3)
    given_back(database, giver, 1, now)
    first, second = (a_waiter(database, sale, now=now + n * SECOND) for n in range(2))
    rung(database, sale, now)
    later = now + timedelta(hours=2)

    rung(database, sale, later)
    rung(database, sale, later)
    bought(database, second, later)

    assert states(database, later, first, second) == ["lapsed", "taken"]
    assert (sorted(tickets(database, giver)), taken(database, sale)) == (["valid", "valid", "void"], [3])


def test_a_refund_by_staff_meanwhile_leaves_the_place_to_the_offer(database: Database, now: datetime) -> None:
    sale, giver = sold_out(database, now, 1)
    given_back(database, giver, 1, now)
    waiter = a_waiter(database, sale, now=now)
    rung(database, sale, now)
    held, basket = taken_over(database, waiter, now)
    made = order(database, held, basket=basket, now=now)

    refunded(database, giver, 1)
    assert taken(database, sale) == [1]
    pay(database, made.payment_id)

    assert (tickets(database, giver), tickets(database, made.order_id)) == (["void"], ["valid"])
    assert (taken(database, sale), sent_back(database, giver)) == ([1], 2400)


@pytest.mark.parametrize("room", [0, 1])
def test_one_that_was_used_at_the_door_is_not_sold_and_the_buyer_gets_another_or_the_money(
    database: Database, now: datetime, room: int
) -> None:
    sale, giver = sold_out(database, now, 2)
    given_back(database, giver, 1, now)
    waiter = a_waiter(database, sale, now=now)
    rung(database, sale, now)
    held, basket = taken_over(database, waiter, now)
    made = order(database, held, basket=basket, now=now)
    with database.writing() as db:
        db.execute(text("SET LOCAL session_replication_role = replica"))
        db.execute(
            text(
                "UPDATE tickets SET state = 'used', used_at = now()"
                " WHERE id IN (SELECT ticket_id FROM ticket_returns)"
            )
        )
        db.execute(text("UPDATE pools SET capacity = capacity + :room"), {"room": room})

    pay(database, made.payment_id)

    assert sorted(tickets(database, giver)) == ["used", "valid"]
    assert state(database, made.order_id) == ("paid" if room else "auto_refunded")
    assert (taken(database, sale), sent_back(database, giver)) == ([2 + room], 0)
    with database.writing() as db:
        db.execute(text("UPDATE tickets SET state = 'valid', used_at = NULL WHERE state = 'used'"))
        db.execute(text("UPDATE ticket_returns SET state = 'withdrawn' WHERE state = 'open'"))


def test_an_order_that_was_given_up_lets_go_of_it(database: Database, now: datetime) -> None:
    sale, giver = sold_out(database, now, 1)
    (mine,) = given_back(database, giver, 1, now)
    waiter = a_waiter(database, sale, now=now)
    rung(database, sale, now)
    held, basket = taken_over(database, waiter, now)
    made = order(database, held, basket=basket, now=now)

    with database.writing() as db:
        cancellation.cancel_by_guest(db, order_id=made.order_id)
    keep(database, giver, mine, now)

    assert (taken(database, sale), tickets(database, giver)) == ([1], ["valid"])


def test_a_payment_that_comes_too_late_for_it_goes_back(database: Database, now: datetime) -> None:
    sale, giver = sold_out(database, now, 1)
    given_back(database, giver, 1, now)
    first, second = (a_waiter(database, sale, now=now + n * SECOND) for n in range(2))
    rung(database, sale, now)
    held, basket = taken_over(database, first, now)
    made = order(database, held, basket=basket, now=now)
    rung(database, sale, now + timedelta(hours=3))
    rung(database, sale, now + timedelta(hours=3))

    pay(database, made.payment_id)
    bought(database, second, now + timedelta(hours=3))

    assert (state(database, made.order_id), sent_back(database, made.order_id)) == ("auto_refunded", 2400)
    assert (taken(database, sale), tickets(database, giver)) == ([1], ["void"])


def test_its_number_in_a_basket_stays(database: Database, now: datetime) -> None:
    sale, giver = sold_out(database, now, 2)
    given_back(database, giver, 2, now)
    waiter = a_waiter(database, sale, 2, now=now)
    rung(database, sale, now)
    held, basket = taken_over(database, waiter, now)

    with pytest.raises(Conflict, match="come from another guest"):
        holds.hold(database, Wish(basket, {sale.types[0]: 1}, is_change=True), now)
    with database.writing() as db:
        holds.release(db, basket=basket, hold_id=held)

    assert taken(database, sale) == [2]


def test_none_of_it_in_a_basket_is_giving_it_back(database: Database, now: datetime) -> None:
    sale, giver = sold_out(database, now, 1)
    given_back(database, giver, 1, now)
    waiter = a_waiter(database, sale, now=now)
    rung(database, sale, now)
    _, basket = taken_over(database, waiter, now)

    held = holds.hold(database, Wish(basket, {sale.types[0]: 0}, is_change=True), now)

    assert (held.hold_id, taken(database, sale), tickets(database, giver)) == (None, [1], ["valid"])


def test_what_costs_nothing_or_is_not_paid_is_not_given_back(database: Database, now: datetime) -> None:
    sale, giver = sold_out(database, now, 2, kinds=(Kind(), Kind(price=0)))
    with database.writing() as db:
        db.execute(text("UPDATE pools SET capacity = 3"))
    free = placed(database, sale, 0, 1, now=now)

    with pytest.raises(Conflict, match="cost nothing"):
        given_back(database, free.order_id, 1, now)
    refunded(database, giver, 1)
    with database.reading() as db:
        void = db.scalars(text("SELECT id FROM tickets WHERE state = 'void'")).one()
    with pytest.raises(Conflict, match="not used"), database.writing() as db:
        returns.offer_back(db, order_id=giver, ticket_id=void, now=now)


def test_a_code_that_makes_it_free_moves_it_as_well(database: Database, now: datetime) -> None:
    sale, giver = sold_out(database, now, 1)
    code = a_voucher(database, sale, "percent", 10_000)
    given_back(database, giver, 1, now)
    waiter = a_waiter(database, sale, now=now)
    rung(database, sale, now)
    held, basket = taken_over(database, waiter, now)
    with database.writing() as db:
        codes.use_voucher(db, basket=basket, hold_id=held, code=code, now=now)

    made = order(database, held, basket=basket, now=now)

    assert (tickets(database, giver), tickets(database, made.order_id)) == (["void"], ["valid"])
    assert (taken(database, sale), sent_back(database, giver)) == ([1], 2400)


def test_everybody_is_refunded_when_the_date_is_cancelled_while_it_is_offered(
    database: Database, now: datetime
) -> None:
    sale, giver = sold_out(database, now, 2)
    given_back(database, giver, 1, now)
    a_waiter(database, sale, now=now)
    rung(database, sale, now)

    with database.writing() as db:
        db.execute(text("UPDATE event_dates SET status = 'cancelled'"))
        cancellation.cancel_date(db, date_id=sale.date_id, by=SYSTEM)

    assert (state(database, giver), sent_back(database, giver)) == ("refunded", 4800)
