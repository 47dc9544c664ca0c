"""One buyer gets so many tickets over all orders, whoever they say they are this time."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from tests.factories.accounts import a_person
from tests.factories.booking import Kind, Sale, a_sale, cancel, hold, pay, placed, run_out
from webapp.booking.queries.buyers import Known
from webapp.booking.service import cancellation, holds
from webapp.booking.service.holds import Wish
from webapp.core.audit import SYSTEM
from webapp.core.db import Database
from webapp.core.errors import Invalid


@pytest.fixture
def sale(database: Database) -> Sale:
    """Four for each buyer."""
    return a_sale(database, kinds=(Kind(values={"max_per_buyer": 4}), Kind()))


def orders(database: Database) -> int:
    with database.reading() as db:
        return db.scalar(text("SELECT count(*) FROM orders")) or 0


def test_more_than_one_buyer_may_have_is_refused_with_the_number_they_have(
    database: Database, sale: Sale, now: datetime
) -> None:
    placed(database, sale, 3, now=now)

    with pytest.raises(Invalid) as refusal:
        placed(database, sale, 2, now=now)

    assert refusal.value.sentence == (
        "Kind 0: you have bought 3 already. 4 are the most for one buyer, so take 1 at most."
    )
    placed(database, sale, 1, now=now)
    with pytest.raises(Invalid, match="you have bought 4 already"):
        placed(database, sale, 1, now=now)
    assert orders(database) == 2


def test_one_basket_never_holds_more_than_one_buyer_may_have(
    database: Database, sale: Sale, now: datetime
) -> None:
    with pytest.raises(Invalid, match="at most 4"):
        hold(database, sale, 5, now=now)


def test_types_without_a_limit_are_sold_as_before(database: Database, sale: Sale, now: datetime) -> None:
    for _ in range(2):
        placed(database, sale, 0, 4, now=now)

    assert orders(database) == 2


@pytest.mark.parametrize("address", ["AMARA@Example.org", "amara+club@example.org"])
def test_an_address_is_known_however_it_is_written(
    database: Database, sale: Sale, now: datetime, address: str
) -> None:
    placed(database, sale, 4, now=now)

    with pytest.raises(Invalid, match="you have bought 4 already"):
        placed(database, sale, 1, now=now, email=address)


def test_somebody_else_has_a_limit_of_their_own(database: Database, sale: Sale, now: datetime) -> None:
    placed(database, sale, 4, now=now)

    placed(database, sale, 4, now=now, email="ben@example.org")

    assert orders(database) == 2


def test_an_account_is_one_buyer_under_any_address(database: Database, sale: Sale, now: datetime) -> None:
    person = a_person(database).id
    placed(database, sale, 4, now=now, email="one@example.org", user_id=person)

    with pytest.raises(Invalid, match="you have bought 4 already"):
        placed(database, sale, 1, now=now, email="two@example.org", user_id=person)


def test_orders_that_came_to_nothing_do_not_count(database: Database, sale: Sale, now: datetime) -> None:
    cancel(database, placed(database, sale, 4, now=now).order_id)
    placed(database, sale, 4, now=now)
    run_out(database, now)

    placed(database, sale, 4, now=now)

    assert orders(database) == 3


def test_an_order_whose_time_is_over_does_not_count_although_nobody_swept(
    database: Database, sale: Sale, now: datetime
) -> None:
    placed(database, sale, 4, now=now)
    later = now + timedelta(hours=1)

    placed(database, sale, 4, now=later)

    assert orders(database) == 2


def test_refunded_tickets_do_not_count(database: Database, sale: Sale, now: datetime) -> None:
    made = placed(database, sale, 4, now=now)
    pay(database, made.payment_id)
    with database.reading() as db:
        ids = list(
            db.scalars(text("SELECT id FROM tickets WHERE order_id = :id LIMIT 3"), {"id": made.order_id})
        )
    with database.writing() as db:
        cancellation.refund(db, order_id=made.order_id, ticket_ids=ids, reason="Ill", by=SYSTEM)

    placed(database, sale, 3, now=now)

    assert orders(database) == 2


def test_who_is_signed_in_reads_it_before_anything_is_held(
    database: Database, sale: Sale, now: datetime
) -> None:
    placed(database, sale, 3, now=now)
    known = Known("amara@example.org", None)

    with pytest.raises(Invalid, match="take 1 at most"):
        holds.hold(database, Wish("b", {sale.types[0]: 2}, buyer=lambda: known), now)

    held = holds.hold(database, Wish("b", {sale.types[0]: 1}, buyer=lambda: known), now)
    assert isinstance(held.hold_id, UUID)
