from hypothesis import given
from hypothesis import strategies as st

from bench.figures import marks, median, p95, per_step, percentile


def test_the_95th_percentile_of_twenty_is_the_nineteenth() -> None:
    assert p95(range(1, 21)) == 19


def test_a_percentile_does_not_ask_for_order() -> None:
    assert median([9, 1, 5]) == 5


def test_nothing_measured_is_no_time() -> None:
    assert percentile([], 0.99) == 0.0


@given(st.lists(st.integers(0, 100), min_size=1), st.sampled_from([0.5, 0.95, 0.99, 1.0]))
def test_a_percentile_is_the_smallest_value_that_enough_do_not_exceed(
    values: list[int], share: float
) -> None:
    found = percentile(values, share)
    within = sum(value <= found for value in values)
    below = sum(value < found for value in values)
    assert within >= share * len(values) - 1e-6
    assert below < share * len(values)


def test_what_happened_is_counted_by_the_second_of_its_step() -> None:
    assert per_step([0.1, 0.2, 5.1, 14.9, 15.0, -1], 5, 3) == [0.4, 0.2, 0.2]


def test_a_long_axis_has_few_marks() -> None:
    assert marks(30, 5) == [(0, "0 s"), (5, "25 s"), (10, "50 s"), (15, "75 s"), (20, "100 s"), (25, "125 s")]
