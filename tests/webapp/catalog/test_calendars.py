"""Calendars that a phone subscribes to."""

from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from icalendar import Calendar

from tests.factories.programme import NOW, Made, an_event
from webapp.catalog.models import Event, EventDate
from webapp.core.db import Database


def entries(client: FlaskClient, address: str) -> list[Any]:
    answer = client.get(address)
    assert answer.mimetype == "text/calendar"
    return list(Calendar.from_ical(answer.data).walk("VEVENT"))


def a_series(database: Database) -> Made:
    return an_event(database, starts=[NOW + timedelta(days=day) for day in (1, 2, 3)])


def test_an_event_has_all_its_dates_in_utc(database: Database, client: FlaskClient) -> None:
    found = entries(client, f"/events/{a_series(database).slug}.ics")
    assert [entry["dtstart"].dt for entry in found] == [NOW + timedelta(days=day) for day in (1, 2, 3)]
    assert {entry["dtstart"].to_ical()[-1:] for entry in found} == {b"Z"}


def test_a_date_has_a_calendar_of_its_own(database: Database, client: FlaskClient) -> None:
    event = a_series(database)
    found = entries(client, f"/dates/{event.dates[1]}.ics")
    assert [entry["uid"] for entry in found] == [f"{event.dates[1]}@dates.marquee"]


def test_an_entry_says_what_where_and_the_address(database: Database, client: FlaskClient) -> None:
    event = an_event(database)
    entry = entries(client, f"/events/{event.slug}.ics")[0]
    assert entry["summary"] == "Night of the Lamps"
    assert entry["location"] == "Coliseu, Rua das Portas 96, Lisbon"
    assert entry["url"] == f"http://localhost/events/{event.slug}?date={event.dates[0]}"


def test_a_change_counts_the_sequence_up_and_keeps_the_name(database: Database, client: FlaskClient) -> None:
    event = an_event(database)
    before = entries(client, f"/events/{event.slug}.ics")[0]
    with database.writing() as db:
        db.get_one(Event, event.id).version += 1
    after = entries(client, f"/events/{event.slug}.ics")[0]
    assert after["uid"] == before["uid"]
    assert after["sequence"] == before["sequence"] + 1


def test_a_cancelled_date_is_told(database: Database, client: FlaskClient) -> None:
    event = an_event(database)
    with database.writing() as db:
        db.get_one(EventDate, event.dates[0]).status = "cancelled"
    assert entries(client, f"/events/{event.slug}.ics")[0]["status"] == "CANCELLED"


def test_an_event_that_is_over_keeps_its_calendar(database: Database, client: FlaskClient) -> None:
    event = an_event(database, starts=[NOW - timedelta(days=200)])
    assert len(entries(client, f"/events/{event.slug}.ics")) == 1


def test_an_organizer_has_a_feed_of_what_is_ahead(database: Database, client: FlaskClient) -> None:
    event = an_event(database, starts=[NOW - timedelta(days=200), NOW + timedelta(days=2)])
    assert len(entries(client, f"/organizers/{event.organizer.slug}.ics")) == 1


def test_a_feed_that_did_not_change_is_not_sent_again(database: Database, client: FlaskClient) -> None:
    address = f"/events/{an_event(database).slug}.ics"
    tag = client.get(address).headers["ETag"]
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
