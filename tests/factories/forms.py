"""A guest who presses buttons without scripts: plain forms, sent once or twice."""

import re
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import text

from tests.factories.booking import Sale
from webapp.core.db import Database

BUYER = {"name": "Amara Okafor", "email": "amara@example.org"}


def wish(sale: Sale, *quantities: int) -> dict[str, str]:
    return {f"qty-{kind}": str(n) for kind, n in zip(sale.types, quantities, strict=False)}


def held(client: FlaskClient, sale: Sale, *quantities: int) -> str:
    """Hold by the form, and read from the basket where its checkout is."""
    assert client.post("/basket/hold", data=wish(sale, *quantities)).status_code == 303
    found = re.search(r"/checkout/([0-9a-f-]{36})", client.get("/basket").text)
    assert found
    return found[1]


def twice(client: FlaskClient, address: str, **data: Any) -> str:
    """Post the same form twice; both must lead to the same place."""
    first, second = (client.post(address, data=data) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303), second.text
    assert first.location == second.location
    return str(first.location)


def booked(client: FlaskClient, sale: Sale) -> str:
    """Book a free ticket; the address of its order."""
    return str(client.post(f"/checkout/{held(client, sale, 0, 1)}", data=BUYER).location)


def count(database: Database, table: str) -> int:
    with database.reading() as db:
        return db.scalar(text(f"SELECT count(*) FROM {table}")) or 0  # nosec B608
