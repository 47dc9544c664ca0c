"""Each event once, inside the window, with a name that stays."""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from webapp.importing.rules.found import Found, Occurrence, Place, Reading, When
from webapp.importing.rules.settled import Limits, names, settled

VIENNA = ZoneInfo("Europe/Vienna")
EIGHT = datetime(2027, 3, 5, 20, tzinfo=VIENNA)
HALL = Place("Hall", None, "Vienna", None)


def found(starts: When = EIGHT, *others: When, title: str = "Lamps", uid: str = "") -> Found:
    dates = tuple(Occurrence(one, None, title, "confirmed") for one in (starts, *others))
    return Found(uid, title, starts, None, dates, f"line {len(title)}", venue=HALL, is_series=bool(others))


def starts_of(events: Reading) -> list[When]:
    return [one.starts for event in events.events for one in event.occurrences]


def test_the_same_title_start_end_and_venue_is_one_event_and_told() -> None:
    reading = settled(Reading((found(), replace(found(), people=("Amara",)))), Limits())
    assert len(reading.events) == 1
    assert reading.events[0].people == ("Amara",)
    assert [remark.code for remark in reading.remarks] == ["duplicate"]


@pytest.mark.parametrize(
    "other",
    [
        found(title="Candles"),
        found(EIGHT.replace(hour=21)),
        replace(found(), venue=replace(HALL, room="Cellar")),
        replace(found(), ends=EIGHT.replace(hour=23)),
        found(EIGHT.date()),
        found(EIGHT.replace(tzinfo=None)),
    ],
)
def test_what_differs_in_one_of_them_is_another_event(other: Found) -> None:
    reading = settled(Reading((found(), other)), Limits())
    assert len(reading.events) == 2
    assert reading.remarks == ()


def test_the_same_instant_on_two_clocks_is_the_same_start() -> None:
    reading = settled(Reading((found(), found(EIGHT.astimezone(UTC)))), Limits())
    assert len(reading.events) == 1


def test_the_window_holds_its_first_moment_and_not_its_last() -> None:
    whole = Reading((found(EIGHT, EIGHT.replace(day=6), EIGHT.replace(day=7)),))
    limits = Limits(datetime(2027, 3, 5, 19, tzinfo=UTC), datetime(2027, 3, 7, 19, tzinfo=UTC))
    assert starts_of(settled(whole, limits)) == [EIGHT, EIGHT.replace(day=6)]
    assert settled(whole, Limits(start=datetime(2028, 1, 1, tzinfo=UTC))).events == ()


def test_days_and_clock_readings_compare_as_if_they_were_utc() -> None:
    day, reading = date(2027, 3, 5), datetime(2027, 3, 5, 0, 30)  # in no zone
    whole = Reading((found(day), found(reading, title="Night")))
    assert starts_of(settled(whole, Limits(start=datetime(2027, 3, 5, tzinfo=UTC)))) == [day, reading]
    assert starts_of(settled(whole, Limits(until=datetime(2027, 3, 5, tzinfo=UTC)))) == []


def test_a_made_up_name_is_the_same_whatever_zone_the_reading_gets() -> None:
    bare = EIGHT.replace(tzinfo=None)
    (first,), (second,) = (settled(Reading((found(one),)), Limits()).events for one in (bare, EIGHT))
    assert first.uid == second.uid
    assert first.uid.startswith("marquee-")
    assert settled(Reading((found(uid="own"),)), Limits()).events[0].uid == "own"


def test_short_names_count_within_their_file_and_repeated_ones_are_told_apart() -> None:
    events = [found(uid="7"), found(uid="a@b"), found(uid="a@b")]
    assert names(events, "season.csv") == ["season.csv/7", "a@b", "a@b#2"]
