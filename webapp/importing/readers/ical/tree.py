"""The components of an iCalendar file: which property belongs to which, also where an END is missing."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from webapp.importing.readers.ical.lines import Line
from webapp.importing.readers.notes import Notes
from webapp.importing.rules.found import Refused

# All else is not kept: attendees, attachments and the programs' own fields are most of a big file.
WANTED = frozenset(
    (
        *("DTSTART", "DTEND", "DURATION", "RRULE", "EXRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "UID"),
        *("SEQUENCE", "LAST-MODIFIED", "DTSTAMP", "SUMMARY", "DESCRIPTION", "STYLED-DESCRIPTION", "LOCATION"),
        *("STATUS", "URL", "CONFERENCE", "METHOD", "TZID", "TZOFFSETFROM", "TZOFFSETTO", "X-WR-TIMEZONE"),
        *("X-LIC-LOCATION", "X-ALT-DESC", "X-GOOGLE-CONFERENCE", "X-MICROSOFT-SKYPETEAMSMEETINGURL"),
        *("X-MICROSOFT-ONLINEMEETINGEXTERNALLINK", "X-MICROSOFT-ONLINEMEETINGCONFLINK"),
        *("X-MICROSOFT-CDO-ALLDAYEVENT", "X-FUNAMBOL-ALLDAY"),
    )
)
OUTER = frozenset(["VCALENDAR"])
ENTRIES = frozenset(["VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", "VTIMEZONE"])
MOST_ENTRIES = 60_000
DEEPEST = 20


@dataclass(slots=True)
class Component:
    """A BEGIN with what belongs to it."""

    name: str
    number: int
    properties: dict[str, list[Line]] = field(default_factory=dict)
    parts: list["Component"] = field(default_factory=list)

    def first(self, *names: str) -> Line | None:
        """The first property with a value, by the first name that has one."""
        for name in names:
            for line in self.properties.get(name, ()):
                if line.value.strip():
                    return line
        return None

    def all(self, name: str) -> list[Line]:
        """Every property of a name."""
        return self.properties.get(name, [])

    def lines(self) -> list[Line]:
        """All properties."""
        return [line for lines in self.properties.values() for line in lines]

    def text(self, *names: str) -> str:
        """The text of the first property with a value, empty without one."""
        line = self.first(*names)
        return line.text.strip() if line else ""


class _Tree:
    """Puts properties into components as they come."""

    def __init__(self, notes: Notes) -> None:
        self.calendars: list[Component] = []
        self._open: list[Component] = []
        self._notes = notes
        self._entries = 0

    def add(self, line: Line) -> None:
        """Take the next line of the file."""
        if line.name == "BEGIN":
            self._begin(line.value.strip().upper(), line.number)
        elif line.name == "END":
            self._end(line.value.strip().upper(), line.number)
        elif self._open and line.name in WANTED:
            self._open[-1].properties.setdefault(line.name, []).append(line)

    def finish(self) -> list[Component]:
        """The calendars; a file that stops in the middle of an entry is refused as a whole."""
        cut = next((part for part in self._open if part.name in ENTRIES), None)
        if cut:
            raise Refused(
                "truncated",
                f"It stops inside the {cut.name} that begins in line {cut.number}, without END:{cut.name}. "
                "Export or download the calendar again, whole.",
                self._notes.remarks(),
            )
        for part in self._open:
            self._missing(part)
        return self.calendars

    def _begin(self, name: str, number: int) -> None:
        if name in OUTER:
            self._close(0)
        elif name in ENTRIES:
            self._close(1)
            self._entries += 1
            if self._entries > MOST_ENTRIES:
                raise Refused(
                    "too-many-events", f"There are more than {MOST_ENTRIES:,} entries. Import parts."
                )
        if not self._open and name not in OUTER:
            self._notes.add(f"line {number}", "no-calendar", "BEGIN:VCALENDAR is missing before this entry.")
            self._begin("VCALENDAR", number)
        if len(self._open) > DEEPEST:
            raise Refused(
                "not-a-calendar", f"Line {number}: components are nested deeper than any calendar's."
            )
        part = Component(name, number)
        (self._open[-1].parts if self._open else self.calendars).append(part)
        self._open.append(part)

    def _end(self, name: str, number: int) -> None:
        names = [part.name for part in self._open]
        if name not in names:
            self._notes.add(
                f"line {number}", "stray-end", f"END:{name[:40]} ends nothing; it was passed over."
            )
            return
        at = len(names) - 1 - names[::-1].index(name)
        self._close(at + 1)
        self._open.pop()

    def _close(self, depth: int) -> None:
        while len(self._open) > depth:
            self._missing(self._open.pop())

    def _missing(self, part: Component) -> None:
        self._notes.add(
            f"line {part.number}",
            "missing-end",
            f"The {part.name[:40]} that begins here has no END:{part.name[:40]}; was something cut off?",
        )


def calendars(lines: Iterable[Line], notes: Notes) -> list[Component]:
    """The calendars of a file."""
    tree = _Tree(notes)
    for line in lines:
        tree.add(line)
    return tree.finish()
