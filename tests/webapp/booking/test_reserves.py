"""Places that are kept for a code go to who has it, and to everybody once the code has ended."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from tests.factories.booking import (
    Kind,
    Sale,
    a_sale,
    a_voucher,
    hold,
    keep,
    order,
    pay,
    placed,
    run_out,
    state,
    taken,
    tickets,
)
from webapp.booking.refusals import NoRoom, NotThisCode
from webapp.booking.service import cancellation, codes, holds
from webapp.booking.service.holds import Wish
from webapp.catalog.service import reserves
from webapp.core.audit import SYSTEM
from webapp.core.db import Database
from webapp.core.errors import Invalid

DAY = timedelta(days=1)


def counter(database: Database, pool: UUID) -> tuple[int, int]:
    """Taken, and of how many."""
    with database.reading() as db:
        row = db.execute(text("SELECT taken, capacity FROM pools WHERE id = :id"), {"id": pool}).one()
    return row.taken, row.capacity


def end(database: Database, code: str, at: datetime) -> None:
    with database.writing() as db:
        db.execute(text("UPDATE vouchers SET ends_at = :at WHERE code = :code"), {"at": at, "code": code})


def use(database: Database, held: UUID, code: str, now: datetime) -> None:
    with database.writing() as db:
        codes.use_voucher(db, basket="b", hold_id=held, code=code, now=now)


@pytest.fixture
def sale(database: Database) -> Sale:
    return a_sale(database, places=(10,))


@pytest.fixture
def code(database: Database, sale: Sale) -> str:
    return a_voucher(database, sale)


def test_kept_places_leave_the_pool_and_nobody_without_the_code_takes_them(
    database: Database, sale: Sale, code: str, now: datetime
) -> None:
    reserve = keep(database, sale, code, 4)
    assert (counter(database, sale.pools[0]), counter(database, reserve)) == ((0, 6), (0, 4))

    with pytest.raises(NoRoom) as refusal:
        hold(database, sale, 7, now=now)

    assert refusal.value.title == "Only 6 places are left."


def test_who_has_the_code_takes_kept_places_first(
    database: Database, sale: Sale, code: str, now: datetime
) -> None:
    reserve = keep(database, sale, code, 4)

    hold(database, sale, 3, code=code, now=now)

    assert (counter(database, sale.pools[0]), counter(database, reserve)) == ((0, 6), (3, 4))


def test_who_has_the_code_takes_other_places_when_too_few_are_kept(
    database: Database, sale: Sale, code: str, now: datetime
) -> None:
    reserve = keep(database, sale, code, 2)

    hold(database, sale, 3, code=code, now=now)

    assert (counter(database, sale.pools[0]), counter(database, reserve)) == ((3, 8), (0, 2))


def test_a_code_that_only_keeps_places_stays_with_the_basket(
    database: Database, sale: Sale, now: datetime
) -> None:
    code = a_voucher(database, sale, "none", 0)
    reserve = keep(database, sale, code, 4)
    hold(database, sale, 2, basket="b", code=code, now=now)

    holds.hold(database, Wish("b", {sale.types[0]: 4}, is_change=True), now)

    assert counter(database, reserve) == (4, 4)


def test_more_than_is_kept_moves_all_of_them_to_the_pool(
    database: Database, sale: Sale, code: str, now: datetime
) -> None:
    reserve = keep(database, sale, code, 4)
    hold(database, sale, 4, basket="b", code=code, now=now)

    holds.hold(database, Wish("b", {sale.types[0]: 5}, is_change=True), now)

    assert (counter(database, sale.pools[0]), counter(database, reserve)) == ((5, 6), (0, 4))


def test_a_code_used_at_the_checkout_takes_kept_places_and_frees_others(
    database: Database, sale: Sale, code: str, now: datetime
) -> None:
    reserve = keep(database, sale, code, 4)
    held = hold(database, sale, 3, basket="b", now=now)

    use(database, held, code, now)
    use(database, held, code, now)

    assert (counter(database, sale.pools[0]), counter(database, reserve)) == ((0, 6), (3, 4))


def test_a_code_that_is_taken_off_takes_its_places_along(
    database: Database, sale: Sale, code: str, now: datetime
) -> None:
    reserve = keep(database, sale, code, 4)
    held = hold(database, sale, 3, basket="b", code=code, now=now)

    use(database, held, "", now)

    assert (counter(database, sale.pools[0]), counter(database, reserve)) == ((3, 6), (0, 4))


def test_a_code_stays_while_there_are_no_other_places(
    database: Database, sale: Sale, code: str, now: datetime
) -> None:
    reserve = keep(database, sale, code, 4)
    hold(database, sale, 6, now=now)
    held = hold(database, sale, 3, basket="b", code=code, now=now)

    with pytest.raises(NotThisCode, match="no others are left"):
        use(database, held, "", now)

    assert counter(database, reserve) == (3, 4)


def test_a_code_that_was_used_up_keeps_nothing(database: Database, sale: Sale, now: datetime) -> None:
    code = a_voucher(database, sale, max_uses=1)
    reserve = keep(database, sale, code, 4)
    order(database, hold(database, sale, 1, basket="b", code=code, now=now), basket="b", now=now)

    hold(database, sale, 1, code=code, now=now)

    assert (counter(database, sale.pools[0]), counter(database, reserve)) == ((1, 6), (1, 4))


def test_kept_places_of_two_pools_are_taken_for_a_ticket_of_both(database: Database, now: datetime) -> None:
    sale = a_sale(database, places=(10, 5), kinds=(Kind(also=(1,)),))
    code = a_voucher(database, sale)
    workshop = keep(database, sale, code, 2, pool=1)

    hold(database, sale, 2, code=code, now=now)

    assert (taken(database, sale), counter(database, workshop)) == ([2, 0], (2, 2))


def test_what_is_left_goes_to_everybody_the_moment_the_code_has_ended(
    database: Database, sale: Sale, code: str, now: datetime
) -> None:
    reserve = keep(database, sale, code, 4)
    hold(database, sale, 1, code=code, now=now)
    end(database, code, now)

    hold(database, sale, 9, now=now)

    assert (counter(database, sale.pools[0]), counter(database, reserve)) == ((9, 9), (1, 1))


def test_held_places_of_an_ended_code_come_back_to_everybody_when_they_run_out(
    database: Database, sale: Sale, code: str, now: datetime
) -> None:
    reserve = keep(database, sale, code, 4)
    hold(database, sale, 4, code=code, now=now - timedelta(minutes=20))
    end(database, code, now)

    hold(database, sale, 10, now=now)

    assert (counter(database, sale.pools[0]), counter(database, reserve)) == ((10, 10), (0, 0))


def test_the_code_gives_nothing_more_once_it_has_ended(
    database: Database, sale: Sale, code: str, now: datetime
) -> None:
    reserve = keep(database, sale, code, 4)
    hold(database, sale, 2, basket="b", code=code, now=now)
    end(database, code, now)

    holds.hold(database, Wish("b", {sale.types[0]: 1}, is_change=True), now)
    assert (counter(database, sale.pools[0]), counter(database, reserve)) == ((0, 6), (1, 4))
    holds.hold(database, Wish("b", {sale.types[0]: 2}, is_change=True), now)

    assert (counter(database, sale.pools[0]), counter(database, reserve)) == ((2, 6), (0, 4))


def test_the_clock_tidies_what_an_ended_code_kept(
    database: Database, sale: Sale, code: str, now: datetime
) -> None:
    reserve = keep(database, sale, code, 4)
    end(database, code, now)

    with database.writing() as db:
        assert reserves.take_back(db, now) == {sale.date_id}
        assert reserves.take_back(db, now) == set()

    assert (counter(database, sale.pools[0]), counter(database, reserve)) == ((0, 10), (0, 0))


def test_a_ticket_of_a_kept_place_that_is_refunded_is_kept_again(
    database: Database, sale: Sale, code: str, now: datetime
) -> None:
    reserve = keep(database, sale, code, 4)
    made = placed(database, sale, 3, code=code, now=now)
    pay(database, made.payment_id)
    with database.reading() as db:
        ids = list(db.scalars(text("SELECT id FROM tickets WHERE order_id = :id"), {"id": made.order_id}))

    with database.writing() as db:
        cancellation.refund(db, order_id=made.order_id, ticket_ids=ids, reason="Ill", by=SYSTEM)

    assert counter(database, reserve) == (0, 4)


def test_paid_late_after_the_code_ended_it_takes_what_is_free(
    database: Database, sale: Sale, code: str, now: datetime
) -> None:
    reserve = keep(database, sale, code, 4)
    made = placed(database, sale, 3, code=code, now=now)
    end(database, code, now)
    run_out(database, now)
    with database.writing() as db:
        reserves.take_back(db, now)
    assert counter(database, reserve) == (0, 0)

    pay(database, made.payment_id)

    assert (state(database, made.order_id), len(tickets(database, made.order_id))) == ("paid", 3)
    assert (counter(database, sale.pools[0]), counter(database, reserve)) == ((0, 7), (3, 3))


def test_more_and_fewer_are_kept_but_never_fewer_than_are_taken(
    database: Database, sale: Sale, code: str, now: datetime
) -> None:
    reserve = keep(database, sale, code, 4)
    hold(database, sale, 3, code=code, now=now)

    keep(database, sale, code, 6)
    assert (counter(database, sale.pools[0]), counter(database, reserve)) == ((0, 4), (3, 6))
    with pytest.raises(Invalid) as refusal:
        keep(database, sale, code, 2)
    assert "3 of the places that are kept are taken already" in refusal.value.fields["places"]
    keep(database, sale, code, 3)

    assert (counter(database, sale.pools[0]), counter(database, reserve)) == ((0, 7), (3, 3))


def test_no_more_are_kept_than_are_free(database: Database, sale: Sale, code: str, now: datetime) -> None:
    hold(database, sale, 7, now=now)

    with pytest.raises(Invalid) as refusal:
        keep(database, sale, code, 4)

    assert "has 3 places left, so at most 3 can be kept" in refusal.value.fields["places"]


def test_released_they_go_to_everybody_and_so_does_what_is_given_back_later(
    database: Database, sale: Sale, code: str, now: datetime
) -> None:
    reserve = keep(database, sale, code, 4)
    hold(database, sale, 1, basket="b", code=code, now=now)

    for _ in range(2):
        with database.writing() as db:
            reserves.release(db, organizer_id=sale.organizer_id, reserve_id=reserve, by=SYSTEM, now=now)

    assert (counter(database, sale.pools[0]), counter(database, reserve)) == ((0, 9), (1, 1))
    holds.hold(database, Wish("b", {sale.types[0]: 0}, is_change=True), now)
    hold(database, sale, 10, now=now)
    assert (counter(database, sale.pools[0]), counter(database, reserve)) == ((10, 10), (0, 0))
