"""Two of the staff change many dates: who confirms second sees first what the other one made of them."""

import html
import re
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories.accounts import a_member, sign_in
from tests.factories.series import a_series
from tests.webapp.planning.conftest import Desk
from webapp.accounts.models import Organizer


@pytest.fixture
def alice(app: Flask, desk: Desk) -> FlaskClient:
    with desk.database.reading() as db:
        organizer = db.get_one(Organizer, desk.sale.organizer_id)
    return sign_in(app.test_client(), a_member(desk.database, organizer, "owner", "Alice Adams"))


@pytest.fixture
def series(desk: Desk) -> UUID:
    """Four Tuesdays at 20:00, beside the Monday that is there."""
    return a_series(desk.database, desk.sale.event_id)


def bulk(desk: Desk, browser: FlaskClient, go: str, **fields: Any) -> Any:
    dates = desk.rows("SELECT id FROM event_dates WHERE event_id = :event")
    return browser.post(
        f"{desk.event}/dates/change", data={"date": list(map(str, dates)), "go": go, **fields}
    )


def kept(page: str, name: str) -> str:
    """What a field of a page holds."""
    found = re.search(rf'name="{name}"[^>]* value="([^"]*)"', page)
    assert found, page
    return html.unescape(found[1])


def opened(desk: Desk, series: UUID, **query: str) -> dict[str, Any]:
    """A series' form as it is sent when nothing is touched."""
    page = desk.browser.get(f"{desk.base}/series/{series}", query_string=query).text
    venue = desk.rows("SELECT venue_id FROM event_dates WHERE event_id = :event")[0]
    rule = {"venue_id": venue, "every": "week", "interval": 1, "which": 0, "first": kept(page, "first")}
    times = {"until": kept(page, "until"), "begins": "20:00", "ends": "22:30"}
    return {**rule, **times, "since": kept(page, "since"), "was": kept(page, "was")}


def send(desk: Desk, browser: FlaskClient, series: UUID, go: str, form: dict[str, Any], **fields: str) -> Any:
    return browser.post(f"{desk.base}/series/{series}", data={**form, "go": go, **fields})


def test_a_date_that_somebody_changed_after_the_preview_is_shown_anew(
    desk: Desk, alice: FlaskClient, series: UUID
) -> None:
    seen = kept(bulk(desk, desk.browser, "look", begins="19:00").text, "seen")
    bulk(desk, alice, "change", date=[str(desk.sale.date_id)], begins="18:30")

    asked = bulk(desk, desk.browser, "change", begins="19:00", seen=seen)

    assert asked.status_code == 422
    assert "Alice Adams changed one of these dates meanwhile" in asked.text
    assert "Mon 4 Jan 2027, 18:30 to 20:30 instead of Mon 4 Jan 2027, 20:00 to 22:00" in asked.text
    assert {reading[-5:] for reading in desk.readings()} == {"18:30", "20:00"}

    bulk(desk, desk.browser, "change", begins="19:00", seen=kept(asked.text, "seen"))
    assert {reading[-5:] for reading in desk.readings()} == {"19:00"}


def test_what_guests_do_and_what_is_wanted_anyway_needs_no_second_look(
    desk: Desk, alice: FlaskClient, series: UUID
) -> None:
    seen = kept(bulk(desk, desk.browser, "look", begins="19:00").text, "seen")
    bulk(desk, alice, "change", date=[str(desk.sale.date_id)], begins="19:00")

    assert bulk(desk, desk.browser, "change", begins="19:00", seen=seen).status_code == 303


def test_two_who_change_one_series_are_asked_which_of_its_times_counts(
    desk: Desk, alice: FlaskClient, series: UUID
) -> None:
    form = opened(desk, series)
    send(desk, alice, series, "change", form, begins="18:00")

    asked = send(desk, desk.browser, series, "change", form, begins="19:00")

    assert asked.status_code == 409
    assert "Two of you changed this" in asked.text
    assert 'value="18:00" required' in asked.text


def test_what_somebody_else_made_of_a_series_stays_and_is_looked_at_first(
    desk: Desk, alice: FlaskClient, series: UUID
) -> None:
    form = opened(desk, series)
    seen = kept(send(desk, desk.browser, series, "look", form, ends="23:00").text, "seen")
    send(desk, alice, series, "change", form, begins="18:00")

    asked = send(desk, desk.browser, series, "change", form, ends="23:00", seen=seen)

    assert asked.status_code == 422
    assert "Alice Adams changed 4 of these dates meanwhile" in asked.text
    assert 'name="begins" type="time" value="18:00"' in asked.text
    again = {**form, "begins": "18:00", "ends": "23:00", "was": kept(asked.text, "was")}
    send(desk, desk.browser, series, "change", again, seen=kept(asked.text, "seen"))
    assert desk.rows(
        "SELECT DISTINCT (ends_at - starts_at)::text FROM event_dates JOIN series_dates ON date_id = id"
        " WHERE event_id = :event"
    ) == ["05:00:00"]


def test_dates_that_became_another_series_are_not_made_a_second_time(
    desk: Desk, alice: FlaskClient, series: UUID
) -> None:
    form = opened(desk, series, since="2027-03-16")
    send(desk, alice, series, "change", form, begins="18:00")

    refused = send(desk, desk.browser, series, "change", form, begins="19:00")

    assert refused.status_code == 409
    assert "Alice Adams changed this series" in refused.text
    assert len(desk.readings()) == 5
