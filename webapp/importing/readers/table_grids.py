"""Tables as rows of cells under named columns, whatever file they come from. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal

from webapp.importing.readers.table_columns import score

Cell = str | int | float | Decimal | bool | date | datetime | time | None

# More rows than anyone has dates in a season; a table beyond is refused.
MOST_ROWS = 50_000
MOST_COLUMNS = 400
# The names of columns stand among the first rows.
FIRST_ROWS = 40


@dataclass(frozen=True)
class Line:
    """A row as it stands: where, and its cells."""

    where: str
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Row:
    """A row under its columns."""

    where: str
    values: dict[str, Cell]
    is_crooked: bool = False


@dataclass(frozen=True)
class Table:
    """Columns in their order, and rows."""

    name: str
    columns: tuple[str, ...]
    rows: list[Row] = field(default_factory=list)


def shown(cell: Cell) -> str:
    """A cell as text."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def headed(name: str, lines: list[Line], wanted: frozenset[str]) -> Table | None:
    """The table in lines of which one names the columns: those that are wanted, or those best understood."""
    best, at = 0, -1
    for number, line in enumerate(lines[:FIRST_ROWS]):
        names = [shown(cell) for cell in line.cells]
        points = score(names) + 20 * len(wanted & set(names))
        if points > best:
            best, at = points, number
    if at < 0:
        return None
    columns = _named(lines[at].cells)
    rows = [row for line in lines[at + 1 :] if (row := _row(columns, line, lines[at]))]
    return Table(name, columns, rows)


def _named(cells: Sequence[Cell]) -> tuple[str, ...]:
    """The names of columns, each once; a second of one name has its number."""
    names: list[str] = []
    for cell in cells:
        name, number = shown(cell), 2
        while name and name in names:
            name, number = f"{shown(cell)} {number}", number + 1
        names.append(name)
    return tuple(names)


def _row(columns: tuple[str, ...], line: Line, head: Line) -> Row | None:
    """A row, unless it is empty or the names of the columns again."""
    filled = [shown(cell) for cell in line.cells]
    if not any(filled) or filled == [shown(cell) for cell in head.cells]:
        return None
    values = {name: cell for name, cell in zip(columns, line.cells, strict=False) if name}
    return Row(line.where, values, any(filled[len(columns) :]))
