"""Zones of calendars that are named oddly or twice."""

import pytest

from tests.factories.calendars import codes, only, reading, said, utc

HALF_AN_HOUR_OFF = """BEGIN:VTIMEZONE
TZID:{name}
BEGIN:STANDARD
DTSTART:16010101T000000
TZOFFSETFROM:+0530
TZOFFSETTO:+0530
END:STANDARD
END:VTIMEZONE
"""


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("GMT+0200", "2024-06-01 16:00Z"),
        ("UTC-03:30", "2024-06-01 21:30Z"),
        ("Etc/GMT-2", "2024-06-01 16:00Z"),
        ("US-Eastern", "2024-06-01 22:00Z"),
    ],
)
def test_a_zone_that_is_an_offset_needs_no_definition(name: str, begins: str) -> None:
    found = reading(f"SUMMARY:X\nDTSTART;TZID={name}:20240601T180000\nRRULE:FREQ=WEEKLY;COUNT=2")
    (event,) = found.events
    assert (utc(event.starts), said(event.starts), codes(found)) == (begins, "2024-06-01 18:00", [])


def test_what_only_the_windows_of_a_zone_says_is_an_offset_to_be_looked_at() -> None:
    found = reading("SUMMARY:X\nDTSTART;TZID=(GMT +01:00):20240601T180000")
    assert (utc(found.events[0].starts), codes(found)) == ("2024-06-01 17:00Z", ["zone-offset"])


def test_the_files_own_definition_of_an_offsets_name_comes_first() -> None:
    zone = HALF_AN_HOUR_OFF.format(name="GMT+0200")
    assert utc(only(zone, "SUMMARY:X\nDTSTART;TZID=GMT+0200:20240601T180000").starts) == "2024-06-01 12:30Z"


@pytest.mark.parametrize(
    ("zone", "said_of"), [("America/New_York", ["zone-and-utc"]), ("Etc/UTC", []), ("Europe/Dublin", [])]
)
def test_a_time_in_utc_and_in_another_zone_is_taken_in_utc_and_told(zone: str, said_of: list[str]) -> None:
    found = reading(f"SUMMARY:X\nDTSTART;TZID={zone}:20240101T180000Z\nDTEND;TZID={zone}:20240101T190000Z")
    assert (utc(found.events[0].starts), codes(found)) == ("2024-01-01 18:00Z", said_of)


@pytest.mark.parametrize(
    ("defined", "named"),
    [
        ("Our\\, Hall", '"Our, Hall"'),
        ('"Our, Hall"', '"Our, Hall"'),
        ("Our\\, Hall", "Our\\, Hall"),
        (" 1", " 1"),
    ],
)
def test_a_zone_is_found_however_its_name_is_quoted(defined: str, named: str) -> None:
    event = only(HALF_AN_HOUR_OFF.format(name=defined), f"SUMMARY:X\nDTSTART;TZID={named}:20240601T180000")
    assert utc(event.starts) == "2024-06-01 12:30Z"
