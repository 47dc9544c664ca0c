"""A waiting room before an event of the season, as staff would set it."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from sqlalchemy import text

from bench.stack import Stack
from webapp.core import clock
from webapp.core.audit import SYSTEM
from webapp.core.db import Database
from webapp.waitingroom import service
from webapp.waitingroom.service import Scope

EVENT = text("SELECT id, organizer_id FROM events WHERE slug = :slug")


@contextmanager
def waiting_room(stack: Stack, slug: str, *, per_minute: int, most_inside: int) -> Iterator[UUID]:
    """In force from now until the end of the block; gives the room's id."""
    database = Database(stack.env["DATABASE_URL"])
    values: dict[str, object] = {
        "mode": "on",
        "opens_at": None,
        "starts_at": None,
        "auto_per_second": 100,
        "entrance": "open",
    }
    dials: dict[str, object] = {"per_minute": per_minute, "most_inside": most_inside}
    with database.writing() as db:
        event = db.execute(EVENT, {"slug": slug}).one()
        scope = Scope(event.id)
        room_id = service.add(db, organizer_id=event.organizer_id, scope=scope, by=SYSTEM).id
    try:
        _set(database, event.organizer_id, room_id, values | dials)
        yield room_id
        _set(database, event.organizer_id, room_id, values | {"mode": "off"})
    finally:
        database.close()


def _set(database: Database, organizer_id: UUID, room_id: UUID, values: dict[str, object]) -> None:
    with database.writing() as db:
        service.configure(
            db, organizer_id=organizer_id, room_id=room_id, values=values, by=SYSTEM, now=clock.now()
        )
