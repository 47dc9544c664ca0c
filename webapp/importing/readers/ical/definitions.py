"""The zones that a calendar defines itself (VTIMEZONE), and which clock a name in it stands for."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from webapp.importing.readers import zones
from webapp.importing.readers.ical import rules
from webapp.importing.readers.ical.clocks import FLOATING, Change, Clock, Floating, Named, Written
from webapp.importing.readers.ical.faults import BadItem
from webapp.importing.readers.ical.tree import Component
from webapp.importing.readers.notes import Notes

FIRST_YEAR, LAST_YEAR = 1970, 2070
MOST_CHANGES = 1_000
OFFSET = re.compile(r"([+-]?)(\d{2}):?(\d{2}):?(\d{2})?")
READING = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})T(\d{2}):?(\d{2}):?(\d{2})?(Z?)")

# What VTIMEZONEs mean, by their text: many calendars of one file often say the same.
Definitions = dict[str, Written | None]


class Clocks:
    """The clocks of one calendar. What it defines is known in it only."""

    def __init__(self, calendar: Component, asked: ZoneInfo | None, notes: Notes, known: Definitions) -> None:
        self._definitions = {
            part.text("TZID").strip('" '): part
            for part in calendar.parts
            if part.name == "VTIMEZONE" and part.text("TZID")
        }
        self._notes, self._asked = notes, asked
        self._clocks: dict[str, Clock] = {}
        self._known = known
        self._written: Definitions = {}
        self._differing: set[str] = set()
        self._doubted: set[str] = set()
        own = calendar.first("X-WR-TIMEZONE")
        self.own = self._own(own.text.strip(), own.number) if own else None
        fallback = self.own.zone if self.own else asked
        self.default: Clock = Named(fallback) if fallback else FLOATING

    def of(self, name: str, line: int) -> Clock:
        """The clock of a TZID: IANA's by name, else as the file defines it, else a local one and a remark."""
        name = name.strip()
        if name not in self._clocks:
            self._clocks[name] = self._found(name, line)
        return self._clocks[name]

    def compare(self, name: str, reading: datetime, line: int) -> None:
        """Remark once where the file's own definition of a known zone gives another moment than ours."""
        name = name.strip()
        clock = self._clocks.get(name)
        if name in self._differing or not isinstance(clock, Named) or name not in self._definitions:
            return
        written, moment = self._defined(name), clock.moment(reading)
        is_skipped = moment.replace(tzinfo=None, fold=0) != reading
        if written and not is_skipped and written.offset(reading) != moment.utcoffset():
            self._differing.add(name)
            self._notes.add(
                f"line {self._definitions[name].number}",
                "zone-contradicted",
                f"The file's VTIMEZONE “{name[:80]}” disagrees with {clock.name} at {reading} (line {line}). "
                "The zone of that name was taken; please check the times.",
            )

    def doubt(self, name: str, reading: datetime, line: int) -> None:
        """Remark once of a zone where times are in it by their TZID and in UTC by their Z."""
        name = name.strip()
        moment = self._clocks[name].moment(reading)
        if name not in self._doubted and moment.utcoffset():
            self._doubted.add(name)
            self._notes.add(
                f"line {line}",
                "zone-and-utc",
                f"A time has the TZID “{name[:80]}” and a Z, which means UTC. UTC was taken; check it.",
            )

    def _own(self, name: str, line: int) -> Named | None:
        zone = zones.named(name) or zones.meant(name)
        if zone is None:
            self._notes.add(
                f"line {line}",
                "unknown-zone",
                f"X-WR-TIMEZONE “{name[:80]}” is no known zone; it was passed over.",
            )
        return Named(zone) if zone else None

    def _found(self, name: str, line: int) -> Clock:
        definition = self._definitions.get(name)
        zone = zones.named(name) or (zones.named(definition.text("X-LIC-LOCATION")) if definition else None)
        if zone:
            return Named(zone)
        if definition and (written := self._defined(name)):
            return written
        if understood := self._understood(name, line):
            return understood
        asked = (
            f"The zone asked for, {self._asked.key}, was taken."
            if self._asked
            else "Say which zone is meant."
        )
        self._notes.add(
            f"line {line}",
            "unknown-zone",
            f"The zone “{name[:80]}” is neither known nor defined here: its times stay local. {asked}",
        )
        return Named(self._asked) if self._asked else Floating()

    def _understood(self, name: str, line: int) -> Clock | None:
        """The clock of a name that is defined nowhere and yet means but one: an offset, mostly."""
        if zone := zones.meant(name):
            return Named(zone)
        ahead = zones.offset(name)
        if ahead is None:
            return None
        if name.startswith("("):
            # So begin the names that Windows shows, and what stood behind may have had a summer time.
            self._notes.add(
                f"line {line}",
                "zone-offset",
                f"The zone “{name[:80]}” is an offset only; its times are read with it in summer and winter.",
            )
        since = datetime(FIRST_YEAR, 1, 1)  # noqa: DTZ001 - a clock reading
        return Written(name, [Change(since, ahead, ahead)])

    def _defined(self, name: str) -> Written | None:
        if name in self._written:
            return self._written[name]
        definition = self._definitions[name]
        parts = [(part.name, line.name, line.value) for part in definition.parts for line in part.lines()]
        text = repr((name, parts))
        if text not in self._known:
            self._known[text] = _written(name, definition)
        self._written[name] = self._known[text]
        return self._written[name]


def _written(name: str, definition: Component) -> Written | None:
    """The zone as defined; None where the definition is of no use."""
    changes = []
    for part in definition.parts:
        try:
            changes += _changes(part)
        except (BadItem, ValueError, OverflowError):
            continue
    return Written(name, changes) if changes else None


def _changes(part: Component) -> list[Change]:
    """The changes that a STANDARD or DAYLIGHT makes."""
    before, after = _offset(part.text("TZOFFSETFROM")), _offset(part.text("TZOFFSETTO"))
    start = _reading(part.text("DTSTART"))
    readings = {start}
    if line := part.first("RRULE"):
        rule = rules.read(line.value, line.number, is_day=False)
        end = datetime(LAST_YEAR, 12, 31)  # noqa: DTZ001 - a clock reading
        if rule.until:
            end = min(end, _reading(rule.until) + (before if rule.until.endswith("Z") else timedelta()))
        if rule.unit == rules.UNITS["YEARLY"] and start.year < FIRST_YEAR:
            # Outlook's rules begin in 1601.
            start = start.replace(year=FIRST_YEAR, day=1)
            readings.clear()
        for reading in rule.readings(start, end):
            readings.add(reading)
            if len(readings) > MOST_CHANGES:
                break
    for dates in part.all("RDATE"):
        readings |= {_reading(text) for text in dates.value.split(",")[:MOST_CHANGES]}
    return [Change(reading - before, before, after) for reading in readings]


def _offset(text: str) -> timedelta:
    found = OFFSET.fullmatch(text.strip())
    if not found:
        raise ValueError(text)
    span = timedelta(hours=int(found[2]), minutes=int(found[3]), seconds=int(found[4] or 0))
    if span >= timedelta(hours=24):
        raise ValueError(text)
    return -span if found[1] == "-" else span


def _reading(text: str) -> datetime:
    found = READING.fullmatch(text.strip().upper())
    if not found:
        return datetime.strptime(text.strip()[:8], "%Y%m%d")  # noqa: DTZ007 - a clock reading
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - a clock reading
