"""From held places to tickets: once, whatever is pressed or told twice, early or late."""

import time
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

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
    taken,
    tickets,
)
from webapp.booking.events import OrderPaid, OrderPaidTooLate
from webapp.booking.service import checkout, settlement
from webapp.core.db import Database
from webapp.core.errors import Gone, NotFound
from webapp.core.events import Event
from webapp.payments.events import PaymentDelayed, PaymentSucceeded

MINUTE = timedelta(minutes=1)


def told(database: Database, kind: type[Event]) -> int:
    with database.reading() as db:
        return db.scalar(text("SELECT count(*) FROM outbox WHERE topic = :t"), {"t": kind.__name__}) or 0


@pytest.fixture
def sale(database: Database) -> Sale:
    return a_sale(database, places=(4,), fee_bp=500, fee_fixed=50, tax_bp=2500)


def test_an_order_keeps_its_places_with_time_to_pay(database: Database, sale: Sale, now: datetime) -> None:
    made = placed(database, sale, 2, now=now)

    view = seen(database, made.order_id)
    assert (view.state, view.subtotal, view.fee, view.tax, view.total) == (
        "awaiting_payment",
        4800,
        340,
        960,
        5140,
    )
    assert view.expires_at == now + 15 * MINUTE
    assert taken(database, sale) == [2]


def test_the_same_order_twice_is_one_order_and_one_payment(
    database: Database, sale: Sale, now: datetime
) -> None:
    held = hold(database, sale, 2, basket="b", now=now)

    assert order(database, held, basket="b", now=now) == order(database, held, basket="b", now=now)


def test_nobody_orders_what_another_holds(database: Database, sale: Sale, now: datetime) -> None:
    held = hold(database, sale, 2, basket="b", now=now)

    with pytest.raises(NotFound):
        order(database, held, basket="another", now=now)


def test_what_ran_out_is_not_ordered(database: Database, sale: Sale, now: datetime) -> None:
    held = hold(database, sale, 2, basket="b", now=now - 11 * MINUTE)

    with pytest.raises(Gone, match="on sale again"):
        order(database, held, basket="b", now=now)


def test_a_paid_order_has_a_ticket_for_each_place(database: Database, sale: Sale, now: datetime) -> None:
    made = placed(database, sale, 3, now=now)

    pay(database, made.payment_id)

    assert (state(database, made.order_id), tickets(database, made.order_id)) == ("paid", ["valid"] * 3)
    assert (taken(database, sale), told(database, OrderPaid)) == ([3], 1)


def test_money_told_twice_counts_once(database: Database, sale: Sale, now: datetime) -> None:
    made = placed(database, sale, 3, now=now)
    for name in ("one", "one", "two"):
        pay(database, made.payment_id, name=name)
    with database.writing() as db:
        assert made.payment_id
        total = seen(database, made.order_id).total
        settlement.pay_order(db, PaymentSucceeded(made.payment_id, made.order_id, total))

    assert (len(tickets(database, made.order_id)), sent_back(database, made.order_id)) == (3, 0)
    assert told(database, OrderPaid) == 1


def test_an_order_that_costs_nothing_is_paid_at_once(database: Database, now: datetime) -> None:
    sale = a_sale(database, kinds=(Kind(price=0),), fee_bp=500, fee_fixed=50)

    made = placed(database, sale, 2, now=now)

    assert made.payment_id is None
    assert (state(database, made.order_id), len(tickets(database, made.order_id))) == ("paid", 2)


def test_a_second_payment_goes_back(database: Database, sale: Sale, now: datetime) -> None:
    made = placed(database, sale, 2, now=now)
    with database.writing() as db:
        second = checkout.pay_again(db, order_id=made.order_id, return_url="/", attempt=2, now=now)

    pay(database, made.payment_id)
    pay(database, second)

    view = seen(database, made.order_id)
    assert (view.state, view.refunded, sent_back(database, view.id)) == ("paid", 0, view.total)


def test_a_second_payment_goes_back_although_its_process_lives_in_the_past(
    database: Database, sale: Sale, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = placed(database, sale, 2, now=now)
    with database.writing() as db:
        second = checkout.pay_again(db, order_id=made.order_id, return_url="/", attempt=2, now=now)

    pay(database, made.payment_id)
    slow = time.time_ns() - 90 * 10**9
    monkeypatch.setattr(time, "time_ns", lambda: slow)
    pay(database, second)

    assert sent_back(database, made.order_id) == seen(database, made.order_id).total


def test_who_pays_late_gets_the_places_while_they_are_free(
    database: Database, sale: Sale, now: datetime
) -> None:
    made = placed(database, sale, 2, now=now)
    run_out(database, now)
    assert (state(database, made.order_id), taken(database, sale)) == ("expired", [0])

    pay(database, made.payment_id)

    assert (state(database, made.order_id), taken(database, sale)) == ("paid", [2])


def test_who_pays_late_gets_places_that_others_let_run_out(
    database: Database, sale: Sale, now: datetime
) -> None:
    made = placed(database, sale, 2, now=now)
    run_out(database, now)
    hold(database, sale, 4, now=now - 20 * MINUTE)

    pay(database, made.payment_id)

    assert (state(database, made.order_id), taken(database, sale)) == ("paid", [2])


def test_who_pays_too_late_gets_the_money_back(database: Database, sale: Sale, now: datetime) -> None:
    made = placed(database, sale, 2, now=now)
    run_out(database, now)
    hold(database, sale, 3, now=now)

    pay(database, made.payment_id)

    view = seen(database, made.order_id)
    assert (view.state, sent_back(database, view.id), view.refunded) == ("auto_refunded", view.total, 0)
    assert (tickets(database, view.id), told(database, OrderPaidTooLate)) == ([], 1)


def test_who_pays_what_was_cancelled_gets_the_money_back(
    database: Database, sale: Sale, now: datetime
) -> None:
    made = placed(database, sale, 2, now=now)
    cancel(database, made.order_id)

    pay(database, made.payment_id)

    assert (state(database, made.order_id), taken(database, sale)) == ("auto_refunded", [0])


def test_another_amount_than_was_due_is_for_a_person(database: Database, sale: Sale, now: datetime) -> None:
    made = placed(database, sale, 2, now=now)
    with database.writing() as db:
        assert made.payment_id
        settlement.pay_order(db, PaymentSucceeded(made.payment_id, made.order_id, 1))

    assert (state(database, made.order_id), taken(database, sale)) == ("needs_review", [0])


def test_while_the_provider_is_away_places_are_kept_longer_once(
    database: Database, sale: Sale, now: datetime
) -> None:
    made = placed(database, sale, 2, now=now)
    for _ in range(2):
        with database.writing() as db:
            assert made.payment_id
            settlement.note_delay(db, PaymentDelayed(made.payment_id, made.order_id))

    assert seen(database, made.order_id).expires_at == now + 20 * MINUTE
