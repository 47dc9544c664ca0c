"""The series of an event that is made again: the same rule on the days of the copy, so that it can go on."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.catalog.models import EventDate
from webapp.core import clock
from webapp.core.ids import uuid7
from webapp.planning.models import Series, SeriesDate
from webapp.planning.rules import repeating
from webapp.planning.rules.sentences import Pattern, kept, remembered


def copy(db: Session, event_id: UUID, copies: Mapping[UUID, EventDate]) -> None:
    """Give each series of which dates were copied to the copies; `copies` are by the dates they are made of.

    Where the moved rule does not name their days (the last Friday of a month, some days later), the copies
    stand for themselves.
    """
    rows = db.execute(
        select(SeriesDate, Series)
        .join(Series, Series.id == SeriesDate.series_id)
        .where(SeriesDate.date_id.in_(copies))
        .order_by(SeriesDate.day)
    ).all()
    members: dict[UUID, list[SeriesDate]] = {}
    series = {row.Series.id: row.Series for row in rows}
    for row in rows:
        members.setdefault(row.Series.id, []).append(row.SeriesDate)
    for series_id, dates in members.items():
        _go_on(db, event_id, series[series_id], dates, copies)


def _go_on(
    db: Session, event_id: UUID, old: Series, dates: Collection[SeriesDate], copies: Mapping[UUID, EventDate]
) -> None:
    by = _days_later(db, dates, copies)
    days = {one.date_id: one.day + timedelta(days=by) for one in dates}
    pattern = _fitting(remembered(old.pattern).later(by), set(days.values()))
    if pattern is None:
        return
    new = Series(id=uuid7(), event_id=event_id, venue_id=old.venue_id, pattern=kept(pattern))
    db.add(new)
    db.flush()
    db.add_all(
        SeriesDate(date_id=copies[date_id].id, series_id=new.id, day=day) for date_id, day in days.items()
    )
    db.flush()


def _days_later(db: Session, dates: Collection[SeriesDate], copies: Mapping[UUID, EventDate]) -> int:
    """By how many days all copies were moved, on the clock there."""
    one = next(iter(dates))
    was, now = db.get_one(EventDate, one.date_id), copies[one.date_id]
    return (clock.local(now.starts_at, now.zone).date() - clock.local(was.starts_at, was.zone).date()).days


def _fitting(pattern: Pattern, days: set[date]) -> Pattern | None:
    """The rule, if it names these days; what it names besides, before the last one, is skipped."""
    named = [day.day for day in repeating.days(pattern.rule)]
    if not days <= set(named):
        return None
    return pattern.without(*(day for day in named if day <= max(days) and day not in days))
