"""The benchmark of the best seats sells a hall to the last pair of neighbours."""

from types import SimpleNamespace
from typing import Any, cast

from bench.pace import Pace
from bench.seats import seat_best
from bench.stack import Stack


def test_a_hall_is_sold_to_the_last_pair(postgres_url: str) -> None:
    stack: Any = SimpleNamespace(env={"DATABASE_URL": postgres_url})

    (result,) = seat_best(cast(Stack, stack), Pace(0.01))

    assert result.errors == 0
    assert result.value > 0
