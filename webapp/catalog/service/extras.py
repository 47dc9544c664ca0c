"""Venues and questions."""

from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from webapp.catalog.models import Event, EventDate, Question, Venue
from webapp.catalog.service import editing
from webapp.core.audit import Actor, note
from webapp.core.errors import NotFound
from webapp.core.text import slug

NOTHING: dict[str, Any] = {}


def lock_venue(db: Session, organizer_id: UUID, venue_id: UUID) -> Venue | None:
    """The organizer's venue, locked so that two changes come one after the other; None for a new one."""
    return db.scalar(
        select(Venue)
        .where(Venue.id == venue_id, Venue.organizer_id == organizer_id)
        .with_for_update(key_share=True)
    )


def save_venue(db: Session, *, organizer_id: UUID, venue_id: UUID, values: dict[str, Any], by: Actor) -> None:
    """Make or change a venue; events on its dates are shown anew. Dates keep the zone they were made with."""
    venue = db.get(Venue, venue_id)
    if venue and venue.organizer_id != organizer_id:
        raise NotFound("There is no such venue here.")
    if venue is None:
        venue = Venue(id=venue_id, organizer_id=organizer_id, **values, city_slug=slug(values["city"]))
        db.add(venue)
        before, after = NOTHING, {"name": venue.name}
    else:
        before, after = editing.changed(db, venue, {**values, "city_slug": slug(values["city"])})
    db.flush()
    if not after:
        return
    note(
        db,
        by,
        "Venue saved",
        ("venue", venue_id),
        organizer_id=organizer_id,
        before=before or None,
        after=after,
    )
    events = select(Event).where(
        Event.id.in_(select(EventDate.event_id).where(EventDate.venue_id == venue_id))
    )
    for event in db.scalars(events.with_for_update()):
        editing.wrote(db, event, by, "Venue changed", before=before, after={**after, "venue": venue.name})


def save_question(
    db: Session, *, organizer_id: UUID, event_id: UUID, question_id: UUID, values: dict[str, Any], by: Actor
) -> None:
    event = editing.own_event(db, organizer_id, event_id)
    question = db.get(Question, question_id)
    if question and question.event_id != event.id:
        raise NotFound("There is no such question here.")
    if question is None:
        db.add(Question(id=question_id, event_id=event.id, **values))
        before, after = NOTHING, {"label": values["label"]}
        db.flush()
    else:
        before, after = editing.changed(db, question, values)
    if after:
        editing.wrote(db, event, by, "Question saved", before=before, after=after)


def remove_question(db: Session, *, organizer_id: UUID, event_id: UUID, question_id: UUID, by: Actor) -> None:
    """Ask it no more; answers that were given stay with their tickets."""
    event = editing.own_event(db, organizer_id, event_id)
    removed = db.scalar(
        text("DELETE FROM questions WHERE id = :id AND event_id = :event RETURNING label"),
        {"id": question_id, "event": event_id},
    )
    if removed:
        editing.wrote(db, event, by, "Question removed", before={"label": removed})


def set_answer_hours(
    db: Session, *, organizer_id: UUID, event_id: UUID, hours: int | None, by: Actor
) -> None:
    """Until how many hours before a date its guests may change their answers; None is never."""
    event = editing.own_event(db, organizer_id, event_id)
    before, after = editing.changed(db, event, {"answer_hours": hours})
    if after:
        editing.wrote(db, event, by, "Time to change answers set", before=before, after=after)
