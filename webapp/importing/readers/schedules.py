"""Conference programmes: the XML of Pentabarf, frab and pretalx, and the schedule.json of the last two.

Each talk is an entry. Its moment is its own `date` where that has an offset; otherwise its clock reading on
its day, or on the next where it is before the day's change. Its zone is the programme's.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from webapp.importing.readers import cleaning, lengths, moments, places, schedule_json, schedule_xml, spoken
from webapp.importing.readers.notes import Notes
from webapp.importing.readers.places import Spot
from webapp.importing.readers.schedule_talks import Conference, Day, Entry, Talk
from webapp.importing.readers.settling import Settled, offset_name, settle
from webapp.importing.readers.words import plain, shortened
from webapp.importing.rules.found import Asked, Found, Occurrence, Place, Reading, Refused, Status, When


def read(content: bytes, asked: Asked) -> Reading:
    """Every talk of a programme; one without title or time is left out."""
    notes = Notes()
    found, seen, number = [], Counter[str](), 0
    for conference, day, talk in _talks(content):
        number += 1
        if entry := _entry(conference, day, talk, asked, notes):
            seen[entry.uid] += 1
            again = f"{entry.uid}/{seen[entry.uid]}" if seen[entry.uid] > 1 and entry.uid else entry.uid
            found.append(replace(entry, uid=again))
    if not found:
        message = "None of its talks has a title and a start." if number else "The programme holds no talk."
        raise Refused("no-events", message, notes.remarks())
    return Reading(tuple(found), notes.remarks())


def _talks(content: bytes) -> Iterator[Entry]:
    bare = content.lstrip(b"\xef\xbb\xbf \t\r\n")
    is_json = bare[:1] in {b"{", b"["}
    return schedule_json.talks(cleaning.decoded(content)) if is_json else schedule_xml.talks(bare)


def _entry(conference: Conference, day: Day, talk: Talk, asked: Asked, notes: Notes) -> Found | None:
    title = cleaning.title(talk.title)
    where = f"talk {talk.name or '?'} “{shortened(title, 50)}”" if title else f"talk {talk.name or '?'}"
    if not title:
        notes.add(where, "no-title", "It has no title, so it is left out.")
        return None
    starts = _starts(conference, day, talk, notes, where)
    if starts is None:
        return None
    zone = _zone(conference, starts, asked, notes, where)
    zone = _doubted(zone, talk, starts, notes, where)
    begin = zone.at(starts)
    _compare(talk, begin, notes, where)
    length = lengths.duration(talk.duration) if talk.duration else None
    if talk.duration and length is None:
        notes.add(
            where, "bad-duration", f"“{shortened(talk.duration)}” is no duration; it should be like 1:30."
        )
    ends = _later(zone, begin, length) if length else _written_end(talk, begin, zone)
    status: Status = "cancelled" if talk.is_cancelled else "confirmed"
    return Found(
        uid=talk.guid or (f"{talk.id}@{plain(conference.name).replace(' ', '-')}" if talk.id else ""),
        title=title, starts=begin, ends=ends, where=where,
        occurrences=(Occurrence(begin, ends, title, status),),
        description=cleaning.description(talk.text), zone=zone.name, status=status,
        venue=_place(conference, talk), people=_people(talk),
    )  # fmt: skip


def _written_end(talk: Talk, begin: When, zone: Settled) -> When | None:
    """The end that a talk says itself, if it is after the beginning."""
    said = moments.iso(talk.end) if talk.end else None
    ends = zone.at(said.when) if said and said.when else None
    if not isinstance(ends, datetime) or not isinstance(begin, datetime):
        return None
    is_alike = (ends.tzinfo is None) == (begin.tzinfo is None)
    return ends if is_alike and ends >= begin else None


def _people(talk: Talk) -> tuple[str, ...]:
    names = (cleaning.title(name) for name in talk.people)
    return tuple(dict.fromkeys(name for name in names if name))


def _place(conference: Conference, talk: Talk) -> Place | None:
    names = (cleaning.title(text) or None for text in (conference.venue, talk.room, conference.city))
    found = Place(*names)
    return found if found != Place() else None


def _starts(conference: Conference, day: Day, talk: Talk, notes: Notes, where: str) -> When | None:
    """The start of a talk as it is written; None where it cannot be read, which is said."""
    own = moments.iso(talk.date) if talk.date else None
    if own and own.clock:
        return own.when
    clock = spoken.spoken(talk.start) if talk.start else None
    if clock and clock.day and clock.clock:
        return clock.when
    on = own or moments.iso(day.date[:10])
    if clock is None or clock.clock is None or on is None or on.day is None:
        said = shortened(f"{talk.date or day.date} {talk.start}".strip())
        message = f"“{said}” is no start, so it is left out; a date and a time like 19:30 are needed."
        notes.add(where, "bad-date", message)
        return None
    starts = datetime.combine(on.day, clock.clock)
    change = spoken.spoken(conference.day_change) if conference.day_change else None
    opening = (change and change.clock) or day.opening
    is_night = own is None and opening is not None and clock.clock < opening
    return starts + timedelta(days=1) if is_night else starts


def _zone(conference: Conference, starts: When, asked: Asked, notes: Notes, where: str) -> Settled:
    """The programme's own zone, else the one asked for; its city is a hint."""
    spot = places.spot_of(conference.city) if conference.city else Spot()
    if conference.zone:
        if known := moments.known_zone(conference.zone):
            return Settled(known, getattr(known, "key", conference.zone))
        message = f"The time_zone_name “{shortened(conference.zone)}” is no zone that is known."
        notes.add("conference", "unknown-zone", message)
    return settle(starts, spot, asked.zone, notes, where)


def _doubted(zone: Settled, talk: Talk, starts: When, notes: Notes, where: str) -> Settled:
    """The programme's zone, unless its talks are written on another clock than it has then."""
    shown = zone.at(starts)
    clock = spoken.spoken(talk.start) if talk.start else None
    if not isinstance(starts, datetime) or not isinstance(shown, datetime) or not clock or not clock.clock:
        return zone
    is_written_so = (clock.clock.hour, clock.clock.minute) == (starts.hour, starts.minute)
    if starts.tzinfo is None or starts.utcoffset() == shown.utcoffset() or not is_written_so:
        return zone
    message = (
        f"Its offset is {offset_name(starts)}, which {zone.name} has not then; it is kept as it is written."
    )
    notes.add(where, "offset-differs", message)
    return Settled(starts.tzinfo, offset_name(starts))


def _compare(talk: Talk, begin: When, notes: Notes, where: str) -> None:
    """Say where a talk's clock reading is not that of its moment."""
    clock = spoken.spoken(talk.start) if talk.start and talk.date else None
    if not clock or not clock.clock or not isinstance(begin, datetime):
        return
    if (clock.clock.hour, clock.clock.minute) != (begin.hour, begin.minute):
        message = f"Its start says {clock.clock:%H:%M}, its date {begin:%H:%M}; the date is taken."
        notes.add(where, "times-differ", message)


def _later(zone: Settled, begin: When, length: timedelta) -> When | None:
    """So long after the beginning, also where clocks change between."""
    if not isinstance(begin, datetime):
        return None
    try:
        return begin + length if begin.tzinfo is None else zone.at(begin.astimezone(UTC) + length)
    except OverflowError:
        return None
