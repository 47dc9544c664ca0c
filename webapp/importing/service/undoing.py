"""An import taken back, while nobody has bought anything of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from webapp.catalog.models import Event, EventDate, Venue
from webapp.catalog.service import editing
from webapp.core.audit import Actor, note
from webapp.core.errors import Conflict, NotFound, Refusal
from webapp.importing.models import Import, ImportedEvent
from webapp.importing.queries import catalog as queries
from webapp.importing.service.changing import of_dates, set_date


@dataclass(frozen=True)
class Effect:
    """What undoing an import would do; `hindrance` says why it cannot be undone now."""

    removed: int
    set_back: int
    venues: int
    hindrance: str = ""


def effect(db: Session, import_id: UUID) -> Effect:
    """Looked up without doing any of it."""
    record = db.get_one(Import, import_id)
    added = [UUID(one) for one in record.undo["added"]]
    changed = {UUID(one["event"]): one for one in record.undo["changed"]}
    events = queries.events(db, [*added, *changed], locked=False)
    hindrance = ""
    try:
        _require_undoable(db, record, events, added, changed, locked=False)
    except Refusal as refusal:
        hindrance = refusal.sentence
    return Effect(
        sum(one in events for one in added), sum(one in events for one in changed),
        len(record.undo["venues"]), hindrance,
    )  # fmt: skip


def _require_undoable(
    db: Session, record: Import, events: dict[UUID, Event], added: list[UUID],
    changed: dict[UUID, dict[str, Any]], *, locked: bool = True,
) -> None:  # fmt: skip
    if record.undone_at:
        raise Conflict(f"This import was undone on {record.undone_at:%d %B %Y} already.")
    memories = {memory.event_id for memory in queries.of(db, record.id)}
    later = [event.title for event in events.values() if event.id not in memories]
    if later:
        raise Conflict(f"A later import changed “{later[0]}”. Undo that one first.")
    _require_unsold(db, events, added, changed, locked=locked)


def undo(db: Session, *, import_id: UUID, by: Actor, now: datetime) -> str:
    """Remove what it added and set back what it changed; the file's name."""
    record = db.get(Import, import_id, with_for_update=True)
    if record is None:
        raise NotFound(f"There is no import {import_id}.")
    added = [UUID(one) for one in record.undo["added"]]
    changed = {UUID(one["event"]): one for one in record.undo["changed"]}
    events = queries.events(db, [*added, *changed])
    _require_undoable(db, record, events, added, changed)
    memories = {memory.event_id: memory for memory in queries.of(db, import_id)}
    for event_id, was in changed.items():
        if event_id in events:
            _set_back(db, events[event_id], memories[event_id], was, by)
    db.flush()
    removed, set_back = sum(one in events for one in added), sum(one in events for one in changed)
    db.execute(delete(Event).where(Event.id.in_(added)))
    _remove_venues(db, [UUID(one) for one in record.undo["venues"]])
    record.undone_at = now
    said, about = f"Import of {record.file} undone", ("import", record.id)
    before = {"state": "imported", "new_events": removed, "changed_events": set_back}
    after = {"state": "undone", "new_events": 0, "changed_events": 0}
    note(db, by, said, about, organizer_id=record.organizer_id, before=before, after=after)
    db.flush()
    return record.file


def _require_unsold(
    db: Session,
    events: dict[UUID, Event],
    added: list[UUID],
    changed: dict[UUID, dict[str, Any]],
    *,
    locked: bool,
) -> None:
    shown = [events[one].title for one in added if one in events and events[one].status == "published"]
    if shown:
        raise Conflict(f"“{shown[0]}” is published. Take it back to a draft first.")
    dates = queries.dates(db, added, locked=locked)
    touched = [UUID(date["id"]) for was in changed.values() for date in was["dates"]]
    if sold := queries.sold(db, [*dates, *touched]):
        number = len(sold)
        raise Conflict(
            f"Places of {number} of its dates are sold or held. Refund their guests or cancel the dates."
        )


def _set_back(db: Session, event: Event, memory: ImportedEvent, was: dict[str, Any], by: Actor) -> None:
    """Set back what still is as the import left it."""
    values = {name: old for name, old in was["before"].items() if getattr(event, name) == memory.said[name]}
    before, after = editing.changed(db, event, values)
    then, now = of_dates(db, was["dates"])
    for date in was["dates"]:
        row = db.get(EventDate, UUID(date["id"]))
        if row and date["before"] is None:
            db.delete(row)
        elif row:
            set_date(row, date["before"])
    memory.said, memory.import_id = was["said"], UUID(was["import"])
    db.flush()
    about = {"title": event.title}
    editing.wrote(
        db, event, by, "Import undone", before={**about, **before, **now}, after={**about, **after, **then}
    )


def _remove_venues(db: Session, made: list[UUID]) -> None:
    """Venues that the import made and nothing uses."""
    used = select(EventDate.venue_id).where(EventDate.venue_id.in_(made))
    db.execute(delete(Venue).where(Venue.id.in_(made), Venue.id.not_in(used)))
