"""An event made again on other days."""

import re
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from tests.factories.booking import placed
from tests.factories.seating import a_seated_sale
from tests.factories.series import a_series
from tests.webapp.planning.conftest import Desk
from webapp.catalog.models import PriceStep, Question
from webapp.core import clock
from webapp.core.audit import SYSTEM
from webapp.core.db import Database
from webapp.core.ids import uuid7
from webapp.planning.service import cloning
from webapp.planning.service.cloning import Wish


def clone(desk: Desk, **fields: Any) -> str:
    dates = desk.rows("SELECT id FROM event_dates WHERE event_id = :event ORDER BY starts_at")
    given = {"id": str(uuid7()), "title": "Night of the Kites", "go": "copy", **fields}
    given.setdefault("date", [str(one) for one in dates])
    answer = desk.browser.post(f"{desk.event}/clone", data=given)
    assert answer.status_code == 303, answer.text
    return given["id"]


def test_a_copy_stands_on_its_new_days_at_the_same_times(desk: Desk) -> None:
    a_series(desk.database, desk.sale.event_id)
    copy = clone(desk, first="2027-07-05")

    starts = desk.rows("SELECT starts_at, zone FROM event_dates WHERE event_id = :id ORDER BY 1", id=copy)
    assert [f"{clock.local(*one):%m-%d %H:%M}" for one in starts] == [
        *("07-05 20:00", "08-31 20:00", "09-07 20:00", "09-14 20:00", "09-21 20:00")
    ]


def test_a_copy_is_a_draft_that_sells_the_same_and_has_sold_nothing(desk: Desk) -> None:
    placed(desk.database, desk.sale, 4, now=clock.now())
    with desk.database.writing() as db:
        db.add(Question(event_id=desk.sale.event_id, label="Which lamp?", kind="choice", options=["A", "B"]))
    copy = clone(desk, first="2027-07-05")

    assert desk.rows(
        "SELECT e.status, e.title, d.status, p.capacity, p.taken, t.name, t.price FROM events e"
        " JOIN event_dates d ON d.event_id = e.id JOIN pools p ON p.date_id = d.id"
        " JOIN ticket_types t ON t.pool_id = p.id WHERE e.id = :id",
        id=copy,
    ) == [("draft", "Night of the Kites", "scheduled", 20, 0, "Kind 0", 2400)]
    assert desk.rows("SELECT label, options FROM questions WHERE event_id = :id", id=copy) == [
        ("Which lamp?", ["A", "B"])
    ]


def test_a_copy_sent_twice_is_one(desk: Desk) -> None:
    same = str(uuid7())

    assert clone(desk, id=same, first="2027-07-05") == clone(desk, id=same, first="2027-07-05")


def test_a_copy_in_the_past_is_refused_at_its_day(desk: Desk) -> None:
    date = str(desk.sale.date_id)
    given = {"id": str(uuid7()), "go": "copy", "title": "Again", "date": date, "first": "2020-01-01"}
    answer = desk.browser.post(f"{desk.event}/clone", data=given)

    assert answer.status_code == 422
    assert "1 date would begin in the past." in answer.text


def test_a_look_at_a_copy_keeps_the_ticks_and_makes_nothing(desk: Desk) -> None:
    a_series(desk.database, desk.sale.event_id)
    one = str(desk.sale.date_id)
    given = {"id": str(uuid7()), "title": "Again", "date": one, "first": "2027-07-05"}
    page = desk.browser.post(f"{desk.event}/clone", data=given).text

    assert re.findall(r'name="date" value="([^"]+)"[^>]* checked', page) == [one]
    assert "Mon 5 Jul 2027, 20:00" in page
    assert desk.rows("SELECT id FROM events WHERE title = :again", again="Again") == []


def test_a_copy_has_the_seat_plan_with_all_its_seats(database: Database) -> None:
    seated = a_seated_sale(database)
    wish = Wish(uuid7(), "Again", {seated.date_id})
    with database.writing() as db:
        cloning.clone(
            db,
            organizer_id=seated.sale.organizer_id,
            event_id=seated.sale.event_id,
            wish=wish,
            by=SYSTEM,
            now=clock.now(),
        )

    assert _house(database, wish.id) == _house(database, seated.sale.event_id)


def _house(database: Database, event_id: UUID) -> list[tuple[object, ...]]:
    with database.reading() as db:
        rows = db.execute(
            text(
                "SELECT d.plan_id, p.name, p.capacity, l.level_id FROM event_dates d"
                " JOIN pools p ON p.date_id = d.id JOIN pool_levels l ON l.pool_id = p.id"
                " WHERE d.event_id = :event ORDER BY 2, 4"
            ),
            {"event": event_id},
        )
        return [tuple(row) for row in rows]


def test_a_copied_series_goes_on_by_the_same_rule_and_skips_what_stayed_behind(desk: Desk) -> None:
    a_series(desk.database, desk.sale.event_id)
    dates = desk.rows("SELECT id FROM event_dates WHERE event_id = :event ORDER BY starts_at")
    some = [str(one) for one in (dates[1], dates[2], dates[4])]
    copy = clone(desk, date=some, first="2027-09-01")
    series = desk.rows("SELECT id FROM series WHERE event_id = :id", id=copy)
    page = desk.browser.get(f"{desk.base}/events/{copy}/series").text
    ends = re.search(r'name="ends" value="([0-9-]+)"', page)
    assert ends
    desk.browser.post(f"{desk.base}/series/{series[0]}/more", data={"number": "1", "ends": ends[1]})

    assert "Every Wednesday at 20:00" in page
    starts = desk.rows("SELECT starts_at, zone FROM event_dates WHERE event_id = :id ORDER BY 1", id=copy)
    assert [f"{clock.local(*one):%m-%d %H:%M}" for one in starts] == [
        *("09-01 20:00", "09-08 20:00", "09-22 20:00", "09-29 20:00")
    ]


def test_price_steps_come_along_and_have_sold_nothing(desk: Desk) -> None:
    with desk.database.writing() as db:
        kind = desk.sale.types[0]
        db.add(PriceStep(ticket_type_id=kind, price=1900, most=5, taken=3))
        ends = datetime(2026, 12, 24, 17, tzinfo=UTC)
        db.add(PriceStep(ticket_type_id=kind, price=2100, ends_at=ends))
    copy = clone(desk, first="2027-07-05")

    rows = desk.rows(
        "SELECT s.price, s.most, s.taken, s.ends_at, d.zone FROM price_steps s"
        " JOIN ticket_types t ON t.id = s.ticket_type_id JOIN event_dates d ON d.id = t.date_id"
        " WHERE d.event_id = :id ORDER BY s.price",
        id=copy,
    )
    assert [row[:3] for row in rows] == [(1900, 5, 0), (2100, None, 0)]
    assert f"{clock.local(*rows[1][3:]):%Y-%m-%d %H:%M}" == "2027-06-24 18:00"
