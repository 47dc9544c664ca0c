"""When an event of a calendar is, however its file says it."""

import pickle
from datetime import UTC, date, datetime

import pytest

from tests.factories.calendars import codes, only, reading, said, utc
from webapp.importing.readers import calendars
from webapp.importing.rules.found import Refused

ODD_ZONE = """BEGIN:VTIMEZONE
TZID:Our Hall's Clock
BEGIN:STANDARD
DTSTART:16011028T030000
TZOFFSETFROM:+0530
TZOFFSETTO:+0430
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010325T020000
TZOFFSETFROM:+0430
TZOFFSETTO:+0530
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
"""


@pytest.mark.parametrize(
    ("written", "begins", "zone"),
    [
        ("DTSTART:20240601T180000Z", "2024-06-01 18:00Z", "UTC"),
        ("DTSTART;TZID=Europe/Berlin:20240601T180000", "2024-06-01 16:00Z", "Europe/Berlin"),
        ("DTSTART;TZID=W. Europe Standard Time:20240601T180000", "2024-06-01 16:00Z", "Europe/Berlin"),
        ('DTSTART;TZID="Europe/Berlin":20240601T180000', "2024-06-01 16:00Z", "Europe/Berlin"),
        (
            "DTSTART;TZID=/mozilla.org/20050126_1/Europe/Berlin:20240601T180000",
            "2024-06-01 16:00Z",
            "Europe/Berlin",
        ),
        (
            'DTSTART;TZID="(UTC-05:00) Eastern Time (US & Canada)":20240601T180000',
            "2024-06-01 22:00Z",
            "America/New_York",
        ),
        (
            "DTSTART;TZID=(UTC-05:00) Eastern Time (US & Canada):20240601T180000",
            "2024-06-01 22:00Z",
            "America/New_York",
        ),
        ('DTSTART;TZID="Europe/Berlin:20240601T180000', "2024-06-01 16:00Z", "Europe/Berlin"),
        ("DTSTART;VALUE=DATE-TIME;TZID=Europe/Berlin:20240601T180000", "2024-06-01 16:00Z", "Europe/Berlin"),
        ("DTSTART;TZID=Europe/Berlin:20240601T160000Z", "2024-06-01 16:00Z", "Europe/Berlin"),
        ("DTSTART:2024-06-01T18:00:00Z", "2024-06-01 18:00Z", "UTC"),
        ("DTSTART:2024-06-01T18:00:00+02:00", "2024-06-01 16:00Z", "UTC"),
        ("DTSTART:20240601T1800Z", "2024-06-01 18:00Z", "UTC"),
        ("DTSTART:20240601T240000Z", "2024-06-02 00:00Z", "UTC"),
        ("dtstart;tzid=Europe/Berlin:20240601T180000", "2024-06-01 16:00Z", "Europe/Berlin"),
    ],
)
def test_moments(written: str, begins: str, zone: str) -> None:
    event = only(f"SUMMARY:X\n{written}")
    assert (utc(event.starts), event.zone) == (begins, zone)


def test_a_time_without_a_zone_floats_until_a_zone_is_asked_for() -> None:
    event = only("SUMMARY:X\nDTSTART:20240601T180000")
    assert (event.starts, event.zone) == (datetime(2024, 6, 1, 18), None)
    event = only("SUMMARY:X\nDTSTART:20240601T180000", zone="Europe/Berlin")
    assert (utc(event.starts), event.zone) == ("2024-06-01 16:00Z", "Europe/Berlin")


def test_the_zone_of_the_calendar_is_that_of_times_without_one_and_shows_those_in_utc() -> None:
    own = "X-WR-TIMEZONE:America/New_York"
    for written in ("20240601T180000", "20240601T220000Z"):
        event = only(own, f"SUMMARY:X\nDTSTART:{written}", zone="Europe/Berlin")
        assert (utc(event.starts), said(event.starts), event.zone) == (
            "2024-06-01 22:00Z",
            "2024-06-01 18:00",
            "America/New_York",
        )


@pytest.mark.parametrize(
    ("ending", "last"),
    [
        ("DTEND;VALUE=DATE:20240604", date(2024, 6, 3)),
        ("DTEND;VALUE=DATE:20240601", date(2024, 6, 1)),
        ("DTEND:20240603T120000", date(2024, 6, 3)),
        ("DURATION:P3D", date(2024, 6, 3)),
        ("DURATION:P1W", date(2024, 6, 7)),
        ("DURATION:PT24H", date(2024, 6, 1)),
        ("", date(2024, 6, 1)),
    ],
)
def test_days_end_on_their_last(ending: str, last: date) -> None:
    event = only(f"SUMMARY:X\nDTSTART;VALUE=DATE:20240601\n{ending}")
    assert (event.starts, event.ends, event.zone) == (date(2024, 6, 1), last, None)
    assert event.occurrences[0].ends == last


def test_midnights_that_outlook_means_as_days_are_days() -> None:
    event = only(
        "SUMMARY:X\nDTSTART;TZID=Europe/Berlin:20240330T000000\nDTEND;TZID=Europe/Berlin:20240401T000000\n"
        "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE"
    )
    assert (event.starts, event.ends) == (date(2024, 3, 30), date(2024, 3, 31))


@pytest.mark.parametrize(
    ("ending", "finish"),
    [
        ("DTEND:20240330T230000Z", "2024-03-30 23:00Z"),
        ("DTEND;TZID=America/New_York:20240330T180000", "2024-03-30 22:00Z"),
        ("DTEND:20240330T230000", "2024-03-30 22:00Z"),
        ("DURATION:PT90M", "2024-03-30 20:30Z"),
        # A day by the calendar over the change to summer time has 23 hours by the watch.
        ("DURATION:P1D", "2024-03-31 18:00Z"),
        ("DURATION:PT24H", "2024-03-31 19:00Z"),
        ("", "2024-03-30 19:00Z"),
        ("DTEND;VALUE=DATE:20240331", "2024-03-30 23:00Z"),
    ],
)
def test_ends(ending: str, finish: str) -> None:
    event = only(f"SUMMARY:X\nDTSTART;TZID=Europe/Berlin:20240330T200000\n{ending}")
    assert utc(event.ends) == finish


@pytest.mark.parametrize(
    "ending", ["DTEND:20240530T190000Z", "DURATION:-PT1H", "DURATION:soon", "DTEND:later"]
)
def test_an_end_that_makes_no_sense_is_left_out_with_a_warning(ending: str) -> None:
    read = reading(f"SUMMARY:X\nDTSTART:20240601T180000Z\n{ending}")
    assert utc(read.events[0].ends) == "2024-06-01 18:00Z"
    assert read.remarks[0].where == "line 6"


@pytest.mark.parametrize(
    ("local", "moment", "shown"),
    [
        ("20240331T023000", "2024-03-31 01:30Z", "2024-03-31 03:30"),  # skipped in spring
        ("20241027T023000", "2024-10-27 00:30Z", "2024-10-27 02:30"),  # the first of two in autumn
    ],
)
def test_summer_time_gaps_and_overlaps(local: str, moment: str, shown: str) -> None:
    event = only(f"SUMMARY:X\nDTSTART;TZID=Europe/Berlin:{local}\nDURATION:PT1H")
    assert (utc(event.starts), said(event.starts)) == (moment, shown)


def test_what_ends_in_the_second_of_two_equal_hours_does_not_end_before_it_begins() -> None:
    event = only(
        "SUMMARY:X\nDTSTART;TZID=Europe/Berlin:20241027T024500\nDTEND;TZID=Europe/Berlin:20241027T021500"
    )
    assert (utc(event.starts), utc(event.ends)) == ("2024-10-27 00:45Z", "2024-10-27 01:15Z")


@pytest.mark.parametrize(
    ("local", "moment"),
    [
        ("20240115T200000", "2024-01-15 15:30Z"),
        ("20240715T200000", "2024-07-15 14:30Z"),
        ("20240331T023000", "2024-03-30 22:00Z"),
        ("20241027T023000", "2024-10-26 21:00Z"),
        ("20241027T030000", "2024-10-26 22:30Z"),
    ],
)
def test_a_zone_of_the_file_is_as_the_file_says(local: str, moment: str) -> None:
    event = only(ODD_ZONE, f"SUMMARY:X\nDTSTART;TZID=Our Hall's Clock:{local}\nDURATION:PT1H")
    assert (utc(event.starts), event.zone) == (moment, "Our Hall's Clock")
    assert pickle.loads(pickle.dumps(event)) == event


def test_no_definition_leaks_into_the_next_file() -> None:
    only(ODD_ZONE, "SUMMARY:X\nDTSTART;TZID=Our Hall's Clock:20240115T200000")
    read = reading("SUMMARY:X\nDTSTART;TZID=Our Hall's Clock:20240115T200000")
    assert read.events[0].starts == datetime(2024, 1, 15, 20)
    assert read.events[0].zone is None
    assert codes(read) == ["unknown-zone"]


def test_an_unknown_zone_is_the_one_asked_for_and_still_warned_of() -> None:
    read = reading("SUMMARY:X\nDTSTART;TZID=Customized Zone:20240115T200000", zone="Asia/Tokyo")
    assert (utc(read.events[0].starts), read.events[0].zone) == ("2024-01-15 11:00Z", "Asia/Tokyo")
    assert codes(read) == ["unknown-zone"]


def test_a_definition_that_contradicts_its_name_is_warned_of_and_not_used() -> None:
    wrong = ODD_ZONE.replace("Our Hall's Clock", "Europe/Berlin")
    read = reading(wrong, "SUMMARY:X\nDTSTART;TZID=Europe/Berlin:20240115T200000")
    assert utc(read.events[0].starts) == "2024-01-15 19:00Z"
    assert codes(read) == ["zone-contradicted"]
    right = wrong.replace("+0430", "+0100").replace("+0530", "+0200")
    assert codes(reading(right, "SUMMARY:X\nDTSTART;TZID=Europe/Berlin:20240115T200000")) == []


def test_a_definition_that_is_wrong_in_summer_only_is_found_by_the_dates_of_a_series() -> None:
    wrong = ODD_ZONE.replace("Our Hall's Clock", "Europe/Berlin").replace("+0430", "+0100")
    single = "SUMMARY:X\nDTSTART;TZID=Europe/Berlin:20240115T200000"
    assert codes(reading(wrong, single)) == []
    assert codes(reading(wrong, single + "\nRRULE:FREQ=MONTHLY;COUNT=2")) == []
    assert codes(reading(wrong, single + "\nRRULE:FREQ=MONTHLY;COUNT=9")) == ["zone-contradicted"]


def test_a_definition_may_say_which_known_zone_it_is() -> None:
    named = ODD_ZONE.replace("BEGIN:STANDARD", "X-LIC-LOCATION:Asia/Kabul\nBEGIN:STANDARD", 1)
    assert only(named, "SUMMARY:X\nDTSTART;TZID=Our Hall's Clock:20240115T200000").zone == "Asia/Kabul"


@pytest.mark.parametrize(
    "start", ["DTSTART:20240230T180000Z", "DTSTART:Next Year", "DTSTART:", "DTSTART;VALUE=DATE:0000"]
)
def test_an_event_without_a_date_is_left_out_and_the_rest_goes_in(start: str) -> None:
    read = reading("SUMMARY:Good\nDTSTART:20240601T180000Z", f"SUMMARY:Bad\n{start}")
    assert [event.title for event in read.events] == ["Good"]
    assert read.remarks[0].where in {"line 7", "line 9"}
    with pytest.raises(Refused, match="No event can be used"):
        reading(f"SUMMARY:Bad\n{start}")


def test_nothing_is_kept_between_readings() -> None:
    assert not [
        name
        for name, value in vars(calendars).items()
        if isinstance(value, (dict, list)) and name != "OTHERS" and not name.startswith("__")
    ]


@pytest.mark.parametrize(
    "times", ["DTSTART;TZID=Asia/Tokyo:00010101T000000", "DTSTART:99991231T230000Z\nDURATION:P3D"]
)
def test_times_beyond_all_years_are_left_out(times: str) -> None:
    read = reading(
        "SUMMARY:Good\nDTSTART:20240601T180000Z",
        f"SUMMARY:Bad\n{times}",
        until=datetime.max.replace(tzinfo=UTC),
    )
    assert [event.title for event in read.events] == ["Good"]
    assert codes(read) == ["bad-date"]


@pytest.mark.parametrize(
    ("length", "ends"),
    [
        ("PT1W", "2024-06-08 18:00Z"),
        ("PT1D2H", "2024-06-02 20:00Z"),
        ("P1DT2H", "2024-06-02 20:00Z"),
        ("PT90M", "2024-06-01 19:30Z"),
    ],
)
def test_lengths_also_with_a_t_before_days(length: str, ends: str) -> None:
    assert utc(only(f"SUMMARY:X\nDTSTART:20240601T180000Z\nDURATION:{length}").ends) == ends


@pytest.mark.parametrize("length", ["P1M", "P1Y", "PT", "P", "1H"])
def test_no_length_is_taken_for_another(length: str) -> None:
    found = reading(f"SUMMARY:X\nDTSTART:20240601T180000Z\nDURATION:{length}")
    assert (utc(found.events[0].ends), codes(found)) == ("2024-06-01 18:00Z", ["bad-duration"])
