"""What comes back goes to the line: in order, whole groups first that fit, and never past anybody."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from tests.factories.booking import Kind, a_sale, a_voucher, hold, order, run_out, taken
from tests.factories.waiting import (
    a_waiter,
    bought,
    offered,
    outbox,
    refunded,
    rung,
    seen,
    sold_out,
    states,
    taken_over,
)
from webapp.booking.refusals import NoRoom
from webapp.booking.service import holds
from webapp.catalog.service import reserves
from webapp.catalog.service import tickets as pools
from webapp.core.audit import SYSTEM
from webapp.core.db import Database
from webapp.core.errors import Conflict, Gone
from webapp.waitinglist.service import ending, joining, offers

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


def test_a_place_that_comes_back_is_held_for_the_first_who_waits(database: Database, now: datetime) -> None:
    sale, order_id = sold_out(database, now, 4)
    second = a_waiter(database, sale, now=now + SECOND)
    first = a_waiter(database, sale, now=now)

    refunded(database, order_id, 1)
    assert outbox(database, "PlacesCameBack") == 1
    rung(database, sale, now)

    assert states(database, now, first, second) == ["offered", "waiting"]
    assert taken(database, sale) == [4]


def test_an_offer_is_taken_on_any_device_twice_if_need_be_and_paid(database: Database, now: datetime) -> None:
    sale, order_id = sold_out(database, now, 4)
    waiter = a_waiter(database, sale, 2, now=now)
    refunded(database, order_id, 2)
    rung(database, sale, now)

    taken_over(database, waiter, now)
    bought(database, waiter, now)
    rung(database, sale, now)

    assert states(database, now, waiter) == ["bought"]
    assert taken(database, sale) == [4]


def test_a_group_is_passed_over_while_fewer_are_free_and_keeps_its_place(
    database: Database, now: datetime
) -> None:
    sale, order_id = sold_out(database, now, 6)
    group = a_waiter(database, sale, 4, now=now)
    single = a_waiter(database, sale, 1, now=now + SECOND)

    refunded(database, order_id, 2)
    rung(database, sale, now)
    assert (offered(database, group, now), offered(database, single, now)) == (0, 1)
    refunded(database, order_id, 3)
    rung(database, sale, now)

    assert offered(database, group, now) == 4


def test_who_takes_fewer_is_offered_what_there_is(database: Database, now: datetime) -> None:
    sale, order_id = sold_out(database, now, 6)
    waiter = a_waiter(database, sale, 4, now=now, together=False)

    refunded(database, order_id, 3)
    rung(database, sale, now)

    assert offered(database, waiter, now) == 3


def test_any_of_several_types_will_do(database: Database, now: datetime) -> None:
    sale, order_id = sold_out(database, now, 2, 3)
    waiter = a_waiter(database, sale, 1, 1, 0, now=now)

    refunded(database, order_id, 1)
    rung(database, sale, now)

    offer = seen(database, waiter, now).offer
    assert offer
    assert offer.name == "Kind 0"


@pytest.mark.parametrize("wanted", [1, 2])
def test_nobody_jumps_the_line(database: Database, now: datetime, wanted: int) -> None:
    sale, order_id = sold_out(database, now, 4)
    a_waiter(database, sale, 2, now=now)
    refunded(database, order_id, 2)

    with pytest.raises(NoRoom, match="offered to the waiting list") as refused:
        hold(database, sale, wanted, now=now)

    assert refused.value.way == ("Join the waiting list", f"/waitlist/places/{sale.pools[0]}")
    rung(database, sale, now)


def test_what_ran_out_goes_to_the_line_and_not_to_whoever_asks_next(
    database: Database, now: datetime
) -> None:
    sale = a_sale(database, places=(2,))
    hold(database, sale, 2, now=now)
    waiter = a_waiter(database, sale, now=now)

    with pytest.raises(NoRoom):
        hold(database, sale, 1, now=now + HOUR)
    rung(database, sale, now + HOUR)

    assert offered(database, waiter, now + HOUR) == 1


def test_who_wants_more_than_is_free_holds_up_nobody(database: Database, now: datetime) -> None:
    sale, order_id = sold_out(database, now, 4)
    a_waiter(database, sale, 3, now=now)
    refunded(database, order_id, 2)

    assert hold(database, sale, 1, now=now)


def test_an_offer_that_ran_out_goes_to_the_next_and_the_entry_leaves_the_list(
    database: Database, now: datetime
) -> None:
    sale, order_id = sold_out(database, now, 4)
    first, second = (a_waiter(database, sale, now=now + n * SECOND) for n in range(2))
    refunded(database, order_id, 1)
    rung(database, sale, now)
    later = now + timedelta(hours=2)
    with pytest.raises(Gone):
        taken_over(database, first, later)

    rung(database, sale, later)
    rung(database, sale, later)

    assert states(database, later, first, second) == ["lapsed", "offered"]
    assert outbox(database, "OfferLapsed") == 1


def test_an_offer_that_was_taken_and_never_paid_goes_on_as_well(database: Database, now: datetime) -> None:
    sale, order_id = sold_out(database, now, 4)
    first, second = (a_waiter(database, sale, now=now + n * SECOND) for n in range(2))
    refunded(database, order_id, 1)
    rung(database, sale, now)
    held, basket = taken_over(database, first, now)
    order(database, held, basket=basket, now=now)

    later = now + timedelta(hours=3)
    rung(database, sale, later)
    rung(database, sale, later)

    assert states(database, later, first, second) == ["lapsed", "offered"]


def test_who_let_an_offer_pass_joins_again_at_the_end(database: Database, now: datetime) -> None:
    sale, order_id = sold_out(database, now, 4)
    first, second = (a_waiter(database, sale, now=now + n * SECOND) for n in range(2))
    refunded(database, order_id, 1)
    rung(database, sale, now)
    run_out(database, now + 2 * HOUR)
    with database.writing() as db:
        ending.settle_offers(db, now)

    for _ in range(2):
        with database.writing() as db:
            joining.rejoin(db, key=first.key, now=now + HOUR)

    assert seen(database, first, now).entries == 1
    assert seen(database, second, now).entries == 0
    rung(database, sale, now)


def test_leaving_gives_an_offer_to_the_next(database: Database, now: datetime) -> None:
    sale, order_id = sold_out(database, now, 4)
    first, second = (a_waiter(database, sale, now=now + n * SECOND) for n in range(2))
    refunded(database, order_id, 1)
    rung(database, sale, now)

    for _ in range(2):
        with database.writing() as db:
            joining.leave(db, key=first.key, now=now)
    rung(database, sale, now)

    assert states(database, now, first, second) == ["left", "offered"]


def test_a_basket_with_other_tickets_of_the_organizer_keeps_them(database: Database, now: datetime) -> None:
    sale, order_id = sold_out(database, now, 4)
    other = a_sale(database, organizer_id=sale.organizer_id)
    waiter = a_waiter(database, sale, now=now)
    refunded(database, order_id, 1)
    rung(database, sale, now)
    hold(database, other, 1, basket="mine", now=now)

    with pytest.raises(Conflict, match="holds other tickets"), database.writing() as db:
        offers.take(db, key=waiter.key, basket="mine", now=now)
    with database.writing() as db:
        offers.take(db, key=waiter.key, basket="mine", now=now + timedelta(minutes=11))

    assert states(database, now, waiter) == ["taken"]


def test_a_raised_capacity_rings_and_is_offered(database: Database, now: datetime) -> None:
    sale, _ = sold_out(database, now, 4)
    waiter = a_waiter(database, sale, 2, now=now)

    with database.writing() as db:
        pools.change_pool(
            db,
            organizer_id=sale.organizer_id,
            pool_id=sale.pools[0],
            name="Floor",
            capacity=6,
            by=SYSTEM,
        )
    assert outbox(database, "PlacesCameBack") == 1
    rung(database, sale, now)

    assert offered(database, waiter, now) == 2


def test_what_was_kept_for_a_code_that_has_ended_is_offered(database: Database, now: datetime) -> None:
    sale = a_sale(database, places=(3,))
    a_voucher(database, sale, ends_at=now + HOUR)
    with database.writing() as db:
        voucher = db.scalars(text("SELECT id FROM vouchers")).one()
        reserves.keep(
            db,
            organizer_id=sale.organizer_id,
            pool_id=sale.pools[0],
            voucher_id=voucher,
            places=1,
            by=SYSTEM,
            now=now,
        )
    hold(database, sale, 2, now=now + HOUR)
    waiter = a_waiter(database, sale, now=now)

    rung(database, sale, now)
    assert offered(database, waiter, now) == 0
    rung(database, sale, now + HOUR)

    assert offered(database, waiter, now + HOUR) == 1


def test_who_needs_places_of_two_pools_holds_up_neither_until_both_have_room(
    database: Database, now: datetime
) -> None:
    kinds = (Kind(also=(1,)), Kind(pool=1), Kind())
    sale = a_sale(database, places=(2, 2), kinds=kinds)
    hold(database, sale, 0, 2, 0, basket="workshop", now=now)
    waiter = a_waiter(database, sale, now=now)

    assert hold(database, sale, 0, 0, 1, now=now)
    with database.writing() as db:
        held = db.scalars(text("SELECT id FROM holds WHERE basket = 'workshop'")).one()
        holds.release(db, basket="workshop", hold_id=held)
    rung(database, sale, now)

    assert offered(database, waiter, now) == 1
    assert taken(database, sale) == [2, 1]


def test_nothing_is_offered_while_the_sale_is_paused(database: Database, now: datetime) -> None:
    sale, order_id = sold_out(database, now, 4)
    waiter = a_waiter(database, sale, now=now)
    with database.writing() as db:
        db.execute(text("UPDATE event_dates SET status = 'paused'"))
    refunded(database, order_id, 1)

    rung(database, sale, now)

    assert states(database, now, waiter) == ["waiting"]
