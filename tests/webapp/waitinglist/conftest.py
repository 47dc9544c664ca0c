"""After each test every rule of the house is swept, over everything that the test left behind."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from tests.factories.booking import empty
from tests.webapp.booking.conftest import broken
from webapp.core import clock
from webapp.core.db import Database


@pytest.fixture(autouse=True)
def sound(database: Database) -> Iterator[None]:
    empty(database)
    yield
    assert broken(database) == []


@pytest.fixture
def now() -> datetime:
    return clock.now()
