"""What a booking reads does not grow with what was sold before: looked at in rows, not in seconds."""

import re
import time
from collections.abc import Callable, Iterator

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from bench.growing import rows
from bench.stack import Stack
from tests.conftest import migrate
from tests.factories.booking import Kind, Sale, a_sale, pay
from tests.factories.forms import BUYER, booked, held
from webapp.core.db import Database

ORDERS = 500
HALL = "/events/growing-hall-0/seats"

# Rows that statements read of tables that grow with every sale.
READ = """
    SELECT relname, seq_tup_read + coalesce(idx_tup_fetch, 0) FROM pg_stat_user_tables
    WHERE relname IN ('holds', 'hold_lines', 'orders', 'order_lines', 'tickets', 'payments', 'payment_events',
                      'ledger_entries', 'audit_entries', 'seat_claims')
"""
CONNECTED = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@pytest.fixture
def app(empty_database_url: str, make: Callable[..., Flask]) -> Iterator[Flask]:
    """On a database of its own whose planner takes an index wherever there is one, as with a million rows."""
    migrate(empty_database_url)
    with psycopg.connect(empty_database_url, autocommit=True) as connection:
        name = connection.info.dbname
        connection.execute(f"ALTER DATABASE {name} SET enable_seqscan = off")
    made = make(database_url=empty_database_url)
    yield made
    made.extensions["marquee"].database.close()


@pytest.fixture
def database(app: Flask) -> Database:
    found: Database = app.extensions["marquee"].database
    return found


@pytest.fixture
def sale(database: Database, empty_database_url: str) -> Sale:
    """An event for which, as for others and for seats, a thousand tickets were sold before."""
    made = a_sale(database, places=[20], kinds=[Kind(2400), Kind(0)])
    stack = Stack("", "", {"DATABASE_URL": empty_database_url})
    rows.prepare(stack, made.slug)
    rows.grow(stack, first=0, last=ORDERS - 1)
    return made


def test_a_booking_reads_few_rows_however_many_were_sold(
    client: FlaskClient, database: Database, sale: Sale, empty_database_url: str
) -> None:
    database.close()
    with psycopg.connect(empty_database_url, autocommit=True) as connection:
        connection.execute("SELECT pg_stat_reset()")
        _look_and_book(client, database, sale)
        _choose_seats(client)
        database.close()
        while (connection.execute(CONNECTED).fetchone() or (0,))[0]:
            time.sleep(0.05)
        read = {str(table): int(seen) for table, seen in connection.execute(READ)}
    assert {table: seen for table, seen in read.items() if seen > ORDERS / 4} == {}


def _look_and_book(client: FlaskClient, database: Database, sale: Sale) -> None:
    for page in ("/", "/search?q=evening", f"/events/{sale.slug}"):
        assert client.get(page).status_code == 200
    assert 'data-order-state="paid"' in client.get(booked(client, sale)).text
    order = client.post(f"/checkout/{held(client, sale, 1)}", data=BUYER).location
    with database.reading() as db:
        payment = db.scalar(text("SELECT id FROM payments ORDER BY id DESC LIMIT 1"))
    pay(database, payment)
    page = client.get(order).text
    assert 'data-order-state="paid"' in page
    assert client.get(re.findall(r'href="(/tickets/[^"]+)"', page)[0]).status_code == 200


def _choose_seats(client: FlaskClient) -> None:
    page = client.get(HALL)
    assert page.status_code == 200
    date = re.findall(r'name="date" value="([0-9a-f-]{36})"', page.text)[0]
    best = client.post("/basket/seats/best", data={"date": date, "together": "2"})
    assert best.status_code == 303
    assert client.get("/basket").text.count("Adult") >= 1
