"""What `make` calls: `python -m local run | test | with | check | chromium | reset`."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from ctypes.util import find_library

from local import checks, debian, run, testing
from local.paths import ROOT, VAR
from local.problem import Problem

USAGE = """\
python -m local run                 the whole box office, until Ctrl-C
python -m local test -- COMMAND     a command with a fresh PostgreSQL and Redis, gone afterwards
python -m local with -- COMMAND     a command with this checkout's own data and settings
python -m local check [NAME...]     all linters, or the named ones
python -m local chromium            installs the browser that tests need
python -m local reset               forget everything in var/"""


def test(command: list[str]) -> int:
    """Runs the command with servers of its own."""
    run.catch()
    with testing.servers() as addresses:
        env = {**os.environ, **addresses}
        return subprocess.run(command, cwd=ROOT, env=env, check=False).returncode


def chromium() -> int:
    """Gets the browser; without it the journeys are left out, which is said but is no failure."""
    try:
        debian.need("chromium", "chromium", "Chromium (for the browser journeys)")
        if find_library("atomic") is None:
            debian.install("libatomic1", "what the browser's driver loads")
    except Problem as problem:
        print(f"{problem} Until then the browser journeys are skipped.")
    return 0


def reset() -> int:
    """Clears `var/`, and the data folder that lies elsewhere because the checkout's home is closed."""
    with run.alone():
        data = VAR / "postgres"
        if data.is_symlink():
            outside = data.resolve().parent
            if outside.name.startswith("marquee-"):
                shutil.rmtree(outside, ignore_errors=True)
    shutil.rmtree(VAR)
    print("The data of this checkout are gone.")
    return 0


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "run": lambda _: run.run(),
    "test": test,
    "with": run.with_servers,
    "check": checks.run,
    "chromium": lambda _: chromium(),
    "reset": lambda _: reset(),
}


def main(arguments: list[str]) -> int:
    """Chooses what to do; a Problem becomes one sentence."""
    name, rest = (arguments or [""])[0], arguments[1:]
    rest = rest[1:] if rest[:1] == ["--"] else rest
    if name not in COMMANDS or (name in {"test", "with"} and not rest):
        print(USAGE, file=sys.stderr)
        return 2
    try:
        return COMMANDS[name](rest)
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
