"""The columns of a table as a person is shown them, to say what they mean. Pure."""

from collections.abc import Sequence
from itertools import islice

from webapp.importing.readers.table_columns import SEVERAL, field_of
from webapp.importing.readers.table_grids import Line, Table, shown
from webapp.importing.readers.table_mapping import Bound
from webapp.importing.readers.words import shortened
from webapp.importing.rules.found import Column

SAMPLES = 3
LONGEST = 60
MOST = 60


def seen(table: Table, bound: Bound | None) -> tuple[Column, ...]:
    """Each column with what it is taken as, and the first that stands in it."""
    taken = {}
    for field, sources in (bound.sources if bound else {}).items():
        # A second column of one meaning only fills gaps.
        counted = sources if bound and (field in SEVERAL or field in bound.mapped) else sources[:1]
        taken.update({source.column: field for source in counted if source.column})
    return tuple(
        Column(name, taken.get(name, ""), _samples([row.values.get(name) for row in table.rows[:40]]))
        for name in table.columns[:MOST]
        if name
    )


def glimpsed(lines: Sequence[Line]) -> tuple[Column, ...]:
    """The columns of a table of which no line is understood: named by the first of the usual width."""
    widths = [sum(bool(shown(cell)) for cell in line.cells) for line in lines]
    if not any(widths):
        return ()
    at = widths.index(max(widths))
    names = dict.fromkeys(shown(cell) for cell in lines[at].cells[:MOST])
    below = [line.cells for line in islice(lines, at + 1, at + 20)]
    return tuple(
        Column(name, field_of(name) or "", _samples([row[number] for row in below if number < len(row)]))
        for number, name in enumerate(names)
        if name
    )


def _samples(cells: Sequence[object]) -> tuple[str, ...]:
    texts = dict.fromkeys(text for cell in cells if (text := str("" if cell is None else cell).strip()))
    return tuple(shortened(text, LONGEST) for text in islice(texts, SAMPLES))
