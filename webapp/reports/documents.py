"""A report as rows of a file: what stands in its cells, money in whole units and a share as a part of one."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from webapp.core import money
from webapp.core.sheets import csv_pieces
from webapp.core.workbooks import book_pieces
from webapp.reports.rules.sheets import Column, View

Found = Iterable[Mapping[str, Any]]


def heads(view: View) -> list[str]:
    return [column.name for column in _columns(view)]


def rows(view: View, found: Found) -> Iterator[list[object]]:
    columns = _columns(view)
    return ([_value(column, row) for column in columns] for row in found)


def pieces(view: View, title: str, found: Found, form: str) -> Iterator[bytes]:
    """The whole file as CSV or workbook, piece by piece."""
    if form == "xlsx":
        return book_pieces(title, heads(view), rows(view, found))
    return csv_pieces(heads(view), rows(view, found))


def _columns(view: View) -> Sequence[Column]:
    currency = (Column("currency", "Currency"),) if view.has_money else ()
    return (*view.columns, *currency)


def _value(column: Column, row: Mapping[str, Any]) -> object:
    value: object = row[column.key]
    if column.kind == "money" and isinstance(value, int | Decimal):
        return Decimal(value).scaleb(-money.digits(row["currency"]))
    return value
