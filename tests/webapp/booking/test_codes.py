"""Codes are counted by orders, and given back with them."""

from datetime import datetime

import pytest
from sqlalchemy import text

from tests.factories.booking import (
    Kind,
    a_sale,
    a_voucher,
    cancel,
    hold,
    order,
    pay,
    placed,
    run_out,
    seen,
    state,
)
from webapp.booking.refusals import NotThisCode
from webapp.booking.service import codes
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


def test_a_code_that_shows_hidden_tickets_once_is_counted_and_shows_them_once(
    database: Database, now: datetime
) -> None:
    sale = a_sale(database, kinds=(Kind(900, values={"hidden": True}),))
    code = a_voucher(database, sale, "none", 0, reveals=True, max_uses=1)

    placed(database, sale, 1, code=code, now=now)

    assert used(database, code) == 1
    with pytest.raises(NotThisCode, match="as often as it may be"):
        hold(database, sale, 1, code=code, now=now)


def test_a_counted_code_stays_with_the_hidden_tickets_that_it_showed(
    database: Database, now: datetime
) -> None:
    sale = a_sale(database, kinds=(Kind(900, name="Backstage", values={"hidden": True}), Kind(2000)))
    shows = a_voucher(database, sale, "none", 0, reveals=True, max_uses=1)
    lowers = a_voucher(database, sale, "percent", 5000)
    held = hold(database, sale, 1, basket="ida", code=shows, now=now)

    for code in ("", lowers):
        with pytest.raises(NotThisCode, match="Backstage is sold with the code"), database.writing() as db:
            codes.use_voucher(db, basket="ida", hold_id=held, code=code, now=now)
    with pytest.raises(NotThisCode):
        hold(database, sale, 1, 1, basket="ida", code=lowers, now=now)

    made = order(database, held, basket="ida", now=now)
    assert (seen(database, made.order_id).total, used(database, shows)) == (900, 1)


def test_a_code_that_shows_without_counting_leaves_room_for_one_that_lowers(
    database: Database, now: datetime
) -> None:
    sale = a_sale(database, kinds=(Kind(900, values={"hidden": True}),))
    shows = a_voucher(database, sale, "none", 0, reveals=True)
    lowers = a_voucher(database, sale, "percent", 5000)
    held = hold(database, sale, 1, basket="ida", code=shows, now=now)

    with database.writing() as db:
        codes.use_voucher(db, basket="ida", hold_id=held, code=lowers, now=now)

    assert seen(database, order(database, held, basket="ida", now=now).order_id).total == 450


def test_a_code_that_lowers_nothing_is_not_used_up(database: Database, now: datetime) -> None:
    sale = a_sale(database, kinds=(Kind(2000, values={"price_floor": 500}), Kind(2000)))
    code = a_voucher(database, sale, "percent", 5000, max_uses=1)

    idle = placed(database, sale, 1, code=code, now=now)
    assert (seen(database, idle.order_id).discount, used(database, code)) == (0, 0)
    busy = placed(database, sale, 1, 1, code=code, now=now)

    assert (seen(database, busy.order_id).discount, used(database, code)) == (1000, 1)
