"""How a figure is written into a file that a spreadsheet opens."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from webapp.core import money
from webapp.core.sheets import harmless
from webapp.reports.rules.sheets import Column


def plain(column: Column, row: Any) -> Any:
    """The value as a spreadsheet counts with it: money in whole units, a share as a part of one."""
    value = row[column.key]
    if value is None or column.kind in ("count", "share", "day", "moment"):
        return value
    if column.kind == "money":
        places = money.digits(row["currency"])
        return Decimal(value).scaleb(-places)
    return str(value)


def written(column: Column, row: Any) -> str:
    """The value in a line of CSV; a text that would be a formula is quoted so that it stays a text."""
    value = plain(column, row)
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{value:.4f}"
    return harmless(value) if isinstance(value, str) else format(value, "f" if column.kind == "money" else "")
