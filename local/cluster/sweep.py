"""Nothing stays of a cluster, in whatever way it ended: tasks without agents, mounts, cgroups, data."""

import contextlib
import ctypes
import os
import re
import shutil
import signal
import sys
import time
from pathlib import Path

from local.cluster import kernel
from local.cluster.agents import MARK, PLACES, slice_of
from local.cluster.layout import ENVIRONMENT, FOLDER, STATE
from local.keep import is_alive

POLITE_SECONDS = 4.0
CGROUPS = Path("/sys/fs/cgroup")
DETACH = 2
# Databases, posters, mail, secrets, releases and logs stay, as they do after `make run`.
MADE = ("agents", "certificates", "keys", "held")


def everything() -> None:
    """End, unmount and remove all that a cluster of this checkout left."""
    end(left_processes())
    unmount()
    remove_cgroups()
    kernel.put_back()
    for name in MADE:
        shutil.rmtree(FOLDER / name, ignore_errors=True)
    for kind in ("consul", "nomad"):
        for name in ("server", *(place.name for place in PLACES)):
            shutil.rmtree(FOLDER / f"{kind}-{name}", ignore_errors=True)
        for path in FOLDER.glob(f"*{kind}*.token"):
            path.unlink()
    for path in (STATE, ENVIRONMENT):
        path.unlink(missing_ok=True)


def left_processes(*roots: int) -> set[int]:
    """Processes of this cluster that run: marked ones, those in its cgroups, `roots`, and descendants."""
    if sys.platform != "linux":
        return set()
    mark = f"{MARK}={FOLDER}\0".encode()
    parents: dict[int, int] = {}
    found = set(roots)
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with contextlib.suppress(OSError):
                pid = int(entry.name)
                parents[pid] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                if mark in (entry / "environ").read_bytes() or in_our_cgroup(entry):
                    found.add(pid)
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return {pid for pid in found - own_line(parents) if is_alive(pid)}


def in_our_cgroup(entry: Path) -> bool:
    """Whether a process lives in a tree of cgroups that Nomad made for one of the zones."""
    said = (entry / "cgroup").read_text()
    return any(f"/{slice_of(place)}/" in said for place in PLACES)


def own_line(parents: dict[int, int]) -> set[int]:
    """This process and those it descends from."""
    line, pid = set(), os.getpid()
    while pid and pid not in line:
        line.add(pid)
        pid = parents.get(pid, 0)
    return line


def end(pids: set[int]) -> None:
    """Politely, then at once; what a dying process started meanwhile is looked for again."""
    for number in (signal.SIGTERM, signal.SIGKILL, signal.SIGKILL):
        for pid in pids:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, number)
        deadline = time.monotonic() + POLITE_SECONDS
        while any(is_alive(pid) for pid in pids) and time.monotonic() < deadline:
            time.sleep(0.05)
        pids = left_processes()
        if not pids:
            return


def left_mounts() -> list[str]:
    """What is mounted under the cluster's folder, the innermost first."""
    if sys.platform != "linux":
        return []
    lines = Path("/proc/self/mountinfo").read_text().splitlines()
    # The kernel writes a space as \040.
    places = [re.sub(r"\\(\d{3})", lambda found: chr(int(found[1], 8)), line.split()[4]) for line in lines]
    return sorted((place for place in places if Path(place).is_relative_to(FOLDER)), reverse=True)


def unmount() -> None:
    """The folders that Nomad mounts for secrets."""
    for place in left_mounts():
        ctypes.CDLL(None).umount2(os.fsencode(place), DETACH)


def left_cgroups() -> list[Path]:
    """The trees of cgroups that Nomad made for the zones, the innermost first.

    With the first version of cgroups all Nomads of a machine share one tree: ours are those of our copies,
    and the whole when no other Nomad runs.
    """
    if os.geteuid() != 0:
        return []  # Nomad makes them as root only
    tops = [path for place in PLACES for path in CGROUPS.glob(slice_of(place))]
    copies = {path.name for path in FOLDER.glob("nomad-*/alloc/*")}
    tops += [path for path in CGROUPS.glob("*/nomad/*") if path.name.split(".")[0] in copies]
    if not another_nomad_runs():
        tops += CGROUPS.glob("*/nomad")
    return [
        path
        for top in tops
        for path in sorted([top, *(p for p in top.rglob("*") if p.is_dir())], reverse=True)
    ]


def another_nomad_runs() -> bool:
    """Whether some Nomad is there that may use the tree of cgroups."""
    for path in Path("/proc").glob("[0-9]*/comm"):
        with contextlib.suppress(OSError):
            if path.read_text().strip() == "nomad" and is_alive(int(path.parent.name)):
                return True
    return False


def remove_cgroups() -> None:
    """Empty ones can be removed; the kernel may need a moment after the last member ended."""
    deadline = time.monotonic() + POLITE_SECONDS
    while (left := left_cgroups()) and time.monotonic() < deadline:
        for path in left:
            with contextlib.suppress(OSError):
                path.rmdir()
        time.sleep(0.02)
