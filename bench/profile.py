"""Where the time of our processes goes: py-spy looks at each a hundred times a second (`--profile`).

Only threads that hold the interpreter's lock count, so waiting for PostgreSQL is not in it. What
PostgreSQL and Redis use is in the table of CPU that a benchmark keeps.
"""

import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.pace import Pace
from bench.processes import programs
from bench.stack import Stack
from local.paths import VAR, inside_venv

FOLDER = VAR / "profiles"
# Not Python, or no part of what is measured.
OTHERS = {"postgres", "redis", "mailbox"}
RATE = 100
SHOWN = 12
FRAME = re.compile(r" \((?P<file>[^()]+?):\d+\)$")


@contextmanager
def profiled(stack: Stack, pace: Pace, name: str) -> Iterator[None]:
    """When the pace asks for it: look while the block runs, keep the stacks, print who used the time."""
    if not pace.profile:
        yield
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    looking = {
        program: _look(pids[0], FOLDER / f"{name}-{program}.txt")
        for program, pids in programs(stack).items()
        if program not in OTHERS
    }
    try:
        yield
    finally:
        for process in looking.values():
            process.send_signal(signal.SIGINT)
        for program, process in looking.items():
            process.wait(timeout=60)
            _say(program, FOLDER / f"{name}-{program}.txt")


def _look(pid: int, file: Path) -> "subprocess.Popen[bytes]":
    file.unlink(missing_ok=True)
    return subprocess.Popen(
        [
            *(str(inside_venv("py-spy")), "record", "--pid", str(pid), "--subprocesses", "--gil"),
            *("--nonblocking", "--rate", str(RATE), "--format", "raw", "--output", str(file)),
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _say(program: str, file: Path) -> None:
    if not file.exists():
        print(f"  {program}: py-spy could not look at it; as root, or with CAP_SYS_PTRACE, it can.")
        return
    used = by_package(file.read_text().splitlines())
    whole = sum(used.values())
    print(f"  {program}: {whole / RATE:.1f} s of Python, the stacks are in {file.relative_to(VAR.parent)}")
    for package, samples in used.most_common(SHOWN):
        print(f"    {samples / whole:6.1%}  {package}")


def by_package(stacks: Iterable[str]) -> Counter[str]:
    """Samples by the package that was at work: the innermost frame, the standard library's left out."""
    used: Counter[str] = Counter()
    for line in stacks:
        frames, _, samples = line.rpartition(" ")
        used[_at_work(frames.split(";"))] += int(samples)
    return used


def _at_work(frames: list[str]) -> str:
    for frame in reversed(frames):
        at = FRAME.search(frame)
        if at and (package := _package(at["file"])) not in sys.stdlib_module_names:
            return package
    return "the interpreter"


def _package(file: str) -> str:
    """`webapp/booking/service` of ours, the name of the library of others', `templates` of a page."""
    *folders, name = file.split("/")
    if name.endswith((".html", ".xml", ".txt")):
        return "templates"
    if not folders:
        return name.removesuffix(".py")
    return "/".join(folders[:3]) if folders[0] in ("webapp", "workers", "sandbox") else folders[0]
