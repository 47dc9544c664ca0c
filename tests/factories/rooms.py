"""Waiting rooms before a sale, and visitors who stand in line."""

import re
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient

from tests.factories.booking import Sale
from webapp.core import clock
from webapp.core.audit import Actor
from webapp.core.db import Database
from webapp.waitingroom import service
from webapp.waitingroom.service import Scope

STAFF = Actor("staff", "Bob Berg")
SETTINGS: dict[str, Any] = {
    "mode": "on",
    "opens_at": None,
    "starts_at": None,
    "per_minute": 6000,
    "most_inside": 500,
    "auto_per_second": 100,
    "entrance": "open",
}


def a_room(database: Database, sale: Sale, *, of_event: bool = False, **values: Any) -> UUID:
    """A room before the sale, in force since now unless said otherwise."""
    now = values.pop("now", None) or clock.now()
    with database.writing() as db:
        scope = Scope(sale.event_id, None if of_event else sale.date_id)
        room = service.add(db, organizer_id=sale.organizer_id, scope=scope, by=STAFF)
        service.configure(
            db,
            organizer_id=sale.organizer_id,
            room_id=room.id,
            values=SETTINGS | values,
            by=STAFF,
            now=now,
        )
    return room.id


def set_up(database: Database, sale: Sale, room_id: UUID, **values: Any) -> None:
    """Change the room as its form does."""
    with database.writing() as db:
        service.configure(
            db,
            organizer_id=sale.organizer_id,
            room_id=room_id,
            values=SETTINGS | values,
            by=STAFF,
            now=clock.now(),
        )


def hold(browser: FlaskClient, sale: Sale, quantity: int = 1) -> str:
    """Press the button of the ticket picker; gives where that leads."""
    form = {"event": str(sale.event_id), "date": str(sale.date_id), f"qty-{sale.types[0]}": str(quantity)}
    return browser.post("/basket/hold", data=form).headers["Location"]


def state(browser: FlaskClient, room_id: UUID) -> str:
    """How a visitor stands, as their page says it."""
    found = re.search(r'data-room-state="(\w+)"', browser.get(f"/queue/{room_id}").text)
    assert found
    return found[1]
