"""Every test begins with an empty house, since `verify` looks at all of it."""

import pytest

from tests.factories.booking import empty
from webapp.core.db import Database


@pytest.fixture(autouse=True)
def empty_house(database: Database) -> None:
    empty(database)
