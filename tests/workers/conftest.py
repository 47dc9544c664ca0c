"""A house with its own jobs, a real SMTP server, and worker processes that can be killed."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import psycopg
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Session
from redis import Redis
from sqlalchemy import text

from local import ports
from tests.workers.lamps import ROUTING
from webapp.config import Settings
from webapp.core.db import Database
from workers.context import Context, make_context
from workers.relay import Relay

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Inbox:
    """An SMTP server that keeps what it takes and from which port it came, and refuses while `is_full`."""

    mails: list[EmailMessage] = field(default_factory=list)
    peers: list[object] = field(default_factory=list)
    is_full: bool = False

    async def handle_DATA(self, _server: object, session: Session, envelope: object) -> str:  # noqa: N802
        if self.is_full:
            return "452 No room just now"
        self.peers.append(session.peer)
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[attr-defined]
        return "250 Taken"


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@contextmanager
def smtp_server(inbox: Inbox, port: int) -> Iterator[None]:
    server = Controller(inbox, hostname="127.0.0.1", port=port)
    server.start()
    yield
    server.stop()


@pytest.fixture
def smtp_url(inbox: Inbox) -> Iterator[str]:
    port = ports.any_free()
    with smtp_server(inbox, port):
        yield f"smtp://127.0.0.1:{port}"


@pytest.fixture
def environment(postgres_url: str, redis_url: str, smtp_url: str, tmp_path: Path) -> dict[str, str]:
    """The settings of a process as it reads them."""
    return {
        "MARQUEE_ENV": "test",
        "SECRET_KEY": "0123456789abcdef0123456789abcdef",
        "BASE_URL": "http://box.office.test",
        "DATABASE_URL": postgres_url,
        "REDIS_URL": redis_url,
        "SMTP_URL": smtp_url,
        "MEDIA_DIR": str(tmp_path / "media"),
        "GATEWAY_URL": "http://127.0.0.1:9",
        "GATEWAY_KEY": "key",
        "GATEWAY_WEBHOOK_SECRET": "secret",
    }


@pytest.fixture
def context(environment: dict[str, str]) -> Iterator[Context]:
    made = make_context(Settings.from_env(environment))
    yield made
    made.redis.close()
    made.live.redis.close()
    made.database.close()


@pytest.fixture
def database(context: Context) -> Iterator[Database]:
    """Empty of background work, with a table for what the lamps do."""
    with context.database.writing() as db:
        db.execute(text("TRUNCATE outbox, sent_mails CASCADE"))
        db.execute(text("CREATE TABLE IF NOT EXISTS lamps (name text)"))
    yield context.database
    with context.database.writing() as db:
        db.execute(text("DROP TABLE lamps"))
        db.execute(text("TRUNCATE outbox, sent_mails CASCADE"))


@pytest.fixture
def redis(context: Context) -> Redis:
    """Empty of everything."""
    context.redis.flushdb()
    return context.redis


@pytest.fixture
def relay(database: Database, redis: Redis) -> Relay:
    return Relay(database.writing, redis, ROUTING)


@pytest.fixture
def start(environment: dict[str, str]) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Start a process of the house of lamps, or of `module`; all are ended with the test."""
    processes: list[subprocess.Popen[bytes]] = []

    def started(*arguments: str, module: str = "tests.workers.lamps") -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            env={**os.environ, **environment},
        )
        processes.append(process)
        return process

    yield started
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def lamps(database: Database) -> list[str]:
    """What was done, in order of name; by a connection of its own, since tests end all others."""
    with psycopg.connect(
        database.engine.url.set(drivername="postgresql").render_as_string(False)
    ) as connection:
        return [row[0] for row in connection.execute("SELECT name FROM lamps ORDER BY name")]


def eventually(holds: Callable[[], bool], seconds: float = 20) -> None:
    """Wait until it holds; fail when it does not in time."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "It did not come true in time."
        time.sleep(0.02)


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    began = time.monotonic()
    yield
    assert time.monotonic() - began < seconds
