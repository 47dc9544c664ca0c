"""A count that cannot find anything proves nothing: each storm without its guard is caught."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.chaos.controls import CONTROLS, Control
from tests.chaos.storm import blow

pytestmark = [pytest.mark.chaos, pytest.mark.slow]


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.guard)
def test_a_storm_without_its_guard_is_caught(control: Control, apart: Callable[..., Any]) -> None:
    outcome = apart(blow, control.unguarded, seed=1)

    assert [line for line in outcome.breaches if control.told in line], outcome.line()
