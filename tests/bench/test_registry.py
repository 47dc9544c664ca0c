import pytest

from bench.__main__ import main
from bench.registry import BENCHMARKS


def test_every_benchmark_says_what_it_measures() -> None:
    assert [one.name for one in BENCHMARKS if not one.about.endswith(".")] == []


def test_every_benchmark_has_a_name_of_its_own() -> None:
    assert len({one.name for one in BENCHMARKS}) == len(BENCHMARKS)


def test_an_unknown_benchmark_is_refused_with_the_names_of_all(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["rush"])
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert "no benchmark called rush" in said
    assert all(one.name in said for one in BENCHMARKS)


def test_a_load_of_nothing_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--scale", "0"])
    assert "--scale is more than 0 and at most 1" in capsys.readouterr().err
