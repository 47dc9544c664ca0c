"""After each test every rule of the house is swept, over everything that the test left behind."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.core import clock
from webapp.core.db import Database
from webapp.ops.queries.invariants import sweep

TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"


def empty(database: Database) -> None:
    """All tables but alembic's; append-only triggers sleep meanwhile, since nothing else may truncate."""
    with database.writing() as db:
        tables = db.scalars(text(TABLES)).all()
        db.execute(text("SET LOCAL session_replication_role = replica"))
        for table in tables:
            db.execute(text(f'DELETE FROM "{table}"'))


def broken(database: Database) -> list[str]:
    """Sentences about what does not hold; a mail that nobody sends here is no matter."""
    with Session(database.engine) as db:
        return [example for finding in sweep(db) for example in finding.examples]


@pytest.fixture(autouse=True)
def sound(database: Database) -> Iterator[None]:
    empty(database)
    yield
    assert broken(database) == []


@pytest.fixture
def now() -> datetime:
    return clock.now()
