from datetime import UTC, date, datetime

import pytest

from webapp.core import clock


def test_a_reading_becomes_the_instant_of_its_zone() -> None:
    assert clock.instant(datetime(2026, 12, 5, 18, 15), "America/Toronto") == datetime(
        2026, 12, 5, 23, 15, tzinfo=UTC
    )


def test_a_reading_that_happens_twice_means_the_first() -> None:
    assert clock.instant(datetime(2026, 10, 25, 2, 30), "Europe/Berlin") == datetime(
        2026, 10, 25, 0, 30, tzinfo=UTC
    )


def test_a_reading_that_never_happens_is_refused_with_its_reason() -> None:
    with pytest.raises(
        ValueError, match="does not exist in Europe/Berlin: the clocks are put forward over it"
    ):
        clock.instant(datetime(2026, 3, 29, 2, 30), "Europe/Berlin")


def test_a_day_of_summer_time_change_has_23_hours() -> None:
    begins, ends = clock.day_bounds(date(2026, 3, 29), "Europe/Berlin")
    assert (ends - begins).total_seconds() == 23 * 3600
