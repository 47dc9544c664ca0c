"""The proof in `docs/no-double-sale.md` speaks of every storm and of every guard."""

from datetime import UTC, datetime

import pytest

from tests.chaos.__main__ import BEGIN, DOCUMENT, END, recorded
from tests.chaos.controls import CONTROLS
from tests.chaos.guards import GUARDS
from tests.chaos.storms import STORMS

NAMES = [
    *(storm.name for storm in STORMS),
    *(guard.name for guard in GUARDS),
    *(control.guard for control in CONTROLS),
]


@pytest.mark.parametrize("name", NAMES)
def test_it_names_what_is_tried(name: str) -> None:
    assert f"| {name} |" in DOCUMENT.read_text()


def test_a_new_table_takes_the_place_of_the_last_one() -> None:
    once = recorded(f"a\n{BEGIN}\nold\n{END}\nb", "| new |", datetime(2026, 11, 26, tzinfo=UTC))
    twice = recorded(once, "| newer |", datetime(2026, 11, 27, tzinfo=UTC))

    assert (twice.startswith("a\n"), twice.endswith("\nb")) == (True, True)
    assert ("| newer |" in twice, "| new |" in twice, "old" in twice) == (True, False, False)
