"""What is for sale: six places, with a price and without."""

import pytest

from tests.factories.booking import Kind, Sale, a_sale
from webapp.core.db import Database


@pytest.fixture
def sale(database: Database) -> Sale:
    return a_sale(database, places=(6,), kinds=(Kind(), Kind(price=0)))
