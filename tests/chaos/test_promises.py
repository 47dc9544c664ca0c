"""What a guest was told is on the disk: PostgreSQL dies in a sale, and no paid order is lost.

The same without waiting for the disk loses orders, so a run that loses none shows something.
"""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from local import ports, postgres
from local.server import Server
from tests.chaos.count import SETTLED_HERE
from tests.conftest import own_database
from tests.factories import booking
from webapp.consequences import AT_ONCE
from webapp.core import clock, db, outbox
from webapp.core.db import Database

pytestmark = [pytest.mark.chaos, pytest.mark.slow]

ORDERS = 10
# By itself this server writes nothing down during the sale: only who waits for the disk is sure of it.
SLOW_TO_WRITE = (
    "ALTER SYSTEM SET wal_writer_delay = '10s'",
    "ALTER SYSTEM SET wal_writer_flush_after = '1GB'",
    "SELECT pg_reload_conf()",
)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A PostgreSQL of its own, as production runs it, that may be killed."""
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o755)  # PostgreSQL runs as another user than root
    made = postgres.prepare(tmp_path, ports.any_free(), durable=True)
    made.start()
    postgres.wait(made)
    with psycopg.connect(made.url + "postgres", autocommit=True) as connection:
        for statement in SLOW_TO_WRITE:
            connection.execute(statement)
    yield made
    made.stop()


def test_no_paid_order_is_lost(server: Server, tmp_path: Path) -> None:
    assert _lost(server, tmp_path) == set()


def test_without_waiting_for_the_disk_paid_orders_are_lost(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "DURABLY", "-c synchronous_commit=off")

    assert _lost(server, tmp_path)


def _lost(server: Server, folder: Path) -> set[UUID]:
    """Payments whose provider was told that we know, and that nobody knows of after the crash."""
    outbox.install(AT_ONCE)
    with own_database(server.url + "postgres", "promises") as address:
        with _opened(address) as database:
            told = _sell(database)
        _kill(server, folder)
        with psycopg.connect(address) as connection:
            kept = {UUID(row[0]) for row in connection.execute(SETTLED_HERE)}
    return told - kept


def _sell(database: Database) -> set[UUID]:
    sale = booking.a_sale(database, places=(ORDERS,))
    told = set()
    for _ in range(ORDERS):
        made = booking.placed(database, sale, 1, now=clock.now())
        booking.pay(database, made.payment_id)
        assert made.payment_id
        told.add(made.payment_id)
    return told


def _kill(server: Server, folder: Path) -> None:
    """Kill -9; its keeper starts it again. What only its memory had is gone."""
    postmaster = (folder / "postgres" / "postmaster.pid").read_text().splitlines()[0]
    os.kill(int(postmaster), signal.SIGKILL)
    postgres.wait(server)


@contextmanager
def _opened(address: str) -> Iterator[Database]:
    database = Database(address)
    try:
        yield database
    finally:
        database.close()
