"""The keeper is tried as it is used: as a process, with signals."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from local.keep import is_alive
from local.paths import ROOT

SLEEP = "import os, sys, time; open(sys.argv[1], 'a').write(f'{os.getpid()}\\n'); time.sleep(600)"
FAIL = "import sys; open(sys.argv[1],'a').write('tried\\n'); sys.exit(3)"
PARENT = (
    "import subprocess, sys, time\n"
    "subprocess.Popen([sys.executable, '-c', sys.argv[2], sys.argv[1]])\n"
    "time.sleep(600)"
)

Keep = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def keep() -> Iterator[Keep]:
    """Starts keepers and makes sure that none outlives the test."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*command: str, owner: int = os.getpid()) -> subprocess.Popen[bytes]:
        program = ("--", sys.executable, "-c", *command)
        keeper = [sys.executable, "-m", "local.keep", "--owner", str(owner), *program]
        started.append(subprocess.Popen(keeper, cwd=ROOT, stdout=subprocess.DEVNULL))
        return started[-1]

    yield start
    for keeper in started:
        keeper.terminate()
        keeper.wait(timeout=10)


def lines(path: Path, count: int) -> list[str]:
    """The first lines of a file that a program writes, as soon as there are so many."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if path.exists() and len(found := path.read_text().split()) >= count:
            return found
        time.sleep(0.02)
    raise AssertionError(f"{path} never got {count} lines")


def gone(pid: int) -> bool:
    """Whether the process ends within a few seconds."""
    deadline = time.monotonic() + 10
    while is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not is_alive(pid)


def test_a_killed_program_is_started_again(keep: Keep, tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    keep(SLEEP, str(pids))
    os.kill(int(lines(pids, 1)[0]), signal.SIGKILL)
    assert is_alive(int(lines(pids, 2)[1]))


def test_a_program_that_fails_at_once_is_not_tried_again(keep: Keep, tmp_path: Path) -> None:
    tries = tmp_path / "tries"
    keeper = keep(FAIL, str(tries))
    assert (keeper.wait(timeout=10), tries.read_text()) == (3, "tried\n")


def test_a_polite_end_reaches_the_program(keep: Keep, tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    keeper = keep(SLEEP, str(pids))
    pid = int(lines(pids, 1)[0])
    keeper.terminate()
    assert keeper.wait(timeout=10) == 0
    assert gone(pid)


def test_the_program_ends_when_the_owner_is_gone(keep: Keep, tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    owner = subprocess.Popen(["sleep", "600"])
    keep(SLEEP, str(pids), owner=owner.pid)
    pid = int(lines(pids, 1)[0])
    owner.kill()
    owner.wait()
    assert gone(pid)


def test_the_program_ends_when_its_keeper_is_killed(keep: Keep, tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    keeper = keep(SLEEP, str(pids))
    pid = int(lines(pids, 1)[0])
    keeper.kill()
    assert gone(pid)


def test_what_a_killed_program_left_behind_is_ended(keep: Keep, tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    keeper = keep(PARENT, str(pids), SLEEP)
    grandchild = int(lines(pids, 1)[0])
    keeper.terminate()
    keeper.wait(timeout=10)
    assert gone(grandchild)
