"""Makes `.venv` and `static/vendor/`: `python3 -m local.setup [--dev]`. Standard library only.

Each step leaves a stamp, so that a second start does only what a changed lock file asks for.
"""

import argparse
import fcntl
import hashlib
import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

from local import debian, vendor
from local.paths import LOGS, ROOT, VAR, VENV, inside_venv
from local.problem import Problem

OLDEST_PYTHON = (3, 11)
RUNTIME = ROOT / "requirements.lock"
DEVELOPMENT = ROOT / "requirements-dev.lock"
NODE = ROOT / "requirements-node.lock"


def stamp_of(lock: Path) -> Path:
    """Where it is noted which state of a lock file is installed."""
    return VENV / f"{lock.stem}.stamp"


def digest(lock: Path) -> str:
    """Changes with the lock file and with Python."""
    return hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()


def is_installed(lock: Path) -> bool:
    """Whether `.venv` holds what the lock file says."""
    stamp = stamp_of(lock)
    return inside_venv("python").exists() and stamp.exists() and stamp.read_text() == digest(lock)


def quietly(*command: str | Path) -> bool:
    """Runs a step with its words in `var/log/setup.log`; whether it went well."""
    LOGS.mkdir(parents=True, exist_ok=True)
    with (LOGS / "setup.log").open("ab") as log:
        return subprocess.run(command, cwd=ROOT, stdout=log, stderr=log, check=False).returncode == 0


def make_venv() -> None:
    """An environment with pip in it."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    if importlib.util.find_spec("ensurepip") is None:
        debian.install(f"python{version}-venv", "Python's venv module")
    if not quietly(sys.executable, "-m", "venv", "--clear", VENV):
        raise Problem(f"Python could not make {VENV}; its words are in {LOGS / 'setup.log'}.")


def install_by_uv(uv: str, lock: Path) -> bool:
    """The quick way, when uv is there; it reads no settings of pip, so it may fail where pip does not."""
    if not inside_venv("python").exists() and not quietly(uv, "venv", "--python", sys.executable, VENV):
        return False
    python = inside_venv("python")
    return quietly(uv, "pip", "install", "--python", python, "--require-hashes", "-r", lock)


def install_by_pip(lock: Path) -> None:
    """The way that needs Python only."""
    if not inside_venv("pip").exists():
        make_venv()
    arguments = ("install", "--disable-pip-version-check", "--no-input", "--require-hashes", "-r", lock)
    if not quietly(inside_venv("python"), "-m", "pip", *arguments):
        raise Problem(f"pip could not install {lock.name}; its words are in {LOGS / 'setup.log'}.")


def install(lock: Path) -> None:
    """Brings `.venv` to what the lock file says; every file is checked against its hash."""
    if is_installed(lock):
        return
    print(f"Installing what {lock.name} names.", flush=True)
    uv = shutil.which("uv")
    if not (uv and install_by_uv(uv, lock)):
        install_by_pip(lock)
    stamp_of(lock).write_text(digest(lock))


def fill_vendor() -> None:
    """Fetches what pages load from others, with the machine's Node or the wheel's."""
    if vendor.is_filled():
        return
    print("Filling static/vendor.", flush=True)
    if vendor.find_npm() is None:
        install(NODE)
    npm = vendor.find_npm()
    if npm is None:
        raise Problem("Node 18 or later is missing: install it, then try again.")
    vendor.fill(npm)


def prepare(*, development: bool) -> None:
    """Everything that a start needs; two starts at once wait for each other."""
    if sys.version_info < OLDEST_PYTHON:
        raise Problem(f"Python 3.11 or later is needed; this one is {sys.version.split()[0]}.")
    VAR.mkdir(exist_ok=True)
    with (VAR / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        install(RUNTIME)
        if development:
            install(DEVELOPMENT)
        fill_vendor()


def main() -> int:
    """Reads the command line; a Problem becomes one sentence."""
    parser = argparse.ArgumentParser(prog="local.setup")
    parser.add_argument("--dev", action="store_true", help="also what tests and checks need")
    try:
        prepare(development=parser.parse_args().dev)
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
