"""Real files of linked data, against figures counted from the files by other means."""

import json
import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tests.factories.sources import asked, codes, only, real, utc
from webapp.importing.readers import linked_data
from webapp.importing.rules.found import Refused


def test_all_of_torontos_events_go_in() -> None:
    content = real("events-toronto-festivals", "toronto-festivals-events.jsonld")
    lines = [line.strip(",\n") for line in content.decode().splitlines() if line.startswith("{")]
    told = [json.loads(line) for line in lines]
    reading = linked_data.read(content, asked())
    assert len(reading.events) == len(told) == 688
    for one, found in zip(told, reading.events, strict=True):
        instant = datetime.fromisoformat(one["startDate"].replace(".000Z", "+00:00"))
        assert utc(found.starts) == instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")
    assert {found.zone for found in reading.events} == {"America/Toronto"}
    assert codes(reading) == ["zone-like-others"]
    assert sum(found.ends is None for found in reading.events) == 1
    free = sum(line.count('"isAccessibleForFree": true') for line in lines)
    zeros = sum(bool(re.search(r'"price": "0(\.00)?"', line)) for line in lines)
    assert sum(any(offer.price == 0 for offer in found.offers) for found in reading.events) == free + zeros
    priced = sum(
        offer.price is not None and offer.price > 0 for found in reading.events for offer in found.offers
    )
    assert priced == sum(bool(re.search(r'"price": "?(?!0"|0\.00)\d', line)) for line in lines)


def test_a_page_of_a_public_meeting() -> None:
    found = only(linked_data.read(real("jsonld-akron-page", "akron-meeting.html"), asked()))
    assert (found.title, found.zone) == ("Technical Advisory Committee", "America/New_York")
    assert (utc(found.starts), utc(found.ends)) == ("2019-05-09T17:30Z", "2019-05-09T20:00Z")
    assert found.venue is not None
    assert (found.venue.name, found.people) == ("Hilton Garden Inn", ())


def test_a_page_of_twelve_meetings_with_doubtful_offsets() -> None:
    content = real("jsonld-detroit-list", "detroit-authority-events.html")
    starts = re.findall(r'"startDate":"([^"]+)"', content.decode())
    reading = linked_data.read(content, asked())
    assert [found.starts for found in reading.events] == [datetime.fromisoformat(text) for text in starts]
    assert len(starts) == 12
    assert {found.people for found in reading.events} == {()}
    assert codes(reading) == ["says-cancelled", "says-cancelled", "mixed-offsets"]
    told = linked_data.read(content, asked("America/Detroit"))
    assert [found.zone for found in told.events] == ["America/Detroit"] * 3 + ["UTC"] * 9
    assert "offset-differs" in codes(told)


def test_a_tour_from_a_page_extractor() -> None:
    content = real("jsonld-songkick", "years-and-years-tour.jsonld")
    starts = re.findall(rb'"startDate":\s*"([^"]+)"', content)
    reading = linked_data.read(content, asked())
    assert len(reading.events) == len(starts) == 13
    assert all(found.people for found in reading.events)
    assert (
        only(linked_data.read(real("jsonld-songkick", "elysian-fields.jsonld"), asked())).zone
        == "America/New_York"
    )


@pytest.mark.parametrize(
    ("name", "status", "price"),
    [
        ("event-cancelled", "cancelled", None),
        ("event-offer", "confirmed", None),
        ("event-sold-out", "confirmed", "sold_out"),
    ],
)
def test_schema_orgs_own_examples(name: str, status: str, price: str | None) -> None:
    found = only(
        linked_data.read(real("jsonld-schemaorg-examples", f"{name}.jsonld"), asked("America/Denver"))
    )
    assert (found.status, utc(found.starts)) == (status, "2013-09-15T03:30Z")
    assert [(offer.price, offer.availability) for offer in found.offers] == [(Decimal(13), price)]


def test_schema_orgs_series_and_schedule() -> None:
    games = linked_data.read(real("jsonld-schemaorg-examples", "event-series.jsonld"), asked())
    assert [one.title for one in only(games).occurrences] == [
        "The London 2012 Summer Olympics",
        "The Rio 2016 Summer Olympics",
    ]
    assert codes(games) == ["no-title"]
    meetup = real("jsonld-schemaorg-examples", "event-schedule-241.jsonld")
    found = only(linked_data.read(meetup, asked(since="2026-01-01", until="2027-01-01")))
    assert (found.zone, len([one for one in found.occurrences if one.starts.year == 2026])) == (
        "America/Glace_Bay",
        24,
    )


@pytest.mark.parametrize("name", ["event-reservation-seat", "sports-event"])
def test_what_holds_no_event_is_refused(name: str) -> None:
    with pytest.raises(Refused) as refusal:
        linked_data.read(real("jsonld-schemaorg-examples", f"{name}.jsonld"), asked())
    assert refusal.value.code == "no-events"
