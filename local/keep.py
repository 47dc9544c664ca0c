"""Keeps one program alive: `python -m local.keep --owner PID [--user NAME] -- command...`.

Starts it again when it was killed, ends it when its owner is gone, and leaves nothing of its process
group behind. Standard library only, because it stands between the launcher and every other program.
"""

import argparse
import ctypes
import os
import pwd
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

STEADY_SECONDS = 10.0
MOST_FAILURES = 20
STOP_SECONDS = 4.0
SAME_USER = ""


def die_with_parent(number: signal.Signals = signal.SIGKILL) -> None:
    """Linux: the kernel sends a signal to the calling process when its parent ends in whatever way."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, number)


def outlive_parent() -> None:
    """Takes `die_with_parent` back."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, 0)


def is_alive(pid: int) -> bool:
    """Whether a process with this id exists, whoever it belongs to."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return not is_zombie(pid)


def is_zombie(pid: int) -> bool:
    """Whether the process has ended and only its number is left, because its parent never asked."""
    try:
        said = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return said.rpartition(")")[2].split()[0] == "Z"


def as_user(name: str) -> dict[str, Any]:
    """Popen's arguments to run as somebody with fewer rights."""
    if name == SAME_USER:
        return {}
    who = pwd.getpwnam(name)
    return {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": [], "cwd": "/"}


class Keeper:
    """One program, its process group and the reason to end."""

    def __init__(self, command: list[str], owner: int, user: str, polite: signal.Signals) -> None:
        self.command = command
        self.owner = owner
        self.user = user
        self.polite = polite
        self.stopping = False
        self.child: subprocess.Popen[bytes] | None = None

    def stop(self, *_: object) -> None:
        """Asks the program to end; the loop waits for it."""
        self.stopping = True
        if self.child is not None:
            self.signal(self.polite)

    def signal(self, number: signal.Signals) -> None:
        """Sends a signal to the program itself; it knows best what to tell its own children."""
        if self.child is not None and self.child.poll() is None:
            self.child.send_signal(number)

    def sweep(self) -> None:
        """Ends what the program left behind in its group, for instance the work horse of a killed worker."""
        if self.child is not None:
            try:
                os.killpg(self.child.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                return

    def run_once(self) -> int:
        """Starts the program and waits for its end; ends it when the owner is gone."""
        # One thread only, so running Python between fork and exec is safe here.
        self.child = subprocess.Popen(
            self.command, process_group=0, preexec_fn=die_with_parent, **as_user(self.user)
        )
        deadline: float | None = None
        while True:
            try:
                code = self.child.wait(timeout=0.5)
                break
            except subprocess.TimeoutExpired:
                if not self.stopping and not is_alive(self.owner):
                    self.stop()
                if self.stopping:
                    deadline = deadline or time.monotonic() + STOP_SECONDS
                    if time.monotonic() > deadline:
                        self.sweep()
        self.sweep()
        return code

    def run(self) -> int:
        """Starts the program again for as long as it makes sense, and answers its last exit code."""
        failures, restarted = 0, False
        while True:
            began = time.monotonic()
            code = self.run_once()
            if self.stopping:
                return 0
            failed = code >= 0 and time.monotonic() - began < STEADY_SECONDS
            failures = failures + 1 if failed else 0
            # A first start that ends by itself has said why: saying it twenty times helps nobody. After a
            # crash it may fail for a while, for instance until PostgreSQL's old processes are gone.
            if failures > (MOST_FAILURES if restarted else 0):
                return code
            restarted = True
            print(f"It ended ({code}) and is started again.", flush=True)
            time.sleep(0.3)


def main() -> int:
    """Reads the command line, keeps the program."""
    parser = argparse.ArgumentParser(prog="local.keep")
    parser.add_argument("--owner", type=int, required=True)
    parser.add_argument("--user", default=SAME_USER)
    parser.add_argument("--polite", default="SIGTERM")
    parser.add_argument("command", nargs="+")
    given = parser.parse_args()
    keeper = Keeper(given.command, given.owner, given.user, signal.Signals[given.polite])
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, keeper.stop)
    return keeper.run()


if __name__ == "__main__":
    sys.exit(main())
