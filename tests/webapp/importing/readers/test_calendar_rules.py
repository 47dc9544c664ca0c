"""Rules of recurrence that say too little or go too far."""

from datetime import UTC, datetime

import pytest

from tests.factories.calendars import codes, reading, starts
from webapp.importing.rules.found import Refused


@pytest.mark.parametrize("part", ["UNTL=20240401", "COUNT=", "UNTIL", "BYDAYS=MO"])
def test_a_part_of_a_rule_that_says_nothing_is_told(part: str) -> None:
    found = reading(f"SUMMARY:X\nDTSTART:20240301T180000Z\nRRULE:FREQ=MONTHLY;{part};WKST=MO;X-OURS=1")
    assert codes(found) == ["unknown-rule-part"]
    assert len(found.events[0].occurrences) > 40


def test_a_count_ends_a_rule_of_minutes_that_the_window_would_not() -> None:
    rule = "RRULE:FREQ=MINUTELY;COUNT=3;BYHOUR=11,12"
    found = reading(f"SUMMARY:X\nDTSTART:20100827T125900Z\n{rule}", until=datetime(2031, 1, 1, tzinfo=UTC))
    assert starts(found.events[0]) == ["2010-08-27 12:59", "2010-08-28 11:00", "2010-08-28 11:01"]


def test_a_count_that_is_never_full_is_refused_in_time() -> None:
    rule = "RRULE:FREQ=SECONDLY;COUNT=3;BYMONTH=2;BYMONTHDAY=30"
    with pytest.raises(Refused) as refusal:
        reading(f"SUMMARY:X\nDTSTART:20100827T125900Z\n{rule}", until=datetime(2031, 1, 1, tzinfo=UTC))
    assert refusal.value.code in {"bad-recurrence", "too-many-dates"}


@pytest.mark.parametrize(
    ("old", "dates"),
    [
        ("D2 #3", ["2024-03-04 18:00", "2024-03-06 18:00", "2024-03-08 18:00"]),
        ("W1 MO WE 20240312T000000Z", ["2024-03-04 18:00", "2024-03-06 18:00", "2024-03-11 18:00"]),
        ("MP1 1+ MO #2", ["2024-03-04 18:00", "2024-04-01 18:00"]),
        ("MP1 1- MO #3", ["2024-03-04 18:00", "2024-03-25 18:00", "2024-04-29 18:00"]),
        ("MD1 4 LD #3", ["2024-03-04 18:00", "2024-03-31 18:00", "2024-04-04 18:00"]),
        ("YM1 3 #2", ["2024-03-04 18:00", "2025-03-04 18:00"]),
        ("D1", ["2024-03-04 18:00", "2024-03-05 18:00"]),
    ],
)
def test_rules_of_the_first_calendars_are_understood(old: str, dates: list[str]) -> None:
    found = reading(f"SUMMARY:X\nDTSTART:20240304T180000Z\nRRULE:{old}")
    assert starts(found.events[0])[:3] == dates


@pytest.mark.parametrize("old", ["D1 0700 #3", "W1 XX", "MP1 MO", "M1 4", "W1MO"])
def test_what_is_no_rule_of_any_kind_is_left_out_and_told(old: str) -> None:
    with pytest.raises(Refused, match="has no FREQ"):
        reading(f"SUMMARY:X\nDTSTART:20240304T180000Z\nRRULE:{old}")


def test_of_a_bad_event_among_good_ones_it_is_said_that_it_is_left_out() -> None:
    found = reading("SUMMARY:X\nDTSTART:20249901", "SUMMARY:Y\nDTSTART:20240304")
    (remark,) = found.remarks
    assert (remark.code, remark.is_loss) == ("bad-date", True)
    assert [one.title for one in found.events] == ["Y"]
