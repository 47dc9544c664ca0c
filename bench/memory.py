"""What each process needs, in mebibytes of its own and shared memory (PSS)."""

from pathlib import Path

from bench.results import Result
from bench.stack import Stack

GOALS = {"rest": 128.0, "load": 256.0}


def _children(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        found += [int(child) for child in task.read_text().split()]
    return found


def _tree(pid: int) -> list[int]:
    return [pid, *(below for child in _children(pid) for below in _tree(child))]


def _pss(pid: int) -> float:
    """Proportional set size: memory shared by forked workers is counted once, split between them."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _processes(stack: Stack) -> dict[str, float]:
    """The largest process of each program, without the keeper above it, which is the launcher's."""
    largest: dict[str, float] = {}
    for name, server in stack.servers.items():
        if server.process is None or name in ("postgres", "redis", "mailbox"):
            continue
        largest[name] = max(_pss(pid) for child in _children(server.process.pid) for pid in _tree(child))
    return largest


def memory(stack: Stack, when: str) -> None:
    """Report every process; `when` is `rest` or `load`."""
    for name, used in _processes(stack).items():
        Result(
            name=f"memory_{when}_{name}",
            value=used,
            unit="MiB",
            limit=GOALS[when],
            limit_name="goal",
            ratio=GOALS[when] / used,
        ).keep()
