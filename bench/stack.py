"""The application started the way production does, on a PostgreSQL that flushes every commit."""

import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import urllib3

from local import ports, postgres, redis
from local.paths import ROOT
from local.server import Server, kept

GUNICORN = ["--worker-class", "gthread", "--workers", "2", "--threads", "8", "--no-control-socket"]
GEVENT = ["--worker-class", "gevent", "--worker-connections", "4100", "--no-control-socket"]
QUIET = ["--log-level", "warning"]


@dataclass
class Stack:
    """Addresses of the processes, their environment and commands, and the processes by name."""

    base: str
    floor: str
    env: dict[str, str]
    commands: dict[str, list[str]] = field(default_factory=dict)
    servers: dict[str, Server] = field(default_factory=dict)

    @property
    def live(self) -> str:
        """The address of the process that streams."""
        return self.env["LIVE_URL"]

    def stop(self) -> None:
        """End every process, those that need others before the others."""
        for server in reversed(self.servers.values()):
            server.stop()

    def flask(self, *arguments: str) -> str:
        """Run a command of the application and return what it said."""
        return subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", *arguments],
            cwd=ROOT,
            env=self.env,
            capture_output=True,
            text=True,
            check=True,
        ).stdout


def as_it_is(_: Stack) -> None:
    """Nothing is arranged before the processes start."""


@contextmanager
def running(*, dates: int, arrange: Callable[[Stack], None] = as_it_is) -> Iterator[Stack]:
    """Everything, with a season of so many dates in the database; ended and removed afterwards.

    `arrange` may change the environment and the commands before the processes start.
    """
    with ExitStack() as ending:
        folder = Path(ending.enter_context(tempfile.TemporaryDirectory(prefix="marquee-bench-")))
        folder.chmod(0o755)
        stack = _prepared(ending, folder)
        ending.callback(stack.stop)
        subprocess.run(
            [sys.executable, "-m", "alembic", "upgrade", "head"], cwd=ROOT, env=stack.env, check=True
        )
        stack.flask("demo", "load", "--size", str(dates))
        stack.commands = _commands(stack.env)
        arrange(stack)
        for name, command in stack.commands.items():
            server = Server(name, kept(command), "", folder / f"{name}.log", stack.env)
            server.start()
            stack.servers[name] = server
        for url in (f"{stack.base}/readyz", f"{stack.live}/livez", f"{stack.env['GATEWAY_URL']}/livez"):
            _wait(url)
        yield stack


def _prepared(ending: ExitStack, folder: Path) -> Stack:
    database = postgres.prepare(folder, ports.any_free(), durable=True)
    cache = redis.prepare(folder, ports.any_free(), durable=True)
    for server in (database, cache):
        ending.callback(server.stop)
        server.start()
    postgres.wait(database)
    redis.wait(cache)
    web, live, floor, sandbox, mail = (ports.any_free() for _ in range(5))
    key, hook = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    base = f"http://127.0.0.1:{web}"
    env = {
        **os.environ,
        "MARQUEE_ENV": "development",
        "SECRET_KEY": secrets.token_urlsafe(32),
        "BASE_URL": base,
        "LIVE_URL": f"http://127.0.0.1:{live}",
        "DATABASE_URL": postgres.make_database(database, "marquee"),
        "REDIS_URL": cache.url + "0",
        "SMTP_URL": f"smtp://127.0.0.1:{mail}",
        "MAILBOX_PORT": str(mail),
        "MAILBOX_DIR": str(folder / "mail"),
        "MEDIA_DIR": str(folder / "media"),
        "GATEWAY_URL": f"http://127.0.0.1:{sandbox}",
        "GATEWAY_KEY": key,
        "GATEWAY_WEBHOOK_SECRET": hook,
        "SANDBOX_DATABASE_URL": postgres.make_database(database, "sandbox"),
        "SANDBOX_PORT": str(sandbox),
        "SANDBOX_KEY": key,
        "SANDBOX_WEBHOOK_SECRET": hook,
        "SANDBOX_WEBHOOK_URL": f"{base}/webhooks/sandbox",
        # As behind the ingress: each buyer comes from an address of their own.
        "TRUSTED_PROXIES": "1",
        "PYTHONUNBUFFERED": "1",
    }
    return Stack(base, f"http://127.0.0.1:{floor}", env, servers={"postgres": database, "redis": cache})


def _commands(env: dict[str, str]) -> dict[str, list[str]]:
    web, live = (env[name].removeprefix("http://") for name in ("BASE_URL", "LIVE_URL"))
    python = sys.executable
    gunicorn = [python, "-m", "gunicorn"]
    return {
        "web": [*gunicorn, "wsgi:app", "--bind", web, *GUNICORN, *QUIET],
        "live": ["env", "MARQUEE_SERVICE=live", *gunicorn, "wsgi:app", "--bind", live, *GEVENT, *QUIET],
        "worker": [python, "-m", "workers", "worker"],
        "clock": [python, "-m", "workers", "clock"],
        "sandbox": [python, "-m", "sandbox"],
        "mailbox": [python, "-m", "local.mailbox"],
    }


@contextmanager
def floor(stack: Stack) -> Iterator[str]:
    """The bare Flask page on the same database, for as long as it is measured."""
    bind = stack.floor.removeprefix("http://")
    command = [sys.executable, "-m", "gunicorn", "bench.floor.wsgi:app", "--bind", bind, *GUNICORN, *QUIET]
    log = Path(stack.env["MEDIA_DIR"]).parent / "floor.log"
    server = Server("floor", kept(command), stack.floor, log, stack.env)
    server.start()
    try:
        _wait(stack.floor + "/00000000-0000-0000-0000-000000000000", status=404)
        yield stack.floor
    finally:
        server.stop()


def _wait(url: str, *, status: int = 200, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    http = urllib3.PoolManager(retries=False)
    while True:
        try:
            if http.request("GET", url, timeout=2).status == status:
                return
        except urllib3.exceptions.HTTPError:
            pass
        if time.monotonic() > deadline:
            raise TimeoutError(f"{url} did not answer {status} within {seconds:.0f} s.")
        time.sleep(0.05)
