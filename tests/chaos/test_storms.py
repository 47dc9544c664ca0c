"""A few short storms with every run of the tests; `make storm` lets all of them blow for longer."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.chaos.storm import blow
from tests.chaos.storms import STORMS

pytestmark = [pytest.mark.chaos, pytest.mark.slow]

SHORT = {storm.name: storm for storm in STORMS if storm.name in ("rush", "everything")}


@pytest.mark.parametrize("name", SHORT)
def test_nothing_is_sold_twice_and_no_paid_order_is_lost(name: str, apart: Callable[..., Any]) -> None:
    outcome = apart(blow, SHORT[name], seed=2026)

    assert outcome.is_clean, [outcome.line(), *outcome.breaches, *outcome.surprises]
