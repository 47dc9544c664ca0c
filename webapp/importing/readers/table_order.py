"""Whether a table writes days like 05/06/2026 day first or month first, by what the table shows. Pure."""

from collections.abc import Iterator
from datetime import date
from typing import Literal

from webapp.importing.readers import spoken
from webapp.importing.readers.notes import Notes
from webapp.importing.readers.spoken import Order
from webapp.importing.readers.table_columns import is_english
from webapp.importing.readers.table_grids import Row, Table, shown
from webapp.importing.readers.table_mapping import Bound
from webapp.importing.rules.found import Refused

_FIELDS = ("start", "start_date", "end", "end_date")
_ORDERS: tuple[Order, Order] = ("day", "month")


def order_of(table: Table, bound: Bound, asked: str, notes: Notes) -> Order | None:
    """The order of all days of a table; None where it has none in strokes, or uses both orders."""
    texts = [text for row in table.rows for field in _FIELDS if (text := bound.text(row, field))]
    pairs = [pair for text in texts if (pair := spoken.strokes(text))]
    if asked:
        return _asked(asked)
    is_day, is_month = any(one > 12 for one, _ in pairs), any(two > 12 for _, two in pairs)
    if is_day and is_month:
        message = (
            "Some days are written day first and others month first; those that may be both are left out."
        )
        notes.add(table.name, "mixed-dates", message)
        return None
    if is_day or is_month or all(one == two for one, two in pairs):
        return ("day" if is_day else "month") if pairs else None
    return _by_signs(table, bound, texts, notes)


def _asked(text: str) -> Order:
    word = text.strip().lower()
    if word in {"day", "day first", "dmy", "d/m/y"}:
        return "day"
    if word in {"month", "month first", "mdy", "m/d/y"}:
        return "month"
    raise Refused("bad-mapping", f"date_order is “{text[:40]}”; it should be “day” or “month”.")


def _by_signs(table: Table, bound: Bound, texts: list[str], notes: Notes) -> Order:
    """The order where no day tells: by the language, by starts before ends, by sequence, by other habits."""
    if not is_english(table.columns):
        return "day"
    wrong = {order: _backwards(table.rows, bound, order) for order in _ORDERS}
    if 0 in wrong.values() and any(wrong.values()):
        return "day" if wrong["day"] == 0 else "month"
    order, reason = _by_habit(table, bound)
    sample = next(text for text in texts if spoken.strokes(text))
    message = (
        f"Days like “{sample[:40]}” may be day first or month first; they are read {order} first, {reason}. "
        "Set date_order in the mapping if that is wrong."
    )
    notes.add(table.name, "ambiguous-dates", message)
    return order


def _by_habit(table: Table, bound: Bound) -> tuple[Order, str]:
    in_turn = [order for order in _ORDERS if _is_in_turn(table.rows, bound, order)]
    if len(in_turn) == 1:
        return in_turn[0], "because so they follow each other"
    cells = [shown(cell).lower() for row in table.rows[:200] for cell in row.values.values()]
    if any("£" in cell or "€" in cell or cell in {"gbp", "eur"} for cell in cells):
        return "day", "as where such money is used"
    return "month", "as English programs do mostly"


def _days(row: Row, bound: Bound, order: Order) -> Iterator[date]:
    for pair in (("start", "start_date"), ("end", "end_date")):
        for field in pair:
            told = spoken.span(bound.text(row, field), order)
            if told and told[0].day:
                yield told[0].day
                break


def _backwards(rows: list[Row], bound: Bound, order: Literal["day", "month"]) -> int:
    """How many rows would end before they start."""
    days = [list(_days(row, bound, order)) for row in rows]
    return sum(1 for one in days if len(one) == 2 and one[1] < one[0])


def _is_in_turn(rows: list[Row], bound: Bound, order: Literal["day", "month"]) -> bool:
    """Whether the rows follow each other in time, and are enough to tell."""
    days = [day for row in rows for day in list(_days(row, bound, order))[:1]]
    return len(set(days)) >= 3 and days == sorted(days)
