"""PostgreSQL and Redis with every set of binaries that this machine has."""

import os
import resource
import signal
import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest
import redis as client

from local import ports, postgres, redis
from local.paths import ROOT
from local.problem import Problem
from local.server import MANY_FILES, Server

POSTGRES = sorted({folder.resolve() for folder in postgres.candidates() if postgres.version_of(folder) >= 15})
REDIS = sorted({program for program in redis.candidates() if redis.version_of(program) >= 6})


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the user PostgreSQL runs as can reach; pytest's own is closed to everybody else."""
    with TemporaryDirectory(prefix="marquee-test-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture
def database(folder: Path) -> Iterator[Server]:
    """A durable PostgreSQL as `make run` starts it."""
    server = postgres.prepare(folder, ports.any_free(), durable=True)
    server.start()
    postgres.wait(server)
    yield server
    server.stop()


def test_the_machine_has_a_postgresql() -> None:
    assert postgres.find_binaries().version >= postgres.OLDEST


@pytest.mark.parametrize("binaries", POSTGRES, ids=str)
def test_each_postgresql_starts_and_stops(
    binaries: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MARQUEE_POSTGRES_BIN", str(binaries))
    server = postgres.prepare(folder, ports.any_free(), durable=False)
    server.start()
    postgres.wait(server)
    with psycopg.connect(postgres.make_database(server, "shop")) as connection:
        assert connection.execute("SELECT current_database()").fetchone() == ("shop",)
    server.stop()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(server.url + "shop")


def test_a_first_start_that_was_killed_begins_anew(folder: Path) -> None:
    start = "import sys, pathlib, local.postgres as p; p.prepare(pathlib.Path(sys.argv[1]), 1, durable=True)"
    first = subprocess.Popen([sys.executable, "-c", start, str(folder)], cwd=ROOT, start_new_session=True)
    deadline = time.monotonic() + 20
    while not list(folder.glob("postgres*/PG_VERSION")) and time.monotonic() < deadline:
        time.sleep(0.005)
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    server = postgres.prepare(folder, ports.any_free(), durable=True)
    server.start()
    postgres.wait(server)
    server.stop()


def test_postgresql_lets_nobody_in_without_the_password(database: Server) -> None:
    port = database.url.rsplit(":", 1)[1].strip("/")
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(f"postgresql://marquee@127.0.0.1:{port}/postgres")


def test_what_is_committed_outlives_a_killed_postgresql(database: Server, folder: Path) -> None:
    with psycopg.connect(database.url + "postgres") as connection:
        connection.execute("CREATE TABLE orders (code text)")
        connection.execute("INSERT INTO orders VALUES ('paid')")
    postmaster = int((folder / "postgres" / "postmaster.pid").read_text().split()[0])
    os.kill(postmaster, signal.SIGKILL)
    time.sleep(0.2)
    postgres.wait(database)
    with psycopg.connect(database.url + "postgres") as connection:
        assert connection.execute("SELECT code FROM orders").fetchone() == ("paid",)


def test_a_folder_without_a_whole_server_is_none(tmp_path: Path) -> None:
    (tmp_path / "postgres").write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 17.1'\n")
    (tmp_path / "postgres").chmod(0o755)
    assert postgres.version_of(tmp_path) == 0


def test_a_chosen_folder_without_postgresql_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MARQUEE_POSTGRES_BIN", str(tmp_path))
    with pytest.raises(Problem, match="No PostgreSQL 15 or later was found"):
        postgres.find_binaries()


def test_data_of_another_version_are_not_touched(folder: Path, database: Server) -> None:
    database.stop()
    (folder / "postgres" / "PG_VERSION").write_text("14\n")
    with pytest.raises(Problem, match="make reset"):
        postgres.prepare(folder, ports.any_free(), durable=True)


@pytest.mark.parametrize("program", REDIS, ids=str)
def test_each_redis_starts_and_stops(program: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MARQUEE_REDIS_BIN", str(program))
    server = redis.prepare(folder, ports.any_free(), durable=True)
    server.start()
    redis.wait(server)
    with client.Redis.from_url(server.url) as connection:
        assert connection.set("seat", "A1")
    server.stop()
    with client.Redis.from_url(server.url) as connection, pytest.raises(client.ConnectionError):
        connection.ping()


def test_the_mailbox_keeps_a_mail_as_it_came(tmp_path: Path) -> None:
    port = ports.any_free()
    env = {**os.environ, "MAILBOX_DIR": str(tmp_path), "MAILBOX_PORT": str(port)}
    serving = subprocess.Popen([sys.executable, "-m", "local.mailbox"], cwd=ROOT, env=env)
    mail = EmailMessage()
    mail["Subject"] = "Grüße vom Einlass"
    mail.set_content("Your tickets are here.")
    try:
        smtp = patiently(port)
        smtp.send_message(mail, "tickets@marquee.example", ["ada@guest.example"])
        smtp.quit()
    finally:
        serving.terminate()
        serving.wait(timeout=10)
    (kept,) = tmp_path.glob("*.eml")
    read = message_from_bytes(kept.read_bytes(), policy=policy.default)
    assert (read["Subject"], read["X-Envelope-To"]) == ("Grüße vom Einlass", "ada@guest.example")


def patiently(port: int) -> smtplib.SMTP:
    """A connection as soon as somebody listens."""
    for _ in range(200):
        with suppress(ConnectionRefusedError):
            return smtplib.SMTP("127.0.0.1", port, timeout=5)
        time.sleep(0.05)
    raise AssertionError("the mailbox never listened")


def test_processes_may_have_thousands_of_pages_open_where_the_machine_allows_it() -> None:
    asked = """
from os import execlp
from local.server import allow_many_files
allow_many_files()
execlp("sh", "sh", "-c", "ulimit -n")
"""
    said = subprocess.run(
        ["sh", "-c", 'ulimit -Sn 256; exec "$0" -c "$1"', sys.executable, asked],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    allowed = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    assert int(said.stdout) == (MANY_FILES if allowed == resource.RLIM_INFINITY else min(MANY_FILES, allowed))
