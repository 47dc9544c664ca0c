"""Our own export of a season, and the report of an import, which says events in the same words. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timezone, tzinfo
from typing import Any, get_args

from webapp.importing.readers import amounts, blocks, cleaning, linked_times, moments
from webapp.importing.readers.notes import Notes
from webapp.importing.readers.words import shortened
from webapp.importing.rules.found import (
    Asked,
    Availability,
    Found,
    Occurrence,
    Place,
    Price,
    Reading,
    Refused,
    Status,
    When,
)

VERSION = 1
_STATUSES: dict[str, Status] = {one: one for one in get_args(Status)}
_AVAILABILITIES: dict[str, Availability] = {one: one for one in get_args(Availability)}


@dataclass(frozen=True)
class _Clock:
    """The zone of an event as the export names it."""

    zone: tzinfo | None
    name: str | None


def read(content: bytes, asked: Asked) -> Reading:  # noqa: ARG001  # an export says everything itself
    """Every event of an export."""
    try:
        document = blocks.parsed(cleaning.decoded(content))
    except blocks.Unreadable as problem:
        message = f"Line {problem.line}, column {problem.column} is no JSON: {problem.what}."
        raise Refused("bad-json", message) from None
    listed = document.get("events") if isinstance(document, dict) else None
    if not isinstance(listed, list):
        raise Refused("no-export", "It has no list of “events”, as an export of a season has.")
    version = document.get("version", VERSION)
    if not isinstance(version, int) or version > VERSION:
        said = shortened(str(version), 20)
        raise Refused(
            "newer-export", f"It is an export of version {said}; {VERSION} is the newest that is known."
        )
    notes = Notes()
    found = tuple(_entries(listed, notes))
    if not found:
        raise Refused("no-events", "No event of the export has a title and a start.", notes.remarks())
    return Reading(found, notes.remarks())


def _entries(listed: list[Any], notes: Notes) -> Iterator[Found]:
    for number, one in enumerate(listed):
        where = f"events[{number}]"
        try:
            yield _entry(one if isinstance(one, dict) else {}, where)
        except ValueError as problem:
            notes.add(where, "bad-event", f"{problem} It is left out.")


def _entry(one: dict[str, Any], where: str) -> Found:
    title = cleaning.title(_text(one.get("title")))
    if not title:
        raise ValueError("It has no title.")
    clock = _clock(one)
    starts = _when(one, "starts", clock)
    if starts is None:
        raise ValueError("It has neither starts_at nor starts_local.")
    ends = _when(one, "ends", clock)
    status = _STATUSES.get(_text(one.get("status")), "confirmed")
    occurrences = tuple(_occurrences(one, clock, title, starts, ends))
    if not occurrences:
        occurrences = (Occurrence(starts, ends, title, status),)
    return Found(
        uid=_text(one.get("uid")), title=title, starts=starts, ends=ends, where=where,
        occurrences=occurrences,
        description=cleaning.description(_text(one.get("description"))),
        zone=clock.name if isinstance(starts, datetime) else None, status=status,
        venue=_venue(one.get("venue")),
        offers=tuple(_offers(one.get("offers"))), people=tuple(_people(one.get("people"))),
        is_series=one.get("series") is True,
    )  # fmt: skip


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _clock(one: dict[str, Any]) -> _Clock:
    """The zone by its name; of a name that only a source knew, the offset that the export shows."""
    name = _text(one.get("zone")) or None
    known = moments.known_zone(name) if name else None
    if name and known is None:
        instant, local = _moment(one.get("starts_at")), _moment(one.get("starts_local"))
        if isinstance(instant, datetime) and isinstance(local, datetime) and instant.tzinfo:
            ahead = local.replace(tzinfo=UTC) - instant
            known = timezone(ahead, name) if abs(ahead.total_seconds()) < 86_400 else UTC
    return _Clock(known, name)


def _moment(value: Any) -> When | None:
    said = moments.iso(_text(value)) if _text(value) else None
    if _text(value) and said is None:
        raise ValueError(f"“{shortened(_text(value))}” is no time.")
    return said.when if said else None


def _when(one: dict[str, Any], name: str, clock: _Clock) -> When | None:
    """A day, an instant on its zone's clock, or a clock reading in no zone."""
    when = _moment(one.get(f"{name}_at"))
    if when is None:
        local = _moment(one.get(f"{name}_local"))
        return local.replace(tzinfo=None) if isinstance(local, datetime) else local
    if isinstance(when, datetime) and when.tzinfo and clock.zone:
        return when.astimezone(clock.zone)
    return when


def _occurrences(
    one: dict[str, Any], clock: _Clock, title: str, starts: When, ends: When | None
) -> Iterator[Occurrence]:
    listed = one.get("occurrences")
    for told in listed if isinstance(listed, list) else []:
        if isinstance(told, dict) and (begin := _when(told, "starts", clock)):
            last = _when(told, "ends", clock) or _as_long(begin, starts, ends)
            status = _STATUSES.get(_text(told.get("status")), "confirmed")
            yield Occurrence(begin, last, cleaning.title(_text(told.get("title"))) or title, status)


def _as_long(begin: When, starts: When, ends: When | None) -> When | None:
    """The end of a floating time, which an occurrence does not say: as long after as the event's own."""
    if not isinstance(begin, datetime):
        return begin
    if not isinstance(starts, datetime) or not isinstance(ends, datetime):
        return None
    is_floating = not (begin.tzinfo or starts.tzinfo or ends.tzinfo)
    return linked_times.added(begin, ends - starts) if is_floating else None


def _venue(value: Any) -> Place | None:
    if not isinstance(value, dict):
        return None
    name, room, place = (cleaning.title(_text(value.get(key))) or None for key in ("name", "room", "place"))
    link = _text(value.get("online_url"))
    found = Place(name, room, place, link if link.startswith(("http://", "https://")) else None)
    return found if found != Place() else None


def _offers(value: Any) -> Iterator[Price]:
    for one in value if isinstance(value, list) else []:
        if isinstance(one, dict):
            price, low, high = (amounts.number(one.get(name)) for name in ("price", "low", "high"))
            left = _AVAILABILITIES.get(_text(one.get("availability")))
            yield Price(price, low, high, amounts.currency(_text(one.get("currency"))), left)


def _people(value: Any) -> Iterator[str]:
    for one in value if isinstance(value, list) else []:
        if name := cleaning.title(_text(one)):
            yield name
