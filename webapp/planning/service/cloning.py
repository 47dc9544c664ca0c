"""An event made again: its facts, questions and picture, and its dates with all they sell, on other days."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.catalog.events import DateAdded
from webapp.catalog.models import Event, EventDate, Question
from webapp.catalog.service import editing, events
from webapp.core import outbox
from webapp.core.audit import Actor
from webapp.core.errors import Invalid, NotFound
from webapp.core.ids import uuid7
from webapp.planning.queries.facts import facts
from webapp.planning.rules.clocks import Span, moved_by
from webapp.planning.rules.facts import Facts
from webapp.planning.service import copying, going_on

# What makes the copy another event: nobody has seen it, and it is drawn and found by its own facts.
FRESH_EVENT = frozenset(
    {
        *("id", "organizer_id", "slug", "title", "status", "poster"),
        *("words", "search", "version", "created_at", "published_at"),
    }
)


@dataclass(frozen=True)
class Wish:
    """The copy: its id (the form's, so that a resend is the same), its title, and the day of its first date.

    `dates` are those that are copied; without `first` they keep their days.
    """

    id: UUID
    title: str
    dates: Collection[UUID]
    first: date | None = None


@dataclass(frozen=True)
class Copied:
    """A date and where its copy would stand."""

    facts: Facts
    span: Span


def copies(db: Session, event_id: UUID, wish: Wish) -> list[Copied]:
    """The chosen dates, all moved by as many days as bring the first one to its day; clocks read the same."""
    chosen = [one for one in facts(db, event_id) if one.id in wish.dates]
    if not chosen:
        return []
    days = wish.first - chosen[0].readings().begins.date() if wish.first else None
    return [Copied(one, moved_by(one.readings(), days, one.place.zone)) for one in chosen]


def clone(db: Session, *, organizer_id: UUID, event_id: UUID, wish: Wish, by: Actor, now: datetime) -> Event:
    """A draft like the event; its dates sell the same from such pools and seats, and are not on sale yet."""
    model = editing.own_event(db, organizer_id, event_id)
    if db.get(Event, wish.id):
        return editing.own_event(db, organizer_id, wish.id)
    if model.status == "rehearsal":
        raise NotFound("There is no such event here.")
    found = copies(db, event_id, wish)
    if len(found) != len(set(wish.dates)):
        raise NotFound("One of these dates is not here any more. Look at them again.")
    _require_ahead(found, now)
    said = copying.columns(model, FRESH_EVENT)
    event = events.create(
        db, organizer_id=organizer_id, event_id=wish.id, values={**said, "title": wish.title}, by=by
    )
    questions = db.scalars(select(Question).where(Question.event_id == model.id)).all()
    db.add_all(
        Question(id=uuid7(), event_id=event.id, **copying.columns(one, frozenset({"id", "event_id"})))
        for one in questions
    )
    made = _dates(db, event, found)
    going_on.copy(db, event.id, {old.facts.id: new for old, new in zip(found, made, strict=True)})
    editing.wrote(
        db, event, by, "Copied from another event", after={"from": model.title, "dates": len(found)}
    )
    return event


def _dates(db: Session, event: Event, found: Sequence[Copied]) -> list[EventDate]:
    made = [
        EventDate(
            id=uuid7(),
            event_id=event.id,
            venue_id=one.facts.place.id,
            zone=one.facts.place.zone,
            starts_at=one.span.starts_at,
            ends_at=one.span.ends_at,
            doors_at=one.span.doors_at,
        )
        for one in found
    ]
    db.add_all(made)
    db.flush()
    for one, new in zip(found, made, strict=True):
        copying.give(db, copying.offer_of(db, one.facts.id), [new])
        outbox.record(db, DateAdded(event.id, new.id))
    return made


def _require_ahead(found: Sequence[Copied], now: datetime) -> None:
    past = sum(one.span.starts_at <= now for one in found)
    if past:
        dates = "1 date" if past == 1 else f"{past} dates"
        raise Invalid(
            "We kept everything you typed.",
            fields={"first": f"{dates} would begin in the past. Choose a later first day, or copy fewer."},
        )
