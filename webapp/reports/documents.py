"""A report as a file: CSV line by line, or a workbook written beside and then sent. Memory stays flat."""

import csv
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

from webapp.core import money
from webapp.core.errors import Conflict
from webapp.reports.rules import cells
from webapp.reports.rules.sheets import Column, View

Rows = Iterable[Mapping[str, Any]]

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
LINES_AT_ONCE = 500
# What a sheet of a workbook can hold, its head included.
MOST_ROWS = 1_048_576
TOO_MANY_ROWS = "A workbook holds 1,048,575 rows, and here are more. Take the CSV file, or fewer days."

_FORMATS = {"share": "0%", "day": "yyyy-mm-dd", "moment": "yyyy-mm-dd hh:mm"}


def csv_lines(view: View, rows: Rows) -> Iterator[bytes]:
    """The file in pieces; it begins with a mark by which spreadsheets know that it is UTF-8."""
    columns, keep = _columns(view), _Piece()
    writer = csv.writer(keep)
    keep.write("\ufeff")
    writer.writerow([column.name for column in columns])
    for number, row in enumerate(rows, start=1):
        writer.writerow([cells.written(column, row) for column in columns])
        if number % LINES_AT_ONCE == 0:
            yield keep.taken()
    yield keep.taken()


def write_workbook(view: View, title: str, rows: Rows, target: Path) -> None:
    """Write all rows into a workbook at `target`; Conflict when there are more than a sheet can hold."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    columns = _columns(view)
    sheet.append([_bold(sheet, column.name) for column in columns])
    for number, row in enumerate(rows, start=2):
        if number > MOST_ROWS:
            raise Conflict(TOO_MANY_ROWS)
        sheet.append([_cell(sheet, column, row) for column in columns])
    book.save(target)


def workbook(view: View, title: str, rows: Rows) -> Path:
    """The same in a temporary file, which is the caller's to remove."""
    with tempfile.NamedTemporaryFile(prefix="report-", suffix=".xlsx", delete=False) as made:
        target = Path(made.name)
    try:
        write_workbook(view, title, rows, target)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return target


class _Piece:
    """What the writer of lines writes into, emptied again and again."""

    def __init__(self) -> None:
        self._lines: list[str] = []

    def write(self, line: str) -> None:
        self._lines.append(line)

    def taken(self) -> bytes:
        lines, self._lines = self._lines, []
        return "".join(lines).encode()


def _columns(view: View) -> Sequence[Column]:
    currency = (Column("currency", "Currency"),) if view.has_money else ()
    return (*view.columns, *currency)


def _bold(sheet: Any, name: str) -> Any:
    cell = WriteOnlyCell(sheet, name)
    cell.font = Font(bold=True)
    return cell


def _cell(sheet: Any, column: Column, row: Mapping[str, Any]) -> Any:
    value = cells.plain(column, row)
    if isinstance(value, str):
        return _text(sheet, value)
    if value is None or column.kind == "count":
        return value
    cell = WriteOnlyCell(sheet, value)
    if column.kind == "money":
        places = money.digits(row["currency"])
        cell.number_format = "#,##0" + ("." + "0" * places if places else "")
    else:
        cell.number_format = _FORMATS[column.kind]
    return cell


def _text(sheet: Any, value: str) -> Any:
    """A text stays one: what begins like a formula or an error is told to be a text."""
    clean = ILLEGAL_CHARACTERS_RE.sub("", value)
    if not clean.startswith(("=", "#")):
        return clean
    cell = WriteOnlyCell(sheet, clean)
    cell.data_type = "s"
    return cell
