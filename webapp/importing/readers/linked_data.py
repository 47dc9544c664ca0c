"""Events in linked data: schema.org's Event and its kinds, in a JSON document or in the scripts of a page.

An EventSeries is one entry whose dates are its sub-events, if they are all at one place; so are the
nameless sub-events of an event without a date, or those of its own name. Other sub-events are entries of
their own beside the event that holds them, which is listed too where it has a date. What is only pointed to
is none (superEvent, reservationFor).
"""

import html
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from webapp.importing.readers import blocks, cleaning, linked_parts, linked_times, places
from webapp.importing.readers.linked_document import Document
from webapp.importing.readers.linked_series import Date, families, scheduled
from webapp.importing.readers.nodes import Graph, Node, Placed, events, is_event, normalised, text
from webapp.importing.readers.notes import Notes
from webapp.importing.readers.places import Spot
from webapp.importing.readers.settling import Settled, offset_name, settle
from webapp.importing.readers.words import plain
from webapp.importing.rules.found import Asked, Found, Occurrence, Reading, Refused

_CANCELLED = ("cancelled", "canceled", "abgesagt", "annule", "cancelado", "geannuleerd", "annullato")


def read(content: bytes, asked: Asked) -> Reading:
    """Every event of a document or page; a broken script is left out, as is an event without name or date."""
    document = Document(asked)
    parts = [(where, normalised(value)) for where, value in _parts(cleaning.decoded(content), document.notes)]
    for _, value in parts:
        document.graph.add(value)
    placed = _distinct([one for where, value in parts for one in events(value, where)], document.graph)
    if not placed:
        raise Refused("no-events", _nothing(document.graph), document.notes.remarks())
    document.names.update(name for one in placed for name in _names(one.node))
    found = list(_entries(placed, document))
    found = list(_like_others(found, document.notes))
    _compare_offsets(found, document.notes)
    if not found:
        message = "No event can go in: each needs a name and a startDate."
        raise Refused("no-events", message, document.notes.remarks())
    return Reading(tuple(found), document.notes.remarks())


def _parts(source: str, notes: Notes) -> Iterator[tuple[str, Any]]:
    """Each JSON document of a source, with what its place is called."""
    if not source.lstrip("\ufeff \t\r\n").startswith("<"):
        try:
            yield "$", blocks.parsed(source)
        except blocks.Unreadable as problem:
            message = f"Line {problem.line}, column {problem.column} is no JSON: {problem.what}."
            raise Refused("bad-json", message) from None
        return
    scripts = list(blocks.scripts(source))
    if not scripts:
        message = "The page holds no script of type application/ld+json: no event that a machine can read."
        raise Refused("no-linked-data", message)
    good = 0
    for block in scripts:
        name = f"script {block.number} in line {block.line}"
        try:
            yield f"{name}: $", blocks.parsed(block.text)
            good += 1
        except blocks.Unreadable as problem:
            line = block.line + problem.line - 1
            notes.add(
                name,
                "bad-json",
                f"It is no JSON at line {line}, column {problem.column}: {problem.what}. It is left out.",
            )
    if not good:
        raise Refused("bad-json", "None of the page's scripts of linked data is JSON.", notes.remarks())


def _nothing(graph: Graph) -> str:
    events = {kind for kind in graph.types if is_event({"@type": kind})}
    others = ", ".join(sorted(graph.types - events)[:12])
    if events:
        return f"It announces no event: the {sorted(events)[0]} in it is only pointed to. It holds: {others}."
    return (
        f"It holds no schema.org Event, only: {others}."
        if others
        else "It holds nothing with an @type of an Event."
    )


def _distinct(placed: list[Placed], graph: Graph) -> list[Placed]:
    """Each event once: one that is told in parts, under one @id, where it first stands."""
    seen, found = set(), []
    for one in placed:
        node = graph.node(one.node) or one.node
        if id(node) not in seen:
            seen.add(id(node))
            found.append(Placed(node, one.where))
    return found


def _names(node: Node) -> Iterator[str]:
    """By what an event may be known again, the best first."""
    name = node.get("@id")
    if isinstance(name, str) and name and not name.startswith(("_:", "#")):
        yield name
    identifier = node.get("identifier")
    said = text(identifier.get("value") if isinstance(identifier, dict) else identifier)
    if said:
        yield said
    if linked_parts.is_link(text(node.get("url"))):
        yield text(node.get("url"))


def _entries(placed: list[Placed], document: Document) -> Iterator[Found]:
    """An entry for each event that is not a date of another."""
    series, homes = families(placed, document.graph)
    dates = {id(one.node) for listed in series.values() for one in listed}
    parents = {id(home) for home in homes.values()}
    for one in placed:
        own = series.get(id(one.node), [])
        if id(one.node) in dates:
            continue
        if id(one.node) in parents and not own and not one.node.get("startDate"):
            document.notes.add(one.where, "parts-only", "It has no date of its own; its parts are entries.")
        elif found := _entry(one, own, homes.get(id(one.node)), document):
            yield found


def _entry(one: Placed, dates: list[Date], home: Node | None, document: Document) -> Found | None:
    node, where, notes = one.node, one.where, document.notes
    title = cleaning.title(
        text(node.get("name")) or text(node.get("alternateName")) or text(node.get("headline"))
    )
    if not title:
        notes.add(where, "no-title", "It has no name, so it is left out.")
        return None
    place, spot = linked_parts.place(node, document.graph, notes, where)
    for other in [home, *(first.node for first in dates[:1])]:
        if place is None and other is not None:
            place, spot = linked_parts.place(other, document.graph, Notes(), where)
    found = Found(
        uid=next((name for name in _names(node) if document.names[name] == 1), ""),
        title=title, starts=date.min, ends=None, occurrences=(), where=where,
        description=cleaning.description(_unescaped(text(node.get("description")))),
        status=linked_times.status(node, notes, where),
        venue=place,
        offers=linked_parts.offers(node, document.graph, notes, where),
        people=linked_parts.people(node, document.graph),
    )  # fmt: skip
    _look_at_title(found, notes)
    return _with_dates(found, node, dates, spot, document)


def _unescaped(description: str) -> str:
    """HTML that was escaped as if it were text, as some plug-ins do."""
    return html.unescape(description) if "&lt;" in description and "<" not in description else description


def _look_at_title(found: Found, notes: Notes) -> None:
    if found.status != "cancelled" and any(word in plain(found.title).split() for word in _CANCELLED):
        notes.add(
            found.where,
            "says-cancelled",
            f"“{found.title}” says that it is cancelled, its eventStatus does not.",
        )


def _with_dates(found: Found, node: Node, dates: list[Date], spot: Spot, document: Document) -> Found | None:
    """The entry with its times: those of its dates, of its schedule or its own."""
    if not dates and node.get("eventSchedule"):
        return scheduled(found, node, spot, document)
    if dates:
        return _series(found, dates, spot, document)
    times = linked_times.times(node, document.notes, found.where)
    if times is None:
        return None
    zone = settle(times.starts, spot, document.asked.zone, document.notes, found.where)
    starts, ends = zone.at(times.starts), zone.at(times.ends) if times.ends else None
    return replace(
        found,
        starts=starts,
        ends=ends,
        zone=zone.name,
        occurrences=(Occurrence(starts, ends, found.title, found.status),),
    )


def _series(found: Found, dates: list[Date], spot: Spot, document: Document) -> Found | None:
    """One entry of several dates, in the order of time."""
    occurrences: list[Occurrence] = []
    zone = Settled()
    for one in dates:
        times = linked_times.times(one.node, document.notes, one.where)
        if times is None:
            continue
        if not occurrences:
            zone = settle(times.starts, spot, document.asked.zone, document.notes, one.where)
        title = cleaning.title(text(one.node.get("name"))) or found.title
        status = linked_times.status(one.node, document.notes, one.where)
        ends = zone.at(times.ends) if times.ends else None
        occurrences.append(
            Occurrence(
                zone.at(times.starts), ends, title, "cancelled" if found.status == "cancelled" else status
            )
        )
    if not occurrences:
        return None
    occurrences.sort(key=lambda one: one.starts.isoformat())
    offers, people = list(found.offers), list(found.people)
    for one in dates:
        offers += (
            [] if found.offers else linked_parts.offers(one.node, document.graph, document.notes, one.where)
        )
        people += linked_parts.people(one.node, document.graph)
    first = occurrences[0]
    return replace(
        found, starts=first.starts, ends=first.ends, zone=zone.name, occurrences=tuple(occurrences),
        offers=tuple(dict.fromkeys(offers)), people=tuple(dict.fromkeys(people)), is_series=True,
    )  # fmt: skip


def _like_others(found: list[Found], notes: Notes) -> Iterator[Found]:
    """Entries of no known place in the zone of all others, where their offset agrees."""
    zones = {one.zone for one in found if one.zone and one.zone in places.all_zones()}
    home = zones.pop() if len(zones) == 1 else None
    for one in found:
        if home is None or not isinstance(one.starts, datetime) or not one.zone or one.zone == home:
            yield one
        elif one.zone != "UTC" and not one.is_series and places.agrees(home, one.starts):
            message = f"Its place tells no zone; {home} is taken like for all others, which has its offset."
            notes.add(one.where, "zone-like-others", message)
            yield _moved(one, Settled(ZoneInfo(home), home))
        else:
            yield one


def _moved(one: Found, zone: Settled) -> Found:
    """A single entry on another zone's clock."""
    starts, ends = zone.at(one.starts), zone.at(one.ends) if one.ends else None
    occurrence = Occurrence(starts, ends, one.title, one.status)
    return replace(one, starts=starts, ends=ends, zone=zone.name, occurrences=(occurrence,))


def _compare_offsets(found: list[Found], notes: Notes) -> None:
    """Say where one source has UTC beside another offset and no places: some of its times are often wrong."""
    written = Counter(
        offset_name(one.starts) for one in found
        if isinstance(one.starts, datetime) and one.starts.tzinfo and one.zone == offset_name(one.starts)
    )  # fmt: skip
    if len(written) > 1 and "UTC" in written:
        said = ", ".join(f"{number} with {name}" for name, number in written.most_common())
        notes.add(
            "$", "mixed-offsets", f"Times are written {said}. Some may be wrong; they are kept as written."
        )
