"""Files that staff look at before they go in: brought, corrected, confirmed, thrown away."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from webapp.catalog.service import editing
from webapp.core import outbox
from webapp.core.audit import Actor, note
from webapp.core.db import Database
from webapp.core.errors import Conflict, Invalid, NotFound
from webapp.core.ids import uuid7
from webapp.importing.events import ImportAsked, ImportConfirmed
from webapp.importing.models import Draft, DraftLine
from webapp.importing.queries import drafts as queries
from webapp.importing.rules import wishes
from webapp.importing.rules.found import Refused
from webapp.importing.service.reading import Source

KEPT = timedelta(days=7)
# Of one organizer at a time, so that files wait in a bounded room.
MOST_WAITING = 20
MOST_BYTES = 200 * 1024 * 1024
LONGEST_WORDS = 4_000


def add(
    db: Session,
    *,
    organizer_id: UUID,
    source: Source,
    by: Actor,
    url: str | None = None,
    feed_id: UUID | None = None,
) -> UUID:
    """A file to look at; one that is still to be fetched has no content yet."""
    if feed_id is None:
        _require_room(db, organizer_id, len(source.content))
    draft = Draft(
        id=uuid7(), organizer_id=organizer_id, feed_id=feed_id, file=source.name, url=url,
        content=source.content or None, size=len(source.content), asks={}, found={}, agreed={},
        made_by=_said(by),
    )  # fmt: skip
    db.add(draft)
    db.flush()
    said, about = f"Looked into {source.name} for an import", ("import", draft.id)
    after = {"file": source.name, "state": "being read", **({"bytes": draft.size} if draft.size else {})}
    note(db, by, said, about, organizer_id=organizer_id, before=None, after=after)
    outbox.record(db, ImportAsked(draft.id, draft.version))
    return draft.id


def _require_room(db: Session, organizer_id: UUID, size: int) -> None:
    waiting, used = db.execute(
        select(func.count(), func.coalesce(func.sum(Draft.size), 0)).where(
            Draft.organizer_id == organizer_id, Draft.state != "done"
        )
    ).one()
    if waiting >= MOST_WAITING or used + size > MOST_BYTES:
        raise Conflict(f"{waiting} files wait already. Import some of them, or throw them away, first.")


def _said(by: Actor) -> dict[str, Any]:
    return {"kind": by.kind, "name": by.name, "id": str(by.id) if by.id else None}


def correct(
    db: Session, *, organizer_id: UUID, draft_id: UUID, asks: dict[str, Any], by: Actor, now: datetime
) -> None:
    """Read it again with another zone, stretch of time, mapping or venues."""
    draft = locked(db, organizer_id, draft_id)
    if draft.state not in {"ready", "refused"}:
        raise Conflict("It is being worked on just now. Look at it again in a moment.")
    try:
        wishes.asked(
            zone=asks["zone"],
            start=asks["start"],
            until=asks["until"],
            mapping=asks["mapping"],
            today=now.date(),
        )
    except Refused as refusal:
        field = "zone" if refusal.code == "unknown-zone" else "start"
        sentence = refusal.message.replace("--zone ", "").replace("--from ", "").replace("--until ", "")
        raise Invalid("We kept everything you typed.", fields={field: sentence}) from None
    for _, _, venue_id in asks["houses"]:
        editing.own_venue(db, organizer_id, UUID(venue_id))
    said, about = f"Corrected how {draft.file} is read", ("import", draft.id)
    note(db, by, said, about, organizer_id=organizer_id, before=_told(draft.asks), after=_told(asks))
    _ask_again(db, draft, asks)
    db.flush()


def _told(asks: dict[str, Any]) -> dict[str, Any]:
    """What the history says of how a file is read."""
    return {name: asks.get(name) for name in ("zone", "start", "until")}


def _ask_again(db: Session, draft: Draft, asks: dict[str, Any]) -> None:
    draft.asks, draft.state = asks, "reading"
    draft.version += 1
    outbox.record(db, ImportAsked(draft.id, draft.version))


def confirm(
    db: Session,
    *,
    organizer_id: UUID,
    draft_id: UUID,
    version: int,
    agreed: list[UUID],
    words: str,
    by: Actor,
) -> None:
    """Let it go in. Dates with guests move only when that was agreed, and with a message to their guests."""
    draft = locked(db, organizer_id, draft_id)
    if draft.state in {"importing", "done"}:
        return  # the same form, sent twice
    if draft.state != "ready" or draft.version != version:
        raise Conflict("The preview changed since you looked at it. Look at it once more.")
    offered = {move["date_id"] for move in draft.found["moves"] if not move["is_cancelled"]}
    if not {str(one) for one in agreed} <= offered:
        raise Conflict("The preview changed since you looked at it. Look at it once more.")
    if agreed and not words.strip():
        raise Invalid(
            "Guests have places on dates that you want to move.",
            fields={"words": "Write to the guests why it moves, and what they can do."},
            title="A message is needed",
        )
    draft.agreed = {"dates": [str(one) for one in agreed], "words": words.strip()[:LONGEST_WORDS]}
    let_in(db, draft, by)


def let_in(db: Session, draft: Draft, by: Actor) -> None:
    """From now on it is a worker's."""
    draft.state, draft.progress, draft.made_by = "importing", 0, _said(by)
    said, about = f"Confirmed the import of {draft.file}", ("import", draft.id)
    before, after = {"state": "waits for staff"}, {"state": "goes in"}
    if dates := draft.agreed.get("dates"):
        after |= {"dates_moved": f"{len(dates):,}", "message": draft.agreed["words"]}
    note(db, by, said, about, organizer_id=draft.organizer_id, before=before, after=after)
    outbox.record(db, ImportConfirmed(draft.id, draft.version))
    db.flush()


def throw_away(db: Session, *, organizer_id: UUID, draft_id: UUID, by: Actor) -> str:
    """Forget a file that is not to go in; its name."""
    draft = locked(db, organizer_id, draft_id)
    if draft.state == "importing" and draft.id not in queries.stopped(db, organizer_id):
        raise Conflict("It is going in just now. Undo it when it is in.")
    said, about = f"Threw {draft.file} away", ("import", draft.id)
    before, after = ({"file": draft.file, "state": one} for one in ("waits for staff", "thrown away"))
    note(db, by, said, about, organizer_id=organizer_id, before=before, after=after)
    db.delete(draft)
    db.flush()
    return draft.file


def forget_old(db: Session, now: datetime) -> None:
    """Drafts that nobody came back to; their bytes and lines go with them."""
    # One that goes in just now is left alone; after twice that time it is one that stopped.
    old = select(Draft.id).where(
        Draft.made_at < now - KEPT, (Draft.state != "importing") | (Draft.made_at < now - 2 * KEPT)
    )
    db.execute(delete(DraftLine).where(DraftLine.draft_id.in_(old)))
    db.execute(delete(Draft).where(Draft.id.in_(old)).execution_options(synchronize_session=False))


def tell_progress(database: Database, draft_id: UUID, done: int) -> None:
    """How many events are in, in a transaction of its own, since the import's is not over."""
    with database.writing(durable=False) as db:
        db.execute(update(Draft).where(Draft.id == draft_id).values(progress=done))


def locked(db: Session, organizer_id: UUID, draft_id: UUID) -> Draft:
    draft = db.get(Draft, draft_id, with_for_update=True)
    if draft is None or draft.organizer_id != organizer_id:
        raise NotFound("There is no such file any more: it was imported, thrown away, or kept for some days.")
    return draft
