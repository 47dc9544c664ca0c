"""A server of somebody else's that is started beside ours and ended with it."""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from local.keep import die_with_parent
from local.paths import ROOT
from local.problem import Problem


def kept(command: list[str], *, user: str = "", polite: str = "SIGTERM") -> list[str]:
    """The command under a keeper that ends it when this process is gone."""
    keeper = [sys.executable, "-m", "local.keep", "--owner", str(os.getpid())]
    return [*keeper, f"--user={user}", f"--polite={polite}", "--", *command]


# Four thousand open pages, and whatever else a process has open.
MANY_FILES = 16_384


def allow_many_files() -> None:
    """Lets processes started from now on have thousands of open connections; Debian begins with 1,024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MANY_FILES if hard == resource.RLIM_INFINITY else min(MANY_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


@dataclass
class Server:
    """A command to run, the address it will have, where its words go; `env` is ours unless given.

    One that is `bound` is killed by the kernel when this process ends, and nobody starts it again.
    """

    name: str
    command: list[str]
    url: str
    log: Path
    env: dict[str, str] | None = None
    bound: bool = False
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        """Starts it without waiting."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=die_with_parent if self.bound else None,
            )

    def stop(self) -> None:
        """Ends it and waits until it has."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def require_alive(self) -> None:
        """It is a Problem when what was started has ended."""
        if self.process is not None and self.process.poll() is not None:
            raise Problem(f"{self.name} ended right after its start; the reason stands in {self.log}.")

    @contextmanager
    def patience(self, seconds: float) -> Iterator[Callable[[], bool]]:
        """Gives a question to ask in a loop; it is a Problem when the server dies or time is up."""
        deadline = time.monotonic() + seconds

        def again() -> bool:
            self.require_alive()
            if time.monotonic() > deadline:
                raise Problem(f"{self.name} did not answer within {seconds:.0f} s; see {self.log}.")
            time.sleep(0.03)
            return True

        yield again
