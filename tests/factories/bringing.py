"""Files as staff bring, correct and confirm them, with everything that follows done in this process."""

import json
from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from webapp.accounts.models import Organizer
from webapp.catalog.models import Event, EventDate
from webapp.core import outbox
from webapp.core.audit import Actor
from webapp.core.events import Event as Happened
from webapp.core.ids import uuid7
from webapp.importing.queries import drafts as queries
from webapp.importing.queries.drafts import DraftView
from webapp.importing.service import drafts
from webapp.importing.service.reading import Source
from workers import perform
from workers.context import Context
from workers.relay import Relay
from workers.routing import ROUTING

BY = Actor("staff", "Alice Adler", uuid7())
PLAIN: dict[str, Any] = {"zone": None, "start": None, "until": None, "mapping": {}, "houses": []}


def follow(context: Context, *events: Happened) -> None:
    """Let everything happen that follows from these, and from that, in this process."""
    with context.database.writing() as db:
        for event in events:
            outbox.record(db, event)
    while _follow_once(context):
        pass


def _follow_once(context: Context) -> int:
    Relay(context.database.writing, context.redis, ROUTING).round()
    with context.database.reading() as db:
        due = db.execute(
            text("SELECT id, job FROM deliveries WHERE done_at IS NULL AND job <> 'tell_of_move' ORDER BY id")
        ).all()
    for row in due:
        job = ROUTING.find(row.job)
        assert job is not None
        done = perform.run(context, job, row.id)
        with context.database.reading() as db:
            assert done == "done", db.scalar(
                text("SELECT error FROM deliveries WHERE id = :id"), {"id": row.id}
            )
    return len(due)


def season(**changes: str) -> bytes:
    first = {"title": "Night of the Lamps", "start": "2027-03-05 20:00", "venue": "Coliseu", "city": "Lisbon"}
    second = {
        "title": "Lamps for Children",
        "start": "2027-03-06 15:00",
        "venue": "Coliseu",
        "city": "Lisbon",
    }
    return json.dumps(
        [{"id": "lamps-2027-0001", **first, **changes}, {"id": "lamps-2027-0002", **second}]
    ).encode()


def bring(context: Context, organizer: Organizer, content: bytes, zone: str | None = "Europe/Lisbon") -> UUID:
    """Upload a file, let it be read, and read it again in a zone."""
    with context.database.writing() as db:
        draft_id = drafts.add(db, organizer_id=organizer.id, source=Source("season.json", content), by=BY)
    follow(context)
    if zone:
        correct(context, organizer, draft_id, zone=zone)
    return draft_id


def correct(context: Context, organizer: Organizer, draft_id: UUID, **asks: object) -> None:
    with context.database.writing() as db:
        drafts.correct(
            db, organizer_id=organizer.id, draft_id=draft_id, asks={**PLAIN, **asks}, by=BY, now=context.now()
        )
    follow(context)


def confirm(
    context: Context, organizer: Organizer, draft_id: UUID, agreed: list[UUID] | None = None, words: str = ""
) -> None:
    version = seen(context, organizer, draft_id).version
    with context.database.writing() as db:
        drafts.confirm(
            db, organizer_id=organizer.id, draft_id=draft_id, version=version, agreed=agreed or [],
            words=words, by=BY,
        )  # fmt: skip
    follow(context)


def seen(context: Context, organizer: Organizer, draft_id: UUID) -> DraftView:
    with context.database.reading() as db:
        return queries.draft(db, organizer.id, draft_id)


def kept(context: Context, organizer: Organizer) -> list[Event]:
    with context.database.reading() as db:
        return list(db.scalars(select(Event).where(Event.organizer_id == organizer.id).order_by(Event.id)))


def dates(context: Context, organizer: Organizer) -> list[EventDate]:
    with context.database.reading() as db:
        return list(
            db.scalars(
                select(EventDate).join(Event, Event.id == EventDate.event_id)
                .where(Event.organizer_id == organizer.id).order_by(EventDate.starts_at)
            )
        )  # fmt: skip
