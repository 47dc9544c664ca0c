"""Events in tables: CSV, workbooks, and lists of objects in JSON and TOML.

Columns are understood by their names in six languages, or by a mapping.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from webapp.importing.readers import (
    cleaning,
    moments,
    table_entries,
    table_mapping,
    table_sights,
    table_texts,
    table_twins,
    table_workbooks,
)
from webapp.importing.readers.notes import Notes
from webapp.importing.readers.places import Spot
from webapp.importing.readers.settling import Settled, settle
from webapp.importing.readers.table_grids import Row, Table
from webapp.importing.readers.table_mapping import Bound
from webapp.importing.readers.table_order import order_of
from webapp.importing.readers.table_times import Clockwork, Times, are_midnights_days
from webapp.importing.readers.words import shortened
from webapp.importing.rules.found import Asked, Column, Found, Occurrence, Reading, Refused


def read(content: bytes, asked: Asked) -> Reading:
    """Every row that has a title and a date."""
    notes = Notes()
    found: list[Found] = []
    columns: tuple[Column, ...] = ()
    number = 0
    for table in _tables(content, asked, notes):
        bound = _bound(table, asked.mapping)
        table_twins.look_at_twins(table, bound, notes)
        columns += table_sights.seen(table, bound)
        names = Counter(bound.text(row, "uid") for row in table.rows)
        order = order_of(table, bound, asked.mapping.get("date_order", ""), notes)
        clockwork = Clockwork(bound, order, are_midnights_days(table.rows, bound))
        for row in table.rows:
            number += 1
            if entry := _entry(row, bound, clockwork, asked, notes):
                found.append(entry if names[entry.uid] == 1 else _nameless(entry))
    if not found:
        message = "None of its rows has a title and a date." if number else "It has columns, but no rows."
        raise Refused("no-events", message, notes.remarks(), columns)
    return Reading(tuple(found), notes.remarks(), columns)


def _bound(table: Table, mapping: dict[str, str]) -> Bound:
    """What the columns mean; a refusal shows them, so that a person can say it."""
    try:
        return table_mapping.bind(table, mapping)
    except Refused as refusal:
        seen = table_sights.seen(table, None)
        raise Refused(refusal.code, refusal.message, refusal.remarks, seen) from None


def _tables(content: bytes, asked: Asked, notes: Notes) -> list[Table]:
    """The tables of a source, by what it begins with."""
    wanted = table_mapping.wanted(asked.mapping)
    if content.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        return table_workbooks.tables(content, wanted, asked.mapping.get("sheet", ""), notes)
    text = cleaning.decoded(content)
    if not text.strip("\ufeff \t\r\n"):
        raise Refused("empty", "It is empty: there is no line with the names of columns, and no row.")
    start = text.lstrip("\ufeff \t\r\n")
    if start.startswith(("{", "[{")) or (start.startswith("[") and start[1:].lstrip().startswith(("{", "]"))):
        return [table_texts.json_table(text, notes)]
    if start.startswith("[["):
        return [table_texts.toml_table(text, notes)]
    return [table_texts.csv_table(text.lstrip("\ufeff"), wanted)]


def _nameless(entry: Found) -> Found:
    return replace(entry, uid="")


def _entry(row: Row, bound: Bound, clockwork: Clockwork, asked: Asked, notes: Notes) -> Found | None:
    title = cleaning.title(bound.text(row, "title"))
    times = clockwork.times(row, notes) if title else None
    if not title:
        notes.add(row.where, "no-title", "It has no title, so it is left out.")
    if times is None:
        return None
    if row.is_crooked:
        message = "It has more cells than there are columns; a separator may stand in a text without quotes."
        notes.add(row.where, "crooked-row", message)
    place, spot = table_entries.place(row, bound)
    zone = _zone(times, spot, asked, notes, row.where)
    status, left = table_entries.status(row, bound, notes)
    starts, ends = zone.at(times.starts), zone.at(times.ends) if times.ends else None
    return Found(
        uid=bound.text(row, "uid"), title=title, starts=starts, ends=ends,
        occurrences=(Occurrence(starts, ends, title, status),), where=row.where,
        description=cleaning.description("\n\n".join(_texts(row, bound))), zone=zone.name, status=status,
        venue=place, offers=table_entries.offers(row, bound, left, notes),
        people=table_entries.people(row, bound),
    )  # fmt: skip


def _texts(row: Row, bound: Bound) -> Iterator[str]:
    yield from (text for name in ("subtitle", "description") if (text := bound.text(row, name)))


def _zone(times: Times, spot: Spot, asked: Asked, notes: Notes, where: str) -> Settled:
    """The zone that a row names, else that of its place or the one asked for."""
    name = times.zone_name
    known = moments.known_zone(name) if name else None
    if name and known is None:
        notes.add(where, "unknown-zone", f"“{shortened(name)}” is no zone that is known, like Europe/Berlin.")
    if known is not None and isinstance(times.starts, datetime):
        return Settled(known, getattr(known, "key", name))
    return settle(times.starts, spot, asked.zone, notes, where)
