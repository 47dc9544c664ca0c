"""Tables in text: CSV in its many forms, and lists of objects in JSON and TOML. Pure."""

import csv
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from webapp.importing.readers import blocks, table_sights
from webapp.importing.readers.notes import Notes
from webapp.importing.readers.table_columns import score
from webapp.importing.readers.table_grids import (
    FIRST_ROWS,
    MOST_COLUMNS,
    MOST_ROWS,
    Cell,
    Line,
    Row,
    Table,
    headed,
    shown,
)
from webapp.importing.rules.found import Refused

SEPARATORS = ",;\t|"
# A cell may hold a long text, not a book.
LONGEST_CELL = 500_000
DEEPEST = 6

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_SEPARATOR_LINE = re.compile(r"^\s*\"?sep=(.)\"?\s*\r?\n", re.IGNORECASE)


def csv_table(text: str, wanted: frozenset[str]) -> Table:
    """The table in a CSV, its separator and the line with the columns' names found."""
    csv.field_size_limit(LONGEST_CELL)
    given = _SEPARATOR_LINE.match(text)
    start = given.end() if given else 0
    separators = [given[1]] if given else list(SEPARATORS)
    heads = {one: _head(text[start:], one) for one in separators}
    separator = max(heads, key=lambda one: _likelihood(heads[one], wanted))
    lines = list(_lines(text[start:], separator, 1 if given else 0))
    if table := headed("table", lines, wanted):
        return table
    raise unnamed(heads[separator])


def unnamed(lines: list[Line]) -> Refused:
    """The refusal of a table without names of columns that we understand."""
    first = next(
        ([shown(cell) for cell in line.cells if shown(cell)] for line in lines if any(line.cells)), []
    )
    seen = ", ".join(f"“{name[:40]}”" for name in first[:12]) or "nothing"
    message = (
        "No line names a column for the title and one for the start. "
        f"The first says: {seen}. Name the columns in the first line, like “title” and “start”, or map them: "
        "title = “…”, start = “…”."
    )
    return Refused("no-columns", message, (), table_sights.glimpsed(lines))


def _head(text: str, separator: str) -> list[Line]:
    sample = text[:200_000]
    try:
        return [line for line, _ in zip(_lines(sample, separator, 0), range(FIRST_ROWS), strict=False)]
    except Refused:
        return []


def _likelihood(lines: list[Line], wanted: frozenset[str]) -> tuple[int, int, float, int]:
    """How well a separator fits: columns understood, then rows of one width."""
    widths = Counter(len(line.cells) for line in lines if any(line.cells))
    width, number = max(widths.items(), key=lambda one: (one[1], one[0]), default=(0, 0))
    names = [[shown(cell) for cell in line.cells] for line in lines]
    mapped = max((len(wanted & set(row)) for row in names), default=0)
    known = max((score(row) for row in names), default=0)
    return mapped, known, number / max(1, len(lines)) if width > 1 else 0, width


def _lines(text: str, separator: str, skipped: int) -> Iterator[Line]:
    lines = (match[0] for match in _LINE.finditer(text))
    reader = csv.reader(lines, delimiter=separator, skipinitialspace=True)
    begins = skipped + 1
    try:
        for number, cells in enumerate(reader):
            if number > MOST_ROWS:
                raise Refused(
                    "too-many-rows", f"It has more than {MOST_ROWS:,} rows. Divide it into several files."
                )
            yield Line(f"line {begins}", [cell.strip() for cell in cells[:MOST_COLUMNS]])
            begins = reader.line_num + skipped + 1
    except csv.Error as problem:
        raise Refused("bad-csv", f"Line {begins} cannot be read: {problem}.") from None


def json_table(text: str, notes: Notes) -> Table:
    """The longest list of events in a JSON document, their parts as columns like “address.city”."""
    try:
        return _listed(blocks.parsed(text), notes)
    except blocks.Unreadable as problem:
        message = f"Line {problem.line}, column {problem.column} is no JSON: {problem.what}."
        raise Refused("bad-json", message) from None


def toml_table(text: str, notes: Notes) -> Table:
    """The longest list of tables in a TOML document."""
    try:
        return _listed(tomllib.loads(text), notes)
    except tomllib.TOMLDecodeError as problem:
        raise Refused("bad-toml", f"It is no TOML: {problem}.") from None
    except RecursionError:
        raise Refused("bad-toml", "It is nested too deep.") from None


def _listed(document: Any, notes: Notes) -> Table:
    lists = sorted(_lists(document, ""), key=lambda one: (not _has_events(one[1]), -len(one[1])))
    if not lists:
        raise Refused("no-table", "It holds no list of objects, so there are no rows and columns.")
    name, objects = lists[0]
    if len(lists) > 1:
        others = ", ".join(f"“{other}”" for other, _ in lists[1:6])
        what = "longest list of events" if _has_events(objects) else "longest of the lists"
        notes.add(f"“{name}”", "list-chosen", f"It is the {what}; left out: {others}.")
    if len(objects) > MOST_ROWS:
        raise Refused("too-many-rows", f"It has more than {MOST_ROWS:,} rows. Divide it into several files.")
    rows = [Row(f"{name}[{number}]", dict(_flat(one, ""))) for number, one in enumerate(objects)]
    columns = tuple(dict.fromkeys(column for row in rows for column in row.values))
    return Table(name, columns[:MOST_COLUMNS], rows)


def _has_events(objects: list[dict[str, Any]]) -> bool:
    """Whether the first of a list have a title and a start by the names of their parts."""
    return score({column for one in objects[:FIRST_ROWS] for column, _ in _flat(one, "")}) > 0


def _lists(value: Any, name: str, depth: int = 0) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    if isinstance(value, list):
        objects = [one for one in value if isinstance(one, dict)]
        if objects:
            yield name, objects
    elif isinstance(value, dict) and depth < DEEPEST:
        for key, one in value.items():
            yield from _lists(one, f"{name}.{key}" if name else key, depth + 1)


def _flat(value: dict[str, Any], prefix: str, depth: int = 0) -> Iterator[tuple[str, Cell]]:
    """The parts of an object as columns; lists of texts or of named things in one cell."""
    for key, one in value.items():
        name = f"{prefix}{key}"
        if isinstance(one, dict):
            if depth < DEEPEST:
                yield from _flat(one, f"{name}.", depth + 1)
        elif isinstance(one, list):
            yield name, "; ".join(text for part in one if (text := _said(part)))
        elif isinstance(one, str | int | float | bool | date | datetime | time) or one is None:
            yield name, one


def _said(part: Any) -> str:
    if isinstance(part, dict):
        part = part.get("name") or part.get("title")
    return str(part).strip() if isinstance(part, str | int | float) else ""
