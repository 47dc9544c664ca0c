"""Workbooks (XLSX) of any length, piece by piece, so that the first leaves before the last row is read.

A workbook is an archive: its sheets are written row by row as they come. What belongs around them (styles,
types, the list of sheets) comes from openpyxl when the sheets are known, at the end of the archive.
"""

import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import chain
from typing import IO, Any
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel

from webapp.core import clock
from webapp.core.sheets import ROWS_AT_ONCE, Rows, cell

# What a sheet can hold, its head included; and what an archive holds of it without the marks for large files,
# which Excel takes for damage. More goes on in a further sheet.
MOST_ROWS, MOST_BYTES = 1_048_576, 1_900_000_000
# A cell holds no more.
MOST_TEXT = 32_767
# Twice as quick as the usual level, and hardly larger.
LEVEL = 3

# No currency has more places than four, and no answer more than these.
MOST_PLACES = 6

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_BEGINNING = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews>'
    '<sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    '</sheetView></sheetViews><cols><col min="1" max="{columns}" width="18" customWidth="1"/></cols>'
    "<sheetData>"
)
_END = "</sheetData></worksheet>"
# How numbers are shown: by the places behind the point, and of days, clock readings and parts of one.
_FORMATS: Mapping[object, str] = {
    "plain": "General",
    **{places: "#,##0" + ("." + "0" * places if places else "") for places in range(MOST_PLACES + 1)},
    "day": "yyyy-mm-dd",
    "moment": "yyyy-mm-dd hh:mm",
    "share": "0%",
}

Styles = Mapping[object, int]


def book_pieces(title: str, heads: Sequence[str], rows: Rows) -> Iterator[bytes]:
    """The workbook in pieces; a text that looks like a formula stays a text."""
    out, book = _Out(), Workbook()
    styles, rest = _styles(book), iter(rows)
    first: Sequence[object] | None = next(rest, ())
    number = 0
    with ZipFile(out, "w", ZIP_DEFLATED, compresslevel=LEVEL) as archive:
        while first is not None:
            number += 1
            with archive.open(f"xl/worksheets/sheet{number}.xml", "w") as sheet:
                for _ in _sheet(sheet, heads, chain([first] if first else [], rest), styles):
                    yield out.taken()
            first = next(rest, None)
        _add_the_rest(archive, book, title, number)
    yield out.taken()


def _sheet(file: IO[bytes], heads: Sequence[str], rows: Rows, styles: Styles) -> Iterator[None]:
    """Write rows until the sheet is full, and pause now and then."""
    letters = [get_column_letter(at) for at in range(1, len(heads) + 1)]
    bold = [_text(f"{letter}1", head, styles["bold"]) for letter, head in zip(letters, heads, strict=True)]
    lines = [_BEGINNING.format(columns=len(heads)), f'<row r="1">{"".join(bold)}</row>']
    size = 0
    for number, row in enumerate(rows, start=2):
        cells = "".join(
            [_cell(f"{letter}{number}", value, styles) for letter, value in zip(letters, row, strict=True)]
        )
        lines.append(f'<row r="{number}">{cells}</row>')
        if number % ROWS_AT_ONCE == 0:
            size += file.write("".join(lines).encode())
            lines.clear()
            yield
        if number == MOST_ROWS or size > MOST_BYTES:
            break
    file.write(("".join(lines) + _END).encode())


def _cell(at: str, value: object, styles: Styles) -> str:
    if value is None or value == "":
        return ""
    written = _NUMBERS.get(type(value))
    if written is None:
        return _text(at, value if isinstance(value, str) else cell(value))
    style, number = written(value)
    return f'<c r="{at}" s="{styles[style]}"><v>{number}</v></c>'


def _amount(value: Decimal) -> tuple[object, str]:
    exponent = value.as_tuple().exponent
    places = min(-exponent, MOST_PLACES) if isinstance(exponent, int) and exponent < 0 else 0
    return places, f"{value:f}"


def _moment(value: datetime) -> tuple[object, str]:
    reading = value if value.tzinfo is None else clock.local(value, "UTC").replace(tzinfo=None)
    return "moment", str(to_excel(reading))


# What a program counts with: its style, and the number that stands for it. All else is text.
_NUMBERS: Mapping[type, Callable[[Any], tuple[object, str]]] = {
    int: lambda value: ("plain", str(value)),
    float: lambda value: ("share", repr(value)),
    Decimal: _amount,
    datetime: _moment,
    date: lambda value: ("day", str(to_excel(value))),
}


def _text(at: str, words: str, style: int = 0) -> str:
    clean = escape(_ILLEGAL.sub("", words[:MOST_TEXT]))
    spaces = "" if clean == clean.strip() else ' xml:space="preserve"'
    return f'<c r="{at}" s="{style}" t="inlineStr"><is><t{spaces}>{clean}</t></is></c>'


def _styles(book: Workbook) -> Styles:
    """The number of each style in the book."""
    sheet = book.worksheets[0]
    found: dict[object, int] = {}
    for at, (name, form) in enumerate(_FORMATS.items(), start=1):
        styled = sheet.cell(1, at)
        styled.number_format = form
        found[name] = styled.style_id
    bold = sheet.cell(2, 1)
    bold.font = Font(bold=True)
    return {**found, "bold": bold.style_id}


def _add_the_rest(archive: ZipFile, book: Workbook, title: str, sheets: int) -> None:
    plain = re.sub(r"[\[\]:*?/\\]", " ", title).strip("' ")[:28] or "Sheet"
    book.worksheets[0].title = plain
    for number in range(2, sheets + 1):
        book.create_sheet(f"{plain} {number}")
    around = io.BytesIO()
    book.save(around)
    with ZipFile(around) as made:
        for name in made.namelist():
            if not name.startswith("xl/worksheets/"):
                archive.writestr(name, made.read(name))


class _Out(io.RawIOBase):
    """What the archive is written into, emptied again and again."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece: object) -> int:
        content = bytes(piece)  # type: ignore[call-overload]  # any buffer
        self._pieces.append(content)
        return len(content)

    def taken(self) -> bytes:
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)
