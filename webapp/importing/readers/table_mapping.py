"""Which columns say what: those that are understood by their names, and those that a mapping names.

A mapping has lines of field = column, field = template over columns (“{conference} {year}”), or field =
“=text” for the same text in each row; an empty text takes nothing. `sheet` chooses a sheet, `date_order` is
“day” or “month”. Pure.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from webapp.importing.readers import amounts, moments
from webapp.importing.readers.table_columns import STARTS, field_of, fields
from webapp.importing.readers.table_grids import Cell, Row, Table, shown
from webapp.importing.readers.words import shortened, spaced
from webapp.importing.rules.found import Refused

OPTIONS = frozenset(["sheet", "date_order"])

_PART = re.compile(r"\{([^{}]+)\}")
_DANGLING = " \t,;:/|–—-·"


@dataclass(frozen=True)
class Source:
    """Where a field comes from: a column, a template, or a text."""

    column: str = ""
    template: str = ""
    text: str = ""

    def cell(self, row: Row) -> Cell:
        """What a row says there."""
        if self.column:
            return row.values.get(self.column)
        if not self.template:
            return self.text
        filled = _PART.sub(lambda match: shown(row.values.get(match[1])), self.template)
        return re.sub(r"\(\s*\)|\[\s*\]", "", " ".join(filled.split())).strip(_DANGLING) or None


@dataclass(frozen=True)
class Bound:
    """The sources of each field. Those of `mapped` were named by a person and come first."""

    sources: dict[str, list[Source]]
    mapped: frozenset[str] = frozenset()

    def cell(self, row: Row, field: str) -> Cell:
        """The first that is said for a field."""
        cells = (source.cell(row) for source in self.sources.get(field, []))
        return next((cell for cell in cells if shown(cell)), None)

    def text(self, row: Row, field: str) -> str:
        """The same as text."""
        return shown(self.cell(row, field))

    def first(self, *names: str) -> list[str]:
        """Fields in the order in which they count: the mapped ones first."""
        return sorted(names, key=lambda name: name not in self.mapped)


def wanted(mapping: dict[str, str]) -> frozenset[str]:
    """The columns that a mapping names; refused where it has a field that does not exist."""
    named = [text for line, text in mapping.items() if line not in OPTIONS and _field(line)]
    return frozenset(part.strip() for text in named for part in _PART.findall(text) or [text])


def bind(table: Table, mapping: dict[str, str]) -> Bound:
    """The sources of a table's fields; refused where a mapping names what is not there."""
    sources: dict[str, list[Source]] = {}
    mapped = set()
    for line, text in mapping.items():
        if line not in OPTIONS:
            field = _field(line)
            mapped.add(field)
            sources.setdefault(field, []).extend(_source(line, field, text, table))
    taken = {source.column for listed in sources.values() for source in listed}
    for column in table.columns:
        known = field_of(column) if column and column not in taken else None
        if known and known not in mapped:
            sources.setdefault(known, []).append(Source(column=column))
    found = frozenset(field for field, listed in sources.items() if listed)
    if "title" not in found and "people" in found:
        sources["title"] = sources["people"][:1]
    if not found & {"title", "people"} or not found & STARTS:
        raise Refused("no-columns", _lacking(table, found))
    return Bound(sources, frozenset(mapped))


def _lacking(table: Table, found: frozenset[str]) -> str:
    seen = ", ".join(f"“{shortened(name, 40)}”" for name in table.columns[:24] if name)
    needed = [] if found & {"title", "people"} else ["title = “…”"]
    needed += [] if found & STARTS else ["start = “…”"]
    lacking = " and ".join(needed)
    return f"The columns are {seen}. None of them is understood as what is still needed: map {lacking}."


def _field(line: str) -> str:
    if field := field_of(line):
        return field
    raise Refused(
        "bad-mapping", f"The mapping has a field “{shortened(line, 40)}”; there are: {', '.join(fields())}."
    )


def _source(line: str, field: str, text: str, table: Table) -> Iterable[Source]:
    """What stands on the right of a line of a mapping."""
    if text.startswith("="):
        yield Source(text=text[1:].strip())
    elif parts := _PART.findall(text):
        template = text
        for part in parts:
            template = template.replace(f"{{{part}}}", f"{{{_column(line, part, table)}}}")
        yield Source(template=template)
    elif text.strip():
        is_own = (field == "zone" and moments.known_zone(text)) or (
            field == "currency" and amounts.currency(text)
        )
        if is_own and text not in table.columns:
            yield Source(text=text.strip())
        else:
            yield Source(column=_column(line, text, table))


def _column(line: str, name: str, table: Table) -> str:
    """A column by its name, also where only signs and capitals differ."""
    alike = [column for column in table.columns if column == name.strip()]
    alike = alike or [column for column in table.columns if column and spaced(column) == spaced(name)]
    if alike:
        return alike[0]
    seen = ", ".join(f"“{shortened(column, 40)}”" for column in table.columns[:24] if column)
    message = (
        f"The mapping takes “{line}” from a column “{shortened(name, 40)}”, which is not there. "
        f"The columns are {seen}. "
        f"For the same text in each row write {line} = “={shortened(name, 40)}”."
    )
    raise Refused("missing-column", message)
