"""New rows of several tables, written in one statement.

The session's own flush asks once for each table and prepares for relationships that are not there. Where a
sale writes six tables in one transaction that is most of its time, in our process and in PostgreSQL.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import count
from typing import Any

from sqlalchemy import Column, Table, TextClause, bindparam, inspect, text
from sqlalchemy.orm import Session

Shape = tuple[Table, tuple[str, ...]]


def write_together(db: Session) -> None:
    """Insert all rows that were added to the session and not written yet, in the order of their adding.

    Foreign keys are looked at when the statement ends, so rows may refer to each other; their columns must
    be set, not their relationships. The session forgets the rows: what is to be changed must be loaded.
    """
    rows = list(db.new)
    if not rows:
        return
    written = [_values(row) for row in rows]
    statement = _statement(tuple((table, tuple(values)) for table, values in written))
    named = (value for _, values in written for value in values.values())
    # Not by the session, which would first write the same rows its own way.
    db.connection().execute(statement, {f"v{number}": value for number, value in enumerate(named)})
    for row in rows:
        db.expunge(row)


def _values(row: Any) -> tuple[Table, dict[str, Any]]:
    """What was given, and what Python makes; the rest is PostgreSQL's default."""
    table = inspect(type(row)).local_table
    given = vars(row)
    values = {}
    for column in table.columns:
        if column.key in given:
            values[column.key] = given[column.key]
        elif column.default is not None:
            values[column.key] = _default(column)
    return table, values


def _default(column: Column[Any]) -> Any:
    made: Any = column.default
    return made.arg(None) if made.is_callable else made.arg


@lru_cache(maxsize=256)
def _statement(shapes: Sequence[Shape]) -> TextClause:
    numbers = count()
    inserts, binds = [], []
    for place, (table, columns) in enumerate(shapes):
        names = [f"v{next(numbers)}" for _ in columns]
        binds += [bindparam(name, type_=table.c[key].type) for name, key in zip(names, columns, strict=True)]
        values = ", ".join(f":{name}" for name in names)
        # Names of our own tables and columns; every value is bound.
        inserts.append(f"r{place} AS (INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({values}))")  # noqa: S608  # nosec B608
    return text(f"WITH {', '.join(inserts)} SELECT").bindparams(*binds)
