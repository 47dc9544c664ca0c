"""Events of schema.org that have several dates: sub-events and schedules. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from webapp.importing.readers import cleaning, lengths, linked_times, moments, repeating, spoken
from webapp.importing.readers.linked_document import Document
from webapp.importing.readers.nodes import Graph, Node, Placed, is_event, is_kind, many, text
from webapp.importing.readers.notes import Notes
from webapp.importing.readers.places import Spot
from webapp.importing.readers.settling import Settled, settle
from webapp.importing.readers.words import plain, shortened
from webapp.importing.rules.found import Found, Occurrence, When

# A schedule that never begins is read from so long before the end of the window: from today, mostly.
UNBEGUN = timedelta(days=730)
_PARTS = ("subEvent", "subEvents", "event", "events")


@dataclass(frozen=True)
class Date:
    """A sub-event that is a date of its series."""

    node: Node
    where: str


def families(placed: list[Placed], graph: Graph) -> tuple[dict[int, list[Date]], dict[int, Node]]:
    """Which events have others as their dates, by identity, and in which event the other sub-events are."""
    wheres = {id(one.node): one.where for one in placed}
    series: dict[int, list[Date]] = {}
    homes: dict[int, Node] = {}
    used: set[int] = set()
    for one in sorted(placed, key=lambda one: not is_kind(one.node, "eventseries")):
        parts = [node for node in _parts(one, placed, graph) if id(node) not in used]
        if id(one.node) not in used and _are_dates(one.node, parts):
            dated = [node for node in parts if many(node.get("startDate"))]
            series[id(one.node)] = [Date(node, wheres.get(id(node), one.where)) for node in dated]
            used.update(id(node) for node in dated)
        else:
            homes |= {id(node): one.node for node in parts}
    return series, homes


def _parts(one: Placed, placed: list[Placed], graph: Graph) -> list[Node]:
    """The sub-events of an event; to a series belong also those that say so."""
    parts = [node for key in _PARTS for node in graph.nodes(one.node.get(key))]
    if is_kind(one.node, "eventseries"):
        others = (other.node for other in placed)
        parts += [node for node in others if one.node in graph.nodes(node.get("superEvent"))]
    return list({id(node): node for node in parts if node is not one.node and is_event(node)}.values())


def _are_dates(parent: Node, parts: list[Node]) -> bool:
    """Whether sub-events are dates of one event rather than events of their own."""
    dated = [node for node in parts if many(node.get("startDate"))]
    if is_kind(parent, "eventseries"):
        return bool(dated) and _at_one_place(parent, dated)
    own = plain(cleaning.title(text(parent.get("name"))))
    names = {plain(cleaning.title(text(node.get("name")))) for node in parts}
    return bool(dated) and names <= {"", own} and (own in names or not many(parent.get("startDate")))


def _at_one_place(parent: Node, parts: list[Node]) -> bool:
    places = {str(node["location"]) for node in (parent, *parts) if many(node.get("location"))}
    return len(places) <= 1


@dataclass(frozen=True)
class _Plan:
    """A Schedule as far as it can be read: when it begins, how long each takes, how it repeats."""

    first: When
    length: timedelta
    rule: repeating.Rule
    excepted: tuple[When, ...]

    def ends(self, starts: When) -> When | None:
        """When a date ends that starts so, if that is said; a day ends with itself."""
        if not isinstance(starts, datetime):
            return starts
        return linked_times.added(starts, self.length) if self.length else None


def scheduled(found: Found, node: Node, spot: Spot, document: Document) -> Found | None:
    """An event with the dates of its schedules inside the window."""
    made: list[tuple[When, _Plan, Settled]] = []
    occurrences: list[Occurrence] = []
    for number, schedule in enumerate(document.graph.nodes(node.get("eventSchedule"))):
        where = f"{found.where}.eventSchedule[{number}]"
        if plan := _plan(schedule, node, document, where):
            zone = _zone(plan, schedule, node, spot, document, where=where)
            first = repeating.first(plan.rule, plan.first, document.asked.window)
            made.append((zone.at(first), plan, zone))
            occurrences += _occurrences(plan, zone, found, document, where)
    if not made:
        return None
    master, plan, zone = min(made, key=lambda one: one[0].isoformat())
    occurrences.sort(key=lambda one: one.starts.isoformat())
    return replace(
        found,
        starts=master,
        ends=plan.ends(master),
        zone=zone.name,
        occurrences=tuple(occurrences),
        is_series=True,
    )


def _occurrences(
    plan: _Plan, zone: Settled, found: Found, document: Document, where: str
) -> Iterator[Occurrence]:
    for local in repeating.starts(plan.rule, plan.first, document.asked.window, document.notes, where):
        if not _is_excepted(local, plan.excepted, zone):
            ends = plan.ends(local)
            yield Occurrence(zone.at(local), zone.at(ends) if ends else None, found.title, found.status)


def _zone(plan: _Plan, schedule: Node, node: Node, spot: Spot, document: Document, *, where: str) -> Settled:
    """The zone of a schedule: its own, else that of the event's start."""
    name = text(schedule.get("scheduleTimezone"))
    if not isinstance(plan.first, datetime):
        return Settled()
    if name and (known := moments.known_zone(name)):
        return Settled(known, getattr(known, "key", name))
    if name:
        document.notes.add(where, "unknown-zone", f"“{shortened(name)}” is no zone that is known.")
    own = linked_times.moment(node.get("startDate"), Notes(), where)
    written = own if isinstance(own, datetime) and own.tzinfo else plan.first
    return settle(written, spot, document.asked.zone, document.notes, where)


def _plan(schedule: Node, node: Node, document: Document, where: str) -> _Plan | None:
    notes = document.notes
    start, clock = _start(schedule, node, notes, where)
    if start is None:
        window = document.asked.window
        start = (window.start or window.until - UNBEGUN).date()
        message = f"The schedule has no startDate; its dates are those from {start} on."
        notes.add(where, "schedule-without-start", message)
    rule = _rule(schedule, node, notes, where)
    if rule is None:
        return None
    exceptions = many(schedule.get("exceptDate"))
    excepted = [linked_times.moment(one, notes, f"{where}.exceptDate") for one in exceptions]
    first = datetime.combine(start, clock) if clock else start
    return _Plan(first, _length(schedule, node, clock), rule, tuple(one for one in excepted if one))


def _start(schedule: Node, node: Node, notes: Notes, where: str) -> tuple[date | None, time | None]:
    """The first day and the clock reading of each date."""
    own = linked_times.moment(schedule.get("startDate"), notes, f"{where}.startDate")
    event = linked_times.moment(node.get("startDate"), notes if own is None else Notes(), where)
    begins = own or event
    clock = _clock(schedule.get("startTime"), notes, f"{where}.startTime")
    for one in (own, event):
        if clock is None and isinstance(one, datetime):
            clock = one.time()
    return (linked_times.day_of(begins) if begins else None), clock


def _clock(value: Any, notes: Notes, where: str) -> time | None:
    said = text(value)
    found = spoken.spoken(said) if said else None
    if said and (found is None or found.clock is None):
        notes.add(where, "bad-time", f"“{shortened(said)}” is no time of day; it should be like 19:30.")
    return found.clock if found else None


def _length(schedule: Node, node: Node, clock: time | None) -> timedelta:
    """How long each date takes; nothing where that is not said."""
    closing = _clock(schedule.get("endTime"), Notes(), "")
    if clock and closing:
        day = date(2000, 1, 1 if closing > clock else 2)
        return datetime.combine(day, closing) - datetime.combine(date(2000, 1, 1), clock)
    length = lengths.duration(text(schedule.get("duration")) or text(node.get("duration")))
    if length is None and clock:
        starts, ends = (linked_times.moment(node.get(key), Notes(), "") for key in ("startDate", "endDate"))
        if (
            isinstance(starts, datetime)
            and isinstance(ends, datetime)
            and (starts.tzinfo is None) == (ends.tzinfo is None)
        ):
            length = ends - starts if timedelta(0) < ends - starts < timedelta(days=1) else None
    return length or timedelta(0)


def _rule(schedule: Node, node: Node, notes: Notes, where: str) -> repeating.Rule | None:
    """How a schedule repeats; None where that is not to be understood, which is said."""
    until = linked_times.moment(schedule.get("endDate") or _far_end(node), notes, f"{where}.endDate")
    try:
        return repeating.Rule.of(
            frequency=text(schedule.get("repeatFrequency")),
            days=[text(one) for one in many(schedule.get("byDay"))],
            month_days=_numbers(schedule.get("byMonthDay")),
            months=_numbers(schedule.get("byMonth")),
            weeks=_numbers(schedule.get("byMonthWeek")),
            count=next(iter(_numbers(schedule.get("repeatCount"))), None),
            until=linked_times.day_of(until) if until else None,
        )
    except ValueError as problem:
        notes.add(where, "bad-schedule", f"{problem} The event is left out.")
        return None


def _far_end(node: Node) -> Any:
    """The event's own end, where it bounds its dates rather than the first of them."""
    starts, ends = (linked_times.moment(node.get(key), Notes(), "") for key in ("startDate", "endDate"))
    if starts and ends and linked_times.day_of(ends) > linked_times.day_of(starts):
        return node.get("endDate")
    return None


def _numbers(value: Any) -> list[int]:
    said: Iterator[str] = (text(one) for one in many(value))
    found = []
    for one in said:
        if not one.lstrip("-").isdigit() or len(one) > 6:
            raise ValueError(f"“{shortened(one)}” is no number of a schedule.")
        found.append(int(one))
    return found


def _is_excepted(local: When, excepted: tuple[When, ...], zone: Settled) -> bool:
    """Whether a date is one of the exceptions: by its day, or by its moment."""
    for one in excepted:
        if not isinstance(one, datetime):
            if linked_times.day_of(local) == one:
                return True
        elif isinstance(local, datetime):
            seen = zone.at(one) if one.tzinfo else one
            if isinstance(seen, datetime) and seen.replace(tzinfo=None) == local:
                return True
    return False
