"""Which dates a series of a calendar has. What is expected is written out or made by dateutil by hand."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil import rrule

from tests.factories.calendars import codes, only, reading, said, starts, utc
from webapp.importing.rules.found import Refused

BERLIN = ZoneInfo("Europe/Berlin")
WEEKLY = (
    "UID:1\nSUMMARY:Concert\n"
    "DTSTART;TZID=Europe/Berlin:20240318T200000\nDTEND;TZID=Europe/Berlin:20240318T220000\n"
)
DAILY = (
    "UID:1\nSUMMARY:Fair\nDTSTART;VALUE=DATE:20240301\nDTEND;VALUE=DATE:20240302\nRRULE:FREQ=DAILY;COUNT=4\n"
)
FOUR = WEEKLY + "RRULE:FREQ=WEEKLY;COUNT=4\n"
DATES = ["2024-03-18 20:00", "2024-03-25 20:00", "2024-04-01 20:00", "2024-04-08 20:00"]


def test_a_series_stays_on_its_clock_through_summer_time() -> None:
    event = only(FOUR)
    assert starts(event) == starts(only(WEEKLY + "rrule:freq=weekly\\;count=4;")) == DATES
    assert [utc(one.starts)[11:] for one in event.occurrences] == ["19:00Z", "19:00Z", "18:00Z", "18:00Z"]
    assert all(one.ends - one.starts == timedelta(hours=2) for one in event.occurrences)
    assert event.is_series


@pytest.mark.parametrize(
    ("rule", "by_hand"),
    [
        ("FREQ=DAILY;INTERVAL=3;UNTIL=20240501T180000Z", {"freq": rrule.DAILY, "interval": 3}),
        ("FREQ=WEEKLY;BYDAY=MO,WE;WKST=SU;INTERVAL=2",
         {"freq": rrule.WEEKLY, "interval": 2, "byweekday": (0, 2), "wkst": 6}),
        ("FREQ=MONTHLY;BYDAY=-1FR,3MO", {"freq": rrule.MONTHLY, "byweekday": (rrule.FR(-1), rrule.MO(3))}),
        ("FREQ=MONTHLY;BYMONTHDAY=31,-2", {"freq": rrule.MONTHLY, "bymonthday": (31, -2)}),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
         {"freq": rrule.MONTHLY, "byweekday": range(5), "bysetpos": -1}),
        ("FREQ=YEARLY;BYMONTH=3,11;BYDAY=2SU",
         {"freq": rrule.YEARLY, "bymonth": (3, 11), "byweekday": rrule.SU(2)}),
        ("FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", {"freq": rrule.YEARLY, "byweekno": 20, "byweekday": 0}),
        ("FREQ=YEARLY;BYYEARDAY=1,-1", {"freq": rrule.YEARLY, "byyearday": (1, -1)}),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", {"freq": rrule.YEARLY, "bymonth": 2, "bymonthday": 29}),
        ("FREQ=DAILY;BYHOUR=10,20;BYMINUTE=0,30;COUNT=50",
         {"freq": rrule.DAILY, "byhour": (10, 20), "byminute": (0, 30)}),
        ("FREQ=HOURLY;INTERVAL=7;COUNT=300", {"freq": rrule.HOURLY, "interval": 7}),
    ],
)  # fmt: skip
def test_rules_make_the_dates_that_dateutil_makes(rule: str, by_hand: dict[str, object]) -> None:
    options = {"COUNT=50": 50, "COUNT=300": 300}
    count = next((number for text, number in options.items() if text in rule), None)
    until = datetime(2024, 5, 1, 20) if "UNTIL" in rule else datetime(2028, 1, 1)
    start = datetime(2024, 3, 18, 20)
    made = list(rrule.rrule(dtstart=start, until=until, **by_hand))[:count]  # type: ignore[arg-type]
    if made[:1] != [start]:
        made = [start, *made][: count or None]
    moments = [moment.replace(tzinfo=BERLIN).astimezone(UTC) for moment in made]
    event = only(WEEKLY + f"RRULE:{rule}")
    assert [one.starts.astimezone(UTC) for one in event.occurrences] == [
        moment for moment in moments if moment < datetime(2028, 1, 1, tzinfo=UTC)
    ]


@pytest.mark.parametrize(
    "until", ["20240401T180000Z", "20240401T200000", "20240401", "20240408T175959Z", "20240401T180000"]
)
def test_the_last_date_of_a_rule_counts_however_it_is_written(until: str) -> None:
    expected = DATES[:2] if until == "20240401T180000" else DATES[:3]
    assert starts(only(WEEKLY + f"RRULE:FREQ=WEEKLY;UNTIL={until}")) == expected


@pytest.mark.parametrize("until", ["20240303", "20240303T235959Z", "20240303T000000"])
def test_days_until_a_day(until: str) -> None:
    event = only(DAILY.replace("COUNT=4", f"UNTIL={until}"))
    assert starts(event) == ["2024-03-01", "2024-03-02", "2024-03-03"]


def test_a_rule_without_an_end_goes_to_the_end_of_the_window() -> None:
    event = only(
        WEEKLY + "RRULE:FREQ=WEEKLY",
        start=datetime(2025, 1, 1, tzinfo=UTC),
        until=datetime(2025, 1, 20, 19, tzinfo=UTC),
    )
    assert starts(event) == ["2025-01-06 20:00", "2025-01-13 20:00"]
    assert said(event.starts) == DATES[0]


@pytest.mark.parametrize(
    "exception",
    [
        "EXDATE;TZID=Europe/Berlin:20240325T200000",
        "EXDATE:20240325T190000Z",
        "EXDATE;TZID=America/New_York:20240325T150000",
        "EXDATE;VALUE=DATE:20240325",
        "EXDATE:20240325T200000",
        "EXDATE:20240325T190000Z,20250101T190000Z",
        "EXRULE:FREQ=WEEKLY;INTERVAL=2;UNTIL=20240326T000000Z\nRDATE;TZID=Europe/Berlin:20240318T200000",
    ],
)
def test_exceptions_of_any_type_and_zone(exception: str) -> None:
    expected = DATES[:1] + DATES[2:] if not exception.startswith("EXRULE") else DATES[1:]
    assert starts(only(FOUR + exception)) == expected


@pytest.mark.parametrize(
    "exception", ["EXDATE;VALUE=DATE:20240302", "EXDATE:20240302T000000Z", "EXDATE:20240302T120000"]
)
def test_exceptions_of_days(exception: str) -> None:
    assert starts(only(DAILY + exception)) == ["2024-03-01", "2024-03-03", "2024-03-04"]


@pytest.mark.parametrize(
    ("dates", "added", "minutes"),
    [
        ("RDATE;TZID=Europe/Berlin:20240501T190000", "2024-05-01 19:00", 120),
        ("RDATE:20240501T170000Z", "2024-05-01 19:00", 120),
        ("RDATE;VALUE=PERIOD:20240501T170000Z/PT30M", "2024-05-01 19:00", 30),
        ("RDATE;VALUE=PERIOD:20240501T170000Z/20240501T180000Z", "2024-05-01 19:00", 60),
        ("RDATE;VALUE=DATE:20240501", "2024-05-01 20:00", 120),
    ],
)
def test_single_dates_are_added(dates: str, added: str, minutes: int) -> None:
    event = only(FOUR + dates)
    assert starts(event) == [*DATES, added]
    assert event.occurrences[-1].ends - event.occurrences[-1].starts == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    "which",
    [
        "RECURRENCE-ID;TZID=Europe/Berlin:20240325T200000",
        "RECURRENCE-ID:20240325T190000Z",
        "RECURRENCE-ID;TZID=America/New_York:20240325T150000",
        "RECURRENCE-ID;VALUE=DATE:20240325",
        "RECURRENCE-ID:20240325T200000",
    ],
)
def test_one_date_is_changed_however_it_is_named(which: str) -> None:
    event = only(
        FOUR, f"UID:1\nSUMMARY:Gala\n{which}\nDTSTART;TZID=Europe/Berlin:20240326T183000\nDURATION:PT3H"
    )
    assert starts(event) == [DATES[0], "2024-03-26 18:30", *DATES[2:]]
    assert [one.title for one in event.occurrences] == ["Concert", "Gala", "Concert", "Concert"]
    assert event.occurrences[1].ends - event.occurrences[1].starts == timedelta(hours=3)


def test_one_day_of_days_is_changed_by_a_time() -> None:
    event = only(DAILY, "UID:1\nSUMMARY:Fair\nRECURRENCE-ID:20240302T000000\nDTSTART;VALUE=DATE:20240310")
    assert starts(event) == ["2024-03-01", "2024-03-03", "2024-03-04", "2024-03-10"]


def test_one_date_is_called_off() -> None:
    event = only(FOUR, "UID:1\nSTATUS:CANCELLED\nRECURRENCE-ID:20240325T190000Z\nDTSTART:20240325T190000Z")
    assert [one.status for one in event.occurrences] == ["confirmed", "cancelled", "confirmed", "confirmed"]
    assert event.status == "confirmed"


def test_this_and_all_following_are_moved() -> None:
    event = only(
        FOUR,
        "UID:1\nSUMMARY:Later\nRECURRENCE-ID;RANGE=THISANDFUTURE:20240325T190000Z\n"
        "DTSTART;TZID=Europe/Berlin:20240326T210000\nDURATION:PT1H",
    )
    assert starts(event) == [DATES[0], "2024-03-26 21:00", "2024-04-02 21:00", "2024-04-09 21:00"]
    assert [one.title for one in event.occurrences][1:] == ["Later"] * 3


def test_an_override_moves_into_the_window() -> None:
    event = only(
        FOUR,
        "UID:1\nRECURRENCE-ID:20240318T190000Z\nDTSTART;TZID=Europe/Berlin:20240601T200000",
        start=datetime(2024, 5, 1, tzinfo=UTC),
    )
    assert starts(event) == ["2024-06-01 20:00"]


def test_an_override_of_no_date_is_added_and_warned_of() -> None:
    read = reading(FOUR, "UID:1\nRECURRENCE-ID:20240327T190000Z\nDTSTART;TZID=Europe/Berlin:20240327T200000")
    assert len(read.events[0].occurrences) == 5
    assert codes(read) == ["unknown-date"]


def test_a_window_may_be_as_wide_as_time() -> None:
    assert starts(only(FOUR, until=datetime.max.replace(tzinfo=UTC))) == DATES


def test_a_change_older_than_its_series_brings_no_date_back() -> None:
    change = "UID:1\nRECURRENCE-ID:20240325T190000Z\nDTSTART:20240325T190000Z\nSEQUENCE:1"
    gone = FOUR + "EXDATE:20240325T190000Z\nSEQUENCE:{}"
    assert starts(only(gone.format(2), change)) == DATES[:1] + DATES[2:]
    assert starts(only(gone.format(1), change)) == DATES


def test_several_rules_each_make_their_dates() -> None:
    event = only(FOUR + "RRULE:FREQ=MONTHLY;BYDAY=2FR;COUNT=2")
    assert starts(event) == [*DATES, "2024-04-12 20:00", "2024-05-10 20:00"]


def test_overrides_without_their_series_stand_for_themselves() -> None:
    read = reading(
        "UID:1\nSUMMARY:B\nRECURRENCE-ID:20240325T190000Z\nDTSTART:20240326T190000Z",
        "UID:1\nSUMMARY:A\nRECURRENCE-ID:20240318T190000Z\nDTSTART:20240318T190000Z",
    )
    (event,) = read.events
    assert starts(event) == ["2024-03-18 19:00", "2024-03-26 19:00"]
    assert codes(read) == ["master-missing"]


def test_the_series_own_start_stays_where_its_first_date_is_left_out() -> None:
    event = only(FOUR + "EXDATE:20240318T190000Z")
    assert said(event.starts) == DATES[0]
    assert starts(event) == DATES[1:]


def test_a_start_that_its_rule_does_not_make_is_the_first_of_its_count() -> None:
    read = reading(WEEKLY + "RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=3")
    assert starts(read.events[0]) == ["2024-03-18 20:00", "2024-03-19 20:00", "2024-03-26 20:00"]
    assert codes(read) == ["start-not-in-rule"]


def test_series_through_gaps_and_overlaps() -> None:
    night = "SUMMARY:Night\nDTSTART;TZID=Europe/Berlin:{}T023000\nDURATION:PT30M\nRRULE:FREQ=DAILY;COUNT=3"
    spring = only(night.format("20240330"))
    assert starts(spring) == ["2024-03-30 02:30", "2024-03-31 03:30", "2024-04-01 02:30"]
    autumn = only(night.format("20241026"))
    assert [utc(one.starts) for one in autumn.occurrences] == [
        "2024-10-26 00:30Z",
        "2024-10-27 00:30Z",
        "2024-10-28 01:30Z",
    ]


def test_a_series_in_utc_stays_in_utc_and_is_shown_on_the_calendars_clock() -> None:
    event = only(
        "X-WR-TIMEZONE:Europe/Berlin", "SUMMARY:X\nDTSTART:20240330T190000Z\nRRULE:FREQ=DAILY;COUNT=2"
    )
    assert starts(event) == ["2024-03-30 20:00", "2024-03-31 21:00"]


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;COUNT=1000000",
        "FREQ=SECONDLY;COUNT=1000000",
        "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYHOUR=1,2,3,4,5,6,7,8,9,10,11,12;BYMINUTE=0,10,20,30,40,50",
    ],
)
def test_dates_without_measure_are_refused_by_line(rule: str) -> None:
    with pytest.raises(Refused, match="Line 8: The recurrence makes more than") as refused:
        reading(WEEKLY + f"RRULE:{rule}")
    assert refused.value.code == "too-many-dates"
    read = reading("SUMMARY:Good\nDTSTART:20240601T180000Z", WEEKLY + f"RRULE:{rule}")
    assert [event.title for event in read.events] == ["Good"]
    assert codes(read) == ["too-many-dates"]


SENSELESS = (
    *(
        "FREQ=FORTNIGHTLY",
        "BYDAY=MO",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=YEARLY;BYMONTH=13",
        "FREQ=DAILY;INTERVAL=0",
    ),
    *("FREQ=DAILY;COUNT=many", "FREQ=DAILY;UNTIL=never", "FREQ=YEARLY;RSCALE=CHINESE"),
)


@pytest.mark.parametrize("rule", SENSELESS)
def test_an_event_with_a_senseless_rule_is_left_out_by_line(rule: str) -> None:
    read = reading("SUMMARY:Good\nDTSTART:20240601T180000Z", WEEKLY + f"RRULE:{rule}")
    assert [event.title for event in read.events] == ["Good"]
    assert read.remarks[0].where == "line 12"


@pytest.mark.parametrize("unit", ["DAILY", "WEEKLY", "MONTHLY", "YEARLY", "HOURLY"])
def test_days_that_never_come_are_not_searched_for_ever(unit: str) -> None:
    event = only(
        WEEKLY + f"RRULE:FREQ={unit};BYMONTH=2;BYMONTHDAY=30;COUNT=5", until=datetime(2026, 1, 1, tzinfo=UTC)
    )
    assert starts(event) == DATES[:1]


def test_a_day_that_became_a_moment_stays_that_moment() -> None:
    moved = "RECURRENCE-ID;VALUE=DATE:20240303\nSUMMARY:Fair, in the evening\nDTSTART:20240303T180000Z\n"
    dates = reading(DAILY, "UID:1\n" + moved).events[0].occurrences
    assert [utc(one.starts) if one.title != "Fair" else one.starts.isoformat() for one in dates] == [
        *("2024-03-01", "2024-03-02", "2024-03-03 18:00Z", "2024-03-04")
    ]
