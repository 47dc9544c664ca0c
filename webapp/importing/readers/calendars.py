"""iCalendar files (.ics): Google's, Apple's, Outlook's, Lotus' and those made by hand."""

import re
from collections import defaultdict
from collections.abc import Iterable

from webapp.importing.readers.ical import lines, tree
from webapp.importing.readers.ical.definitions import Clocks, Definitions
from webapp.importing.readers.ical.entries import Entry, entry
from webapp.importing.readers.ical.events import event
from webapp.importing.readers.ical.faults import BadItem
from webapp.importing.readers.ical.versions import newest
from webapp.importing.readers.notes import Notes
from webapp.importing.rules.found import Asked, Found, Reading, Refused

MOST_DATES = 400_000
OTHERS = {"VTODO": "tasks (VTODO)", "VJOURNAL": "notes (VJOURNAL)", "VFREEBUSY": "busy times (VFREEBUSY)"}


def read(content: bytes, asked: Asked) -> Reading:
    """Every event of a file, and what is doubtful about it; `Refused` where it is no calendar of events."""
    notes = Notes()
    text = lines.text_of(content)
    _is_calendar(text)
    calendars = tree.calendars(lines.lines(text, notes), notes)
    bad: list[BadItem] = []
    known: Definitions = {}
    entries = [one for calendar in calendars for one in _entries(calendar, asked, notes, bad, known)]
    if not entries and not bad:
        raise _without_events(calendars, notes)
    events = tuple(_events(entries, asked, notes, bad))
    for item in bad:
        notes.add(f"line {item.line}", item.code, f"{item} It is left out.")
    if (bad and not entries) or (bad and not events and len(bad) >= len(_groups(entries))):
        worst = bad[0]
        raise Refused(worst.code, f"No event can be used. Line {worst.line}: {worst}", notes.remarks())
    return Reading(events, notes.remarks())


def _is_calendar(text: str) -> None:
    head = text.lstrip("\ufeff \t\r\n\x00")[:1]
    if not head:
        raise Refused("empty", "The file is empty. A calendar begins with BEGIN:VCALENDAR.")
    if re.search(r"BEGIN:V(?:CALENDAR|EVENT)", text, re.IGNORECASE):
        return
    if head == "<":
        raise Refused(
            "not-a-calendar",
            "The file is a web page or XML, not a calendar. Save the link of the calendar itself.",
        )
    raise Refused(
        "not-a-calendar",
        "This is no iCalendar file: no line of it is BEGIN:VCALENDAR.",
    )


def _entries(
    calendar: tree.Component, asked: Asked, notes: Notes, bad: list[BadItem], known: Definitions
) -> Iterable[Entry]:
    clocks = Clocks(calendar, asked.zone, notes, known)
    is_cancelled = calendar.text("METHOD").upper() == "CANCEL"
    for part in calendar.parts:
        if part.name in OTHERS:
            notes.add(
                f"line {part.number}",
                "not-an-event",
                f"Here are {OTHERS[part.name]}; they are no events.",
            )
        if part.name != "VEVENT":
            continue
        try:
            yield entry(part, clocks, notes, is_cancelled=is_cancelled)
        except BadItem as item:
            bad.append(item)


def _groups(entries: list[Entry]) -> list[list[Entry]]:
    """Entries of one UID together; those without one are each for themselves."""
    groups: dict[str, list[Entry]] = defaultdict(list)
    for number, one in enumerate(entries):
        groups[one.uid or f"\0{number}"].append(one)
    return list(groups.values())


def _events(entries: list[Entry], asked: Asked, notes: Notes, bad: list[BadItem]) -> Iterable[Found]:
    dates = 0
    for group in _groups(entries):
        for master, overrides in newest(group, notes):
            try:
                found = event(master, overrides, asked.window, notes)
            except BadItem as item:
                bad.append(item)
                continue
            except OverflowError:
                bad.append(
                    BadItem(
                        "bad-date", f"“{master.title[:60]}” is not between the years 1 and 9999.", master.line
                    )
                )
                continue
            dates += len(found.occurrences)
            if dates > MOST_DATES:
                raise Refused(
                    "too-many-dates",
                    f"Up to line {master.line} there are more than {MOST_DATES:,} dates. Ask for fewer days.",
                    notes.remarks(),
                )
            if found.occurrences:
                yield found


def _without_events(calendars: list[tree.Component], notes: Notes) -> Refused:
    names = {part.name for calendar in calendars for part in calendar.parts}
    others = [said for name, said in OTHERS.items() if name in names]
    if others:
        return Refused(
            "no-events",
            f"It holds {' and '.join(others)}, but no events (VEVENT).",
            notes.remarks(),
        )
    return Refused("no-events", "The calendar holds no events (VEVENT).", notes.remarks())
