"""Real servers for every test: a PostgreSQL database and a Redis database per test process."""

import hashlib
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from local import testing

ROOT = Path(__file__).resolve().parent.parent
MIGRATIONS = ROOT / "webapp" / "migrations"
ENDING = ExitStack()
# One browser and one open house for all tests of a process that look at pages.
pytest_plugins = ("tests.pages.fixtures",)


def start_servers() -> None:
    """Starts what the environment does not name yet; processes started later inherit the addresses."""
    os.environ.update(ENDING.enter_context(testing.servers()))


def pytest_configure(config: pytest.Config) -> None:
    """With xdist the first process starts the servers for all others."""
    if getattr(config.option, "numprocesses", None):
        start_servers()


def pytest_unconfigure() -> None:
    """Ends only what this process started."""
    ENDING.close()


def worker_number() -> int:
    """0 without xdist, else 1 for `gw0` and so on."""
    return int(os.environ.get("PYTEST_XDIST_WORKER", "gw-1").removeprefix("gw")) + 1


def at(address: str, database: str) -> str:
    """The same server, another database."""
    return f"{address.rsplit('/', 1)[0]}/{database}"


@contextmanager
def administering(address: str) -> Iterator[psycopg.Connection]:
    """A connection that may make and drop databases; one test process at a time."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(hashtext('marquee tests'))")
        yield connection


def drop(connection: psycopg.Connection, name: str) -> None:
    """Drops a database although somebody may still be connected."""
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def migrate(address: str) -> None:
    """Brings a database to the newest version, as a deployment does."""
    subprocess.run(
        [sys.executable, "-m", "alembic", "upgrade", "head"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": address, "MARQUEE_ENV": "test"},
        check=True,
    )


def template_name() -> str:
    """Changes when a migration changes, so that a server that stays can be used again."""
    said = hashlib.sha256()
    for path in sorted(MIGRATIONS.rglob("*.py")):
        said.update(path.read_bytes())
    return f"marquee_template_{said.hexdigest()[:12]}"


def make_template(connection: psycopg.Connection, address: str) -> str:
    """A migrated database that others are copied from; migrated once for all test processes."""
    name = template_name()
    if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
        return name
    making = f"{name}_making"
    drop(connection, making)
    connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(making)))
    migrate(at(address, making))
    connection.execute(
        sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(making), sql.Identifier(name))
    )
    return name


@pytest.fixture(scope="session")
def postgres_server() -> str:
    """The address of a PostgreSQL server, of a database that one may make others from."""
    if testing.POSTGRES not in os.environ:
        start_servers()
    return os.environ[testing.POSTGRES]


@contextmanager
def own_database(server: str, kind: str, *, is_empty: bool = False) -> Iterator[str]:
    """A migrated database, or one without a single table, dropped at the end."""
    name = f"marquee_{kind}_{secrets.token_hex(6)}"
    with administering(server) as connection:
        template = "template0" if is_empty else make_template(connection, server)
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        )
    yield at(server, name)
    with administering(server) as connection:
        drop(connection, name)


@pytest.fixture(scope="session")
def postgres_url(postgres_server: str) -> Iterator[str]:
    """A migrated database of this test process."""
    with own_database(postgres_server, str(worker_number())) as address:
        yield address


@pytest.fixture
def empty_database_url(postgres_server: str) -> Iterator[str]:
    """A database without a single table, for one test: migrations, the sandbox gateway's own data."""
    with own_database(postgres_server, "empty", is_empty=True) as address:
        yield address


@pytest.fixture(scope="session")
def redis_url() -> str:
    """A Redis database of this test process; tests that need it empty flush it themselves."""
    if testing.REDIS not in os.environ:
        start_servers()
    return at(os.environ[testing.REDIS], str(worker_number()))


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's path; journeys that ask for it are skipped where there is none."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("Chromium is missing: run `apt-get install chromium` as root.")
    return path


@pytest.fixture
def apart() -> Iterator[Callable[..., Any]]:
    """Runs something in a thread of its own: a browser in this process keeps its event loop in ours."""
    with ThreadPoolExecutor(1) as thread:
        yield lambda act, *args, **named: thread.submit(act, *args, **named).result()
