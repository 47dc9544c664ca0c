"""What a report is made of: its columns, the ways to group it, and what was asked of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal
from urllib.parse import urlencode
from uuid import UUID

# A moment is a clock reading at the event; a share is a part of one.
Kind = Literal["text", "code", "count", "number", "money", "day", "moment", "share"]

NUMBERS = ("count", "number", "money", "share")


@dataclass(frozen=True)
class Column:
    """One column; what is `summed` also stands in the last line."""

    key: str
    name: str
    kind: Kind = "text"
    summed: bool = False

    @property
    def is_number(self) -> bool:
        return self.kind in NUMBERS


@dataclass(frozen=True)
class View:
    """One way to group a report: a query whose columns are these, and `currency` where there is money.

    `chart` names the columns of its drawing: what stands below, and how high.
    """

    name: str
    columns: tuple[Column, ...]
    sql: str
    sort: str
    chart: tuple[str, str] | None = None

    @property
    def has_money(self) -> bool:
        return any(column.kind == "money" for column in self.columns)

    def column(self, key: str) -> Column:
        return next(column for column in self.columns if column.key == key)

    def sorts(self, key: str) -> bool:
        return key.removeprefix("-") in {column.key for column in self.columns}


@dataclass(frozen=True)
class Sheet:
    """A report. `about` says what is counted and in whose time."""

    key: str
    title: str
    about: str
    views: Mapping[str, View]
    period: str = "last-30"
    days_of: str = "Days"
    by_channel: bool = False

    @property
    def first(self) -> str:
        return next(iter(self.views))


@dataclass(frozen=True)
class Wanted:
    """What was asked of a report; the address of its page says the same."""

    sheet: str
    by: str
    period: str
    since: date | None = None
    until: date | None = None
    event_id: UUID | None = None
    channel: str = ""
    sort: str = ""
    page: int = 1

    def said(self) -> dict[str, str]:
        """As it stands in the address and is kept of a saved report; what is not asked is left out."""
        values: dict[str, Any] = {
            "by": self.by,
            "period": self.period,
            "since": self.since,
            "until": self.until,
            "event": self.event_id,
            "channel": self.channel,
            "sort": self.sort,
            "page": self.page if self.page > 1 else None,
        }
        return {name: str(value) for name, value in values.items() if value not in (None, "")}

    def query(self, **changes: Any) -> str:
        """The address's query with some of it changed; another order begins at its first page."""
        return urlencode(replace(self, **{"page": 1, **changes}).said())


@dataclass(frozen=True)
class Table:
    """A page of a report: `rows` are mappings, `sums` has a line for each currency."""

    rows: Sequence[Mapping[str, Any]]
    count: int
    sums: Sequence[Mapping[str, Any]]
    drawn: Sequence[tuple[str, float]] = field(default=())
