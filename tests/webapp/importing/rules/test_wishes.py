"""What may be asked of an import, and how far its dates go."""

import json
from datetime import UTC, date, datetime

import pytest

from webapp.importing.readers import bounded
from webapp.importing.rules import wishes
from webapp.importing.rules.found import Refused

TODAY = date(2026, 11, 26)


def dates(rule: str, *, until: str | None = None, starts: str = "20261201T180000Z") -> list[object]:
    """When an event of a calendar with such a rule takes place."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "BEGIN:VEVENT", "UID:lamps@marquee", "SUMMARY:Lamps"]
    lines += [f"DTSTART:{starts}", *([f"RRULE:{rule}"] if rule else []), "END:VEVENT", "END:VCALENDAR"]
    how, limits = wishes.asked(zone=None, start=None, until=until, mapping=None, today=TODAY)
    reading = bounded.read("\r\n".join(lines).encode(), how, limits)
    return [one.starts for event in reading.events for one in event.occurrences]


def test_only_rules_without_an_end_stop_two_years_ahead() -> None:
    assert len(dates("FREQ=WEEKLY")) == 104
    assert len(dates("FREQ=WEEKLY;COUNT=300")) == 300
    assert dates("FREQ=WEEKLY;UNTIL=20320101T000000Z")[-1] == datetime(2031, 12, 30, 18, tzinfo=UTC)
    assert dates("", starts="20401201T180000Z") == [datetime(2040, 12, 1, 18, tzinfo=UTC)]


def test_a_schedule_that_ends_is_followed_to_its_end() -> None:
    schedule = {
        "@type": "Schedule", "startDate": "2026-12-01", "startTime": "18:00", "endDate": "2031-01-01",
        "repeatFrequency": "P1W", "scheduleTimezone": "Europe/Berlin",
    }  # fmt: skip
    event = {"@context": "https://schema.org", "@type": "Event", "name": "Lamps", "eventSchedule": schedule}
    how, limits = wishes.asked(zone=None, start=None, until=None, mapping=None, today=TODAY)
    reading = bounded.read(json.dumps(event).encode(), how, limits)
    assert len(reading.events[0].occurrences) == 214


def test_an_end_that_was_asked_for_bounds_everything() -> None:
    assert len(dates("FREQ=WEEKLY;COUNT=300", until="2026-12-16")) == 3
    assert len(dates("FREQ=WEEKLY", until="2031-12-31")) > 260
    assert dates("", starts="20401201T180000Z", until="2040-12-01T18:00:00Z") == []


@pytest.mark.parametrize(
    "rule", ["FREQ=SECONDLY", "FREQ=SECONDLY;COUNT=1000000", "FREQ=MINUTELY;COUNT=900000"]
)
def test_a_million_dates_are_refused(rule: str) -> None:
    with pytest.raises(Refused) as refusal:
        dates(rule)
    assert "too-many" in refusal.value.code


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"zone": "CEST"}, "unknown-zone"),
        ({"start": "2027-13-01"}, "bad-time"),
        ({"start": "2027-01-02", "until": "2027-01-02"}, "bad-time"),
        ({"mapping": b"title ="}, "bad-map"),
        ({"mapping": b"title = 3"}, "bad-map"),
        ({"mapping": b"\xff\xfe"}, "bad-map"),
    ],
)
def test_what_is_unclear_is_refused_with_what_would_be_right(wish: dict[str, object], code: str) -> None:
    nothing = {"zone": None, "start": None, "until": None, "mapping": None}
    with pytest.raises(Refused) as refusal:
        wishes.asked(**{**nothing, **wish}, today=TODAY)  # type: ignore[arg-type]  # of each kind
    assert refusal.value.code == code


def test_on_a_leap_day_two_years_later_is_the_first_of_march() -> None:
    how, _ = wishes.asked(zone=None, start=None, until=None, mapping=None, today=date(2028, 2, 29))
    assert how.window.until == datetime(2030, 3, 1, tzinfo=UTC)
