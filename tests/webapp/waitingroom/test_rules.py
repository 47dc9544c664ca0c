"""When people wait and what may be said about it; pure, so time is an argument."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from webapp.waitingroom import rules
from webapp.waitingroom.rules import Estimate, Hours, Phase

START = datetime(2026, 12, 1, 10, tzinfo=UTC)
OPENS = START - timedelta(minutes=30)


@pytest.mark.parametrize(
    ("minutes", "changes", "expected"),
    [
        (-60, {}, "closed"),
        (-10, {}, "before"),
        (0, {}, "open"),
        (5, {"paused": True}, "paused"),
        (5, {"left": 0}, "sold_out"),
        (5, {"stopped_at": START}, "stopped"),
        (-10, {"paused": True}, "before"),
        (-60, {"opens_at": None}, "before"),
    ],
)
def test_a_room_stands_at_each_moment_in_one_phase(
    minutes: int, changes: dict[str, object], expected: Phase
) -> None:
    facts = {"opens_at": OPENS, "starts_at": START, "paused": False, "stopped_at": None, "left": 9} | changes

    assert rules.phase(Hours(**facts), START + timedelta(minutes=minutes)) == expected  # type: ignore[arg-type]


def test_the_pace_is_what_was_seen_in_the_last_minutes() -> None:
    assert rules.per_minute([10, 20, 30], seconds_into_minute=60, open_for=600) == 20


def test_nobody_says_a_pace_that_was_not_seen_for_a_minute() -> None:
    assert rules.per_minute([50, 0], seconds_into_minute=30, open_for=30) is None
    assert rules.per_minute([1, 0], seconds_into_minute=30, open_for=600) is None


def test_a_wait_is_a_range_around_what_the_pace_says() -> None:
    assert rules.estimate(1_481, 108) == Estimate(10, 18)


def test_what_is_too_long_to_say_has_no_upper_end() -> None:
    assert rules.estimate(10_000, 50) == Estimate(160, None)


def test_without_a_pace_nothing_is_promised() -> None:
    assert rules.estimate(5, None) is None


@given(ahead=some.integers(0, 100_000), pace=some.floats(0.1, 10_000))
def test_the_middle_of_the_range_is_what_the_pace_says(ahead: int, pace: float) -> None:
    said = rules.estimate(ahead, pace)

    assert said
    assert said.low <= (ahead + 1) / pace
    assert said.high is None or said.high >= (ahead + 1) / pace


def test_who_is_nearly_at_the_door_looks_more_often() -> None:
    assert rules.poll_seconds(3) < rules.poll_seconds(300) == rules.poll_seconds(None)
