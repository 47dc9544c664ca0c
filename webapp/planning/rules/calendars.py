"""A calendar's sheets: which days a month or a week shows, and what stands on each."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID

from webapp.core import clock

View = Literal["month", "week", "list"]

# What ends in the night belongs to the evening it began on.
NIGHT = timedelta(hours=6)
LONGEST = timedelta(days=60)


@dataclass(frozen=True)
class Entry:
    """One date on the calendar; `clash` names what else has its venue at that time."""

    id: UUID
    event_id: UUID
    title: str
    category: str
    is_draft: bool
    starts_at: datetime
    ends_at: datetime
    zone: str
    venue: str
    status: str
    taken: int
    capacity: int
    clash: str

    def days(self) -> list[date]:
        """The days it lies on, by the clock at the venue."""
        first = clock.local(self.starts_at, self.zone).date()
        last = max(first, (clock.local(self.ends_at, self.zone).replace(tzinfo=None) - NIGHT).date())
        return [first + timedelta(days=count) for count in range((last - first).days + 1)]


@dataclass(frozen=True)
class Cell:
    """One day; `is_inside` says whether the month that is shown has it."""

    day: date
    is_inside: bool
    entries: list[Entry] = field(default_factory=list)


@dataclass(frozen=True)
class Sheet:
    """The days from `first` to `last`, and the days that the sheets before and after are asked by."""

    first: date
    last: date
    before: date
    after: date
    title: str


def sheet(view: View, day: date) -> Sheet:
    """A month is shown in whole weeks from Monday; a list goes on for a month and a half."""
    monday = day - timedelta(days=day.weekday())
    if view == "week":
        last = monday + timedelta(days=6)
        return Sheet(
            monday, last, monday - timedelta(days=7), monday + timedelta(days=7), _span_title(monday, last)
        )
    if view == "list":
        last = day + timedelta(days=44)
        step = timedelta(days=45)
        return Sheet(day, last, day - step, day + step, _span_title(day, last))
    first = day.replace(day=1)
    after = (first + timedelta(days=31)).replace(day=1)
    begin = first - timedelta(days=first.weekday())
    end = after - timedelta(days=1)
    return Sheet(
        begin,
        end + timedelta(days=6 - end.weekday()),
        (first - timedelta(days=1)).replace(day=1),
        after,
        f"{first:%B %Y}",
    )


def cells(view: View, day: date, entries: Sequence[Entry]) -> list[Cell]:
    """The days of a sheet with their entries in order; a list leaves out days without any."""
    shown = sheet(view, day)
    by_day: defaultdict[date, list[Entry]] = defaultdict(list)
    for entry in entries:
        for one in entry.days():
            by_day[one].append(entry)
    count = (shown.last - shown.first).days + 1
    days = [shown.first + timedelta(days=n) for n in range(count)]
    made = [Cell(one, view != "month" or one.month == day.month, by_day.get(one, [])) for one in days]
    return [cell for cell in made if cell.entries] if view == "list" else made


def _span_title(first: date, last: date) -> str:
    year = "" if first.year == last.year else f" {first.year}"
    month = "" if (first.year, first.month) == (last.year, last.month) else f" {first:%B}"
    return f"{first.day}{month}{year} to {last.day} {last:%B %Y}"
