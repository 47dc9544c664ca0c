"""What counts of a reading: each event once, with a name that stays, on the dates of the window. Pure."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from webapp.importing.rules.found import Found, Occurrence, Place, Price, Reading, Remark, When


@dataclass(frozen=True)
class Limits:
    """Occurrences that start in [start, until) are wanted, None being no limit."""

    start: datetime | None = None
    until: datetime | None = None


def settled(reading: Reading, limits: Limits) -> Reading:
    """The events that have a date in the window, duplicates merged, each with a uid."""
    inside = [one for found in reading.events if (one := _inside(found, limits))]
    remarks: list[Remark] = []
    events = _merged(inside, remarks)
    return Reading(tuple(_named(events)), (*reading.remarks, *remarks), reading.columns)


def as_utc(when: When) -> datetime:
    """A moment to compare by: days and clock readings in no zone as if they were UTC's."""
    if not isinstance(when, datetime):
        return datetime(when.year, when.month, when.day, tzinfo=UTC)
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)


def _inside(found: Found, limits: Limits) -> Found | None:
    kept = tuple(one for one in found.occurrences if _is_inside(one.starts, limits))
    if not kept:
        return None
    return found if len(kept) == len(found.occurrences) else replace(found, occurrences=kept)


def _is_inside(when: When, limits: Limits) -> bool:
    moment = as_utc(when)
    return not (limits.start and moment < limits.start) and not (limits.until and moment >= limits.until)


def _merged(events: Iterable[Found], remarks: list[Remark]) -> list[Found]:
    """Events of the same title, start, end and venue as one, which is said."""
    kept: dict[tuple[object, ...], Found] = {}
    for found in events:
        key = (found.title.casefold(), _key(found.starts), _key(found.ends), _house(found.venue))
        first = kept.get(key)
        if first:
            message = f"“{found.title}” is there twice, here and at {first.where}; it is taken once."
            remarks.append(Remark(found.where, "duplicate", message))
        kept[key] = _both(first, found) if first else found
    return list(kept.values())


def _key(when: When | None) -> tuple[str, str] | None:
    """A time by which it is known: a day is not its midnight, nor a clock reading an instant."""
    if when is None:
        return None
    kind = "day" if not isinstance(when, datetime) else "local" if when.tzinfo is None else "instant"
    return kind, as_utc(when).isoformat()


def _house(venue: Place | None) -> tuple[str, ...]:
    return (
        tuple((part or "").casefold() for part in (venue.name, venue.room, venue.place))
        if venue
        else ("",) * 3
    )


def _both(first: Found, second: Found) -> Found:
    """The first, with what only the second says."""
    dates: dict[tuple[str, str] | None, Occurrence] = {}
    for one in (*first.occurrences, *second.occurrences):
        dates.setdefault(_key(one.starts), one)
    offers: tuple[Price, ...] = first.offers or second.offers
    return replace(
        first,
        uid=first.uid or second.uid,
        description=first.description or second.description,
        offers=offers,
        people=tuple(dict.fromkeys((*first.people, *second.people))),
        occurrences=tuple(dates[key] for key in sorted(dates, key=lambda key: key[1] if key else "")),
        is_series=first.is_series or second.is_series,
    )


def _named(events: Iterable[Found]) -> Iterable[Found]:
    for found in events:
        yield found if found.uid else replace(found, uid=_made_up(found))


def _made_up(found: Found) -> str:
    """The same for the same title, clock reading and place, whatever zone that is read in."""
    starts = found.starts.replace(tzinfo=None) if isinstance(found.starts, datetime) else found.starts
    said = "\n".join((found.title.casefold(), starts.isoformat(), *_house(found.venue)))
    return f"marquee-{hashlib.sha256(said.encode()).hexdigest()[:24]}"


def names(events: Iterable[Found], source: str) -> list[str]:
    """By what each event of a source is known again: its uid, and the source's name where that is short.

    What the source calls the same more than once is counted.
    """
    used: dict[str, int] = {}
    listed = []
    for found in events:
        is_worldwide = len(found.uid) >= 12 or any(sign in found.uid for sign in "@:/")
        name = found.uid if is_worldwide else f"{source}/{found.uid}"
        used[name] = used.get(name, 0) + 1
        listed.append(name if used[name] == 1 else f"{name}#{used[name]}")
    return listed
