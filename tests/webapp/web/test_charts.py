"""Charts: figures in, coordinates out."""

from itertools import pairwise

import pytest

from webapp.web.charts import columns, grid_step, plot, rows, spark


@pytest.mark.parametrize(
    ("most", "step"), [(0, 1), (3, 1), (4, 1), (5, 2), (64, 20), (401, 200), (4_000, 1_000)]
)
def test_grid_lines_stand_at_round_figures(most: float, step: int) -> None:
    assert grid_step(most) == step


def test_the_highest_value_stays_inside_the_drawing() -> None:
    drawn = plot([("holds", [0, 5, 64])], [])
    assert min(y for y, _ in drawn.grid) >= 20
    assert 20 <= drawn.series[0].y <= drawn.foot


def test_a_chart_of_nothing_is_still_a_chart() -> None:
    drawn = plot([("holds", [])], [(0, "10:00")])
    assert (drawn.series, drawn.area, drawn.marks) == ([], "", [])


def test_names_at_the_end_of_lines_do_not_touch() -> None:
    drawn = plot([("holds", [1, 20]), ("orders", [3, 21]), ("refunds", [0, 20])], [])
    places = sorted(line.name_y for line in drawn.series)
    assert all(below - above >= 18 for above, below in pairwise(places))


def test_names_follow_the_order_of_their_lines_ends() -> None:
    low, high = plot([("low", [0, 4]), ("high", [0, 6])], []).series
    assert high.name_y < low.name_y


def test_columns_are_as_high_as_their_share_of_the_highest() -> None:
    first, second = columns([50, 100], height=100)
    assert (first.height, second.height) == (50, 100)


def test_bars_of_places_say_what_is_left() -> None:
    (row,) = rows([("Standing", 402, 118, 520)])
    assert row.words == "402 sold, 118 held, 0 left"
    assert row.sold + row.held <= row.whole


def test_a_spark_of_one_value_is_drawn() -> None:
    assert spark([7]).path.startswith("M")
