"""A series changed from one of its dates on, or all of it that is ahead; one date of it left out."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from webapp.catalog.models import Event, EventDate, Venue
from webapp.catalog.service import editing
from webapp.core.audit import Actor, last_by
from webapp.core.errors import Conflict
from webapp.core.ids import uuid7
from webapp.planning.models import Series, SeriesDate
from webapp.planning.queries import facts as dates
from webapp.planning.queries import programme
from webapp.planning.queries.previewing import lines_of
from webapp.planning.rules import repeating
from webapp.planning.rules.facts import Facts, Place
from webapp.planning.rules.following import Change, Course, Turn, turned
from webapp.planning.rules.previews import Line
from webapp.planning.rules.proposals import Proposal
from webapp.planning.rules.repeating import Day
from webapp.planning.rules.sentences import Pattern, kept, remembered, sentence
from webapp.planning.service import changing, series
from webapp.planning.service.changing import Done, Word
from webapp.planning.service.series import Wares


@dataclass(frozen=True)
class Wish:
    """How a series is to go on at a venue. `since` is the day of the date from which, None for all ahead."""

    venue_id: UUID
    pattern: Pattern
    since: date | None
    all_of_them: bool = False


@dataclass(frozen=True)
class Outlook:
    """What a wish comes to: `turn` for the dates there are, `added` as they would be."""

    pattern: Pattern
    turn: Turn
    added: list[Line]
    sentence: str
    zone: str

    def proposals(self) -> list[Proposal]:
        """Changed and gone, in order of time."""
        both = [one for one, _ in self.turn.changed] + self.turn.gone
        return sorted(both, key=lambda one: one.facts.starts_at)


@dataclass
class Went:
    done: Done = field(default_factory=Done)
    added: int = 0
    removed: int = 0


def require_dates(db: Session, event_id: UUID, series_id: UUID, since: date | None) -> None:
    """Somebody else may have made another series of the dates from that day on."""
    if since is None or any(one.day and one.day >= since for one in dates.facts(db, event_id, series_id)):
        return
    raise Conflict(
        "No date of it is left from that day on: they are another series now, or were taken away.",
        title=f"{last_by(db, ('event', event_id))} changed this series",
    )


def outlook(db: Session, organizer_id: UUID, series_id: UUID, wish: Wish, now: datetime) -> Outlook:
    """What would become of each date of the series; nothing is changed."""
    old = programme.series(db, organizer_id, series_id)
    require_dates(db, old.event_id, series_id, wish.since)
    was, venue = db.get_one(Venue, old.venue_id), programme.venue(db, organizer_id, wish.venue_id)
    known = _concerned(db, old.event_id, series_id, wish.since, now)
    since = wish.since or min((one.day for one in known if one.day), default=wish.pattern.rule.first)
    pattern = _from(wish.pattern, wish.since)
    days = repeating.days(pattern.rule)
    named = [day for day in days if day.day >= since]
    made = {one.day for one in known} if pattern.rule.country == old.pattern.rule.country else set()
    # A date that was made on a holiday all the same stays; a day that is skipped by hand has none.
    wanted = [day.day for day in named if _has_date(day, made)]
    change = Change(_course(old.pattern, was), _course(pattern, venue), wish.all_of_them, now)
    turn = turned(known, wanted, change)
    added = lines_of(db, venue, pattern, [Day(day) for day in turn.added], event_id=old.event_id, now=now)
    added = [line for line in added if line.is_made]
    stay = len(turn.changed) + sum(bool(one.refused) for one in turn.gone)
    last = days[-1].day if days else since
    pattern = pattern if pattern.rule.until else pattern.until(last)
    return Outlook(pattern, turn, added, sentence(pattern, stay + len(added)), venue.zone)


def change(
    db: Session, *, organizer_id: UUID, series_id: UUID, wish: Wish, word: Word, by: Actor, now: datetime
) -> Went:
    """Do it. From a date on, the series ends before it, and another goes on with the new pattern."""
    event, row, _ = series.own_series(db, organizer_id, series_id)
    seen = outlook(db, organizer_id, series_id, wish, now)
    changing.require_word(db, event, seen.proposals(), word)
    if wish.since:
        row = _split(db, event, row, wish.since, (wish.venue_id, seen.pattern))
    else:
        row.venue_id, row.pattern = wish.venue_id, kept(seen.pattern)
        db.flush()
    went = Went()
    went.removed = sum(_remove(db, one.facts.id) for one in seen.turn.gone if not one.refused)
    went.done = changing.change(db, event, [one for one, _ in seen.turn.changed], word=word, by=by)
    went.done.refused += [one for one in seen.turn.gone if one.refused]
    _rename(db, row, [(one.facts.id, day) for one, day in seen.turn.changed])
    if seen.added:
        like = max((one for one, _ in seen.turn.changed), key=lambda one: one.facts.starts_at, default=None)
        wares = Wares(like=like.facts.id if like else None)
        went.added = series.add_dates(db, event, row, lines=seen.added, wares=wares)
    editing.wrote(db, event, by, "Series changed", after={"series": seen.sentence, "removed": went.removed})
    return went


def leave_out(db: Session, *, organizer_id: UUID, date_id: UUID, by: Actor) -> None:
    """Take a date away that nobody has a place of; its series remembers that this day is skipped."""
    event, found = editing.own_date(db, organizer_id, date_id)
    if editing.sold_tickets(db, date_id) or any(pool.taken for pool in found.pools):
        raise Conflict(
            "Places of it are taken. Cancel the date instead: its guests are told and refunded.",
            title="Guests have this date",
        )
    starts = found.starts_at
    member = db.get(SeriesDate, date_id)
    if member:
        row = db.get_one(Series, member.series_id)
        row.pattern = kept(remembered(row.pattern).without(member.day))
    if not _remove(db, date_id):
        raise Conflict("Orders or waiting lists refer to it. Cancel the date instead.")
    db.expire_all()
    editing.wrote(db, event, by, "Date taken away", before={"starts_at": starts.isoformat()})


def _has_date(day: Day, made: Collection[date | None]) -> bool:
    return not day.left_out or (day.left_out != repeating.SKIPPED and day.day in made)


def _concerned(
    db: Session, event_id: UUID, series_id: UUID, since: date | None, now: datetime
) -> Sequence[Facts]:
    """From a day on, or all that is not over."""
    found = dates.facts(db, event_id, series_id)
    if since:
        return [one for one in found if one.day and one.day >= since]
    return [one for one in found if one.ends_at > now]


def _from(pattern: Pattern, since: date | None) -> Pattern:
    """A rule that goes on from a day counts its weeks and months from there."""
    if since is None or pattern.rule.first >= since:
        return pattern
    return Pattern(replace(pattern.rule, first=since), pattern.times)


def _course(pattern: Pattern, venue: Venue) -> Course:
    return Course(pattern, Place(venue.id, venue.name, venue.zone))


def _split(db: Session, event: Event, row: Series, since: date, goes_on: tuple[UUID, Pattern]) -> Series:
    """The old series ends the day before; the dates from there on belong to a new one."""
    row.pattern = kept(remembered(row.pattern).until(since - timedelta(days=1)))
    venue_id, pattern = goes_on
    new = Series(id=uuid7(), event_id=event.id, venue_id=venue_id, pattern=kept(pattern))
    db.add(new)
    db.flush()
    return new


def _rename(db: Session, row: Series, days: Sequence[tuple[UUID, date]]) -> None:
    """Give the dates their days in the series; without the old ones first, which may be others' new ones."""
    db.execute(delete(SeriesDate).where(SeriesDate.date_id.in_([date_id for date_id, _ in days])))
    db.add_all(SeriesDate(date_id=date_id, series_id=row.id, day=day) for date_id, day in days)
    db.flush()


def _remove(db: Session, date_id: UUID) -> bool:
    """Whether a date could be taken away: not while anything refers to it."""
    try:
        with db.begin_nested():
            db.execute(text("DELETE FROM ticket_types WHERE date_id = :id"), {"id": date_id})
            db.execute(delete(EventDate).where(EventDate.id == date_id))
    except IntegrityError:
        return False
    return True
