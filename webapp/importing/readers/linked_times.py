"""When an event of schema.org is. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from webapp.importing.readers import lengths, spoken
from webapp.importing.readers.nodes import Node, many, text
from webapp.importing.readers.notes import Notes
from webapp.importing.readers.words import shortened
from webapp.importing.rules.found import Status, When

RIGHT = "2026-05-01T19:30:00+02:00 or 2026-05-01"


@dataclass(frozen=True)
class Times:
    """Start and end as they are written; the end of days is the last one."""

    starts: When
    ends: When | None = None


def moment(value: Any, notes: Notes, where: str, *, is_needed: bool = False) -> When | None:
    """One time; what is written oddly but can only mean one thing is taken with a remark."""
    values = many(value)
    if not values:
        return None
    if len(values) > 1:
        notes.add(where, "several-times", "Several times are given; the first is taken.")
    said = text(values[0])
    found = spoken.spoken(said)
    if found is None or found.day is None:
        message = f"“{shortened(said)}” is no time; it should be like {RIGHT}."
        notes.add(where, "bad-date", f"{message} It is left out." if is_needed else message)
        return None
    if found.is_odd:
        notes.add(
            where, "odd-date", f"“{shortened(said)}” is read as {found.when}; it should be as in ISO 8601."
        )
    if found.zone_name:
        notes.add(
            where, "unknown-zone", f"“{found.zone_name}” is no zone that is known; the time is taken without."
        )
    return found.when


def times(node: Node, notes: Notes, where: str) -> Times | None:
    """Start and end; None where no start can be read, which is said."""
    starts = moment(node.get("startDate"), notes, f"{where}.startDate", is_needed=True)
    if starts is None:
        if not many(node.get("startDate")):
            notes.add(where, "no-start", "It has no startDate, so it is left out.")
        return None
    return Times(starts, _end(starts, node, notes, where))


def _end(starts: When, node: Node, notes: Notes, where: str) -> When | None:
    ends = moment(node.get("endDate"), notes, f"{where}.endDate")
    if ends is None:
        return _by_length(starts, node, notes, where)
    at = f"{where}.endDate"
    if not isinstance(starts, datetime):
        last = ends.date() if isinstance(ends, datetime) else ends
        if last < starts:
            notes.add(
                at, "end-before-start", f"It ends on {last}, before its start on {starts}; one day is taken."
            )
        return max(last, starts)
    if not isinstance(ends, datetime):
        if ends != starts.date():
            notes.add(
                at, "end-without-time", f"It ends on {ends}, at no time that is said; the end is left open."
            )
        return None
    if (starts.tzinfo is None) != (ends.tzinfo is None):
        ends = ends.replace(tzinfo=starts.tzinfo)
        notes.add(
            at, "end-without-zone", "Only one of start and end has an offset; the end is read like the start."
        )
    if ends < starts:
        notes.add(
            at, "end-before-start", f"It ends at {ends}, before its start at {starts}; the end is left open."
        )
        return None
    return ends


def _by_length(starts: When, node: Node, notes: Notes, where: str) -> When | None:
    """The end by how long it takes; a day without an end is its own last."""
    if not isinstance(starts, datetime):
        return starts
    said = text(node.get("duration"))
    length = lengths.duration(said) if said else None
    if said and length is None:
        notes.add(
            f"{where}.duration",
            "bad-duration",
            f"“{shortened(said)}” is no duration; it should be like PT2H30M.",
        )
    return added(starts, length) if length else None


def added(starts: When, length: timedelta) -> When | None:
    """A time later by a length, if the calendar goes so far."""
    try:
        return starts + length
    except OverflowError:
        return None


def status(node: Node, notes: Notes, where: str) -> Status:
    """Whether it takes place. Postponed without a new date is not certain."""
    said = [
        text(one).rsplit("/", 1)[-1].removeprefix("schema:").lower() for one in many(node.get("eventStatus"))
    ]
    if any(word in {"eventcancelled", "eventcanceled", "cancelled", "canceled"} for word in said):
        return "cancelled"
    if any(word in {"eventpostponed", "postponed"} for word in said):
        notes.add(
            f"{where}.eventStatus",
            "postponed",
            "It is postponed and its new date is not known; it is taken as not certain.",
        )
        return "tentative"
    known = {
        "eventscheduled",
        "eventrescheduled",
        "eventmovedonline",
        "scheduled",
        "rescheduled",
        "confirmed",
        "movedonline",
    }
    for word in said:
        if word and word not in known:
            notes.add(
                f"{where}.eventStatus",
                "bad-status",
                f"“{shortened(word)}” is no eventStatus; it is taken as it stands in the plan.",
            )
    return "confirmed"


def day_of(when: When) -> date:
    """The day of a time, on its own clock."""
    return when.date() if isinstance(when, datetime) else when
