"""How money may move."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from webapp.core.errors import Conflict
from webapp.payments import rules

FIRST, SECOND = UUID(int=1), UUID(int=2)
NOON = datetime(2026, 12, 5, 12, tzinfo=UTC)


@pytest.mark.parametrize("state", ["created", "pending", "failed", "cancelled"])
def test_money_that_arrives_counts_whatever_we_thought(state: str) -> None:
    assert rules.changes_payment(state, "succeeded")


@pytest.mark.parametrize("told", ["succeeded", "failed", "cancelled"])
def test_nothing_takes_a_success_back(told: str) -> None:
    assert not rules.changes_payment("succeeded", told)


@pytest.mark.parametrize("state", ["failed", "cancelled"])
def test_a_failure_that_comes_after_the_end_changes_nothing(state: str) -> None:
    assert not rules.changes_payment(state, "failed")


@pytest.mark.parametrize(
    ("state", "told", "changes"),
    [
        ("requested", "succeeded", True),
        ("requested", "failed", True),
        ("failed", "succeeded", True),
        ("failed", "failed", False),
        ("succeeded", "failed", False),
        ("succeeded", "succeeded", False),
    ],
)
def test_a_refund_that_succeeded_stays(state: str, told: str, changes: bool) -> None:
    assert rules.changes_refund(state, told) is changes


def test_a_refund_is_spread_over_what_each_payment_has_left() -> None:
    assert rules.spread(700, [(FIRST, 500), (SECOND, 500)]) == [(FIRST, 500), (SECOND, 200)]


def test_a_payment_that_has_nothing_left_is_passed_over() -> None:
    assert rules.spread(300, [(FIRST, 0), (SECOND, 500)]) == [(SECOND, 300)]


def test_more_than_is_there_is_refused() -> None:
    with pytest.raises(Conflict):
        rules.spread(1001, [(FIRST, 500), (SECOND, 500)])


def test_the_provider_is_asked_after_a_minute_of_silence() -> None:
    assert rules.next_question(NOON, None) == NOON + timedelta(seconds=60)


def test_the_provider_is_asked_ever_less_often() -> None:
    asked = NOON + timedelta(minutes=20)

    assert rules.next_question(NOON, asked) == asked + timedelta(minutes=10)


def test_the_provider_is_asked_every_hour_at_least() -> None:
    asked = NOON + timedelta(days=20)

    assert rules.next_question(NOON, asked) == asked + timedelta(hours=1)
