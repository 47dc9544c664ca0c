"""Places are held for everybody who finds them free, and for nobody else."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from tests.factories.booking import Kind, a_sale, a_voucher, hold, taken
from webapp.booking.refusals import NoRoom
from webapp.booking.service import codes, holds
from webapp.booking.service.holds import Wish
from webapp.core.db import Database
from webapp.core.errors import Conflict, Invalid, NotFound, Refusal

MINUTE = timedelta(minutes=1)


def expiry(database: Database, hold_id: UUID) -> datetime:
    with database.reading() as db:
        found = db.scalar(text("SELECT expires_at FROM holds WHERE id = :id"), {"id": hold_id})
    assert isinstance(found, datetime)
    return found


def test_places_are_held_for_ten_minutes(database: Database, now: datetime) -> None:
    sale = a_sale(database)

    held = hold(database, sale, 3, now=now)

    assert taken(database, sale) == [3]
    assert expiry(database, held) == now + 10 * MINUTE


def test_the_same_form_twice_is_the_same_hold(database: Database, now: datetime) -> None:
    sale = a_sale(database)

    assert hold(database, sale, 3, basket="b", now=now) == hold(database, sale, 3, basket="b", now=now)
    assert taken(database, sale) == [3]


def test_two_pools_are_held_together_or_not_at_all(database: Database, now: datetime) -> None:
    sale = a_sale(database, places=(10, 1), kinds=(Kind(), Kind(pool=1)))

    with pytest.raises(NoRoom) as refusal:
        hold(database, sale, 4, 2, now=now)

    assert refusal.value.title == "Only 1 place is left."
    assert taken(database, sale) == [0, 0]
    hold(database, sale, 4, 1, now=now)
    assert taken(database, sale) == [4, 1]


def test_who_asks_for_too_many_reads_how_many_are_left(database: Database, now: datetime) -> None:
    sale = a_sale(database, places=(2,))

    with pytest.raises(NoRoom) as refusal:
        hold(database, sale, 4, now=now)

    assert refusal.value.title == "Only 2 places are left."
    assert refusal.value.sentence == "You asked for 4. Take 2, or look at another date."


def test_who_wants_more_than_is_left_is_told_of_the_places_held_already(
    database: Database, now: datetime
) -> None:
    sale = a_sale(database, places=(3,))
    hold(database, sale, 2, basket="b", now=now)

    with pytest.raises(NoRoom) as refusal:
        hold(database, sale, 5, basket="b", now=now)

    assert refusal.value.title == "Only 3 places are left, with the 2 that you hold."
    assert taken(database, sale) == [2]


def test_expired_places_are_taken_back_by_who_needs_them(database: Database, now: datetime) -> None:
    sale = a_sale(database, places=(4,))
    hold(database, sale, 4, now=now - 11 * MINUTE)

    hold(database, sale, 3, now=now)

    assert taken(database, sale) == [3]


def test_places_of_a_hold_that_still_runs_are_nobody_elses(database: Database, now: datetime) -> None:
    sale = a_sale(database, places=(4,))
    hold(database, sale, 4, now=now - 9 * MINUTE)

    with pytest.raises(NoRoom) as refusal:
        hold(database, sale, 1, now=now)

    assert refusal.value.title == "Sold out"


def test_a_basket_that_ran_out_begins_anew_although_nobody_swept(database: Database, now: datetime) -> None:
    sale = a_sale(database, kinds=(Kind(), Kind()))
    old = hold(database, sale, 4, basket="b", now=now - 60 * MINUTE)

    new = hold(database, sale, 0, 1, basket="b", now=now)

    assert new != old
    assert taken(database, sale) == [1]
    assert expiry(database, new) == now + 10 * MINUTE


def test_adding_renews_the_time_but_not_for_ever(database: Database, now: datetime) -> None:
    sale = a_sale(database)
    held = hold(database, sale, 1, basket="b", now=now)
    with database.writing() as db:
        db.execute(text("UPDATE holds SET created_at = :now"), {"now": now})

    hold(database, sale, 2, basket="b", now=now + 8 * MINUTE)
    assert expiry(database, held) == now + 18 * MINUTE
    hold(database, sale, 3, basket="b", now=now + 16 * MINUTE)
    hold(database, sale, 4, basket="b", now=now + 25 * MINUTE)

    assert expiry(database, held) == now + 30 * MINUTE


def test_numbers_change_and_nought_gives_back(database: Database, now: datetime) -> None:
    sale = a_sale(database, places=(10, 10), kinds=(Kind(), Kind(pool=1)))
    hold(database, sale, 3, 2, basket="b", now=now)
    to = {sale.types[0]: 5, sale.types[1]: 0}

    holds.hold(database, Wish("b", to, is_change=True), now)
    holds.hold(database, Wish("b", to, is_change=True), now)

    assert taken(database, sale) == [5, 0]


def test_giving_all_back_twice_is_once(database: Database, now: datetime) -> None:
    sale = a_sale(database)
    hold(database, sale, 3, basket="b", now=now)

    for _ in range(2):
        holds.hold(database, Wish("b", {sale.types[0]: 0}, is_change=True), now)

    assert taken(database, sale) == [0]


def test_an_old_basket_page_does_not_hold_again_what_ran_out(database: Database, now: datetime) -> None:
    sale = a_sale(database)
    hold(database, sale, 3, basket="b", now=now - 20 * MINUTE)

    with pytest.raises(Conflict, match="on sale again"):
        holds.hold(database, Wish("b", {sale.types[0]: 2}, is_change=True), now)


def test_a_basket_over_two_events_of_a_house_changes_in_one_form(database: Database, now: datetime) -> None:
    one = a_sale(database)
    two = a_sale(database, organizer_id=one.organizer_id)
    held = hold(database, one, 1, basket="b", now=now)
    assert hold(database, two, 1, basket="b", now=now) == held

    holds.hold(database, Wish("b", {one.types[0]: 2, two.types[0]: 3}, is_change=True), now)

    assert (taken(database, one), taken(database, two)) == ([2], [3])


def test_two_houses_are_two_holds(database: Database, now: datetime) -> None:
    one, two = a_sale(database), a_sale(database)

    assert hold(database, one, 1, basket="b", now=now) != hold(database, two, 1, basket="b", now=now)


def test_released_twice_is_released_once(database: Database, now: datetime) -> None:
    sale = a_sale(database)
    held = hold(database, sale, 3, basket="b", now=now)

    for _ in range(2):
        with database.writing() as db:
            holds.release(db, basket="b", hold_id=held)

    assert taken(database, sale) == [0]


def test_five_minutes_more_are_given_once(database: Database, now: datetime) -> None:
    held = hold(database, a_sale(database), 3, basket="b", now=now)

    for _ in range(2):
        with database.writing() as db:
            holds.extend(db, basket="b", hold_id=held, now=now)

    assert expiry(database, held) == now + 15 * MINUTE


def test_nobody_elses_hold_can_be_touched(database: Database, now: datetime) -> None:
    held = hold(database, a_sale(database), 3, basket="b", now=now)

    with database.writing() as db:
        with pytest.raises(NotFound):
            holds.release(db, basket="another", hold_id=held)
        with pytest.raises(NotFound):
            holds.extend(db, basket="another", hold_id=held, now=now)
        with pytest.raises(NotFound):
            codes.use_voucher(db, basket="another", hold_id=held, code="", now=now)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"status": "paused"}, "paused the sale"),
        ({"status": "cancelled"}, "was cancelled"),
        ({"status": "scheduled"}, "not on sale yet"),
    ],
)
def test_a_date_that_is_not_on_sale_says_why(
    database: Database, now: datetime, values: dict[str, str], said: str
) -> None:
    with pytest.raises(Refusal, match=said):
        hold(database, a_sale(database, **values), 1, now=now)


@pytest.mark.parametrize(
    ("values", "quantity", "kind", "said"),
    [
        ({"withdrawn": True}, 1, NotFound, "not for sale"),
        ({"hidden": True}, 1, NotFound, "not for sale"),
        ({"min_per_order": 2}, 1, Invalid, "at least 2 and at most 10"),
        ({"max_per_order": 4}, 5, Invalid, "at most 4"),
    ],
)
def test_a_ticket_that_is_not_sold_like_this_says_why(
    database: Database,
    now: datetime,
    values: dict[str, object],
    quantity: int,
    kind: type[Refusal],
    said: str,
) -> None:
    sale = a_sale(database, kinds=(Kind(values=values),))

    with pytest.raises(kind, match=said):
        hold(database, sale, quantity, now=now)

    assert taken(database, sale) == [0]


def test_a_sale_window_opens_and_closes(database: Database, now: datetime) -> None:
    window = {"sale_starts_at": now, "sale_ends_at": now + MINUTE}
    sale = a_sale(database, kinds=(Kind(values=window),))

    with pytest.raises(Conflict, match="is sold from"):
        hold(database, sale, 1, now=now - MINUTE)
    hold(database, sale, 1, now=now)
    with pytest.raises(Conflict, match="no longer sold"):
        hold(database, sale, 1, now=now + MINUTE)


def test_what_is_held_may_become_less_after_its_window_closed(database: Database, now: datetime) -> None:
    sale = a_sale(database, kinds=(Kind(values={"sale_ends_at": now + MINUTE}),))
    hold(database, sale, 3, basket="b", now=now)

    holds.hold(database, Wish("b", {sale.types[0]: 1}, is_change=True), now + 2 * MINUTE)

    assert taken(database, sale) == [1]


def test_a_code_shows_a_hidden_ticket_which_may_then_be_changed(database: Database, now: datetime) -> None:
    sale = a_sale(database, kinds=(Kind(values={"hidden": True}),))
    code = a_voucher(database, sale, "none", 0, reveals=True)

    hold(database, sale, 1, basket="b", code=code.lower(), now=now)
    holds.hold(database, Wish("b", {sale.types[0]: 2}, is_change=True), now)

    assert taken(database, sale) == [2]


def test_a_code_that_is_not_known_or_used_up_is_refused(database: Database, now: datetime) -> None:
    sale = a_sale(database)
    other = a_sale(database, organizer_id=sale.organizer_id)
    held = hold(database, sale, 1, basket="b", now=now)
    used_up = a_voucher(database, sale, max_uses=0)
    elsewhere = a_voucher(database, sale, event_id=other.event_id)

    for code, said in (("NOPE", "is not known here"), (used_up, "as often"), (elsewhere, "another event")):
        with database.writing() as db, pytest.raises(Refusal, match=said):
            codes.use_voucher(db, basket="b", hold_id=held, code=code, now=now)


def test_unknown_tickets_and_empty_wishes_are_refused(database: Database, now: datetime) -> None:
    sale = a_sale(database)

    with pytest.raises(NotFound):
        holds.hold(database, Wish("b", {sale.date_id: 1}), now)
    with pytest.raises(Invalid, match="Choose how many"):
        holds.hold(database, Wish("b", {sale.types[0]: 0}), now)
