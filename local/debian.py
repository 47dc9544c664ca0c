"""What Debian has and the machine lacks: installed when we may, else said in one sentence."""

import os
import shutil
import subprocess

from local.paths import LOGS
from local.problem import Problem

QUIET = {"DEBIAN_FRONTEND": "noninteractive"}


def apt(*arguments: str) -> bool:
    """Runs apt-get with its words in `var/log/apt.log`; whether it went well."""
    LOGS.mkdir(parents=True, exist_ok=True)
    with (LOGS / "apt.log").open("ab") as log:
        done = subprocess.run(
            ["apt-get", "-q", "-y", *arguments],
            env={**os.environ, **QUIET},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            check=False,
        )
    return done.returncode == 0


def install(package: str, purpose: str) -> None:
    """Installs one package; a Problem when that is not in our power."""
    by_hand = f"{purpose} is missing: run `apt-get install {package}` as root, then try again."
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise Problem(by_hand)
    print(f"Installing {package} ({purpose}).", flush=True)
    if apt("install", "--no-install-recommends", package):
        return
    if not (apt("update") and apt("install", "--no-install-recommends", package)):
        raise Problem(f"{by_hand} (apt-get's words are in {LOGS / 'apt.log'}.)")


def need(program: str, package: str, purpose: str) -> None:
    """Installs the package unless its program is on the path."""
    if shutil.which(program) is None:
        install(package, purpose)
