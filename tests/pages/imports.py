"""Files in every state that staff find them in: read, refused, doubtful, moving dates, gone in; and feeds."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from tests.factories.house import House
from webapp.core import clock
from webapp.core.audit import Actor
from webapp.core.db import Session
from webapp.core.ids import uuid7
from webapp.core.outbox import Delivery, Outbox
from webapp.importing.events import ImportAsked
from webapp.importing.models import Draft, Feed
from webapp.importing.queries.drafts import Work
from webapp.importing.rules.found import Refused
from webapp.importing.service import drafts, previewing
from webapp.importing.service.reading import Source

BY = Actor("staff", "Alice Adler")
ROWS = [
    {"id": f"crawl-lamps-{n:04}", "title": f"Night of {n} Lamps", "start": f"2028-03-{1 + n % 28:02} 20:00",
     "end": f"2028-03-{1 + n % 28:02} 22:30", "venue": ("Coliseu", "Old Boathouse")[n % 2], "city": "Lisbon",
     "price": "24 EUR" if n % 3 else "a song"}
    for n in range(70)
]  # fmt: skip


def imports(house: House, slug: str) -> dict[str, str]:
    """The pages by name."""
    with house.database.reading() as db:
        organizer = UUID(str(db.scalar(text("SELECT id FROM organizers WHERE slug = :slug"), {"slug": slug})))
    made = _made(house, organizer)
    ready = _brought(house, organizer, _table({**row, "title": f"{row['title']}, again"} for row in ROWS))
    bare = _brought(
        house, organizer, _table({**row, "id": f"no-zone-{n}"} for n, row in enumerate(ROWS[:9])), ""
    )
    wrong = _brought(
        house, organizer, b"Xa;Xb;Xc\nLamps;05.03.2028 20:00;Coliseu\nOars;06.03.2028;Quay\n", ""
    )
    reading, stopped = (_add(house, organizer, b"BEGIN:VCALENDAR") for _ in range(2))
    with house.database.writing() as db:
        db.execute(text("DELETE FROM outbox WHERE topic = 'ImportAsked'"))
        _feeds(db, organizer)
        _waits(db, reading)
        _give_up(db, stopped)
        moving = {"date_id": str(uuid7()), "title": "Night of 2 Lamps", "was": "3 March 2028, 20:00, Coliseu"}
        draft = db.get_one(Draft, ready)
        draft.url = "https://example.org/season.json"
        moves = [
            {**moving, "will": "3 March 2028, 21:00, Coliseu", "is_cancelled": False},
            {**moving, "will": "", "is_cancelled": True},
        ]
        draft.found = {**draft.found, "moves": moves}
    pages = {"ready": ready, "bare": bare, "refused": wrong, "reading": reading, "stopped": stopped}
    found = {f"import-{name}": f"/imports/files/{id_}" for name, id_ in pages.items()}
    return {"imports": "/imports", "import": f"/imports/{made}", **found}


def _table(rows: Any) -> bytes:
    return json.dumps(list(rows)).encode()


def _made(house: House, organizer: UUID) -> UUID:
    draft_id = _brought(house, organizer, _table(ROWS))
    with house.database.writing() as db:
        draft = db.get_one(Draft, draft_id)
        work = _work(draft)
        draft.state = "importing"
    read = previewing.read(work, Source(work.file, work.content or b""), clock.now().date())
    with house.database.writing() as db:
        previewing.bring_in(db, work=work, read=read, now=clock.now())
        made = db.get_one(Draft, draft_id).import_id
    assert made is not None
    return made


def _add(house: House, organizer: UUID, content: bytes) -> UUID:
    source = Source("Season, as the harbour's calendar has it.json", content)
    with house.database.writing() as db:
        draft_id = drafts.add(db, organizer_id=organizer, source=source, by=BY)
        # The house's own worker keeps off.
        db.execute(
            text("DELETE FROM outbox WHERE topic = 'ImportAsked' AND payload->>'draft_id' = :id"),
            {"id": str(draft_id)},
        )
    return draft_id


def _waits(db: Session, draft_id: UUID) -> None:
    """As if its job were to be done in a year."""
    _told(db, draft_id, due_at=clock.now() + timedelta(days=300))


def _give_up(db: Session, draft_id: UUID) -> None:
    """As if every attempt to read it had failed."""
    _told(db, draft_id, attempts=10, dead_at=clock.now(), error="No")


def _told(db: Session, draft_id: UUID, **state: Any) -> None:
    asked = ImportAsked(draft_id, 1)
    told = Outbox(id=uuid7(), topic=asked.topic, payload=asked.payload(), sent_at=clock.now())
    db.add(told)
    db.flush()
    db.add(Delivery(outbox_id=told.id, job="read_import", queue="slow", **state))


def _brought(house: House, organizer: UUID, content: bytes, zone: str = "Europe/Lisbon") -> UUID:
    """A file that was read."""
    draft_id = _add(house, organizer, content)
    with house.database.writing() as db:
        draft = db.get_one(Draft, draft_id)
        draft.asks = {"zone": zone or None}
        work = _work(draft)
    source = Source(work.file, content)
    try:
        read = previewing.read(work, source, clock.now().date())
    except Refused as refusal:
        with house.database.writing() as db:
            previewing.refuse(db, work=work, source=source, refusal=refusal, now=clock.now())
        return draft_id
    with house.database.writing() as db:
        previewing.show(db, work=work, source=source, read=read)
    return draft_id


def _work(draft: Draft) -> Work:
    return Work(
        draft.id, draft.organizer_id, draft.version, draft.file, draft.url, draft.content, draft.asks, {}, BY
    )


def _feeds(db: Session, organizer: UUID) -> None:
    """One that is well, one that fails, one that is paused."""
    states: list[dict[str, Any]] = [
        {"looked_at": clock.now(), "said": "Nothing is new among 112 events."},
        {"failures": 3, "said": "example.org answers 503 Service Unavailable.", "mode": "apply"},
        {"is_paused": True, "said": "2 new and 0 changed events went in."},
    ]
    for number, state in enumerate(states):
        db.add(
            Feed(
                id=uuid7(), organizer_id=organizer, url=f"https://example.org/feeds/{number}.ics",
                file=f"example.org/{number}.ics", due_at=clock.now() + timedelta(days=300),
                made_by={"kind": "staff", "name": "Alice Adler", "id": None}, **{"mode": "ask", **state},
            )
        )  # fmt: skip
