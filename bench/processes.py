"""What processes use, read from /proc: memory of each, CPU of each program with all that it started."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.stack import Stack

TICKS = os.sysconf("SC_CLK_TCK")


def children(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        found += [int(child) for child in task.read_text().split()]
    return found


def tree(pid: int) -> list[int]:
    """The process and everything below it."""
    return [pid, *(below for child in children(pid) for below in tree(child))]


def programs(stack: Stack) -> dict[str, list[int]]:
    """The processes of each program by its name, without the keeper above them, which is the launcher's."""
    return {
        name: [pid for child in children(server.process.pid) for pid in tree(child)]
        for name, server in stack.servers.items()
        if server.process is not None
    }


def pss(pid: int) -> float:
    """Mebibytes (proportional set size): what forked workers share is counted once, split between them."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


def cpu_seconds(pid: int) -> float:
    """What a process has used, with its children that ended."""
    after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, after_name[11:15])) / TICKS


@dataclass
class Spent:
    """Seconds of CPU by program while it was looked at; `client` is this process with its load generator."""

    by_program: dict[str, float] = field(default_factory=dict)

    def ms_for(self, times: float) -> dict[str, float]:
        """Milliseconds of each program for one of so many things, the largest first."""
        ordered = sorted(self.by_program.items(), key=lambda one: -one[1])
        return {name: round(used * 1000 / max(times, 1), 2) for name, used in ordered}

    def share_of(self, *names: str) -> float:
        """The share of all CPU used that these programs used, 0 to 1."""
        return sum(self.by_program.get(name, 0.0) for name in names) / (sum(self.by_program.values()) or 1)


@contextmanager
def spending(stack: Stack) -> Iterator[Spent]:
    """Filled in at the end of the block."""
    spent = Spent()
    before = _used(stack)
    yield spent
    after = _used(stack)
    spent.by_program.update({name: after[name] - before.get(name, 0.0) for name in after})


def _used(stack: Stack) -> dict[str, float]:
    used = {name: sum(map(_cpu_if_there, pids)) for name, pids in programs(stack).items()}
    return used | {"client": cpu_seconds(os.getpid())}


def _cpu_if_there(pid: int) -> float:
    try:
        return cpu_seconds(pid)
    except FileNotFoundError:
        return 0.0
