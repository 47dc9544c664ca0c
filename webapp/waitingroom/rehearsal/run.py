"""Rehearsals as they are asked for and kept: one for an event at a time, its progress, its report."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.catalog.models import Event
from webapp.catalog.service import editing
from webapp.core import outbox
from webapp.core.audit import SYSTEM, Actor, note
from webapp.core.db import Database
from webapp.core.errors import Conflict, NotFound, Refusal
from webapp.core.ids import uuid7
from webapp.waitingroom.events import RehearsalAsked
from webapp.waitingroom.line import Line
from webapp.waitingroom.models import Rehearsal
from webapp.waitingroom.rehearsal.play import Progress, play
from webapp.waitingroom.rehearsal.stage import quietly, strike

# One that is not done by then has died with its process.
LONGEST = timedelta(hours=1)
MOST_VISITORS = 20_000


@dataclass(frozen=True)
class RehearsalView:
    id: UUID
    event_id: UUID
    visitors: int
    state: str
    progress: int
    report: dict[str, Any]
    created_at: datetime
    finished_at: datetime | None


def ask(
    db: Session,
    *,
    organizer_id: UUID,
    event_id: UUID,
    rehearsal_id: UUID,
    visitors: int,
    by: Actor,
    now: datetime,
) -> None:
    """A rehearsal by a job, soon; the form's id makes a resend the same, and one runs at a time."""
    event = editing.own_event(db, organizer_id, event_id)
    if db.get(Rehearsal, rehearsal_id):
        return
    running = select(Rehearsal.id).where(
        Rehearsal.event_id == event_id,
        Rehearsal.state.in_(("asked", "running")),
        Rehearsal.created_at > now - LONGEST,
    )
    if db.scalars(running).first():
        raise Conflict("A rehearsal of this event is going on. Look at it first.", title="One at a time")
    db.add(Rehearsal(id=rehearsal_id, event_id=event_id, visitors=visitors))
    db.flush()
    _noted(db, event, by, visitors)
    outbox.record(db, RehearsalAsked(rehearsal_id))


def _noted(db: Session, event: Event, by: Actor, visitors: int) -> None:
    subject, after = ("event", event.id), {"visitors": visitors, "event": event.title}
    note(db, by, "Sale rehearsed", subject, organizer_id=event.organizer_id, before=None, after=after)


def begin(db: Session, slug: str, visitors: int) -> UUID:
    """A rehearsal that is run at once, by an operator."""
    event = db.scalar(select(Event).where(Event.slug == slug, Event.status != "rehearsal"))
    if event is None:
        raise NotFound(f"No event has the address {slug}.")
    rehearsal = Rehearsal(id=uuid7(), event_id=event.id, visitors=visitors)
    db.add(rehearsal)
    _noted(db, event, SYSTEM, visitors)
    db.flush()
    return rehearsal.id


def run(
    database: Database, line: Line, rehearsal_id: UUID, now: datetime, told: Progress = lambda _: None
) -> RehearsalView:
    """Rehearse and keep the report; begun again after a crash, what the first one left is removed first."""
    house_id = uuid7()
    with database.writing() as db:
        rehearsal = db.get_one(Rehearsal, rehearsal_id, with_for_update=True)
        left, event_id, visitors = rehearsal.copy_organizer_id, rehearsal.event_id, rehearsal.visitors
        if rehearsal.state == "done":
            return _view(rehearsal)
        rehearsal.state, rehearsal.copy_organizer_id = "running", house_id
    if left:
        with quietly(database) as db:
            strike(db, left)
    try:
        said = play(
            database,
            line,
            event_id=event_id,
            house_id=house_id,
            visitors=visitors,
            now=now,
            seed=rehearsal_id.int & 0xFFFF_FFFF,
            progress=_kept(database, rehearsal_id, told),
        )
    except Exception as error:
        sentence = error.sentence if isinstance(error, Refusal) else type(error).__name__
        _finish(database, rehearsal_id, "failed", {"error": sentence})
        raise
    return _finish(database, rehearsal_id, "done", said)


def strike_forgotten(database: Database, now: datetime) -> None:
    """Remove what rehearsals left whose process died."""
    dead = select(Rehearsal.id, Rehearsal.copy_organizer_id).where(
        Rehearsal.state.in_(("asked", "running")), Rehearsal.created_at < now - LONGEST
    )
    with database.reading() as db:
        found = db.execute(dead).all()
    for rehearsal_id, house_id in found:
        if house_id:
            with quietly(database) as db:
                strike(db, house_id)
        _finish(database, rehearsal_id, "failed", {"error": "Its process died."})


def find(db: Session, event_id: UUID, rehearsal_id: UUID) -> RehearsalView:
    found = db.get(Rehearsal, rehearsal_id)
    if found is None or found.event_id != event_id:
        raise NotFound("There is no such rehearsal here.")
    return _view(found)


def _kept(database: Database, rehearsal_id: UUID, told: Progress) -> Callable[[int], None]:
    """Progress is written down when it moved."""
    last = [0]

    def note_progress(percent: int) -> None:
        if percent <= last[0]:
            return
        last[0] = percent
        told(percent)
        with database.writing() as db:
            db.get_one(Rehearsal, rehearsal_id).progress = percent

    return note_progress


def _finish(database: Database, rehearsal_id: UUID, state: str, said: dict[str, Any]) -> RehearsalView:
    with database.writing() as db:
        rehearsal = db.get_one(Rehearsal, rehearsal_id, with_for_update=True)
        rehearsal.state, rehearsal.report = state, said
        rehearsal.progress = 100 if state == "done" else rehearsal.progress
        rehearsal.copy_organizer_id = None
        rehearsal.finished_at = func.now()
        db.flush()
        db.refresh(rehearsal)
        return _view(rehearsal)


def _view(row: Rehearsal) -> RehearsalView:
    return RehearsalView(
        row.id,
        row.event_id,
        row.visitors,
        row.state,
        row.progress,
        row.report,
        row.created_at,
        row.finished_at,
    )
