"""Series: many dates made by one rule, more of them later, one left out."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.catalog.events import DateAdded
from webapp.catalog.models import Event, EventDate, Pool, TicketType, Venue
from webapp.catalog.service import editing
from webapp.core import outbox
from webapp.core.audit import Actor
from webapp.core.errors import Conflict, Invalid, NotFound
from webapp.core.ids import uuid7
from webapp.planning.models import Series, SeriesDate
from webapp.planning.queries import programme
from webapp.planning.queries.previewing import lines_of
from webapp.planning.rules import repeating
from webapp.planning.rules.previews import Line
from webapp.planning.rules.repeating import Day
from webapp.planning.rules.sentences import Pattern, kept, remembered, sentence
from webapp.planning.service import copying


@dataclass(frozen=True)
class Wares:
    """What new dates sell: the offer of the date `like`, else one pool of so many places at this price."""

    like: UUID | None = None
    places: int | None = None
    price: int = 0


@dataclass(frozen=True)
class Wish:
    """A new series as a form asks for it: `chosen` are the ticked days; its id makes a resend the same."""

    id: UUID
    venue_id: UUID
    pattern: Pattern
    chosen: Collection[date]
    wares: Wares


def make(db: Session, *, organizer_id: UUID, event_id: UUID, wish: Wish, by: Actor, now: datetime) -> int:
    """The chosen days become dates that are not on sale yet; how many. The rule's other days are skipped."""
    event = editing.own_event(db, organizer_id, event_id)
    if known := db.get(Series, wish.id):
        if known.event_id != event.id:
            raise NotFound("There is no such series here.")
        return 0
    _require_open(event)
    venue = editing.own_venue(db, organizer_id, wish.venue_id)
    named = repeating.days(wish.pattern.rule)
    pattern = _remembering(wish.pattern, named, wish.chosen)
    series = Series(id=wish.id, event_id=event.id, venue_id=venue.id, pattern=kept(pattern))
    db.add(series)
    db.flush()
    ticked = [Day(day.day) for day in named if day.day in wish.chosen]
    lines = lines_of(db, venue, pattern, ticked, event_id=event.id, now=now)
    made = add_dates(db, event, series, lines=lines, wares=wish.wares)
    _wrote(db, event, by, "Series made", (pattern, lines))
    return made


def extend(
    db: Session, *, organizer_id: UUID, series_id: UUID, number: int, by: Actor, now: datetime, ends: date
) -> int:
    """The next `number` dates by the remembered rule, like the last one of the series; how many.

    `ends` is the end that the form was shown with, so that the same form twice is once.
    """
    event, series, pattern = own_series(db, organizer_id, series_id)
    _require_open(event)
    if pattern.rule.until != ends:
        return 0
    days = repeating.following(pattern.rule, number, max(ends, now.date()))
    if not days:
        raise Conflict("The rule names no more days.")
    pattern = pattern.until(days[-1].day)
    series.pattern = kept(pattern)
    venue = db.get_one(Venue, series.venue_id)
    ahead = [day for day in days if not day.left_out]
    lines = lines_of(db, venue, pattern, ahead, event_id=event.id, now=now)
    made = add_dates(db, event, series, lines=lines, wares=Wares(like=_last_date(db, series_id)))
    _wrote(db, event, by, "Series made longer", (pattern, lines))
    return made


def own_series(db: Session, organizer_id: UUID, series_id: UUID) -> tuple[Event, Series, Pattern]:
    event_id = programme.series(db, organizer_id, series_id).event_id
    event = editing.own_event(db, organizer_id, event_id)
    series = db.get_one(Series, series_id)
    return event, series, remembered(series.pattern)


def add_dates(db: Session, event: Event, series: Series, *, lines: Sequence[Line], wares: Wares) -> int:
    """Dates for these lines, but for those that are there already."""
    venue = db.get_one(Venue, series.venue_id)
    made = [
        (
            EventDate(
                id=uuid7(),
                event_id=event.id,
                venue_id=venue.id,
                zone=venue.zone,
                starts_at=line.span.starts_at,
                ends_at=line.span.ends_at,
                doors_at=line.span.doors_at,
            ),
            line.day,
        )
        for line in lines
        if not line.is_there
    ]
    if not made:
        raise Invalid("All these days have their date already, or none was ticked.", title="Nothing to make")
    dates = [one for one, _ in made]
    db.add_all(dates)
    db.flush()
    db.add_all(SeriesDate(date_id=one.id, series_id=series.id, day=day) for one, day in made)
    _stock(db, event, dates, wares)
    for one in dates:
        outbox.record(db, DateAdded(event.id, one.id))
    return len(dates)


def _stock(db: Session, event: Event, dates: Sequence[EventDate], wares: Wares) -> None:
    if wares.like:
        known = db.scalar(select(EventDate.event_id).where(EventDate.id == wares.like))
        if known != event.id:
            raise NotFound("The date that these should be like is not here any more.")
        copying.give(db, copying.offer_of(db, wares.like), dates)
    elif wares.places is not None:
        pools = [Pool(id=uuid7(), date_id=one.id, name="Places", capacity=wares.places) for one in dates]
        db.add_all(pools)
        db.flush()
        db.add_all(
            TicketType(id=uuid7(), date_id=pool.date_id, pool_id=pool.id, name="Ticket", price=wares.price)
            for pool in pools
        )
        db.flush()


def _remembering(pattern: Pattern, named: Sequence[Day], chosen: Collection[date]) -> Pattern:
    """With its end written down, and with the days that nobody chose left out."""
    if not set(chosen) <= {day.day for day in named}:
        raise Invalid("The rule changed since these days were shown. Look at them again.")
    if not chosen:
        raise Invalid("Tick at least one day.", title="Nothing to make")
    unticked = [day.day for day in named if not day.left_out and day.day not in chosen]
    return pattern.without(*unticked).until(pattern.rule.until or named[-1].day)


def _require_open(event: Event) -> None:
    if event.status == "cancelled":
        raise Conflict("A cancelled event gets no new dates.")


def _wrote(db: Session, event: Event, by: Actor, action: str, made: tuple[Pattern, Sequence[Line]]) -> None:
    pattern, lines = made
    added = [line for line in lines if not line.is_there]
    number = db.scalar(select(func.count()).where(EventDate.event_id == event.id)) or 0
    after = {"dates": number, "series": sentence(pattern, len(added))}
    after["starts_at"] = added[0].span.starts_at.isoformat(timespec="minutes")
    editing.wrote(db, event, by, action, before={"dates": number - len(added)}, after=after)


def _last_date(db: Session, series_id: UUID) -> UUID | None:
    return db.scalar(
        select(EventDate.id)
        .join(SeriesDate, SeriesDate.date_id == EventDate.id)
        .where(SeriesDate.series_id == series_id)
        .order_by(EventDate.status == "cancelled", EventDate.starts_at.desc())
        .limit(1)
    )
