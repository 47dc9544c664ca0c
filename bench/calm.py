"""Between two benchmarks: background work ends, and the sweep finds nothing."""

import subprocess
import sys
import time

import psycopg

from bench.stack import Stack
from local.paths import ROOT
from local.problem import Problem

UNDONE = """
    SELECT (SELECT count(*) FROM outbox WHERE sent_at IS NULL)
         + (SELECT count(*) FROM deliveries WHERE done_at IS NULL AND dead_at IS NULL)
"""


def settle(stack: Stack, *, seconds: float = 300) -> None:
    """Wait until no job is left, so that one benchmark's mails are not in the next one's figures."""
    deadline = time.monotonic() + seconds
    with psycopg.connect(stack.env["DATABASE_URL"], autocommit=True) as connection:
        while undone := (connection.execute(UNDONE).fetchone() or (0,))[0]:
            if time.monotonic() > deadline:
                raise Problem(f"{undone} jobs were not done within {seconds:.0f} s.")
            time.sleep(0.5)


def verify(stack: Stack) -> float:
    """Sweep every invariant; a Problem when one is broken. Returns how many seconds it took."""
    began = time.monotonic()
    swept = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "verify"],
        cwd=ROOT,
        env=stack.env,
        capture_output=True,
        text=True,
        check=False,
    )
    if swept.returncode:
        raise Problem(f"verify found something broken:\n{swept.stdout}{swept.stderr}")
    print(f"{'':22} verify is clean: {len(swept.stdout.splitlines())} invariants", flush=True)
    return time.monotonic() - began
