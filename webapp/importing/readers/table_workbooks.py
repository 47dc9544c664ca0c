"""Tables in workbooks of Excel and its like. Values are those last computed; nothing in it is run. Pure."""

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from datetime import datetime, time
from typing import Any

import openpyxl
from openpyxl.utils import range_boundaries

from webapp.importing.readers.notes import Notes
from webapp.importing.readers.table_columns import score
from webapp.importing.readers.table_grids import (
    FIRST_ROWS,
    MOST_COLUMNS,
    MOST_ROWS,
    Cell,
    Line,
    Table,
    headed,
    shown,
)
from webapp.importing.readers.table_texts import unnamed
from webapp.importing.rules.found import Refused

MOST_UNPACKED = 120 * 1024 * 1024
MOST_PARTS = 2_000
MOST_MERGED = 20_000
_OLD = b"\xd0\xcf\x11\xe0"
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z0-9:]{3,24})"')


def tables(content: bytes, wanted: frozenset[str], sheet: str, notes: Notes) -> list[Table]:
    """The tables of a workbook: of the sheet asked for, or of all that have the best one's columns."""
    _look_inside(content)
    try:
        lines = dict(_sheets(content))
    except Refused:
        raise
    except Exception as problem:  # noqa: BLE001  # openpyxl raises anything at a broken workbook
        message = f"The workbook is broken ({type(problem).__name__}). Open it and save it again as .xlsx."
        raise Refused("bad-workbook", message) from None
    if sheet and sheet not in lines:
        names = ", ".join(f"“{name}”" for name in lines)
        raise Refused("no-sheet", f"It has no sheet “{sheet}”, but: {names}.")
    found = [
        table for name, rows in lines.items()
        if sheet in {"", name} and (table := headed(f"sheet “{name}”", rows, wanted))
    ]  # fmt: skip
    if not found:
        first = next((rows for rows in lines.values() if rows), [])
        raise unnamed(first)
    return _chosen(found, list(lines), notes)


def _chosen(found: list[Table], names: list[str], notes: Notes) -> list[Table]:
    """The sheet with the most columns understood and the most rows, and those with the same columns."""
    best = max(found, key=lambda table: (bool(table.rows), score(table.columns), len(table.rows)))
    same = [table for table in found if set(table.columns) == set(best.columns)]
    left = [f"“{name}”" for name in names if f"sheet “{name}”" not in {table.name for table in same}]
    if left:
        message = f"It has the most columns that are understood; left out: {', '.join(left[:8])}."
        notes.add(
            best.name if len(same) == 1 else f"{best.name} and {len(same) - 1} like it",
            "sheet-chosen",
            message,
        )
    return same


def _look_inside(content: bytes) -> None:
    """Refuse what is no workbook, and what would unpack to more than a workbook of dates has."""
    if content.startswith(_OLD):
        message = (
            "It is a workbook of the old kind or one with a password. Save it as .xlsx without a password."
        )
        raise Refused("old-workbook", message)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise Refused("bad-workbook", "The workbook is cut off or broken. Save it again as .xlsx.") from None
    if "[Content_Types].xml" not in {part.filename for part in parts}:
        kind = (
            "a spreadsheet of OpenDocument; save it as .xlsx"
            if _is_open(parts)
            else "a ZIP of something else"
        )
        raise Refused("no-workbook", f"It is no workbook, but {kind}, or as CSV.")
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        size = MOST_UNPACKED // 1024 // 1024
        raise Refused("zip-bomb", f"It unpacks to more than {size} MB, which no list of events has.")
    if any(part.flag_bits & 1 for part in parts):
        raise Refused("locked-workbook", "It has a password. Save it without one.")


def _is_open(parts: list[zipfile.ZipInfo]) -> bool:
    return any(part.filename in {"content.xml", "mimetype"} for part in parts)


def _sheets(content: bytes) -> Iterator[tuple[str, list[Line]]]:
    """The lines of each sheet that is not hidden."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for sheet in book.worksheets:
                if sheet.sheet_state == "visible":
                    # Where openpyxl found the sheet's part; merged cells are not told while reading by rows.
                    merged = _merged(archive.read(sheet._worksheet_path))
                    yield sheet.title, list(_lines(sheet, merged))


def _lines(sheet: Any, merged: dict[tuple[int, int], tuple[int, int]]) -> Iterator[Line]:
    held: dict[tuple[int, int], Cell] = {}
    tops = set(merged.values())
    covered: dict[int, list[int]] = {}
    for row, column in merged:
        covered.setdefault(row, []).append(column)
    # What a file says of its size is often wrong.
    sheet.reset_dimensions()
    for number, row in enumerate(sheet.iter_rows(max_row=MOST_ROWS + FIRST_ROWS + 2), start=1):
        cells = [_value(cell) for cell in row[:MOST_COLUMNS]]
        for column in covered.get(number, ()):
            cells += [None] * (column - len(cells))
            cells[column - 1] = held.get(merged[number, column])
        held |= {
            (number, column): cell for column, cell in enumerate(cells, start=1) if (number, column) in tops
        }
        is_empty = all(cell is None for cell in cells)
        if number > MOST_ROWS + FIRST_ROWS and not is_empty:
            raise Refused("too-many-rows", f"A sheet has more than {MOST_ROWS:,} rows. Divide it.")
        if not is_empty:
            yield Line(f"sheet “{sheet.title}”, row {number}", cells)


def _merged(part: bytes) -> dict[tuple[int, int], tuple[int, int]]:
    """Cells that are joined to one above them, with that one."""
    found: dict[tuple[int, int], tuple[int, int]] = {}
    for match in _MERGED.finditer(part):
        left, top, _, bottom = range_boundaries(match[1].decode())
        if None in {left, top, bottom} or bottom - top > MOST_ROWS or left > MOST_COLUMNS:
            continue
        for row in range(top + 1, bottom + 1):
            found[row, left] = (top, left)
        if len(found) > MOST_MERGED:
            break
    return found


def _value(cell: Any) -> Cell:
    """What a cell says: a day where its form shows no clock, nothing where it shows a mistake."""
    value = cell.value
    if isinstance(value, datetime):
        shows_clock = re.search(r"[hs]", re.sub(r'\[\$.*?\]|".*?"', "", str(cell.number_format)).lower())
        return value if shows_clock or value.time() != time(0) else value.date()
    if isinstance(value, str):
        return None if cell.data_type == "e" else value.strip() or None
    return (
        value if isinstance(value, bool | int | float | time) else (None if value is None else shown(value))
    )
