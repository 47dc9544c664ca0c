"""When a sale is sold out, from the places that went in each minute."""

import pytest

from webapp.reports.rules.pace import sold_out


def test_the_end_lies_between_the_pace_of_now_and_that_of_a_quarter_of_an_hour() -> None:
    found = sold_out(600, [0] * 40 + [60] * 10 + [20] * 5 + [3])
    assert found is not None
    assert (found.quick, round(found.slow, 1)) == (46.666666666666664, 20.0)
    assert (found.soonest, found.latest) == (13, 30)


@pytest.mark.parametrize(
    ("left", "words"),
    [(30, ("2–3", "min")), (1000, ("71–88", "min")), (4000, ("5–6", "h")), (60000, ("3–4", "days"))],
)
def test_the_range_is_said_in_one_unit(left: int, words: tuple[str, str]) -> None:
    found = sold_out(left, [10] * 40 + [14] * 5 + [0])
    assert found is not None
    assert found.words == words


def test_the_minute_that_runs_counts_for_nothing() -> None:
    assert sold_out(100, [10] * 20 + [500]) == sold_out(100, [10] * 20 + [0])


@pytest.mark.parametrize(
    ("left", "places"),
    [
        (0, [10] * 30),  # sold out already
        (100, [0] * 30),  # nothing sold
        (100, [10] * 20 + [0] * 6),  # nothing sold of late
        (100, [10] * 4),  # begun just now
        (2_000_000, [1] * 30),  # out of sight
    ],
)
def test_nothing_is_foretold_from_nothing(left: int, places: list[int]) -> None:
    assert sold_out(left, places) is None
