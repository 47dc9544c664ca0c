"""Programmes in JSON: the schedule.json of frab and pretalx. Pure."""

from collections.abc import Iterator
from typing import Any

from webapp.importing.readers import blocks
from webapp.importing.readers.schedule_talks import (
    Conference,
    Day,
    Entry,
    Talk,
    is_cancelled,
    joined,
    opening_of,
)
from webapp.importing.rules.found import Refused


def talks(source: str) -> Iterator[Entry]:
    """Every talk of a schedule.json."""
    try:
        document = blocks.parsed(source)
    except blocks.Unreadable as problem:
        message = f"Line {problem.line}, column {problem.column} is no JSON: {problem.what}."
        raise Refused("bad-json", message) from None
    schedule = _object(document, "schedule") or document
    told = _object(schedule, "conference") or _object(document, "conference")
    if not isinstance(told, dict):
        raise Refused("no-programme", "It is JSON, but has no “schedule” with a “conference” in it.")
    conference = Conference(*(_said(told, *names) for names in _CONFERENCE))
    for listed in _listed(told.get("days") or _object(schedule, "days")):
        day = Day(_said(listed, "date")[:10], opening_of(_said(listed, "day_start", "start")))
        for room, talks in _rooms(listed.get("rooms")):
            for talk in _listed(talks):
                yield conference, day, _told(talk, room)
    # The form of the year 2024 lists all talks together, each with its moment and its room.
    for talk in _listed(_object(schedule, "events")):
        yield conference, Day(), _told(talk, "")


_CONFERENCE = (("acronym", "title"), ("venue",), ("city",), ("time_zone_name", "timezone"), ("day_change",))


_NAMES = ("public_name", "full_public_name", "name")
_HELPING = ("ORGANIZER", "ASSISTANT", "TECHNICIAN")


def _object(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None


def _listed(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _rooms(value: Any) -> Iterator[tuple[str, Any]]:
    """Rooms by name, or listed with their names."""
    if isinstance(value, dict):
        yield from value.items()
    for room in _listed(value):
        yield _said(room, "name"), room.get("events") or room.get("talks")


def _said(value: dict[str, Any], *names: str) -> str:
    """The first of these that says something; of texts in several languages the first."""
    for name in names:
        said = value.get(name)
        if isinstance(said, dict):
            said = said.get("en") or next(iter(said.values()), None)
        if isinstance(said, str | int | float) and not isinstance(said, bool) and str(said).strip():
            return str(said).strip()
    return ""


def _told(talk: dict[str, Any], room: str) -> Talk:
    persons = talk.get("persons") or talk.get("speakers") or talk.get("participants")
    names = [one if isinstance(one, str) else "" for one in persons] if isinstance(persons, list) else []
    return Talk(
        id=_said(talk, "id", "code"), guid=_said(talk, "guid"), title=_said(talk, "title"),
        date=_said(talk, "date"), start=_said(talk, "start"),
        duration=_said(talk, "duration"), end=_said(talk, "end"), room=_said(talk, "room") or room,
        text=joined(_said(talk, "subtitle"), _said(talk, "abstract"), _said(talk, "description")),
        people=(*names, *(_said(one, *_NAMES) for one in _performing(persons))),
        is_cancelled=is_cancelled(talk.get("cancelled"), talk.get("status"), talk.get("state")),
    )  # fmt: skip


def _performing(persons: Any) -> list[dict[str, Any]]:
    """Persons but those who only see to it."""
    return [one for one in _listed(persons) if one.get("role") not in _HELPING]
