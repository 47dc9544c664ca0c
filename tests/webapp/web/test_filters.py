"""How values read on a page."""

from datetime import UTC, datetime, timedelta

import pytest

from webapp.web import filters

EVENING = datetime(2026, 12, 5, 23, 15, tzinfo=UTC)


def test_a_day_reads_on_the_wall_of_the_event() -> None:
    assert filters.day(EVENING, "America/Toronto") == "Sat 5 Dec"
    assert filters.day(EVENING, "Asia/Tokyo") == "Sun 6 Dec"


def test_a_day_in_full() -> None:
    assert filters.long_day(EVENING, "America/Toronto") == "Saturday 5 December 2026"


def test_a_time_has_two_figures_each() -> None:
    assert filters.time(EVENING, "America/Toronto") == "18:15"


def test_what_lasts_for_days_ends_on_a_day() -> None:
    assert filters.until(EVENING + timedelta(hours=6), EVENING, "America/Toronto") == "00:15"
    assert filters.until(EVENING + timedelta(days=1), EVENING, "America/Toronto") == "Sun 6 Dec, 18:15"


def test_a_moment_for_machines_has_its_offset() -> None:
    assert filters.iso(EVENING, "America/Toronto") == "2026-12-05T18:15:00-05:00"


@pytest.mark.parametrize(
    ("zone", "name"),
    [
        ("America/Toronto", "EST"),
        ("Europe/Berlin", "CET"),
        ("Asia/Singapore", "UTC+8"),
        ("Asia/Kathmandu", "UTC+5:45"),
        ("America/Sao_Paulo", "UTC-3"),
    ],
)
def test_clocks_are_called_by_their_names(zone: str, name: str) -> None:
    assert filters.clock_name(EVENING, zone) == name


def test_nothing_to_pay_reads_free_where_a_price_stands() -> None:
    assert filters.amount(0, "CAD", free=True) == "Free"
    assert filters.amount(0, "CAD") == "CA$0.00"


def test_money_back_has_a_true_minus() -> None:
    assert filters.amount(-1000, "CAD") == "−CA$10.00"


@pytest.mark.parametrize(("number", "words"), [(0, "0 tickets"), (1, "1 ticket"), (1200, "1,200 tickets")])
def test_things_are_counted(number: int, words: str) -> None:
    assert filters.count(number, "ticket", "tickets") == words


@pytest.mark.parametrize(
    ("seconds", "words"), [(12, "12 s"), (240, "4 min"), (3 * 3600, "3 h"), (2 * 86_400, "2 days")]
)
def test_an_age_reads_as_people_say_it(seconds: float, words: str) -> None:
    assert filters.ago(seconds) == words
    assert filters.since(seconds) == f"{words} ago"


def test_what_was_a_moment_ago_was_just_now() -> None:
    assert [filters.since(seconds) for seconds in (-0.2, 0, 9)] == ["just now"] * 3


@pytest.mark.parametrize(
    ("kind", "typed", "shown"),
    [
        ("date", "2027-02-28", "date"),
        ("date", "2027-13-01", "text"),
        ("time", "25:00", "text"),
        ("time", "", "time"),
        ("datetime-local", "2027-02-28T10:00", "datetime-local"),
        ("email", "amara", "email"),
    ],
)
def test_a_field_shows_what_was_typed_also_when_it_is_no_day(kind: str, typed: str, shown: str) -> None:
    assert filters.holding(kind, typed) == shown
