"""A house with a date on sale and somebody of its staff; after each test every rule of the house is swept."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from tests.factories.accounts import a_member, sign_in
from tests.factories.booking import Kind, Sale, a_sale, empty
from tests.webapp.booking.conftest import broken
from webapp.accounts.models import Organizer
from webapp.core import clock
from webapp.core.db import Database
from webapp.core.ids import secret, uuid7


@pytest.fixture(autouse=True)
def sound(database: Database) -> Iterator[None]:
    empty(database)
    yield
    assert broken(database) == []


@pytest.fixture
def now() -> datetime:
    return clock.now()


@dataclass
class Desk:
    """What a member of staff does at the counter, by the forms of its pages."""

    client: FlaskClient
    database: Database
    sale: Sale
    base: str

    @property
    def counter(self) -> str:
        return f"{self.base}/counter"

    def open_till(self, start: str = "50") -> str:
        till = str(uuid7())
        assert self.client.post(f"{self.counter}/tills", data={"id": till, "start": start}).status_code == 303
        return till

    def choose(self, *quantities: int, key: str = "", **fields: Any) -> Any:
        """So many of the first type, the second, and so on."""
        wanted = {f"qty-{one}": str(n) for one, n in zip(self.sale.types, quantities, strict=False)}
        return self.client.post(
            f"{self.counter}/{self.sale.date_id}", data={"key": key or secret()} | wanted | fields
        )

    def sell(self, *quantities: int, **paid: str) -> str:
        """Choose and take the money; returns the code of the order."""
        till = self.choose(*quantities)
        assert till.status_code == 303, till.text
        done = self.client.post(till.location, data={"means": "cash"} | paid)
        assert done.status_code == 303, done.text
        return str(done.location.rsplit("/", 1)[1])

    def one(self, statement: str, **values: Any) -> Any:
        with self.database.reading() as db:
            return db.scalar(text(statement), values)

    def page(self, path: str) -> str:
        """What a page says, in words."""
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        return words(answer.text)


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.partition("<main")[2]))


def a_desk(client: FlaskClient, database: Database, sale: Sale, role: str = "manager") -> Desk:
    with database.reading() as db:
        organizer = db.get_one(Organizer, sale.organizer_id)
    sign_in(client, a_member(database, organizer, role))
    return Desk(client, database, sale, f"/staff/{organizer.slug}")


@pytest.fixture
def desk(client: FlaskClient, database: Database) -> Desk:
    """Twenty places, adults at 24.00 and children at 10.50; the web takes a fee of one euro for each."""
    kinds = (Kind(2400, name="Adult"), Kind(1050, name="Child"))
    return a_desk(client, database, a_sale(database, kinds=kinds, fee_fixed=100))
