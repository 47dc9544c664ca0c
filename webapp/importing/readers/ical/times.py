"""Times as calendars write them: days, readings of a clock, moments; and spans."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from webapp.importing.readers.ical.clocks import IN_UTC, Clock, reading
from webapp.importing.readers.ical.definitions import Clocks
from webapp.importing.readers.ical.faults import BadItem
from webapp.importing.readers.ical.lines import Line

WRITTEN = re.compile(
    r"(\d{4})-?(\d{2})-?(\d{2})"
    r"(?:(?:T|\s)\s*(\d{2})[:.]?(\d{2})(?:[:.]?(\d{2})(?:[.,]\d{1,9})?)?\s*(Z|[+-]\d{2}:?\d{2})?)?(?:Z)?"
)
SPAN = re.compile(
    # Some programs write the T before weeks and days, too.
    r"([+-]?)P(T(?=\d+[WD]))?(?:(\d{1,5})W)?(?:(\d{1,5})D)?"
    r"(?:(?(2)T?|T)(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,9})S)?)?"
)


@dataclass(frozen=True)
class Stamp:
    """One time of a file: its reading and clock, whether it means the whole day, whether it has no zone."""

    reading: datetime
    is_day: bool
    clock: Clock
    line: int
    is_bare: bool = False

    def on(self, clock: Clock) -> datetime:
        """What another clock shows then. Days and times without a zone are the same reading everywhere."""
        if self.is_day or clock.name is None:
            return self.reading
        if self.is_bare or self.clock.name is None:
            return reading(clock.moment(self.reading))
        return reading(clock.shown(self.clock.moment(self.reading)))


@dataclass(frozen=True)
class Span:
    """How long something takes: whole days by the calendar, and a time by the watch."""

    days: int = 0
    time: timedelta = timedelta()

    def after(self, moment: datetime, clock: Clock) -> datetime:
        """When it is over that begins at a moment."""
        if self.days:
            moment = clock.moment(reading(clock.shown(moment)) + timedelta(days=self.days))
        if moment.tzinfo is None:
            return moment + self.time
        return clock.shown(moment.astimezone(UTC) + self.time) if self.time else moment


def stamp(line: Line, clocks: Clocks) -> Stamp:
    """The time of a property."""
    return stamp_of(line.value, line, clocks)


def stamp_of(text: str, line: Line, clocks: Clocks) -> Stamp:
    """One time among the values of a property."""
    found = WRITTEN.fullmatch(text.strip().upper())
    if not found:
        raise BadItem("bad-date", f"{line.name} “{text.strip()[:60]}” is no date or time.", line.number)
    midnight_after = found[4] == "24"
    try:
        read = datetime(  # noqa: DTZ001 - a clock reading
            int(found[1]),
            int(found[2]),
            int(found[3]),
            0 if midnight_after else int(found[4] or 0),
            int(found[5] or 0),
            min(int(found[6] or 0), 59),
        ) + timedelta(days=int(midnight_after))
    except (ValueError, OverflowError) as error:
        raise BadItem(
            "bad-date", f"{line.name} “{text.strip()[:60]}” does not exist.", line.number
        ) from error
    # A midnight called a date is one, but for an event's own times: then its end tells (see entries).
    is_named_so = line.name not in {"DTSTART", "DTEND"} and line.parameters.get("VALUE", "").upper() == "DATE"
    is_day = found[4] is None or (is_named_so and read.time() == datetime.min.time())
    return _on_its_clock(read, found[7] or "", line, clocks, is_day=is_day)


def _on_its_clock(read: datetime, suffix: str, line: Line, clocks: Clocks, *, is_day: bool) -> Stamp:
    zone = zone_of(line)
    if is_day:
        return Stamp(read, True, clocks.default, line.number)
    if not suffix:
        clock = clocks.of(zone, line.number) if zone.strip() else clocks.default
        if zone:
            clocks.compare(zone, read, line.number)
        return Stamp(read, False, clock, line.number, is_bare=not zone.strip())
    if suffix != "Z":
        sign = -1 if suffix[0] == "-" else 1
        read -= sign * timedelta(hours=int(suffix[1:3]), minutes=int(suffix[-2:]))
    utc = Stamp(read, False, IN_UTC, line.number)
    shown = clocks.of(zone, line.number) if zone.strip() and zone.upper() not in {"UTC", "GMT"} else None
    if shown is not None and shown.name is not None:
        clocks.doubt(zone, read, line.number)
        return Stamp(utc.on(shown), False, shown, line.number)
    return utc


def zone_of(line: Line) -> str:
    """The zone that a property names; some programs escape commas there."""
    return line.parameters.get("TZID", "").replace("\\", "").strip()


def span(line: Line) -> Span:
    """A DURATION."""
    text = line.value.strip().upper()
    found = SPAN.fullmatch(text)
    if not found or found[1] == "-" or not any(found.groups()[2:]):
        raise BadItem(
            "bad-duration", f"{line.name} “{text[:60]}” is no duration such as PT1H30M.", line.number
        )
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups()[2:])
    return Span(7 * weeks + days, timedelta(hours=hours, minutes=minutes, seconds=seconds))
