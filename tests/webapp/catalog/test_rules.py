"""How a date reads: what is left, what it costs, when it is sold."""

from datetime import UTC, datetime, timedelta

import pytest

from webapp.catalog import rules
from webapp.catalog.rules import Window

NOW = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
ENDS = NOW + timedelta(days=5)


@pytest.mark.parametrize(
    ("left", "capacity", "said"),
    [
        (0, 100, ("Sold out", "none")),
        (3, 100, ("3 left", "last")),
        (12, 100, ("12 left", "few")),
        (60, 1000, ("Nearly gone", "few")),
        (64, 100, ("64 left", "plenty")),
        (900, 1000, ("Many left", "plenty")),
    ],
)
def test_what_is_left_is_said_by_number_where_it_matters(
    left: int, capacity: int, said: tuple[str, str]
) -> None:
    assert rules.availability(left, capacity) == said


@pytest.mark.parametrize(
    ("low", "high", "text", "span"),
    [
        (2200, 8800, "from CA$22", "CA$22 to CA$88"),
        (2250, 2250, "CA$22.50", "CA$22.50"),
        (0, 0, "Free", "Free"),
        (0, 3000, "Free to CA$30", "Free to CA$30"),
        (None, None, "", ""),
    ],
)
def test_prices_read_as_people_say_them(low: int | None, high: int | None, text: str, span: str) -> None:
    assert rules.price_text(low, high, "CAD") == text
    assert rules.price_range(low, high, "CAD") == span


def test_a_currency_without_decimals_has_none() -> None:
    assert rules.price_text(1200, 1200, "JPY") == "¥1,200"


@pytest.mark.parametrize(
    ("window", "said"),
    [
        (Window("on_sale", None, None, ENDS, "UTC"), ""),
        (Window("on_sale", NOW + timedelta(days=1), None, ENDS, "UTC"), "From Wed 25 Nov, 18:00"),
        (Window("on_sale", None, NOW - timedelta(hours=1), ENDS, "UTC"), "Ended"),
        (Window("scheduled", None, None, ENDS, "UTC"), "Not yet"),
        (Window("paused", None, None, ENDS, "UTC"), "Paused"),
        (Window("cancelled", None, None, ENDS, "UTC"), "Cancelled"),
        (Window("on_sale", None, None, NOW - timedelta(hours=1), "UTC"), "Over"),
    ],
)
def test_why_something_cannot_be_bought_is_said_in_two_words(window: Window, said: str) -> None:
    assert rules.closed_text(window, NOW) == said


def test_the_sale_opens_on_the_clock_of_the_place() -> None:
    window = Window("on_sale", datetime(2026, 12, 1, 15, 0, tzinfo=UTC), None, ENDS, "America/Toronto")
    assert rules.closed_text(window, NOW) == "From Tue 1 Dec, 10:00"


def test_tonight_is_this_evening_there() -> None:
    assert (
        rules.when_text(datetime(2026, 11, 25, 1, 0, tzinfo=UTC), "America/Toronto", NOW) == "Tonight, 20:00"
    )


def test_a_day_in_another_year_says_which() -> None:
    said = rules.when_text(datetime(2027, 10, 6, 18, 0, tzinfo=UTC), "Europe/London", NOW)
    assert said == "Wed 6 Oct 2027, 19:00"
