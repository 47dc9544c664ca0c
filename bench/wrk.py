"""wrk, the load generator, as a function."""

import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from local import debian

PATHS = Path(__file__).parent / "paths.lua"


@dataclass(frozen=True)
class Load:
    """Requests per second, the 95th percentile in milliseconds, and how many answers were wrong."""

    rate: float
    p95_ms: float
    errors: int


def load(
    base: str,
    paths: Sequence[str],
    *,
    seconds: int = 8,
    warm: int = 2,
    connections: int = 64,
    pause_ms: int = 0,
) -> Load:
    """Ask for random ones of `paths` with two threads; the first `warm` seconds are not counted.

    With `pause_ms` each connection waits about so long between two pages, as people who look around do.
    """
    with tempfile.NamedTemporaryFile("w", suffix=".paths") as file:
        file.write("\n".join(paths))
        file.flush()
        arguments = (file.name, str(pause_ms))
        if warm:
            run(base, PATHS, *arguments, seconds=warm, connections=connections)
        return run(base, PATHS, *arguments, seconds=seconds, connections=connections)


def run(base: str, script: Path, *arguments: str, seconds: int, connections: int) -> Load:
    """What a script of ours asks for, with two threads."""
    debian.need("wrk", "wrk", "wrk (the load generator of the benchmarks)")
    said = subprocess.run(
        [
            *("wrk", "-t2", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "-s", str(script)),
            *(base, "--", *arguments),
        ],
        capture_output=True,
        text=True,
        check=True,
        timeout=seconds + 60,
    ).stdout
    rate, p95, errors = next(line for line in said.splitlines() if line.startswith("RESULT")).split()[1:]
    return Load(float(rate), float(p95), int(errors))
