"""Series as staff make and change them, page by page."""

import html
import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from tests.factories.booking import pay, placed
from tests.webapp.planning.conftest import Desk
from webapp.core import clock
from webapp.core.ids import uuid7

TUESDAYS = {"every": "week", "first": "2027-03-02", "begins": "20:00", "ends": "22:30", "doors": "19:15"}


def rule(desk: Desk, **fields: Any) -> dict[str, Any]:
    venue = desk.rows("SELECT venue_id FROM event_dates WHERE event_id = :event")[0]
    like = str(desk.sale.date_id)
    return {"id": str(uuid7()), "venue_id": str(venue), "like": like, **TUESDAYS, **fields}


def ticked(page: str) -> list[str]:
    return re.findall(r'name="day" value="([0-9-]+)"[^>]* checked', page)


def make(desk: Desk, **fields: Any) -> UUID:
    """A series of all the days that its preview ticks."""
    asked = rule(desk, **fields)
    page = desk.browser.get(f"{desk.event}/series/new", query_string=asked)
    assert page.status_code == 200, page.text
    answer = desk.browser.post(f"{desk.event}/series", data={**asked, "go": "make", "day": ticked(page.text)})
    assert answer.status_code == 303, answer.text
    return UUID(asked["id"])


def dates(desk: Desk, series_id: UUID) -> list[UUID]:
    return desk.rows(
        "SELECT d.id FROM series_dates x JOIN event_dates d ON d.id = x.date_id"
        " WHERE x.series_id = :series ORDER BY d.starts_at",
        series=series_id,
    )


def days(desk: Desk, series_id: UUID) -> list[str]:
    found = set(dates(desk, series_id))
    rows = desk.rows("SELECT id, starts_at, zone FROM event_dates WHERE event_id = :event ORDER BY starts_at")
    return [f"{clock.local(at, zone):%m-%d %H:%M}" for one, at, zone in rows if one in found]


def test_a_series_leaves_out_the_holidays_of_its_region_now_and_later(desk: Desk) -> None:
    with desk.database.writing() as db:
        db.execute(text("UPDATE venues SET country = 'DE'"))
    daily = {"every": "day", "first": "2027-01-05", "number": "2", "holidays": "DE-BY"}
    page = desk.browser.get(f"{desk.event}/series/new", query_string=rule(desk, **daily)).text
    assert "Epiphany" in page

    series = make(desk, **daily)
    change = desk.browser.get(f"{desk.base}/series/{series}").text

    assert days(desk, series) == ["01-05 20:00", "01-07 20:00"]
    assert '<option value="DE-BY" selected>Bayern, Germany</option>' in change


def test_a_region_of_another_country_is_refused_at_its_field(desk: Desk) -> None:
    asked = rule(desk, number="2", holidays="CA-ON")

    refused = desk.browser.get(f"{desk.event}/series/new", query_string=asked)

    assert "This region is not in the country of the venue." in refused.text


def test_a_preview_says_the_rule_and_makes_nothing(desk: Desk) -> None:
    page = desk.browser.get(f"{desk.event}/series/new", query_string=rule(desk, until="2027-06-30")).text

    assert "Every Tuesday at 20:00 until 30 June 2027, 18 dates" in page
    assert len(ticked(page)) == 18
    assert desk.readings() == ["2027-01-04 20:00"]


def test_a_series_keeps_its_clock_through_summer_time_and_sells_what_its_model_sells(desk: Desk) -> None:
    series = make(desk, number=6)

    assert days(desk, series) == [f"{date(2027, 3, 2) + timedelta(weeks=n):%m-%d} 20:00" for n in range(6)]
    offers = desk.rows(
        "SELECT p.name, p.capacity, t.name, t.price FROM pools p JOIN ticket_types t ON t.pool_id = p.id"
        " JOIN event_dates d ON d.id = p.date_id WHERE d.event_id = :event"
    )
    assert offers == [("Pool 20", 20, "Kind 0", 2400)] * 7


def test_a_series_sent_twice_is_made_once(desk: Desk) -> None:
    asked = {**rule(desk, number=2), "go": "make", "day": ["2027-03-02", "2027-03-09"]}
    for _ in range(2):
        desk.browser.post(f"{desk.event}/series", data=asked)

    assert len(desk.readings()) == 3


def test_unticked_days_are_skipped_and_the_next_ones_follow_the_rule(desk: Desk) -> None:
    asked = {**rule(desk, number=3), "go": "make", "day": ["2027-03-02", "2027-03-16"]}
    desk.browser.post(f"{desk.event}/series", data=asked)
    for _ in range(2):
        desk.browser.post(f"{desk.base}/series/{asked['id']}/more", data={"number": 2, "ends": "2027-03-16"})

    assert days(desk, UUID(asked["id"])) == ["03-02 20:00", "03-16 20:00", "03-23 20:00", "03-30 20:00"]


def test_days_that_nobody_looked_at_are_shown_before_they_are_made(desk: Desk) -> None:
    asked = rule(desk, number=3)
    page = desk.browser.get(f"{desk.event}/series/new", query_string=asked).text
    looked = html.unescape(re.findall(r'name="looked" value="([^"]+)"', page)[0])
    other = {**asked, "first": "2027-03-03", "looked": looked, "go": "make", "day": ticked(page)}
    answer = desk.browser.post(f"{desk.event}/series", data=other)

    assert answer.status_code == 422
    assert ticked(answer.text) == ["2027-03-03", "2027-03-10", "2027-03-17"]
    assert desk.readings() == ["2027-01-04 20:00"]


def test_a_look_without_scripts_goes_into_the_address_without_its_ticks(desk: Desk) -> None:
    asked = {**rule(desk, number=400, every="day"), "go": "look", "day": ["2027-03-02"]}
    answer = desk.browser.post(f"{desk.event}/series", data=asked)

    assert answer.status_code == 303
    assert len(ticked(desk.browser.get(answer.location).text)) == 400
    assert len(answer.location) < 1000


def test_a_rule_without_an_end_is_refused_at_its_field(desk: Desk) -> None:
    answer = desk.browser.get(f"{desk.event}/series/new", query_string=rule(desk))

    assert answer.status_code == 422
    assert "Say until when, or how many dates." in answer.text


def test_the_same_venue_at_the_same_time_is_said(desk: Desk) -> None:
    page = desk.browser.get(
        f"{desk.event}/series/new", query_string=rule(desk, first="2027-01-04", number=1, begins="21:00")
    ).text

    assert "same venue" in page


def go_on(desk: Desk, series: UUID, go: str, **fields: Any) -> Any:
    fields = {**rule(desk), "until": "2027-04-06", "go": go, **fields}
    return desk.browser.post(f"{desk.base}/series/{series}", data=fields)


def test_this_and_following_move_and_what_was_before_stays(desk: Desk) -> None:
    series = make(desk, number=6)
    changed = {"since": "2027-03-23", "first": "2027-03-23", "begins": "19:00", "weekdays": ["2"]}
    page = go_on(desk, series, "look", **changed, until="2027-04-07").text
    assert "begins Wed 24 Mar 2027, 19:00 instead of Tue 23 Mar 2027, 20:00" in page
    assert days(desk, series)[2:4] == ["03-16 20:00", "03-23 20:00"]

    go_on(desk, series, "change", **changed, until="2027-04-07")

    assert days(desk, series) == ["03-02 20:00", "03-09 20:00", "03-16 20:00"]
    (other,) = desk.rows("SELECT id FROM series WHERE event_id = :event AND id <> :one", one=series)
    assert days(desk, other) == ["03-24 19:00", "03-31 19:00", "04-07 19:00"]


def test_every_second_week_takes_dates_away_and_a_later_end_adds_some(desk: Desk) -> None:
    series = make(desk, number=4)
    go_on(desk, series, "change", interval=2, until="2027-04-14")

    assert days(desk, series) == ["03-02 20:00", "03-16 20:00", "03-30 20:00", "04-13 20:00"]


def test_a_date_that_was_moved_by_itself_stays_when_all_move(desk: Desk) -> None:
    series = make(desk, number=3)
    venue = rule(desk)["venue_id"]
    own = {"venue_id": venue, "starts_at": "2027-03-09T15:00", "ends_at": "2027-03-09T17:00"}
    desk.browser.post(f"{desk.base}/dates/{dates(desk, series)[1]}", data={"id": str(uuid7()), **own})
    go_on(desk, series, "change", until="2027-03-16", begins="19:30")

    assert days(desk, series) == ["03-02 19:30", "03-09 15:00", "03-16 19:30"]


def test_a_sold_date_moves_with_a_word_to_its_guests_only(desk: Desk) -> None:
    series = make(desk, number=2)
    sold = dates(desk, series)[0]
    _sell(desk, sold)
    refused = go_on(desk, series, "change", until="2027-03-09", begins="19:30")
    assert refused.status_code == 422
    assert "2 tickets are sold for dates that would move" in refused.text
    assert days(desk, series) == ["03-02 20:00", "03-09 20:00"]

    word = {"typed": "night of the lamps", "message": "The band arrives early."}
    go_on(desk, series, "change", until="2027-03-09", begins="19:30", **word)

    assert days(desk, series) == ["03-02 19:30", "03-09 19:30"]
    assert desk.rows(
        "SELECT payload->>'was', payload->>'message' FROM outbox"
        " WHERE topic = 'DateMoved' AND payload->>'date_id' = :date",
        date=str(sold),
    ) == [("Tuesday 2 March 2027 at 20:00, Harbour Hall", "The band arrives early.")]


def test_a_date_with_guests_is_not_taken_away(desk: Desk) -> None:
    series = make(desk, number=3)
    _sell(desk, dates(desk, series)[1])
    go_on(desk, series, "change", until="2027-03-16", interval=2)
    answer = desk.browser.post(f"{desk.base}/dates/{dates(desk, series)[1]}/leave-out")

    assert answer.status_code == 409
    assert days(desk, series) == ["03-02 20:00", "03-09 20:00", "03-16 20:00"]


def test_a_date_that_is_left_out_is_skipped_for_good(desk: Desk) -> None:
    series = make(desk, number=3)
    desk.browser.post(f"{desk.base}/dates/{dates(desk, series)[1]}/leave-out")
    go_on(desk, series, "change", until="2027-03-16", skip="2027-03-09", begins="19:00")

    assert days(desk, series) == ["03-02 19:00", "03-16 19:00"]
    page = desk.browser.get(f"{desk.base}/series/{series}").text
    assert ">2027-03-09</textarea>" in page


@pytest.mark.parametrize("path", ["series", "series/new", "dates/change"])
def test_pages_of_an_event_open(desk: Desk, path: str) -> None:
    make(desk, number=2)

    assert desk.browser.get(f"{desk.event}/{path}").status_code == 200


def _sell(desk: Desk, date_id: UUID) -> None:
    """Two tickets of a date, paid for."""
    kind, pool = desk.rows("SELECT id, pool_id FROM ticket_types WHERE date_id = :date", date=date_id)[0]
    with desk.database.writing() as db:
        db.execute(text("UPDATE event_dates SET status = 'on_sale' WHERE id = :id"), {"id": date_id})
    sale = replace(desk.sale, date_id=date_id, pools=(pool,), types=(kind,))
    pay(desk.database, placed(desk.database, sale, 2, now=clock.now()).payment_id)
