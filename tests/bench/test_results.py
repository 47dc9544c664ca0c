from pathlib import Path

import pytest

from bench.results import Plot, Result, kept


def row(**facts: object) -> Result:
    usual: dict[str, object] = {
        "name": "sale",
        "value": 50.0,
        "unit": "sales/s",
        "limit": 100.0,
        "limit_name": "goal",
        "ratio": 0.5,
    }
    return Result(**usual | facts)  # type: ignore[arg-type]


def test_what_is_kept_is_read_again(tmp_path: Path) -> None:
    plot = Plot("Holds", "They fall.", [(0, "0 s")], {"holds/s": [3.0, 2.0]})
    row(details={"CPU, ms": {"web": 3.5}}, plot=plot).keep(tmp_path)
    read = kept(tmp_path)["sale"]
    assert read.plot == plot
    assert read.details == {"CPU, ms": {"web": 3.5}}
    assert read.commit
    assert read.at


@pytest.mark.parametrize(
    ("facts", "reached"),
    [
        ({"goal": None}, True),
        ({"goal": 0.5}, True),
        ({"goal": 1.0}, False),
        ({"goal": 1.3, "at_most": True}, True),
        ({"goal": 0.4, "at_most": True}, False),
        ({"p95_goal": 250.0, "p95_ms": 250.0}, True),
        ({"p95_goal": 250.0, "p95_ms": 251.0}, False),
        ({"p95_goal": 250.0}, False),
        ({"goal": 0.5, "errors": 1}, False),
    ],
)
def test_a_goal_is_reached_by_ratio_and_p95_without_an_error(facts: dict[str, object], reached: bool) -> None:
    assert row(**facts).is_reached is reached


def test_a_line_says_when_a_goal_is_not_reached() -> None:
    assert row(goal=1.0).lines[0].endswith("0 errors   goal not reached")
