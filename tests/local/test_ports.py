import socket
from collections.abc import Iterator

import pytest

from local import ports
from local.problem import Problem


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that another program listens on."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_port_somebody_listens_on_is_not_free(taken: int) -> None:
    assert not ports.is_free(taken)


def test_another_port_is_near_the_usual_one(taken: int) -> None:
    assert ports.near(taken, set()) % 10 == taken % 10


def test_two_parts_never_get_the_same_port() -> None:
    used: set[int] = set()
    assert ports.take("web", used) != ports.take("web", used)


def test_taking_another_port_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    used = {ports.DEFAULTS["web"]}
    port = ports.take("web", used)
    assert capsys.readouterr().out == f"Port 8000 is taken, so web uses {port}.\n"


@pytest.mark.parametrize("value", ["eighty", "0", "70000", "-1"])
def test_a_chosen_port_that_is_none_is_named(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", value)
    with pytest.raises(Problem, match=f"PORT={value} is not a port"):
        ports.take("web", set(), "PORT")


def test_a_chosen_port_that_is_taken_is_named(taken: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", str(taken))
    with pytest.raises(Problem, match=f"PORT={taken} is taken"):
        ports.take("web", set(), "PORT")
