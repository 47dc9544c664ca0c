"""What is measured with a waiting room, at a size that says whether it can be measured at all."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bench import room, sellout
from bench.calm import settle, verify
from bench.pace import Pace
from bench.stack import Stack, running

pytestmark = pytest.mark.slow

SMALL = Pace(scale=0.003)


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with running(dates=1) as made:
        yield made


def test_a_sale_through_the_waiting_room_sells_every_place_once(
    stack: Stack, apart: Callable[..., Any]
) -> None:
    (result,) = apart(sellout.sellout, stack, SMALL)
    assert result.errors == 0
    assert result.details["count"]["places sold"] == 30
    assert result.details["count"]["places left"] == 0
    settle(stack)
    verify(stack)


def test_a_crowd_joins_and_looks(stack: Stack, apart: Callable[..., Any]) -> None:
    results = {result.name: result for result in apart(room.room, stack, SMALL)}
    assert set(results) == {"room", "room_polls", "room_joins"}
    assert [name for name, result in results.items() if result.errors] == []
    assert results["room"].details["a second"]["polls served"] > 0
