"""Entries of one UID: which is the event, which change single dates of it, which are out of date."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from webapp.importing.readers.ical.entries import Entry
from webapp.importing.readers.ical.times import Span
from webapp.importing.readers.notes import Notes


def newest(group: list[Entry], notes: Notes) -> Iterator[tuple[Entry, list[Entry]]]:
    """Each event of a UID and its overrides, the newest of each; without the event its first override."""
    masters = [one for one in group if one.replaces is None]
    overrides = list(_overrides([one for one in group if one.replaces is not None], notes))
    if not masters:
        first, *others = overrides
        notes.add(
            f"line {first.line}",
            "master-missing",
            f"“{first.title[:60]}” changes a date of a series that is not in the file; it was taken alone.",
        )
        yield first, others
        return
    kept = _newest(masters, notes)
    yield kept[0], overrides
    for other in kept[1:]:
        yield other, []


def _newest(masters: list[Entry], notes: Notes) -> list[Entry]:
    """The newest version; several where nothing says which is newer and they are not the same."""
    best = max(one.version for one in masters)
    kept: dict[tuple[str, datetime, Span | None], Entry] = {}
    for one in masters:
        if one.version != best:
            notes.add(
                f"line {one.line}",
                "older-version",
                f"“{one.title[:60]}” is there again in a newer version, which was taken.",
            )
        elif (one.title, one.start.reading, one.span) in kept:
            notes.add(
                f"line {one.line}", "duplicate", f"“{one.title[:60]}” is there twice; it was taken once."
            )
        else:
            kept[one.title, one.start.reading, one.span] = one
    first, *others = kept.values()
    for other in others:
        notes.add(
            f"line {other.line}",
            "uid-repeated",
            f"“{other.title[:60]}” has the UID of another event; it was taken as an event of its own.",
        )
    return [first, *(replace(other, uid="") for other in others)]


def _overrides(given: list[Entry], notes: Notes) -> Iterator[Entry]:
    latest: dict[tuple[datetime, str | None, bool], Entry] = {}
    for one in given:
        assert one.replaces is not None  # noqa: S101 - given so
        key = (one.replaces.reading, one.replaces.clock.name, one.following)
        if (before := latest.get(key)) is None or before.version <= one.version:
            latest[key] = one
        if before is not None:
            notes.add(
                f"line {one.line}",
                "older-version",
                f"“{one.title[:60]}” changes one date twice; the newer was taken.",
            )
    yield from latest.values()
