"""A file as its preview shows it: one line for each event, and one for what is said of none. Pure."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from webapp.importing.rules.entries import House, house
from webapp.importing.rules.found import Column, Found, Remark, When
from webapp.importing.rules.outcomes import Told

KINDS = ("new", "changed", "same", "doubtful", "refused")
MOST_HOUSES = 60
LONGEST = 200


@dataclass(frozen=True)
class Line:
    """`change` is new, changed or same of an event, and empty of what is said beside them.

    `kind` is the same, or doubtful where a person should look, or refused where it does not go in.
    """

    kind: str
    change: str
    title: str
    at: str
    place: str
    reasons: tuple[tuple[str, str], ...]


def lines(told: Told) -> Iterator[Line]:
    """The events in the order of the file, each with what is said of it; then the rest of what is said."""
    said: dict[str, list[Remark]] = {}
    for remark in told.warnings:
        for place in remark.places or (remark.where,):
            said.setdefault(place, []).append(remark)
    met = set()
    for (found, change), reason in zip(told.events, told.reasons, strict=True):
        remarks = said.get(found.where, [])
        met.add(found.where)
        reasons = [("changed", reason)] if reason else []
        reasons += [(remark.code, remark.message) for remark in remarks]
        where = house(found.venue)
        yield Line(
            "doubtful" if remarks else change,
            change,
            found.title[:LONGEST],
            moment(found),
            where.name[:LONGEST],
            tuple(reasons),
        )
    for place, remarks in said.items():
        if place not in met:
            yield from (_beside(place, remark) for remark in remarks)


def _beside(place: str, remark: Remark) -> Line:
    kind = "refused" if remark.is_loss else "doubtful"
    return Line(kind, "", place[:LONGEST], "", "", ((remark.code, remark.message),))


def moment(found: Found) -> str:
    """When it is, as a person reads it, with the zone that was chosen."""
    dates = found.occurrences
    first = dates[0].starts if dates else found.starts
    more = f", and {len(dates) - 1:,} more {'date' if len(dates) == 2 else 'dates'}" if len(dates) > 1 else ""
    return f"{_reading(first)}{more}{_zone(first, found.zone)}"


def _reading(when: When) -> str:
    day = f"{when:%a} {when.day} {when:%b} {when.year}"
    return f"{day}, {when:%H:%M}" if isinstance(when, datetime) else day


def _zone(when: When, zone: str | None) -> str:
    if not isinstance(when, datetime):
        return ""
    return " (in no zone)" if when.tzinfo is None else f" ({zone})" if zone else ""


def needs_zone(told: Told) -> int:
    """How many events have times in no zone, and so no date until somebody names one."""
    return sum(
        any(isinstance(one.starts, datetime) and one.starts.tzinfo is None for one in found.occurrences)
        for found, _ in told.events
    )


def houses(told: Told) -> list[tuple[House, int]]:
    """What the file calls its venues, and how many events are there; the most used first."""
    return Counter(house(found.venue) for found, _ in told.events).most_common(MOST_HOUSES)


def zones(told: Told) -> list[tuple[str, int]]:
    """Which zones its times are in, and how many events in each."""
    return Counter(found.zone or "" for found, _ in told.events).most_common(12)


def counts(listed: list[Line]) -> dict[str, int]:
    """How many events are new, changed, the same, and how many lines are doubtful or refused."""
    number = Counter(line.change for line in listed) + Counter(
        line.kind for line in listed if line.kind in {"doubtful", "refused"}
    )
    return {kind: number[kind] for kind in KINDS}


def storable(value: Any) -> Any:
    """The same without what the database keeps in no text: zero bytes, and halves of letters."""
    written = json.dumps(value, ensure_ascii=False).replace("\\u0000", " ")
    return json.loads(written.encode("utf-8", "replace"))


def column(one: Column) -> dict[str, Any]:
    """A column in the words of JSON."""
    return {"name": one.name, "field": one.field, "samples": list(one.samples)}
