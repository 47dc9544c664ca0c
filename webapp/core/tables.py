"""Tables that people filter, sort, page and export: what one is made of, and the query that answers it.

A subject declares a `Table` beside its other queries; `webapp.web.tables` reads the address and writes the
file, `templates/ui/table.html` shows it. How a new one is made stands in CONTRIBUTING.md.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Generic, Literal, TypeVar
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.core.text import one_line, words

Row = TypeVar("Row")

PER_PAGE = 50
# Nobody turns a thousand pages; who needs them all narrows the table or takes the file.
MOST_PAGES = 1_000
MOST_WORDS = 5
LONGEST_NAME = 250

# How many a word may stand for, and how many are offered while it is typed.
MOST_PICKED = 10_000
MOST_OFFERED = 50
# The same where nothing is asked for again while somebody types.
MOST_NAMES = 500

COUNTED = "SELECT {by} AS value, count(*)::int AS rows, {sum} AS sum FROM {source} WHERE {where} GROUP BY 1"
SELECTED = "SELECT {select} FROM {source} {joins} WHERE {where} ORDER BY {order}"


@dataclass(frozen=True)
class Picked:
    """What was typed of a name, how it is said, and those that it is: one, several, or none."""

    typed: str
    said: str
    ids: tuple[UUID, ...]

    @property
    def doubt(self) -> str:
        """What is to be said where one alone is asked for; empty for one."""
        if not self.ids:
            return "None is called so: choose one."
        return f"{len(self.ids):,} have this in their name: choose one." if len(self.ids) > 1 else ""

    def __str__(self) -> str:
        """As it stands in an address: one is named by its id, since names change."""
        return str(self.ids[0]) if len(self.ids) == 1 else self.typed


Chosen = str | UUID | date | Picked
Found = Sequence[tuple[UUID, str]]


@dataclass(frozen=True)
class Many:
    """Choices too many for a list: `find(typed, most)` gives (id, name) of those whose names have the words.

    It finds one by its id as well.
    """

    find: Callable[[str, int], Found]

    def pick(self, typed: str) -> Picked | None:
        """None without words, and for an id that is not among them."""
        typed = one_line(typed)[:LONGEST_NAME]
        found = self.find(typed, MOST_PICKED) if typed else []
        if not typed or (not found and _is_id(typed)):
            return None
        exact = [one for one in found if one[1].casefold() == typed.casefold()] or found
        ids = tuple(id_ for id_, _ in exact)
        return Picked(typed, exact[0][1] if len(ids) == 1 else typed, ids)

    def offer(self, chosen: object, most: int) -> list[str]:
        """Names to choose from for what is typed; once one is chosen, as if nothing were."""
        typed = chosen.typed if isinstance(chosen, Picked) and len(chosen.ids) != 1 else ""
        return [name for _, name in self.find(typed, most)]


@dataclass(frozen=True)
class Column:
    """One column: `key` is its name in the address, and of the value in a row.

    `sort` is SQL, empty where sorting makes no sense; `{way}` in it stands for the direction, which else
    follows it. The file has `cell(row)`, else the value called `key`. What is not `shown` stands in the file
    only, and what is not `filed` or has no `head` on the page only.
    """

    key: str
    head: str
    sort: str = ""
    cell: Callable[[Any], object] | None = None
    number: bool = False
    shown: bool = True
    filed: bool = True


@dataclass(frozen=True)
class Sieve:
    """One filter: `where` is SQL that compares with `:key`.

    `choice` is one of `options`, which the page may give instead when they are rows of the database. `day` is
    a date. `pick` is a name typed, of which the page knows `Many`; its `where` compares with any of `:key`.
    `tabs` is a choice with the number of rows behind each, for the filter that a table is read by;
    its `where` is the value of a row, which is compared and counted.
    """

    key: str
    head: str
    where: str
    options: tuple[tuple[str, str], ...] = ()
    kind: Literal["choice", "tabs", "day", "pick"] = "choice"
    every: str = "All"

    @property
    def condition(self) -> str:
        return f"{self.where} = :{self.key}" if self.kind == "tabs" else self.where


def days(
    instant: str, since: str = "From", until: str = "Until", *, zone: str = ":zone"
) -> tuple[Sieve, Sieve]:
    """Filters of an instant by its first and last day, by the clock of `zone`: the house's or a place's."""
    midnight = f"CAST(CAST(:{{key}} AS date){{more}} AS timestamp) AT TIME ZONE {zone}"
    first, after = midnight.format(key="since", more=""), midnight.format(key="until", more=" + 1")
    return (
        Sieve("since", since, f"{instant} >= {first}", kind="day"),
        Sieve("until", until, f"{instant} < {after}", kind="day"),
    )


@dataclass(frozen=True)
class Table(Generic[Row]):
    """Rows of a kind: where they come from, how they become `row`, what they are narrowed and sorted by.

    `source` and `where` are what is counted; `joins` add what only the rows on the page need. `words` is the
    condition for each typed word: as `:like` any part of a text, as `:words` the beginnings of the words that
    the function `sought` finds by index, which large tables need. `sort` is the order when nobody chose one,
    `tie` what makes any order certain. `sum` is an aggregate for the foot. Two tables on one page have a
    `prefix` each. All of these are our own words; what people type comes in as values only.
    """

    name: str
    row: type[Row]
    columns: tuple[Column, ...]
    select: str
    source: str
    where: str
    sort: str
    tie: str
    joins: str = ""
    words: str = ""
    words_head: str = "Search"
    sieves: tuple[Sieve, ...] = ()
    sum: str = "0"
    prefix: str = ""
    per_page: int = PER_PAGE

    @property
    def tabs(self) -> Sieve | None:
        return next((sieve for sieve in self.sieves if sieve.kind == "tabs"), None)

    @property
    def sorts(self) -> tuple[str, ...]:
        """What may stand in the address: `placed`, and `-placed` for the other way."""
        return tuple(way + column.key for column in self.columns if column.sort for way in ("", "-"))


@dataclass(frozen=True)
class Asked:
    """What the address says, understood: typed words, chosen values by the filters' keys, order and page."""

    words: str = ""
    chosen: Mapping[str, Chosen] = field(default_factory=dict)
    sort: str = ""
    page: int = 1


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Rows of one page; `count` and `sum` are over all pages, `counts` by tab as if none were chosen."""

    rows: list[Row]
    count: int
    sum: int
    counts: Mapping[str, int]
    page: int
    per_page: int = PER_PAGE

    @property
    def pages(self) -> int:
        return max(1, min(-(-self.count // self.per_page), MOST_PAGES))


def page(db: Session, table: Table[Row], asked: Asked, values: Mapping[str, Any]) -> Page[Row]:
    """One page of the table in two statements; `values` are those that `where` and `select` name.

    A page behind the last is the last one, so that a list that got shorter does not look empty.
    """
    groups = _groups(db, table, asked, values)
    chosen = asked.chosen.get(table.tabs.key, "") if table.tabs else ""
    counted = [group for group in groups if chosen in ("", group.value)]
    found = Page[Row](
        rows=[],
        count=sum(group.rows for group in counted),
        sum=int(sum(group.sum or 0 for group in counted)),
        counts={str(group.value): group.rows for group in groups},
        page=asked.page,
        per_page=table.per_page,
    )
    number = min(asked.page, found.pages)
    limits = {"limit": table.per_page, "offset": (number - 1) * table.per_page}
    query, named = _rows(table, asked)
    rows = db.execute(text(f"{query} LIMIT :limit OFFSET :offset"), {**values, **named, **limits})
    return replace(found, rows=[table.row(**row._mapping) for row in rows], page=number)


def find(db: Session, table: Table[Row], condition: str, values: Mapping[str, Any]) -> Row | None:
    """The row of the table that meets a condition of ours, if it is there."""
    query = SELECTED.format(
        select=table.select,
        source=table.source,
        joins=table.joins,
        where=f"{table.where} AND {condition}",
        order=table.tie,
    )
    row = db.execute(text(query), values).one_or_none()
    return table.row(**row._mapping) if row else None


def every(db: Session, table: Table[Row], asked: Asked, values: Mapping[str, Any]) -> Iterator[Row]:
    """All rows, whatever the page, fetched piece by piece; `db` is from `Database.streaming`."""
    query, named = _rows(table, asked)
    for row in db.execute(text(query), {**values, **named}, execution_options={"yield_per": 500}):
        yield table.row(**row._mapping)


def _groups(db: Session, table: Table[Row], asked: Asked, values: Mapping[str, Any]) -> list[Any]:
    """How many rows there are, by tab where the table has tabs, and their sums."""
    tabs = table.tabs
    where, named = _where(table, asked, besides=tabs)
    by = tabs.where if tabs else "''"
    query = COUNTED.format(by=by, sum=table.sum, source=table.source, where=where)
    return list(db.execute(text(query), {**values, **named}))


def _rows(table: Table[Row], asked: Asked) -> tuple[str, dict[str, Any]]:
    where, named = _where(table, asked)
    order = _order(table, asked)
    query = SELECTED.format(
        select=table.select, source=table.source, joins=table.joins, where=where, order=order
    )
    return query, named


def _where(table: Table[Row], asked: Asked, besides: Sieve | None = None) -> tuple[str, dict[str, Any]]:
    parts, named = [table.where], dict[str, Any]()
    for sieve in table.sieves:
        if sieve.key in asked.chosen and sieve is not besides:
            parts.append(f"({sieve.condition})")
            value = asked.chosen[sieve.key]
            named[sieve.key] = list(value.ids) if isinstance(value, Picked) else value
    if ":words" in table.words and (typed := words(asked.words)):
        parts.append(f"({table.words})")
        named["words"] = " & ".join(f"{word}:*" for word in typed)
    elif ":like" in table.words:
        for number, word in enumerate(asked.words.split()[:MOST_WORDS]):
            parts.append(f"({table.words.replace(':like', f':like{number}')})")
            named[f"like{number}"] = like(word)
    return " AND ".join(parts), named


def _order(table: Table[Row], asked: Asked) -> str:
    wanted = asked.sort if asked.sort in table.sorts else table.sort
    way = "DESC" if wanted.startswith("-") else "ASC"
    sort = next(column.sort for column in table.columns if column.key == wanted.removeprefix("-"))
    ordered = sort.format(way=way) if "{way}" in sort else f"{sort} {way}"
    return f"{ordered}, {table.tie} {way}"


def like(word: str) -> str:
    """The pattern of texts that have the word anywhere; in it every sign means itself."""
    return "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"


def _is_id(typed: str) -> bool:
    try:
        UUID(typed)
    except ValueError:
        return False
    return True
