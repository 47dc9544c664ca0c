"""Codes as their organizer's staff see them: what they do, how often they were used, each code of a batch."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from webapp.catalog.queries import picking
from webapp.core import clock, money
from webapp.core.errors import NotFound
from webapp.core.tables import Column, Sieve, Table

MOST_LISTED = 500


@dataclass(frozen=True)
class VoucherRow:
    """A code, or a batch: `used` and `most` count its codes then, `withdrawn` those that nobody may use."""

    id: UUID
    code: str
    kind: str
    value: int
    reveals: bool
    event_id: UUID | None
    event: str
    max_uses: int | None
    max_per_buyer: int | None
    starts_at: datetime | None
    ends_at: datetime | None
    is_batch: bool
    is_withdrawn: bool
    date_ids: list[UUID]
    type_ids: list[UUID]
    used: int
    codes: int
    withdrawn: int
    currency: str

    def values(self, zone: str) -> dict[str, Any]:
        """What its form shows, with times on the clock of `zone`."""
        times = {"starts_at": _reading(self.starts_at, zone), "ends_at": _reading(self.ends_at, zone)}
        return {**vars(self), **times}

    def typed(self, zone: str) -> dict[str, Any]:
        """What its form sends when nothing is changed."""
        names = ("code", "kind", "event", "reveals", "max_per_buyer", "date_ids", "type_ids")
        values = self.values(zone)
        typed = {name: values[name] for name in (*names, "starts_at", "ends_at")}
        typed |= {} if self.is_batch else {"max_uses": self.max_uses}
        return {**typed, "value": money.typed(self.value, "EUR" if self.kind == "percent" else self.currency)}

    @property
    def form(self) -> str:
        return "batch" if self.is_batch else "code"

    @property
    def gives(self) -> str:
        """What it does, in words for a file."""
        said = {
            "percent": f"{self.value / 100:g} percent off",
            "amount": f"{money.typed(self.value, self.currency)} {self.currency} off the order",
            "price": f"each ticket {money.typed(self.value, self.currency)} {self.currency}",
        }.get(self.kind, "")
        return ", ".join(filter(None, (said, "shows hidden tickets" if self.reveals else "")))

    @property
    def unused(self) -> int:
        return self.codes - self.used - self.withdrawn


@dataclass(frozen=True)
class CodeRow:
    """One code of a batch, as its list says it."""

    code: str
    state: str
    order: str
    used_at: datetime | None


SELECT = """v.id, v.code, v.kind, v.value, v.reveals, v.event_id, coalesce(e.title, '') AS event, v.max_uses,
    v.max_per_buyer, v.starts_at, v.ends_at, v.is_batch, v.withdrawn_at IS NOT NULL AS is_withdrawn,
    v.date_ids, v.type_ids, v.used + c.used AS used, c.codes, c.withdrawn, g.currency"""
# What the code is for, and what a batch's own codes came to.
JOINS = """JOIN organizers g ON g.id = v.organizer_id LEFT JOIN events e ON e.id = v.event_id
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(used), 0)::int AS used, count(*)::int AS codes,
               count(*) FILTER (WHERE withdrawn_at IS NOT NULL AND used = 0)::int AS withdrawn
        FROM vouchers WHERE batch_id = v.id
    ) c"""
WHERE = "v.organizer_id = :organizer AND v.batch_id IS NULL"
STATE = """CASE WHEN v.withdrawn_at IS NOT NULL THEN 'withdrawn'
                WHEN v.is_batch THEN 'batch' ELSE 'code' END"""
KINDS = (("percent", "Percent off"), ("amount", "An amount off"), ("price", "A price"), ("none", "Nothing"))

VOUCHERS = Table(
    name="vouchers",
    row=VoucherRow,
    columns=(
        Column("code", "Code", sort="upper(v.code)"),
        Column("gives", "What it does"),
        Column("event", "For", sort="e.title {way} NULLS FIRST", cell=lambda row: row.event or "every event"),
        Column("used", "Used", sort="v.used + c.used", number=True),
        Column("max_uses", "At most", sort="v.max_uses {way} NULLS LAST", number=True),
        Column("codes", "Codes", shown=False),
        Column("starts_at", "Valid from", shown=False),
        Column("ends_at", "Valid until", shown=False),
        Column("state", "State", cell=lambda row: "withdrawn" if row.is_withdrawn else row.form),
    ),
    select=SELECT,
    source="vouchers v",
    joins=JOINS,
    where=WHERE,
    sort="code",
    tie="v.id",
    words="""v.code ILIKE :like OR v.event_id IN (
                 SELECT id FROM events WHERE organizer_id = :organizer AND title ILIKE :like)""",
    words_head="Code or event",
    sieves=(
        Sieve("event", "For", "v.event_id = ANY(:event)", kind="pick", every="Everything"),
        Sieve("kind", "What it does", "v.kind = :kind", KINDS, every="Anything"),
        Sieve(
            *("state", "State", STATE),
            (("code", "Codes"), ("batch", "Batches"), ("withdrawn", "Withdrawn")),
            kind="tabs",
        ),
    ),
)

ONE = text(f"SELECT {SELECT} FROM vouchers v {JOINS} WHERE {WHERE} AND v.id = :id")  # noqa: S608  # ours

DATES = text("""
    SELECT d.id, d.starts_at, d.zone FROM event_dates d
    WHERE d.event_id = :event ORDER BY d.starts_at, d.id LIMIT :most
""")
TYPES = text("""
    SELECT t.id, t.name, d.starts_at, d.zone FROM ticket_types t JOIN event_dates d ON d.id = t.date_id
    WHERE d.event_id = :event AND NOT t.withdrawn ORDER BY d.starts_at, d.id, t.position, t.id LIMIT :most
""")

CODES = text("""
    SELECT v.code, CASE WHEN v.used > 0 THEN 'used' WHEN v.withdrawn_at IS NOT NULL THEN 'withdrawn'
           ELSE 'unused' END AS state, coalesce(o.code, '') AS order, o.created_at AS used_at
    FROM vouchers v LEFT JOIN LATERAL (
        SELECT code, created_at FROM orders
        WHERE voucher_id = v.id AND state NOT IN ('expired', 'cancelled', 'auto_refunded') ORDER BY id LIMIT 1
    ) o ON true
    WHERE v.batch_id = :batch AND v.code > :after ORDER BY v.code LIMIT :most
""")


def voucher(db: Session, organizer_id: UUID, voucher_id: UUID) -> VoucherRow:
    """With its event by the name that it is picked by."""
    row = db.execute(ONE, {"organizer": organizer_id, "id": voucher_id}).one_or_none()
    if row is None:
        raise NotFound("There is no such voucher here.")
    found = VoucherRow(**row._mapping)
    named = picking.events(db, organizer_id).find(str(found.event_id), 1) if found.event_id else ()
    return replace(found, event=named[0][1]) if named else found


def dates(db: Session, event_id: UUID | None) -> list[Row[Any]]:
    """What a code of this event may be limited to: (id, starts_at, zone)."""
    return list(db.execute(DATES, {"event": event_id, "most": MOST_LISTED})) if event_id else []


def types(db: Session, event_id: UUID | None) -> list[Row[Any]]:
    """The same for its ticket types: (id, name, starts_at, zone)."""
    return list(db.execute(TYPES, {"event": event_id, "most": MOST_LISTED})) if event_id else []


def codes(db: Session, batch_id: UUID) -> Iterator[CodeRow]:
    """All codes of a batch, read some at a time."""
    after = ""
    while rows := db.execute(CODES, {"batch": batch_id, "after": after, "most": MOST_LISTED}).all():
        yield from (CodeRow(*row) for row in rows)
        after = rows[-1].code


def _reading(instant: datetime | None, zone: str) -> str:
    """What a `datetime-local` field takes."""
    return f"{clock.local(instant, zone):%Y-%m-%dT%H:%M}" if instant else ""
