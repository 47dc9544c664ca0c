"""The report of a run as a document for programs, and as lines for people."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from webapp.importing.readers.table_columns import fields
from webapp.importing.rules import mappings
from webapp.importing.rules.found import Found, Occurrence, Place, Price, When
from webapp.importing.rules.outcomes import Error, Told, first_error, worst


def report(told: Sequence[Told]) -> Iterator[str]:
    """The run as one JSON document, field for field as docs/importing.md says it.

    In pieces, each made when it is asked for: the report of a whole season is large.
    """
    files = [{"file": one.file, "outcome": one.outcome, "error": _error(one.error)} for one in told]
    yield f'{{"outcome": {_json(worst(told))},\n"files": {_json(files)},\n"events": ['
    yield from _lines(_event(one.file, found, change) for one in told for found, change in one.events)
    yield '],\n"warnings": ['
    yield from _lines(
        {"file": one.file, "where": remark.where, "code": remark.code, "message": remark.message}
        for one in told
        for remark in one.warnings
    )
    yield f'],\n"error": {_json(_error(first_error(told)))}}}\n'


def _lines(listed: Iterable[dict[str, Any]]) -> Iterator[str]:
    for number, one in enumerate(listed):
        yield f"{',' if number else ''}\n{_json(one)}"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def choices() -> list[tuple[str, str]]:
    """What a column may mean, for a person to choose."""
    return [(mappings.NONE, "Not taken"), *((one, one.replace("_", " ").capitalize()) for one in fields())]


def _error(error: Error | None) -> dict[str, str] | None:
    return {"code": error.code, "message": error.message} if error else None


def _event(file: str, found: Found, change: str) -> dict[str, Any]:
    is_day = not isinstance(found.starts, datetime)
    return {
        "file": file,
        "uid": found.uid,
        "title": found.title,
        "description": found.description,
        "zone": found.zone,
        "all_day": is_day,
        "starts_at": instant(found.starts),
        "ends_at": instant(found.ends),
        "starts_local": reading(found.starts),
        "ends_local": reading(found.ends),
        "status": found.status,
        "venue": _venue(found.venue),
        "offers": [_offer(one) for one in found.offers],
        "people": list(found.people),
        "series": found.is_series,
        "change": change,
        "occurrences": [_occurrence(one) for one in found.occurrences],
    }


def _occurrence(one: Occurrence) -> dict[str, Any]:
    return {
        "starts_at": instant(one.starts),
        "ends_at": instant(one.ends),
        "starts_local": reading(one.starts),
        "title": one.title,
        "status": one.status,
    }


def instant(when: When | None) -> str | None:
    """A day as it is, a moment in UTC; nothing for a clock reading in no zone."""
    if when is None or not isinstance(when, datetime):
        return when.isoformat() if when else None
    if when.tzinfo is None:
        return None
    return when.astimezone(UTC).replace(tzinfo=None, microsecond=0).isoformat() + "Z"


def reading(when: When | None) -> str | None:
    """What the clock of the event's zone shows."""
    if isinstance(when, datetime):
        return when.replace(tzinfo=None, microsecond=0).isoformat()
    return when.isoformat() if when else None


def _venue(venue: Place | None) -> dict[str, Any] | None:
    if venue is None:
        return None
    return {"name": venue.name, "room": venue.room, "place": venue.place, "online_url": venue.online_url}


def _offer(price: Price) -> dict[str, Any]:
    return {
        "price": _amount(price.price),
        "low": _amount(price.low),
        "high": _amount(price.high),
        "currency": price.currency,
        "availability": price.availability,
    }


def _amount(amount: Decimal | None) -> int | float | None:
    """A number as programs read it, whole where it is whole."""
    if amount is None:
        return None
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def table(told: Iterable[Told], *, dry_run: bool = False) -> Iterator[str]:
    """The run for people: a line for each file, then what is to be looked at."""
    for one in told:
        if one.error:
            yield f"{one.file}: refused [{one.error.code}]. {one.error.message}"
        else:
            counts = ", ".join(f"{one.count(change)} {change}" for change in ("new", "changed", "same"))
            doubts = f", {len(one.warnings)} doubtful" if one.warnings else ""
            yield f"{one.file}: {len(one.events)} events ({counts}{doubts})"
        if one.import_id and not dry_run:
            yield f"  Undo it with: flask --app wsgi import undo {one.import_id}"
        yield from (f"  {remark.where}: {remark.message} [{remark.code}]" for remark in one.warnings)
        yield from (f"  {note}" for note in one.notes)
