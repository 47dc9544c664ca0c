"""What a cluster leaves is found by its mark and ended, and nothing else is."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from local.cluster import sweep
from local.cluster.agents import MARK

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
SLEEP = "print(flush=True); import time; time.sleep(600)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEP}"
CHILD = (
    "import subprocess, sys, time; sleep = [sys.executable, '-c', 'import time; time.sleep(600)'];"
    "it = subprocess.Popen(sleep, env={}, start_new_session=True); print(it.pid, flush=True); time.sleep(600)"
)

Start = Callable[..., tuple[subprocess.Popen[str], str]]


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Starts Python programs of a cluster whose data lie in the test's folder, and hears their first line."""
    monkeypatch.setattr(sweep, "FOLDER", tmp_path)
    started: list[subprocess.Popen[str]] = []

    def program(code: str, folder: Path = tmp_path) -> tuple[subprocess.Popen[str], str]:
        env = {MARK: str(folder)}
        command = [sys.executable, "-c", code]
        started.append(subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True))
        assert started[-1].stdout is not None
        return started[-1], started[-1].stdout.readline()

    yield program
    for process in started:
        process.kill()
        process.communicate()


def test_a_task_that_ignores_the_polite_signal_is_ended(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep, "POLITE_SECONDS", 0.5)
    task, _ = start(STUBBORN)
    assert sweep.left_processes() == {task.pid}
    sweep.end(sweep.left_processes())
    assert task.wait(timeout=10) < 0
    assert sweep.left_processes() == set()


def test_a_child_that_hides_its_environment_is_found_by_its_parent(start: Start) -> None:
    task, said = start(CHILD)
    assert sweep.left_processes() == {task.pid, int(said)}
    began = time.monotonic()
    sweep.end(sweep.left_processes())
    assert sweep.left_processes() == set()
    assert time.monotonic() - began < sweep.POLITE_SECONDS


def test_a_cluster_of_another_checkout_is_left_alone(start: Start, tmp_path: Path) -> None:
    other, _ = start(SLEEP, tmp_path / "another")
    sweep.end(sweep.left_processes())
    assert other.poll() is None
