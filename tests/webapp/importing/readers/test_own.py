"""Our own export, and reports of imports, read again."""

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.factories.sources import asked, codes, only, utc
from webapp.importing.readers import own
from webapp.importing.rules.found import Occurrence, Place, Price, Reading, Refused

EVENT: dict[str, Any] = {
    "uid": "abc", "title": "A", "description": "<p>Why</p>", "zone": "Europe/Berlin", "all_day": False,
    "starts_at": "2026-05-01T17:30:00Z", "ends_at": "2026-05-01T20:00:00Z", "status": "confirmed",
    "starts_local": "2026-05-01T19:30:00", "ends_local": "2026-05-01T22:00:00", "series": False,
    "change": "new", "people": ["Ada"],
    "venue": {"name": "Lido", "room": None, "place": "Berlin", "online_url": None},
    "offers": [{"price": 12.5, "low": None, "high": None, "currency": "EUR", "availability": "sold_out"}],
    "occurrences": [],
}  # fmt: skip


def read(*events: Any, **more: Any) -> Reading:
    return own.read(
        json.dumps({"marquee": "season", "version": 1, "events": list(events)} | more).encode(), asked()
    )


def test_what_was_exported_is_read_again() -> None:
    found = only(read(EVENT))
    assert (found.uid, found.title, found.zone, found.status) == ("abc", "A", "Europe/Berlin", "confirmed")
    assert isinstance(found.starts, datetime)
    assert found.starts.strftime("%H:%M") == "19:30"
    assert (utc(found.starts), utc(found.ends)) == ("2026-05-01T17:30Z", "2026-05-01T20:00Z")
    assert found.venue == Place(name="Lido", place="Berlin")
    assert found.offers == (Price(Decimal("12.5"), currency="EUR", availability="sold_out"),)
    assert (found.people, len(found.occurrences)) == (("Ada",), 1)


def test_days_floating_times_and_zones_of_a_source_stay_what_they_are() -> None:
    days = EVENT | {"zone": None, "all_day": True, "starts_at": "2026-05-01", "ends_at": "2026-05-03"}
    floating = EVENT | {"zone": None, "starts_at": None, "ends_at": None}
    odd = EVENT | {
        "zone": "Our zone",
        "starts_at": "2026-05-01T17:30:00Z",
        "starts_local": "2026-05-01T19:30:00",
    }
    first, second, third = read(days, floating, odd).events
    assert (first.starts, first.ends, first.zone) == (date(2026, 5, 1), date(2026, 5, 3), None)
    assert (second.starts, second.ends) == (datetime(2026, 5, 1, 19, 30), datetime(2026, 5, 1, 22))
    assert (third.zone, utc(third.starts), str(third.starts)[11:16]) == (
        "Our zone",
        "2026-05-01T17:30Z",
        "19:30",
    )


def test_a_series_has_its_dates() -> None:
    one = {
        "starts_at": "2026-05-08T17:30:00Z",
        "ends_at": "2026-05-08T20:00:00Z",
        "title": "B",
        "status": "cancelled",
    }
    found = only(read(EVENT | {"series": True, "occurrences": [one]}))
    assert found.is_series
    assert [(utc(date.starts), date.title, date.status) for date in found.occurrences] == [
        ("2026-05-08T17:30Z", "B", "cancelled"),
    ]  # fmt: skip
    floating = {"starts_at": None, "ends_at": None, "starts_local": "2026-05-08T19:30:00", "title": "A"}
    found = only(read(EVENT | {"zone": None, "starts_at": None, "ends_at": None, "occurrences": [floating]}))
    assert found.occurrences == (
        Occurrence(datetime(2026, 5, 8, 19, 30), datetime(2026, 5, 8, 22), "A", "confirmed"),
    )


def test_bad_events_are_left_out_and_the_rest_goes_in() -> None:
    reading = read(EVENT, EVENT | {"title": ""}, EVENT | {"starts_at": "soon"}, "x")
    assert reading.remarks[0].where == "events[1] and 1 more"
    assert (len(reading.events), codes(reading)) == (1, ["bad-event", "bad-event"])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "bad-json"),
        ("[]", "no-export"),
        ('{"events": 1}', "no-export"),
        ('{"events": [], "version": 2}', "newer-export"),
        ('{"events": []}', "no-events"),
    ],
)
def test_what_is_no_export_is_refused(text: str, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        own.read(text.encode(), asked())
    assert refusal.value.code == code
