"""Tables in the address: what it asks for is read, its neighbours are written, and the file is sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Generic, Protocol
from urllib.parse import urlencode
from uuid import UUID

from flask import Response, request

from webapp.core import audit, clock, tables
from webapp.core.audit import Actor
from webapp.core.db import Session
from webapp.core.ids import uuid7
from webapp.core.tables import MOST_OFFERED, Asked, Chosen, Column, Many, Page, Picked, Row, Sieve, Table
from webapp.core.text import one_line
from webapp.web import current, downloads

Options = Sequence[tuple[Any, str]]
Offered = Options | Many
MOST_TYPED = 100


class Member(Protocol):
    """Who takes a file away, and whose it is: the `Team` of a staff page; operators' files are no house's."""

    @property
    def organizer_id(self) -> UUID | None: ...
    @property
    def actor(self) -> Actor: ...


@dataclass(frozen=True)
class Head:
    """The head of one column; `address` sorts by it."""

    column: Column
    address: str
    is_up: bool
    is_down: bool


@dataclass(frozen=True)
class Listing(Generic[Row]):
    """A page of a table with the addresses around it, for `templates/ui/table.html`."""

    table: Table[Row]
    asked: Asked
    found: Page[Row]
    path: str
    others: Mapping[str, str]
    options: Mapping[str, Offered]
    offers: Mapping[str, Sequence[str]]

    @property
    def heads(self) -> list[Head]:
        return [self._head(column) for column in self.table.columns if column.shown]

    @property
    def tabs(self) -> list[tuple[str, str, int, bool, str]]:
        """(value, label, rows, whether it is this one, address), all of them first; none without tabs."""
        sieve = self.table.tabs
        if sieve is None:
            return []
        counts, here = self.found.counts, str(self.asked.chosen.get(sieve.key, ""))
        named = [("", sieve.every, sum(counts.values()))]
        named += [(value, label, counts.get(value, 0)) for value, label in self.of(sieve)]
        return [
            (value, label, count, value == here, self.address(**{sieve.key: value}))
            for value, label, count in named
            if count or value in ("", here)
        ]

    @property
    def narrowed(self) -> list[tuple[str, str]]:
        """(what narrows the table now, the address without it); tabs show themselves."""
        said = [(f"“{self.asked.words}”", self.address(q=""))] if self.asked.words else []
        for sieve in self.table.sieves:
            value = self.asked.chosen.get(sieve.key)
            if value is not None and sieve.kind != "tabs":
                named = _said(value) or dict(self._texts(sieve)).get(str(value), str(value))
                said.append((f"{sieve.head}: {named}", self.address(**{sieve.key: ""})))
        return said

    @property
    def bare(self) -> str:
        """The table with nothing narrowed."""
        return _address(self.path, self.others)

    @property
    def file(self) -> str:
        return self.address(**{"as": "csv"})

    def standing(self, path: str) -> "Listing[Row]":
        """The same at its own address, on a page that answers a form whose address is another one."""
        return replace(self, path=path)

    def of(self, sieve: Sieve) -> Options:
        """What a choice is from."""
        offered = self.options.get(sieve.key, sieve.options)
        return () if isinstance(offered, Many) else offered

    def typed(self, sieve: Sieve) -> str:
        """What stands in the field of a `pick`."""
        value = self.asked.chosen.get(sieve.key)
        return value.said if isinstance(value, Picked) else ""

    def _texts(self, sieve: Sieve) -> list[tuple[str, str]]:
        return [(str(value), label) for value, label in self.of(sieve)]

    def at(self, page: int) -> str:
        return self.address(page=str(page) if page > 1 else "")

    def address(self, **changes: str) -> str:
        """This table in another state; it begins with its first page again unless a page is given."""
        state = {name: value for name, value in self._state().items() if name != self.table.prefix + "page"}
        return _address(
            self.path, {**state, **{self.table.prefix + key: value for key, value in changes.items()}}
        )

    def _state(self) -> dict[str, str]:
        asked, prefix = self.asked, self.table.prefix
        said = {"q": asked.words, **{key: str(value) for key, value in asked.chosen.items()}}
        said["sort"] = asked.sort if asked.sort != self.table.sort else ""
        said["page"] = str(asked.page) if asked.page > 1 else ""
        return {**self.others, **{prefix + key: value for key, value in said.items()}}

    def _head(self, column: Column) -> Head:
        is_up, is_down = self.asked.sort == column.key, self.asked.sort == f"-{column.key}"
        # What counts is looked at from the largest; a second click turns it round.
        first = f"-{column.key}" if column.number and not is_down else column.key
        wanted = f"-{column.key}" if is_up else first
        return Head(column, self.address(sort=wanted) if column.sort else "", is_up, is_down)


def listing(db: Session, table: Table[Row], values: Mapping[str, Any], **options: Offered) -> Listing[Row]:
    """What the address asks of this table; `options` are the choices of filters that the database knows."""
    asked = read(table, **options)
    found = tables.page(db, table, asked, values)
    own = {
        table.prefix + name for name in ("q", "sort", "page", "as", *(sieve.key for sieve in table.sieves))
    }
    others = {name: value for name, value in request.args.items() if name not in own}
    many = {key: one for key, one in options.items() if isinstance(one, Many)}
    offers = {key: one.offer(asked.chosen.get(key), MOST_OFFERED) for key, one in many.items()}
    return Listing(table, asked, found, request.path, others, options, offers)


def read(table: Table[Any], **options: Offered) -> Asked:
    """What was asked for; what cannot be understood is left out."""
    args, prefix = request.args, table.prefix
    chosen: dict[str, Chosen] = {}
    for sieve in table.sieves:
        value = _chosen(sieve, args.get(prefix + sieve.key, ""), options.get(sieve.key, sieve.options))
        if value is not None:
            chosen[sieve.key] = value
    sort, page = args.get(prefix + "sort", ""), args.get(prefix + "page", "1")
    return Asked(
        words=one_line(args.get(prefix + "q", ""))[:MOST_TYPED] if table.words else "",
        chosen=chosen,
        sort=sort if sort in table.sorts else table.sort,
        page=int(page) if page.isascii() and page.isdecimal() and 0 < int(page[:9]) < 100_000 else 1,
    )


def is_asked(table: Table[Any]) -> bool:
    """Whether htmx asks for this table alone, on a page that it else asks for another block of."""
    return request.headers.get("HX-Target") == table.name


def wants_file(table: Table[Any]) -> bool:
    """Whether the address asks for this table as a file instead of the page."""
    return request.args.get(table.prefix + "as") == "csv"


def wanted(*several: Table[Any]) -> Table[Any] | None:
    """The one of the tables of a page that the address asks for as a file."""
    return next((table for table in several if wants_file(table)), None)


def file(table: Table[Row], values: Mapping[str, Any], member: Member, **options: Offered) -> Response:
    """All rows that fit, in the table's order, as CSV; that it was taken away stands in the history."""
    asked = read(table, **options)
    columns = [column for column in table.columns if column.head and column.filed]
    response = downloads.sent(
        f"{table.name}-{clock.now():%Y-%m-%d}",
        [column.head for column in columns],
        lambda db: (
            [_value(column, row) for column in columns] for row in tables.every(db, table, asked, values)
        ),
    )
    chosen = {key: str(value) for key, value in asked.chosen.items()}
    taken(member, {"table": table.name, "q": asked.words, **chosen})
    return response


def taken(member: Member, said: dict[str, Any], about: tuple[str, UUID] | None = None) -> None:
    """That somebody took rows away stands in the history; of the house where it is `about` nothing else."""
    organizer = member.organizer_id
    house = ("organizer", organizer) if organizer else ("user", member.actor.id or uuid7())
    with current.database().writing() as db:
        audit.note(
            db,
            member.actor,
            "Table exported",
            about or house,
            organizer_id=organizer,
            before=None,
            after=said,
        )


def _value(column: Column, row: object) -> object:
    """What stands in the file: a row with a clock of its own is told on that, as on its page."""
    value = column.cell(row) if column.cell else getattr(row, column.key)
    zone = getattr(row, "zone", None)
    if zone and isinstance(value, datetime):
        there = clock.local(value, zone).replace(tzinfo=None)
        return there.isoformat(sep=" ", timespec="seconds") if there.second else there
    return value


def _chosen(sieve: Sieve, typed: str, options: Offered) -> Chosen | None:
    if not typed:
        return None
    if isinstance(options, Many):
        return options.pick(typed)
    if sieve.kind == "day":
        try:
            return date.fromisoformat(typed)
        except ValueError:
            return None
    return next((value for value, _ in options if str(value) == typed), None)


def _said(value: Chosen) -> str:
    if not isinstance(value, Picked):
        return ""
    if len(value.ids) == 1:
        return value.said
    return f"“{value.typed}”, in {len(value.ids):,} names" if value.ids else f"“{value.typed}”, in no name"


def _address(path: str, state: Mapping[str, str]) -> str:
    said = urlencode({name: value for name, value in state.items() if value})
    return f"{path}?{said}" if said else path
