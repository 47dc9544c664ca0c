"""Columns of a table that mean the same: the first counts, and what others say otherwise is told. Pure."""

from webapp.importing.readers.notes import Notes
from webapp.importing.readers.table_columns import SEVERAL
from webapp.importing.readers.table_grids import Cell, Table, shown
from webapp.importing.readers.table_mapping import Bound
from webapp.importing.readers.table_times import ENDS, STARTS, said
from webapp.importing.readers.words import shortened, spaced

# Of which any will do: names of one event, and words for one place.
ALIKE = SEVERAL | {"uid", "url", "country", "region", "currency"}
TIMES = frozenset([*STARTS, *ENDS])


def look_at_twins(table: Table, bound: Bound, notes: Notes) -> None:
    """Say of a second column where it contradicts the first."""
    for field, sources in bound.sources.items():
        if field in ALIKE or field in bound.mapped:
            continue
        first, *others = [source.column for source in sources]
        for other in others:
            pairs = ((row.values.get(first), row.values.get(other)) for row in table.rows)
            if number := sum(_is_otherwise(field, one, two) for one, two in pairs):
                message = (
                    f"It is understood as {field}, as “{shortened(first, 40)}” is, and says otherwise in "
                    f"{number} rows; “{shortened(first, 40)}” was taken. Map it if it means something else."
                )
                notes.add(f"column “{shortened(other, 40)}”", "column-twice", message)


def _is_otherwise(field: str, one: Cell, two: Cell) -> bool:
    """Whether a cell says another thing; no date says one that is a weekday only."""
    if not shown(one) or not shown(two):
        return False
    if field in TIMES:
        first, second = said(one, None), said(two, None)
        if first is None or second is None:
            return False
        return (first[0].day, first[0].clock) != (second[0].day, second[0].clock)
    return spaced(shown(two)) not in spaced(shown(one))
