"""Programmes in XML: Pentabarf, frab, pretalx. Pure; entities are refused."""

from collections.abc import Iterator
from io import BytesIO
from xml.etree.ElementTree import Element, ParseError  # the parser is defusedxml's

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from webapp.importing.readers.schedule_talks import (
    Conference,
    Day,
    Entry,
    Talk,
    is_cancelled,
    joined,
    opening_of,
)
from webapp.importing.readers.words import shortened
from webapp.importing.rules.found import Refused

_ROOTS = frozenset(["schedule", "conference", "iris"])


def _local(element: Element) -> str:
    return str(element.tag).rsplit("}", 1)[-1].lower()


def talks(content: bytes) -> Iterator[Entry]:
    """Every talk of a programme."""
    try:
        yield from _talks(content)
    except DefusedXmlException:
        message = (
            "It defines entities or refers to other files, which no programme needs; remove its DOCTYPE."
        )
        raise Refused("xml-entities", message) from None
    except ParseError as problem:
        line, column = problem.position
        reason = str(problem).split(":", 1)[0]
        raise Refused("bad-xml", f"Line {line}, column {column} is no XML: {reason}.") from None
    except (ValueError, LookupError) as problem:
        raise Refused("bad-xml", f"It cannot be read as XML: {problem}.") from None


def _talks(content: bytes) -> Iterator[Entry]:
    """Talks while the document is read, each forgotten when it is told."""
    conference, day, room = Conference(), Day(), ""
    for event, element in _elements(content):
        name = _local(element)
        if event == "start":
            if name == "day":
                day = Day(element.get("date", ""), opening_of(element.get("start", "")))
            room = element.get("name") or room if name == "room" else room
        elif name == "conference":
            conference = _conference(element)
        elif name == "event":
            yield conference, day, _talk(element, room)
        if event == "end" and (name in {"event", "day"} or (name == "room" and element.get("name"))):
            element.clear()


def _elements(content: bytes) -> Iterator[tuple[str, Element]]:
    """Elements as they begin and end; refused where the first is of another kind of document."""
    is_first = True
    for event, element in iterparse(BytesIO(content), events=("start", "end")):
        if is_first and _local(element) not in _ROOTS:
            said = shortened(_local(element))
            raise Refused(
                "no-programme", f"It is XML of another kind: it begins with “{said}”, not “schedule”."
            )
        is_first = False
        yield event, element


def _text(element: Element, *names: str) -> str:
    """The text of the first child of these names that says something."""
    children = {_local(child): "".join(child.itertext()) for child in reversed(element)}
    return next((children[name].strip() for name in names if children.get(name, "").strip()), "")


def _conference(element: Element) -> Conference:
    return Conference(
        _text(element, "acronym") or _text(element, "title"),
        _text(element, "venue"),
        _text(element, "city"),
        _text(element, "time_zone_name", "timezone"),
        _text(element, "day_change"),
    )


def _talk(element: Element, room: str) -> Talk:
    return Talk(
        id=element.get("id", ""), guid=element.get("guid", "") or _text(element, "guid"),
        title=_text(element, "title"), date=_text(element, "date"), start=_text(element, "start"),
        duration=_text(element, "duration"), room=_text(element, "room") or room,
        text=joined(_text(element, "subtitle"), _text(element, "abstract"), _text(element, "description")),
        people=tuple(_persons(element)),
        is_cancelled=is_cancelled(
            element.get("cancelled"), element.get("status"), _text(element, "status", "state")
        ),
    )  # fmt: skip


def _persons(element: Element) -> Iterator[str]:
    for child in element:
        if _local(child) == "persons":
            for person in child:
                yield _text(person, "public_name", "name") or "".join(person.itertext()).strip()
