"""Many dates changed at once: what is shown, what is done, what stays."""

from typing import Any
from uuid import UUID

from sqlalchemy import text

from tests.factories.booking import pay, placed
from tests.factories.series import a_series
from tests.webapp.planning.conftest import Desk
from webapp.core import clock


def change(desk: Desk, go: str, *dates: UUID, **fields: Any) -> Any:
    chosen = [str(one) for one in dates or desk.rows("SELECT id FROM event_dates WHERE event_id = :event")]
    return desk.browser.post(f"{desk.event}/dates/change", data={"date": chosen, "go": go, **fields})


def test_looking_changes_nothing_and_says_what_would(desk: Desk) -> None:
    a_series(desk.database, desk.sale.event_id)
    page = change(desk, "look", begins="19:30", days_later="1").text

    assert "begins Wed 3 Mar 2027, 19:30 instead of Tue 2 Mar 2027, 20:00" in page
    assert "5 dates change" in page
    assert desk.readings()[0] == "2027-01-04 20:00"


def test_a_changed_time_is_the_same_reading_on_both_sides_of_summer_time(desk: Desk) -> None:
    a_series(desk.database, desk.sale.event_id)
    change(desk, "change", begins="19:30", doors="18:00")

    assert {reading[-5:] for reading in desk.readings()} == {"19:30"}
    lasts = desk.rows("SELECT DISTINCT (ends_at - starts_at)::text FROM event_dates WHERE event_id = :event")
    assert sorted(lasts) == ["02:00:00", "02:30:00"]


def test_prices_places_and_the_sale_change_together(desk: Desk) -> None:
    a_series(desk.database, desk.sale.event_id)
    fields = {"type_name": "Kind 0", "price": "31.50", "pool_name": "Pool 20", "capacity": "35"}
    change(desk, "change", step="on_sale", opens="before", opens_days="30", opens_at="10:00", **fields)

    assert desk.rows(
        "SELECT DISTINCT t.price, p.capacity, d.status FROM event_dates d JOIN pools p ON p.date_id = d.id"
        " JOIN ticket_types t ON t.date_id = d.id WHERE d.event_id = :event"
    ) == [(3150, 35, "on_sale")]
    opens = desk.rows("SELECT on_sale_at, zone FROM event_dates WHERE event_id = :event ORDER BY starts_at")
    assert f"{clock.local(*opens[1]):%Y-%m-%d %H:%M}" == "2027-01-31 10:00"


def test_a_capacity_never_goes_below_what_is_taken(desk: Desk) -> None:
    a_series(desk.database, desk.sale.event_id)
    placed(desk.database, desk.sale, 7, now=clock.now())
    page = change(desk, "look", pool_name="Pool 20", capacity="5").text
    assert "7 places of Pool 20 are taken; that is the least." in page

    change(desk, "change", pool_name="Pool 20", capacity="5")

    assert desk.rows(
        "SELECT p.capacity FROM pools p JOIN event_dates d ON d.id = p.date_id"
        " WHERE d.event_id = :event ORDER BY d.starts_at"
    ) == [20, 5, 5, 5, 5]


def test_only_the_ticked_dates_change(desk: Desk) -> None:
    a_series(desk.database, desk.sale.event_id)
    change(desk, "change", desk.sale.date_id, begins="21:00")

    assert [reading[-5:] for reading in desk.readings()] == ["21:00", "20:00", "20:00", "20:00", "20:00"]


def test_guests_of_a_date_that_moves_are_written_to(desk: Desk) -> None:
    pay(desk.database, placed(desk.database, desk.sale, 2, now=clock.now()).payment_id)
    refused = change(desk, "change", begins="21:00")
    assert refused.status_code == 422
    assert desk.readings() == ["2027-01-04 20:00"]
    for _ in range(2):
        change(desk, "change", begins="21:00", typed="Night of the Lamps", message="The hall opens late.")

    assert desk.readings() == ["2027-01-04 21:00"]
    assert desk.rows(
        "SELECT count(*) FROM outbox WHERE topic = 'DateMoved' AND payload->>'date_id' = :date",
        date=str(desk.sale.date_id),
    ) == [1]


def test_each_changed_date_stands_in_the_history_with_what_it_was(desk: Desk) -> None:
    change(desk, "change", begins="21:00")
    page = desk.browser.get(desk.event).text

    assert "Date changed with others" in page
    assert "Begins: Mon 4 Jan 2027, 20:00 → Mon 4 Jan 2027, 21:00" in page


def test_dates_that_nobody_has_a_place_of_sell_what_another_one_sells(desk: Desk) -> None:
    a_series(desk.database, desk.sale.event_id)
    first, taken, *others = desk.rows("SELECT id FROM event_dates WHERE event_id = :event ORDER BY starts_at")
    with desk.database.writing() as db:
        db.execute(text("UPDATE ticket_types SET price = 4400 WHERE date_id = :date"), {"date": first})
        db.execute(text("UPDATE pools SET taken = 1 WHERE date_id = :date"), {"date": taken})
        db.execute(text("DELETE FROM ticket_types WHERE date_id = :date"), {"date": others[0]})
    page = change(desk, "look", like=first).text
    assert "sells what Mon 4 Jan 2027, 20:00 sells: Kind 0" in page
    assert "Places of it are taken, so it goes on selling what it sells." in page

    for _ in range(2):
        change(desk, "change", like=first, step="on_sale")

    assert desk.rows(
        "SELECT t.price, p.capacity, d.status FROM event_dates d JOIN pools p ON p.date_id = d.id"
        " JOIN ticket_types t ON t.date_id = d.id WHERE d.event_id = :event ORDER BY d.starts_at"
    ) == [(4400, 20, "on_sale"), (2400, 20, "scheduled"), *[(4400, 20, "on_sale")] * 3]


def test_a_date_is_like_another_one_or_gets_a_price_of_its_own(desk: Desk) -> None:
    a_series(desk.database, desk.sale.event_id)
    answer = change(desk, "change", like=desk.sale.date_id, type_name="Kind 0", price="9")

    assert answer.status_code == 422
    assert "They get those of the date that they are like." in answer.text


def test_dates_without_places_are_put_on_sale_together_with_their_places_only(desk: Desk) -> None:
    with desk.database.writing() as db:
        date = {"date": desk.sale.date_id}
        db.execute(text("UPDATE pools SET capacity = 0 WHERE date_id = :date"), date)
        db.execute(text("UPDATE event_dates SET status = 'scheduled' WHERE id = :date"), date)
    assert "Its pools have 0 places." in change(desk, "look", step="on_sale").text

    change(desk, "change", step="on_sale", pool_name="Pool 20", capacity="0")
    assert desk.rows("SELECT status FROM event_dates WHERE event_id = :event") == ["scheduled"]
    change(desk, "change", step="on_sale", pool_name="Pool 20", capacity="30")

    assert desk.rows("SELECT status FROM event_dates WHERE event_id = :event") == ["on_sale"]
