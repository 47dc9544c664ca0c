"""When the rows of a table are: days, clock readings and their zones, in one column or in several. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from webapp.importing.readers import lengths, spoken
from webapp.importing.readers.moments import Said
from webapp.importing.readers.notes import Notes
from webapp.importing.readers.spoken import Order
from webapp.importing.readers.table_grids import Cell, Row, shown
from webapp.importing.readers.table_mapping import Bound
from webapp.importing.readers.words import plain, shortened
from webapp.importing.rules.found import When

STARTS, ENDS = ("start", "start_date", "start_time"), ("end", "end_date", "end_time")
# Day 1 of the numbers by which spreadsheets count days, such that those after February 1900 are right.
_FIRST = datetime(1899, 12, 30)  # noqa: DTZ001  # a spreadsheet knows no zones
_SERIAL = re.compile(r"[2-7]\d{4}(?:[.,]\d+)?")
_YES = frozenset(
    ["true", "yes", "y", "1", "x", "ja", "oui", "si", "wahr", "vrai", "verdadero", "waar", "vero", "on"]
)
# What ends so much later on the same day, by its clock, rather ends before it starts.
LONGEST_NIGHT = timedelta(hours=14)


@dataclass(frozen=True)
class Times:
    """Start and end of a row as they are written."""

    starts: When
    ends: When | None
    zone_name: str = ""


def is_yes(text: str) -> bool:
    """Whether a cell says yes."""
    return plain(text) in _YES


def said(cell: Cell, order: Order | None) -> tuple[Said, Said | None] | None:
    """What a cell says of a time."""
    if isinstance(cell, datetime):
        return Said(cell.date(), cell.time(), cell.tzinfo), None
    if isinstance(cell, date):
        return Said(cell), None
    if isinstance(cell, time):
        return Said(clock=cell.replace(tzinfo=None)), None
    text = shown(cell)
    if isinstance(cell, float) and 0 < cell < 1:
        return _serial(cell, is_clock=True), None
    if _SERIAL.fullmatch(text):
        return _serial(float(text.replace(",", ".")), is_clock=False), None
    return spoken.span(text, order) if text else None


def _serial(number: float, *, is_clock: bool) -> Said:
    """A day or a clock reading as spreadsheets count it, to the second."""
    moment = _FIRST + timedelta(seconds=round(number * 86_400))
    clock = moment.time() if number % 1 else None
    return Said(None if is_clock else moment.date(), clock)


@dataclass(frozen=True)
class Clockwork:
    """How the times of one table are read."""

    bound: Bound
    order: Order | None
    are_midnights_days: bool = False

    def times(self, row: Row, notes: Notes) -> Times | None:
        """Start and end of a row; None where there is no start, which is said."""
        start, second, unread = self._together(row, STARTS)
        if start.day is None:
            self._complain(row, notes)
            return None
        end, _, more = self._together(row, ENDS)
        for text in (*unread, *more):
            message = (
                f"“{shortened(text)}” is no time, so it is passed over; write it like 2026-05-01 or 19:30."
            )
            notes.add(row.where, "bad-time", message)
        end = end if end != Said() else second or end
        name = self.bound.text(row, "zone") or start.zone_name
        if start.clock is None or is_yes(self.bound.text(row, "all_day")):
            return Times(start.day, self._last_day(row, start, end, notes))
        starts = datetime.combine(start.day, start.clock, tzinfo=start.zone)
        return Times(starts, self._end(row, starts, end, notes), name)

    def _complain(self, row: Row, notes: Notes) -> None:
        texts = [self.bound.text(row, field) for field in STARTS]
        text = shortened(" ".join(text for text in texts if text))
        if not text:
            notes.add(row.where, "no-start", "It has no date, so it is left out.")
        elif spoken.strokes(text):
            message = f"“{text}” may be two days, so it is left out; write it like 2026-05-01."
            notes.add(row.where, "ambiguous-date", message)
        else:
            notes.add(
                row.where,
                "bad-date",
                f"“{text}” is no date, so it is left out; write it like 2026-05-01 19:30.",
            )

    def _together(self, row: Row, group: Iterable[str]) -> tuple[Said, Said | None, list[str]]:
        """What the columns of a start or an end say together, the end of a span, and what is not read."""
        found, second, unread = Said(), None, []
        for field in self.bound.first(*group):
            told = said(self.bound.cell(row, field), self.order)
            if told is None:
                unread += [text for text in [self.bound.text(row, field)] if text]
                continue
            one, other = told
            if self.are_midnights_days and one.day and one.clock == time(0):
                one = replace(one, clock=None)
            found = _completed(found, one)
            second = _joined(second, other) if other else second
        return found, second, unread

    def _last_day(self, row: Row, start: Said, end: Said, notes: Notes) -> date:
        """The last of the days; where calendars write the midnight after them, the day before."""
        first, last = start.day or date.min, end.day
        if last and end.clock == time(0) and last > first and is_yes(self.bound.text(row, "all_day")):
            last -= timedelta(days=1)
        if last and last < first:
            notes.add(
                row.where,
                "end-before-start",
                f"It ends on {last}, before its start on {first}; one day is taken.",
            )
        return max(last or first, first)

    def _end(self, row: Row, starts: datetime, end: Said, notes: Notes) -> datetime | None:
        if end.clock is None:
            return self._by_length(row, starts, end, notes)
        ends = datetime.combine(end.day or starts.date(), end.clock, tzinfo=end.zone or starts.tzinfo)
        if (starts.tzinfo is None) != (ends.tzinfo is None):
            ends = ends.replace(tzinfo=starts.tzinfo)
        if ends >= starts:
            return ends
        night = ends + timedelta(days=1)
        if (end.day is None or end.day == starts.date()) and night - starts <= LONGEST_NIGHT:
            return night
        message = f"It ends at {ends:%Y-%m-%d %H:%M}, before its start; the end is left open."
        notes.add(row.where, "end-before-start", message)
        return None

    def _by_length(self, row: Row, starts: datetime, end: Said, notes: Notes) -> datetime | None:
        text = self.bound.text(row, "duration")
        cell = self.bound.cell(row, "duration")
        if isinstance(cell, time):
            return starts + timedelta(hours=cell.hour, minutes=cell.minute)
        length = lengths.duration(text) if text else None
        if text and length is None:
            notes.add(row.where, "bad-duration", f"“{shortened(text)}” is no duration; write it like 1:30.")
        if length:
            return starts + length
        if end.day and end.day != starts.date():
            message = f"It ends on {end.day}, at no time that is said; the end is left open."
            notes.add(row.where, "end-without-time", message)
        return None


def _completed(found: Said, one: Said) -> Said:
    """What was found and what one more column says; a midnight beside a day gives way to a clock alone."""
    is_weak = found.day is not None and found.clock == time(0) and one.day is None
    clock = one.clock if found.clock is None or (is_weak and one.clock) else found.clock
    return Said(found.day or one.day, clock, found.zone or one.zone, found.zone_name or one.zone_name)


def _joined(one: Said | None, other: Said) -> Said:
    if one is None:
        return other
    return Said(one.day or other.day, one.clock or other.clock, one.zone or other.zone)


def are_midnights_days(rows: list[Row], bound: Bound) -> bool:
    """Whether all starts and ends are at midnight, as programs write that have no type for a day."""
    fields = ("start", "start_date", "end", "end_date")
    if any(bound.text(row, field) for row in rows for field in ("start_time", "end_time", "duration")):
        return False
    told = [one for row in rows for field in fields if (one := said(bound.cell(row, field), "day"))]
    return bool(told) and all(
        one.clock == time(0) and one.zone is None and other is None for one, other in told
    )
