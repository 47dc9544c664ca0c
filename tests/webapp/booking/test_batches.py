"""Codes of a batch are good for one order each, whoever is quicker."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from sqlalchemy import text

from tests.factories.booking import (
    Kind,
    a_sale,
    a_voucher,
    cancel,
    hold,
    keep,
    order,
    pay,
    placed,
    run_out,
    seen,
    sent_back,
    state,
    taken,
)
from tests.factories.selling import a_batch
from webapp.booking.refusals import NotThisCode
from webapp.catalog.service import vouchers
from webapp.core.audit import SYSTEM
from webapp.core.db import Database
from webapp.core.ids import secret


def test_a_code_that_many_use_at_once_is_used_by_one(database: Database, now: datetime) -> None:
    sale = a_sale(database, places=(50,))
    _, (code, *_) = a_batch(database, sale, 3)
    barrier = threading.Barrier(10)

    def guest(number: int) -> str:
        basket = secret()
        held = hold(database, sale, 1, basket=basket, code=code, now=now)
        barrier.wait()
        try:
            made = order(database, held, basket=basket, now=now, email=f"guest{number}@example.org")
        except NotThisCode as refusal:
            return refusal.sentence
        return f"{seen(database, made.order_id).total}"

    with ThreadPoolExecutor(10) as pool:
        said = list(pool.map(guest, range(10)))

    assert sorted(said)[0] == "1200"
    assert all("as often as it may be" in one for one in sorted(said)[1:])


def test_a_code_comes_back_with_an_order_that_is_not_paid(database: Database, now: datetime) -> None:
    sale = a_sale(database)
    _, (code,) = a_batch(database, sale, 1)
    cancel(database, placed(database, sale, 1, code=code, now=now).order_id)
    placed(database, sale, 1, code=code, now=now)
    run_out(database, now)

    made = placed(database, sale, 1, code=code, now=now)
    pay(database, made.payment_id)

    assert (state(database, made.order_id), seen(database, made.order_id).total) == ("paid", 1200)


def test_money_that_comes_late_goes_back_when_its_code_was_used_by_another(
    database: Database, now: datetime
) -> None:
    sale = a_sale(database)
    _, (code,) = a_batch(database, sale, 1)
    late = placed(database, sale, 1, code=code, now=now)
    run_out(database, now)
    pay(database, placed(database, sale, 1, code=code, now=now).payment_id)

    pay(database, late.payment_id)

    assert (state(database, late.order_id), sent_back(database, late.order_id)) == ("auto_refunded", 1200)


def test_a_withdrawn_batch_is_good_for_nothing_in_a_basket_either(database: Database, now: datetime) -> None:
    sale = a_sale(database)
    batch, (first, second) = a_batch(database, sale, 2)
    kept = placed(database, sale, 1, code=first, now=now)
    basket = secret()
    held = hold(database, sale, 1, basket=basket, code=second, now=now)

    with database.writing() as db:
        ids = {"organizer_id": sale.organizer_id, "by": SYSTEM, "now": now}
        assert vouchers.withdraw(db, voucher_id=batch, **ids) == 2

    with pytest.raises(NotThisCode, match="withdrawn"):
        order(database, held, basket=basket, now=now)
    pay(database, kept.payment_id)
    assert state(database, kept.order_id) == "paid"


def test_the_word_of_a_batch_is_no_code(database: Database, now: datetime) -> None:
    sale = a_sale(database)
    _, (code,) = a_batch(database, sale, 1, code="SPRING")

    assert seen(database, placed(database, sale, 1, code="SPRING", now=now).order_id).discount == 0
    assert code.startswith("SPRING-")
    assert len(code) == len("SPRING-XXXX-XXXX-XXXX")


def test_places_are_kept_for_all_codes_of_a_batch(database: Database, now: datetime) -> None:
    sale = a_sale(database, places=(3,))
    _, codes = a_batch(database, sale, 2, code="CREW")
    keep(database, sale, "CREW", 2)
    placed(database, sale, 1, now=now)

    for code in codes:
        placed(database, sale, 1, code=code, now=now)

    assert taken(database, sale) == [1]


def test_a_buyer_uses_a_code_as_often_as_it_is_for_each(database: Database, now: datetime) -> None:
    sale = a_sale(database)
    code = a_voucher(database, sale, max_per_buyer=1)
    pay(database, placed(database, sale, 1, code=code, now=now).payment_id)

    with pytest.raises(NotThisCode, match="once by each buyer"):
        placed(database, sale, 1, code=code, email="Amara+two@example.org", now=now)
    placed(database, sale, 1, code=code, email="hana@example.org", now=now)


def test_a_code_for_one_type_lowers_no_other(database: Database, now: datetime) -> None:
    sale = a_sale(database, kinds=(Kind(2000), Kind(3000)))
    code = a_voucher(database, sale, value=5000, event_id=sale.event_id, type_ids=[sale.types[1]])

    assert seen(database, placed(database, sale, 1, 1, code=code, now=now).order_id).discount == 1500


def test_a_code_for_another_date_is_refused_by_name(database: Database, now: datetime) -> None:
    sale, other = a_sale(database), a_sale(database)
    code = a_voucher(database, sale, date_ids=[other.date_id])

    with database.reading() as db:
        assert db.scalar(text("SELECT count(*) FROM vouchers WHERE code = :c"), {"c": code}) == 1
    assert seen(database, placed(database, sale, 1, code=code, now=now).order_id).discount == 0
