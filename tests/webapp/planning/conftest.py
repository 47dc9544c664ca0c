"""A house with one event on sale and somebody who may change it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from tests.factories.accounts import a_member, sign_in
from tests.factories.booking import Sale, a_sale
from webapp.accounts.models import Organizer
from webapp.core.clock import local
from webapp.core.db import Database

MONDAY = datetime(2027, 1, 4, 19, tzinfo=UTC)


@dataclass(frozen=True)
class Desk:
    """Staff at work on one event in Oslo, whose date is Monday 4 January 2027 at 20:00."""

    browser: FlaskClient
    database: Database
    sale: Sale
    base: str

    @property
    def event(self) -> str:
        return f"{self.base}/events/{self.sale.event_id}"

    def rows(self, statement: str, **values: Any) -> list[Any]:
        with self.database.reading() as db:
            found = db.execute(text(statement), {"event": self.sale.event_id, **values})
            return [tuple(row) if len(row) > 1 else row[0] for row in found]

    def readings(self) -> list[str]:
        """When the event's dates begin, on the clock there."""
        starts = self.rows("SELECT starts_at, zone FROM event_dates WHERE event_id = :event ORDER BY 1")
        return [f"{local(at, zone):%Y-%m-%d %H:%M}" for at, zone in starts]


@pytest.fixture
def desk(app: Flask, database: Database) -> Desk:
    sale = a_sale(database, starts_at=MONDAY, ends_at=MONDAY.replace(hour=21))
    with database.reading() as db:
        organizer = db.get_one(Organizer, sale.organizer_id)
    browser = sign_in(app.test_client(), a_member(database, organizer, "manager"))
    return Desk(browser, database, sale, f"/staff/{organizer.slug}")
