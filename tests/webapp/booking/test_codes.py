"""Codes are counted by orders, and given back with them."""

from datetime import datetime

import pytest
from sqlalchemy import text

from tests.factories.booking import a_sale, a_voucher, cancel, pay, placed, run_out, seen, state
from webapp.booking.refusals import NotThisCode
from webapp.core.db import Database


def used(database: Database, code: str) -> int | None:
    with database.reading() as db:
        return db.scalar(text("SELECT used FROM vouchers WHERE code = :c"), {"c": code})


def test_a_code_is_counted_by_its_order_and_given_back_with_it(database: Database, now: datetime) -> None:
    sale = a_sale(database, places=(4,))
    code = a_voucher(database, sale, "percent", 2500, max_uses=1)
    first = placed(database, sale, 2, code=code, now=now)
    assert (seen(database, first.order_id).discount, used(database, code)) == (1200, 1)

    with pytest.raises(NotThisCode, match="as often as it may be"):
        placed(database, sale, 1, code=code, now=now)
    cancel(database, first.order_id)

    assert used(database, code) == 0


def test_a_code_of_an_order_that_ran_out_counts_again_when_it_is_paid_late(
    database: Database, now: datetime
) -> None:
    sale = a_sale(database)
    code = a_voucher(database, sale, "amount", 500, max_uses=1)
    late = placed(database, sale, 1, code=code, now=now)
    run_out(database, now)
    assert used(database, code) == 0
    pay(database, placed(database, sale, 1, code=code, now=now).payment_id)

    pay(database, late.payment_id)

    assert (state(database, late.order_id), used(database, code)) == ("paid", 2)


def test_a_code_that_makes_it_free_needs_no_payment(database: Database, now: datetime) -> None:
    sale = a_sale(database, fee_fixed=50)
    code = a_voucher(database, sale, "price", 0)

    made = placed(database, sale, 2, code=code, now=now)

    assert (made.payment_id, state(database, made.order_id)) == (None, "paid")
