"""Rows for spreadsheets: what stands in a cell, and files of any length in flat memory."""

import csv
import io
import tempfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO
from uuid import UUID

from webapp.core import clock, money

# A text that begins so would be run as a formula by the program that opens the file.
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# So much is kept in memory before a file on the disk is used.
IN_MEMORY = 1_000_000


def cell(value: object) -> str:
    """The value as spreadsheets of any language read it: times in UTC, yes and no, no formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{clock.local(value, 'UTC'):%Y-%m-%dT%H:%M:%SZ}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | Decimal | UUID):
        return str(value)
    return harmless(str(value))


def harmless(words: str) -> str:
    """Behind an apostrophe no spreadsheet calculates; nothing else of the text is changed."""
    return f"'{words}" if words.lstrip(" \N{NO-BREAK SPACE}").startswith(FORMULAS) else words


def amount(minor: int, currency: str) -> Decimal:
    """Money as a number to count with: `22.00`."""
    return Decimal(money.typed(minor, currency))


def csv_file(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> IO[bytes]:
    """A CSV file, read from its beginning, in UTF-8 with the mark that spreadsheets look for."""
    # It is handed to the answer, which closes it.
    made: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
    made.write("\N{ZERO WIDTH NO-BREAK SPACE}".encode())
    text = io.TextIOWrapper(made, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(heads)
    writer.writerows([cell(value) for value in row] for row in rows)
    text.detach()
    made.seek(0)
    return made
