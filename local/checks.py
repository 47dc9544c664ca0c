"""`make check`: every tool that reads code or pages, one line for each, its words only when it objects."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from local import debian
from local.paths import ROOT, inside_venv
from local.problem import Problem

CODE = ("webapp", "workers", "local", "sandbox", "wsgi.py")
MODELS = "{0} -m alembic upgrade head && {0} -m alembic check"


@dataclass(frozen=True)
class Check:
    """A tool, and what it makes sure of."""

    name: str
    promise: str
    command: tuple[str, ...]


def tool(name: str, *arguments: str) -> tuple[str, ...]:
    """A program of the lock file."""
    return (str(inside_venv(name)), *arguments)


def with_servers(*command: str) -> tuple[str, ...]:
    """A command with a fresh PostgreSQL and Redis."""
    return (sys.executable, "-m", "local", "test", "--", *command)


def models() -> tuple[str, ...]:
    """Migrates an empty database and asks whether the models want anything else."""
    script = f'export MARQUEE_ENV=test DATABASE_URL="$TEST_DATABASE_URL"; {MODELS.format(sys.executable)}'
    return with_servers("/bin/sh", "-c", script)


def all_checks() -> list[Check]:
    """Slow ones first, so that the quick ones fill the other core."""
    return [
        Check("pages", "the Nu checker finds no error", with_servers(*tool("pytest", "tests/html", "-q"))),
        Check("mypy", "types agree, strictly", tool("mypy")),
        Check("alembic", "models and migrations agree", models()),
        Check("contracts", "imports point one way", tool("lint-imports", "--no-cache")),
        Check(
            "bandit", "no known unsafe call", tool("bandit", "-q", "-ll", "-c", "pyproject.toml", "-r", *CODE)
        ),
        Check("vulture", "no dead code", tool("vulture")),
        Check("deptry", "what is imported is declared", tool("deptry", ".")),
        Check("djlint", "templates are sound", tool("djlint", "templates", "--lint", "--quiet")),
        Check("ruff", "the house's rules", tool("ruff", "check", "--quiet", "--output-format=concise", ".")),
        Check("format", "the house's form", tool("ruff", "format", "--check", "--quiet", ".")),
    ]


def carry_out(check: Check) -> bool:
    """Runs one tool and prints its line; whether it found nothing."""
    began = time.monotonic()
    plain = {**os.environ, "NO_COLOR": "1"}
    done = subprocess.run(
        check.command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        env=plain,
    )
    fine = done.returncode == 0
    words = "" if fine else f"\n{done.stdout.rstrip()}\n"
    line = (
        f"{'ok  ' if fine else 'FAIL'} {check.name:<10} {check.promise:<32} {time.monotonic() - began:5.1f} s"
    )
    print(line + words, flush=True)
    return fine


def chosen(names: list[str]) -> list[Check]:
    """The checks a person asked for, else all."""
    known = all_checks()
    unknown = set(names) - {check.name for check in known}
    if unknown:
        raise Problem(
            f"No check is called {', '.join(unknown)}; there are {', '.join(c.name for c in known)}."
        )
    return [check for check in known if not names or check.name in names]


def run(names: list[str]) -> int:
    """Runs the checks, as many at once as there are cores; 1 when one objects."""
    wanted = chosen(names)
    if any(check.name == "pages" for check in wanted):
        debian.need("java", "default-jre-headless", "Java (for the Nu checker)")
    with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as hands:
        fine = list(hands.map(carry_out, wanted))
    print(f"{sum(fine)} of {len(fine)} checks are content.")
    return 0 if all(fine) else 1
