"""`make run`: every process of the box office on this machine, under one supervisor."""

import fcntl
import hashlib
import json
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from honcho.environ import parse_procfile
from honcho.manager import Manager

from local import ports, postgres, redis, settings, sound
from local.keep import die_with_parent
from local.paths import ROOT, VAR
from local.problem import Problem
from local.server import allow_many_files, kept

PROCFILE = ROOT / "Procfile"
RUNNING = VAR / "running.json"
# Processes that a real service replaces, and the setting that names it.
REPLACED_BY = {"sandbox": "GATEWAY_URL", "mailbox": "SMTP_URL"}


@contextmanager
def alone() -> Iterator[None]:
    """One start per checkout: two would write into the same data."""
    VAR.mkdir(exist_ok=True)
    with (VAR / "running.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            where = running().get("BASE_URL", "another address")
            raise Problem(f"Marquee already runs from this checkout at {where}: stop it first.") from None
        yield


def is_running() -> bool:
    """Whether another process holds this checkout's data."""
    try:
        with alone():
            return False
    except Problem:
        return True


def running() -> dict[str, str]:
    """The settings of the processes that run now."""
    if not RUNNING.exists():
        return {}
    known: dict[str, str] = json.loads(RUNNING.read_text())
    return known


def start_servers(ending: ExitStack, used: set[int], folder: Path = VAR) -> dict[str, str]:
    """PostgreSQL and Redis, as far as the environment names no other, and their addresses."""
    made: dict[str, str] = {}
    database = cache = None
    if settings.is_embedded("DATABASE_URL"):
        database = postgres.prepare(folder, ports.take("postgres", used), durable=True)
        ending.callback(database.stop)
        database.start()
    if settings.is_embedded("REDIS_URL"):
        cache = redis.prepare(folder, ports.take("redis", used), durable=True)
        ending.callback(cache.stop)
        cache.start()
    if database:
        postgres.wait(database)
        made["DATABASE_URL"] = postgres.make_database(database, "marquee")
        made["SANDBOX_DATABASE_URL"] = postgres.make_database(database, "marquee_sandbox")
    if cache:
        redis.wait(cache)
        made["REDIS_URL"] = cache.url + "0"
    return made


def do(step: str, command: list[str], env: dict[str, str]) -> str:
    """Runs one step to its end and answers what it said; a Problem when it failed."""
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        print(done.stdout + done.stderr, file=sys.stderr, end="")
        raise Problem(f"{step} failed; the reason stands above.")
    return done.stdout


def flask(*arguments: str) -> list[str]:
    """A command of the application."""
    return [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]


def is_noted(name: str, facts: str) -> bool:
    """Whether a step ran to its end before with the same facts."""
    stamp = VAR / "stamps" / name
    return stamp.exists() and stamp.read_text() == hashlib.sha256(facts.encode()).hexdigest()


def note(name: str, facts: str) -> None:
    """Remembers that a step ran to its end."""
    stamp = VAR / "stamps" / name
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(hashlib.sha256(facts.encode()).hexdigest())


def database_name(env: dict[str, str]) -> str:
    """Tells one database from another, whatever port the embedded server took this time."""
    return "embedded" if settings.is_embedded("DATABASE_URL") else env["DATABASE_URL"]


def migrations() -> str:
    """The names of all migrations."""
    return " ".join(sorted(path.name for path in (ROOT / "webapp/migrations/versions").glob("*.py")))


def fill(env: dict[str, str]) -> None:
    """Migrates, and loads the demo season the first time."""
    database = database_name(env)
    if not is_noted("migrated", f"{database} {migrations()}"):
        print("Migrating the database.", flush=True)
        do("The migration", [sys.executable, "-m", "alembic", "upgrade", "head"], env)
        note("migrated", f"{database} {migrations()}")
    if env.get("MARQUEE_DEMO") != "no" and not is_noted("demo", database):
        print("Loading the demo season.", flush=True)
        do("Loading the demo season", flask("demo", "load"), env)
        (VAR / "accounts.txt").write_text(do("Reading the demo accounts", flask("demo", "accounts"), env))
        note("demo", database)


def supervise(env: dict[str, str]) -> int:
    """Starts what the Procfile names and returns when everything has ended."""
    manager = Manager()
    for name, command in parse_procfile(PROCFILE.read_text()).processes.items():
        if name in REPLACED_BY and not settings.is_embedded(REPLACED_BY[name]):
            continue
        keeping = shlex.join(kept(["/bin/sh", "-c", f"exec {command}"]))
        manager.add_process(name, f"exec {keeping}", env=env, cwd=str(ROOT))
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, lambda *_: manager.terminate())
    manager.loop()
    return int(manager.returncode or 0)


def end(number: int, _: object) -> None:
    """Until the supervisor takes over, a signal ends the start in the usual way, with all clean-up."""
    raise SystemExit(128 + number)


def catch() -> None:
    """Listens to signals, but lets `nohup` have its way."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, end)


@contextmanager
def everything() -> Iterator[dict[str, str]]:
    """Servers, database and settings of this checkout, as long as the body runs."""
    used: set[int] = set()
    with alone(), ExitStack() as ending:
        made = settings.addresses(used)
        made |= start_servers(ending, used)
        env = settings.compose(made)
        sound.settings(env)
        fill(env)
        RUNNING.touch(mode=0o600)
        RUNNING.write_text(json.dumps(env))
        ending.callback(RUNNING.unlink, missing_ok=True)
        yield env


def run() -> int:
    """Everything from nothing to a printed address, until Ctrl-C."""
    die_with_parent(signal.SIGTERM)
    catch()
    allow_many_files()
    with everything() as env:
        greeter = subprocess.Popen([sys.executable, "-m", "local.greet"], cwd=ROOT, env=env)
        try:
            code = supervise(env)
        finally:
            greeter.kill()
            greeter.wait()
    # 130 and 143 are Ctrl-C and a polite end: nothing went wrong, so make need not say so.
    return 0 if code in (130, 143) else code


def with_servers(command: list[str]) -> int:
    """One command with this checkout's settings: beside the running processes, or with servers of its own."""
    if is_running():
        return subprocess.run(command, cwd=ROOT, env={**os.environ, **running()}, check=False).returncode
    catch()
    with everything() as env:
        return subprocess.run(command, cwd=ROOT, env=env, check=False).returncode
