"""`make cluster`, `cluster-status`, `cluster-stop`: `python -m local.cluster up | status | stop`."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable

from local import run
from local.cluster import programs, releases, serve, status, sweep, tools
from local.cluster.layout import Cluster
from local.keep import is_alive
from local.paths import ROOT
from local.problem import Problem

USAGE = """\
python -m local.cluster up       Consul, Nomad and all jobs in three zones on this machine
python -m local.cluster status   one page about them
python -m local.cluster stop     end everything, leave nothing
python -m local.cluster release [VERSION]   this checkout, laid where the zones find it, to be deployed"""
STOP_SECONDS = 60.0


def up() -> int:
    """Tools and artifact first, where they can be watched; then a process of its own keeps the cluster."""
    run.catch()
    with serve.alone():
        sweep.everything()
        serve.check_ports()
        for tool in tools.TOOLS:
            tools.need(tool)
        programs.fill()
        version = releases.of_this_checkout()
        releases.keep_only(version)
    command = [sys.executable, "-m", "local.cluster", "serve", version]
    owner = subprocess.Popen(
        command,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        text=True,
    )
    try:
        return follow(owner)
    except SystemExit:
        print("Stopping what was started.", file=sys.stderr, flush=True)
        owner.terminate()
        owner.wait()
        raise


def follow(owner: subprocess.Popen[str]) -> int:
    """Says what it says until it has nothing more to say: it stands, and runs on, or it has failed."""
    for line in owner.stdout or ():
        print(line, end="", flush=True)
    try:
        code = owner.wait(timeout=1)
    except subprocess.TimeoutExpired:
        return 0
    if code < 0:
        raise Problem(f"It was killed by signal {-code}: `make cluster-stop` ends what it left.")
    return code


def release(version: str) -> int:
    """Lays this checkout as another version where the zones find it, ready to be deployed."""
    place = releases.add(version)
    print(f"Deploy it with -var=version={place.name}; it lies in {place}.")
    return 0


def stop() -> int:
    """Ends the process that keeps the cluster, and whatever it left; says so when there was none."""
    run.catch()
    ran = Cluster.read() is not None or bool(sweep.left_processes())
    owner = serve.holder()
    if owner:
        os.kill(owner, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while is_alive(owner) and time.monotonic() < deadline:
            time.sleep(0.1)
    with serve.alone():
        sweep.everything()
    left = [*map(str, sweep.left_processes()), *sweep.left_mounts(), *map(str, sweep.left_cgroups())]
    if left:
        raise Problem(f"Some things could not be ended: {', '.join(left)}.")
    print(
        "The cluster has stopped; its database, posters and logs stay."
        if ran or owner
        else "No cluster ran here."
    )
    return 0


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "up": lambda _: up(),
    "status": lambda _: status.show(),
    "stop": lambda _: stop(),
    "release": lambda rest: release(rest[0] if rest else ""),
    "serve": lambda rest: serve.serve(rest[0]),
}


def main(arguments: list[str]) -> int:
    """Chooses what to do; a Problem becomes one sentence."""
    name, rest = (arguments or [""])[0], arguments[1:]
    if name not in COMMANDS:
        print(USAGE, file=sys.stderr)
        return 2
    try:
        return COMMANDS[name](rest)
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
