"""Signs of life, and of circuits that have opened."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from webapp.core.db import Database
from workers.context import Context
from workers.heartbeat import Pulse


@pytest.fixture
def pulse(database: Database, context: Context) -> Iterator[Pulse]:
    with database.writing() as db:
        db.execute(text("DELETE FROM heartbeats"))
    made = Pulse(context, "worker urgent")
    yield made
    made.stop()


def signs(database: Database) -> list[tuple[str, str]]:
    with database.reading() as db:
        rows = db.execute(
            text("SELECT kind, coalesce(detail->>'state', detail->>'role') FROM heartbeats ORDER BY kind")
        )
        return [tuple(row) for row in rows]


def test_a_living_process_has_one_row(database: Database, pulse: Pulse) -> None:
    pulse.beat()
    pulse.beat()

    assert signs(database) == [("worker", "worker urgent")]


def test_a_circuit_is_told_when_it_opens_and_when_it_closes(
    database: Database, context: Context, pulse: Pulse
) -> None:
    context.smtp.open()
    pulse.beat()
    assert signs(database) == [("circuit", "open"), ("worker", "worker urgent")]

    context.smtp.close()
    pulse.beat()

    assert signs(database) == [("circuit", "closed"), ("worker", "worker urgent")]


def test_who_ends_in_order_leaves_nothing(database: Database, context: Context, pulse: Pulse) -> None:
    context.smtp.open()
    pulse.beat()

    pulse.stop()

    assert signs(database) == []
