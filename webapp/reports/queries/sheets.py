"""Reports, run: a page of rows with its sums, the points of a drawing, or every row one after the other."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.core.errors import NotFound
from webapp.core.reach import EVERYTHING, Reach, within
from webapp.reports.queries.attendance import ATTENDANCE
from webapp.reports.queries.lists import ANSWER_LIST, TICKET_LIST, VOUCHER_LIST
from webapp.reports.queries.sales import MONEY, SALES
from webapp.reports.rules.periods import Days
from webapp.reports.rules.sheets import Sheet, Table, View, Wanted

SHEETS: Mapping[str, Sheet] = {
    sheet.key: sheet for sheet in (SALES, MONEY, ATTENDANCE, VOUCHER_LIST, ANSWER_LIST, TICKET_LIST)
}

PER_PAGE = 100
MOST_BARS = 8
MOST_DAYS = 92
# Rows that come over from PostgreSQL at a time.
BATCH = 2_000


@dataclass(frozen=True)
class Query:
    """What was asked, of whom: `organizer_id` is None for all of them, which operators see."""

    wanted: Wanted
    organizer_id: UUID | None
    days: Days
    reach: Reach = EVERYTHING

    @property
    def view(self) -> View:
        return SHEETS[self.wanted.sheet].views[self.wanted.by]

    @property
    def values(self) -> dict[str, Any]:
        first, last = self.days
        return {
            "organizer": self.organizer_id,
            "first": first,
            "last": last,
            "event": self.wanted.event_id,
            "channel": self.wanted.channel,
            **self.reach.values(),
        }

    @property
    def rows(self) -> str:
        """The statement without its order; its filters are words of ours, and what was typed is bound."""
        return re.sub(r"\{(\w+):([^:}]+)(?::([^}]+))?\}", self._filter, self.view.sql)

    @property
    def ordered(self) -> str:
        key = self.wanted.sort if self.view.sorts(self.wanted.sort) else self.view.sort
        down = " DESC" if key.startswith("-") else ""
        columns = [f'"{key.removeprefix("-")}"{down} NULLS LAST']
        columns += [f'"{column.key}"' for column in self.view.columns if column.key != key.removeprefix("-")]
        return f"SELECT * FROM ({self.rows}) AS rows ORDER BY {', '.join(columns)}"  # noqa: S608

    def _filter(self, place: re.Match[str]) -> str:
        name, column, zone = place.groups()
        if name == "days":
            return self._within(column, zone or f"{column.rpartition('.')[0]}.zone".lstrip("."))
        if name == "event" and not self.reach.is_all:
            own = "true" if self.wanted.event_id is None else f"{column} = :event"
            return f"({own} AND {within(column)})"
        asked = {
            "scope": self.organizer_id is not None and "organizer",
            "event": self.wanted.event_id is not None and "event",
            "channel": bool(self.wanted.channel) and "channel",
        }[name]
        return f"{column} = :{asked}" if asked else "true"

    def _within(self, column: str, zone: str) -> str:
        day = f"({column} AT TIME ZONE {zone})::date"
        first, last = self.days
        bounds = [f"{day} >= :first"] if first else []
        bounds += [f"{day} <= :last"] if last else []
        return " AND ".join(bounds) or "true"


def sheet(key: str) -> Sheet:
    if key not in SHEETS:
        raise NotFound("There is no such report.")
    return SHEETS[key]


def table(db: Session, query: Query) -> Table:
    """A page of rows, how many there are in all, and their sums for each currency."""
    page = f"{query.ordered} LIMIT {PER_PAGE} OFFSET {(query.wanted.page - 1) * PER_PAGE}"
    rows = [dict(row._mapping) for row in db.execute(text(page), query.values)]
    sums = [dict(row._mapping) for row in db.execute(text(_sums(query)), query.values)]
    return Table(rows, sum(row["rows"] for row in sums), sums, _drawn(db, query))


def stream(db: Session, query: Query) -> Iterator[Mapping[str, Any]]:
    """Every row, in batches from a cursor on the server; `db` is a snapshot (`Database.streaming`)."""
    options = {"stream_results": True, "yield_per": BATCH}
    result = db.execute(text(query.ordered), query.values, execution_options=options)
    return (dict(row._mapping) for row in result)


def _sums(query: Query) -> str:
    currency = ["currency"] if query.view.has_money else []
    summed = [f'sum("{one.key}")::bigint AS "{one.key}"' for one in query.view.columns if one.summed]
    columns = [*currency, "count(*) AS rows", *summed]
    grouped = " GROUP BY currency ORDER BY count(*) DESC, currency" if currency else ""
    return f"SELECT {', '.join(columns)} FROM ({query.rows}) AS rows{grouped}"  # noqa: S608


def _drawn(db: Session, query: Query) -> list[tuple[str, float]]:
    """The points of the drawing: the days in their order without a gap, or else what is most."""
    if query.view.chart is None:
        return []
    label, value = query.view.chart
    kind = query.view.column(label).kind
    order, most = ("1 DESC", MOST_DAYS) if kind == "day" else ("2 DESC, 1", MOST_BARS)
    drawn = f'SELECT "{label}", sum("{value}")::bigint AS value FROM ({query.rows}) AS rows'  # noqa: S608
    found = db.execute(text(f"{drawn} GROUP BY 1 ORDER BY {order} LIMIT {most}"), query.values).all()
    if kind == "day":
        return _without_gaps({row[0]: row.value for row in found})
    if kind == "moment":
        return [(f"{row[0].day} {row[0]:%b %H:%M}", row.value) for row in found]
    return [(str(row[0]), row.value) for row in found]


def _without_gaps(found: Mapping[date, float]) -> list[tuple[str, float]]:
    if not found:
        return []
    first, last = max(min(found), max(found) - timedelta(days=MOST_DAYS)), max(found)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [(f"{day.day} {day:%b}", found.get(day, 0)) for day in days]
