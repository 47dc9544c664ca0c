"""After each test every rule of the house is swept, over everything that the test left behind."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from tests.factories.booking import empty
from webapp.core import clock
from webapp.core.db import Database
from webapp.ops.queries.invariants import sweep


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
