"""Rows for spreadsheets: what stands in a cell, and CSV files of any length, piece by piece."""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from webapp.core import clock, money

# A text that begins so would be run as a formula by the program that opens the file.
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# So many rows leave together.
ROWS_AT_ONCE = 500

Rows = Iterable[Sequence[object]]


def cell(value: object) -> str:
    """The value as spreadsheets of any language read it: no formula, yes and no, instants in UTC.

    A time without a zone is the reading of a clock that the column names; a float is a part of one.
    """
    return _CELLS.get(type(value), lambda value: harmless(str(value)))(value)


def _moment(value: datetime) -> str:
    if value.tzinfo is None:
        return value.isoformat(sep=" ", timespec="minutes")
    return f"{clock.local(value, 'UTC'):%Y-%m-%dT%H:%M:%SZ}"


_CELLS: Mapping[type, Callable[[Any], str]] = {
    type(None): lambda _: "",
    bool: lambda value: "yes" if value else "no",
    int: str,
    float: lambda value: f"{value:.4f}",
    Decimal: lambda value: f"{value:f}",
    UUID: str,
    datetime: _moment,
    date: date.isoformat,
}


def harmless(words: str) -> str:
    """Behind an apostrophe no spreadsheet calculates; nothing else of the text is changed."""
    return f"'{words}" if words.lstrip(" \N{NO-BREAK SPACE}").startswith(FORMULAS) else words


def amount(minor: int, currency: str) -> Decimal:
    """Money as a number to count with: `22.00`."""
    return Decimal(money.typed(minor, currency))


def csv_pieces(heads: Sequence[str], rows: Rows) -> Iterator[bytes]:
    """The file in UTF-8, in pieces; it begins with the mark by which spreadsheets know that."""
    keep = _Piece()
    writer = csv.writer(keep)
    keep.write("\N{ZERO WIDTH NO-BREAK SPACE}")
    writer.writerow(heads)
    for number, row in enumerate(rows, start=1):
        writer.writerow([cell(value) for value in row])
        if number % ROWS_AT_ONCE == 0:
            yield keep.taken()
    yield keep.taken()


class _Piece:
    """What the writer of lines writes into, emptied again and again."""

    def __init__(self) -> None:
        self._lines: list[str] = []

    def write(self, line: str) -> None:
        self._lines.append(line)

    def taken(self) -> bytes:
        lines, self._lines = self._lines, []
        return "".join(lines).encode()
