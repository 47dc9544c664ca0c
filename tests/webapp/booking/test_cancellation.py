"""What was bought is taken back: by guests, by staff, with its date; every cent once."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from tests.factories.booking import (
    Kind,
    Sale,
    a_sale,
    cancel,
    pay,
    placed,
    seen,
    sent_back,
    state,
    taken,
    tickets,
)
from webapp.booking.service import cancellation, claims, settlement
from webapp.core.audit import SYSTEM
from webapp.core.db import Database
from webapp.core.errors import Conflict
from webapp.payments.events import PaymentSucceeded
from webapp.payments.service import refunds

MINUTE = timedelta(minutes=1)


def refund(database: Database, order_id: UUID, count: int = 100) -> int:
    with database.writing() as db:
        live = db.scalars(
            text("SELECT id FROM tickets WHERE order_id = :o AND state <> 'void' ORDER BY id LIMIT :n"),
            {"o": order_id, "n": count},
        ).all()
        return cancellation.refund(db, order_id=order_id, ticket_ids=live, reason="Rain", by=SYSTEM)


def cancel_all(database: Database, sale: Sale, *, most: int = 50) -> int:
    """Cancels the date as the job does, batch by batch; returns how many batches it took."""
    done, batches = None, 0
    while True:
        with database.writing() as db:
            done = cancellation.cancel_date(db, date_id=sale.date_id, by=SYSTEM, after=done, most=most)
        if done is None:
            return batches
        batches += 1


@pytest.fixture
def sale(database: Database) -> Sale:
    return a_sale(database, places=(4,), fee_bp=500, fee_fixed=50, tax_bp=2500)


def test_what_came_for_an_order_in_review_goes_back_by_hand(
    database: Database, sale: Sale, now: datetime
) -> None:
    made = placed(database, sale, 2, now=now)
    pay(database, made.payment_id, amount=7)
    assert (state(database, made.order_id), taken(database, sale)) == ("needs_review", [0])

    assert refund(database, made.order_id) == 7
    with pytest.raises(Conflict, match="auto refunded"):
        refund(database, made.order_id)

    assert (state(database, made.order_id), sent_back(database, made.order_id)) == ("auto_refunded", 7)


def test_cancelled_twice_is_cancelled_once(database: Database, sale: Sale, now: datetime) -> None:
    made = placed(database, sale, 2, now=now)
    cancel(database, made.order_id)
    cancel(database, made.order_id)

    assert (state(database, made.order_id), taken(database, sale)) == ("cancelled", [0])


def test_free_tickets_are_given_back_and_paid_ones_are_not(
    database: Database, sale: Sale, now: datetime
) -> None:
    free = a_sale(database, kinds=(Kind(price=0),))
    given, paid = placed(database, free, 2, now=now), placed(database, sale, 2, now=now)
    pay(database, paid.payment_id)

    cancel(database, given.order_id)
    with pytest.raises(Conflict, match="Write to the organizer"):
        cancel(database, paid.order_id)

    assert (tickets(database, given.order_id), taken(database, free)) == (["void"] * 2, [0])


def test_refunds_in_parts_send_back_exactly_what_was_paid(
    database: Database, sale: Sale, now: datetime
) -> None:
    made = placed(database, sale, 3, now=now)
    pay(database, made.payment_id)

    assert refund(database, made.order_id, 1) == 2400
    assert (state(database, made.order_id), taken(database, sale)) == ("part_refunded", [2])
    refund(database, made.order_id)

    view = seen(database, made.order_id)
    assert (view.state, view.refunded, sent_back(database, view.id)) == ("refunded", view.total, view.total)
    assert taken(database, sale) == [0]


def test_void_tickets_are_not_refunded_again(database: Database, sale: Sale, now: datetime) -> None:
    made = placed(database, sale, 2, now=now)
    pay(database, made.payment_id)
    with database.reading() as db:
        one = db.scalars(text("SELECT id FROM tickets ORDER BY id LIMIT 1")).all()

    for _ in range(2):
        with database.writing() as db:
            cancellation.refund(db, order_id=made.order_id, ticket_ids=one, reason="Rain", by=SYSTEM)

    assert (taken(database, sale), seen(database, made.order_id).refunded) == ([1], 2400)


def test_a_cancelled_date_refunds_everybody_in_batches(database: Database, now: datetime) -> None:
    sale = a_sale(database, fee_bp=500)
    paid = [placed(database, sale, 2, now=now) for _ in range(3)]
    for made in paid:
        pay(database, made.payment_id)
    waiting = placed(database, sale, 1, now=now)

    assert cancel_all(database, sale, most=2) == 2
    with database.writing() as db:
        claims.reclaim(db, now + MINUTE)

    assert {state(database, made.order_id) for made in paid} == {"refunded"}
    assert (state(database, waiting.order_id), taken(database, sale)) == ("expired", [0])


def test_tickets_of_an_order_in_review_go_with_their_date(
    database: Database, sale: Sale, now: datetime
) -> None:
    made = placed(database, sale, 2, now=now)
    pay(database, made.payment_id)
    with database.writing() as db:
        assert made.payment_id
        settlement.pay_order(db, PaymentSucceeded(uuid4(), made.order_id, 1))
    assert state(database, made.order_id) == "needs_review"

    assert refund(database, made.order_id, 1) == 2400
    assert state(database, made.order_id) == "needs_review"
    cancel_all(database, sale)

    view = seen(database, made.order_id)
    assert (view.state, sent_back(database, view.id), taken(database, sale)) == ("refunded", view.total, [0])


def test_who_cannot_be_refunded_is_for_a_person_and_holds_nobody_up(
    database: Database, sale: Sale, now: datetime
) -> None:
    stuck, other = (placed(database, sale, 1, now=now) for _ in range(2))
    for made in (stuck, other):
        pay(database, made.payment_id)
    with database.writing() as db:
        refunds.request(db, reference=stuck.order_id, amount=2000, reason="By hand", key="by hand")

    assert cancel_all(database, sale, most=1) == 2

    assert (state(database, stuck.order_id), state(database, other.order_id)) == ("needs_review", "refunded")
    cancel_all(database, sale)
    assert (state(database, stuck.order_id), taken(database, sale)) == ("refunded", [0])
    assert sent_back(database, stuck.order_id) == seen(database, stuck.order_id).total
