"""The tickets that a benchmark loads are such as the application would have written."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from bench.growing import rows
from bench.stack import Stack
from tests.conftest import migrate
from tests.factories.booking import Kind, a_sale
from webapp.core.db import Database, Session
from webapp.ops.queries import invariants


@pytest.fixture
def grown(empty_database_url: str) -> Iterator[Database]:
    """Two hundred orders of two tickets in two steps: for an event, for others, and for seats."""
    migrate(empty_database_url)
    database = Database(empty_database_url)
    measured = a_sale(database, places=[10], kinds=[Kind(2500)])
    a_sale(database, places=[10], kinds=[Kind(1500)])
    stack = Stack("", "", {"DATABASE_URL": empty_database_url})
    rows.prepare(stack, measured.slug)
    rows.grow(stack, first=0, last=119)
    rows.grow(stack, first=120, last=199)
    assert rows.tickets(stack) == 400
    yield database
    database.close()


def test_loaded_tickets_break_no_invariant(grown: Database) -> None:
    with Session(grown.engine) as db:
        findings = list(invariants.sweep(db))
    assert [finding.examples for finding in findings if finding.broken] == []
    looked_at = {finding.name: finding.looked_at for finding in findings}
    assert looked_at["every paid order has its tickets"] == 200


def test_loaded_tickets_leave_as_many_places_as_before_and_take_seats(grown: Database) -> None:
    with grown.reading() as db:
        left = db.scalars(text("SELECT capacity - taken FROM pools WHERE name <> 'Seats'")).all()
        claimed = db.scalar(text("SELECT count(*) FROM seat_claims"))
    assert left == [10, 10]
    assert claimed == 160
