"""What a text in the form of ISO 8601 says of a time: a day, a clock reading, an offset. Pure.

Careless writers are understood as long as only one reading is possible.
"""

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

from webapp.importing.readers import zones
from webapp.importing.rules.found import When

LONGEST = 160  # characters: nothing longer is a time

_ISO = re.compile(
    r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"
    r"(?:(?:\s*T\s*|\s+)(?P<hour>\d{1,2})(?::(?P<minute>\d{2}))?(?::(?P<second>\d{2})(?:[.,]\d+)?)?"
    r"\s*(?P<zone>Z|UTC|GMT|(?:UTC|GMT)?[+\-−]\d{1,2}(?::?\d{2})?(?::\d{2})?)?"
    r"\s*(?:\[(?P<name>[\w/+\-]+)\])?)?",
    re.IGNORECASE,
)
_BASIC = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})?(Z?))?", re.IGNORECASE)
# Zones of no summer, whose letters people write in summer too.
WINTERS = frozenset(["EST", "MST", "HST"])
# A plug-in of many sites writes 19:30 as 19-19-30-00.
_HOUR_TWICE = re.compile(r"(\d{4}-\d{1,2}-\d{1,2})T(\d{2})-\2-(\d{2})-\d{2}")
_WELL_FORMED = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?")
_OFFSET = re.compile(r"(?:UTC|GMT)?([+\-−])(\d{1,2})(?::?(\d{2}))?(?::\d{2})?", re.IGNORECASE)


@dataclass(frozen=True)
class Said:
    """What one text says. `zone_name` is a zone that nobody knows; `is_odd`: not in the form of ISO 8601."""

    day: date | None = None
    clock: time | None = None
    zone: tzinfo | None = None
    zone_name: str = ""
    is_odd: bool = False

    @property
    def when(self) -> When | None:
        """The day, or the moment where a clock reading is said too."""
        if self.day is None or self.clock is None:
            return self.day
        return datetime.combine(self.day, self.clock, tzinfo=self.zone)


def iso(text: str) -> Said | None:
    """A day or moment in the form of ISO 8601; `is_odd` where the form is not kept."""
    text = text.strip()[:LONGEST]
    if match := _ISO.fullmatch(text):
        parts = match.groupdict()
        zone, name = zone_of(parts["zone"] or "", parts["name"] or "")
        day = day_of(int(parts["year"]), int(parts["month"]), int(parts["day"]))
        clock = clock_of(parts["hour"], parts["minute"], parts["second"]) if parts["hour"] else None
        odd = not _WELL_FORMED.fullmatch(text)
        return said_of(day, clock, zone, name, odd) if day and (clock or not parts["hour"]) else None
    if match := _HOUR_TWICE.fullmatch(text):
        return replace(said, is_odd=True) if (said := iso(f"{match[1]}T{match[2]}:{match[3]}")) else None
    if match := _BASIC.fullmatch(text):
        year, month, number, hour, minute, second, utc = match.groups()
        day, clock = (
            day_of(int(year), int(month), int(number)),
            clock_of(hour, minute, second) if hour else None,
        )
        return (
            said_of(day, clock, UTC if utc else None, "", odd=True) if day and (clock or not hour) else None
        )
    return None


def said_of(
    day: date, clock: tuple[time, int] | None, zone: tzinfo | None, name: str, odd: bool
) -> Said | None:
    """Day and clock reading together; None where the calendar ends."""
    if clock is None:
        return Said(day, is_odd=odd)
    try:
        return Said(day + timedelta(days=clock[1]), clock[0], zone, name, odd)
    except OverflowError:
        return None


def zone_of(offset: str, name: str = "") -> tuple[tzinfo | None, str]:
    """The zone that is written, or its name where we do not know it."""
    if name and (known := zones.named(name)):
        return known, ""
    if offset.upper().strip() in {"Z", "UTC", "GMT"}:
        return UTC, ""
    if match := _OFFSET.fullmatch(offset.strip().replace(" ", "")):
        sign, hours, minutes = match.groups()
        ahead = timedelta(hours=int(hours), minutes=int(minutes or 0))
        if ahead < timedelta(hours=15):
            return timezone(-ahead if sign != "+" else ahead, match[0]), ""
    return None, name or offset


def day_of(year: int, month: int, day: int) -> date | None:
    """The day, if there is one."""
    try:
        return date(year, month, day) if 1000 <= year <= 9000 else None
    except ValueError:
        return None


def clock_of(hour: str, minute: str | None = None, second: str | None = None) -> tuple[time, int] | None:
    """A clock reading and how many days later it is: 24:00 is midnight of the next."""
    numbers = int(hour), int(minute or 0), min(int(second or 0), 59)
    if numbers == (24, 0, 0):
        return time(0), 1
    try:
        return time(*numbers), 0
    except ValueError:
        return None


def known_zone(name: str) -> tzinfo | None:
    """A zone by its name or as an offset: Europe/Berlin, W. Europe Standard Time, UTC-6."""
    name = name.strip()
    return None if name.upper() in WINTERS else zones.named(name) or zone_of(name)[0]
