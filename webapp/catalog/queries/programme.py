"""The programme as its staff see it: events, dates, pools, types, codes, questions, venues."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session, selectinload

from webapp.catalog.models import Event, EventDate, Pool, Question, TicketType, Venue
from webapp.core import audit, clock, money
from webapp.core.audit import HistoryLine
from webapp.core.errors import NotFound


@dataclass(frozen=True)
class PoolRow:
    id: UUID
    name: str
    capacity: int
    taken: int
    is_seated: bool

    @property
    def values(self) -> dict[str, Any]:
        """What its form shows."""
        return {"name": self.name, "capacity": self.capacity}


@dataclass(frozen=True)
class ReserveRow:
    """Places of a pool that are kept for who has a code. When that is over, what comes back goes to all."""

    id: UUID
    pool_id: UUID
    voucher_id: UUID
    pool: str
    code: str
    capacity: int
    taken: int
    is_over: bool


@dataclass(frozen=True)
class DateEdit:
    """A date with its pools and types; `values` are what its form shows, clock readings at the venue.

    `codes` are the vouchers that places of this date could be kept for.
    `is_outdrawn` says that its seat plan has a newer version.
    """

    id: UUID
    event_id: UUID
    title: str
    status: str
    starts_at: datetime
    zone: str
    venue: str
    on_sale_at: datetime | None
    values: dict[str, Any]
    pools: list[PoolRow]
    reserves: list[ReserveRow]
    codes: list[tuple[UUID, str]]
    types: list[dict[str, Any]]
    history: list[HistoryLine]
    is_outdrawn: bool


@dataclass(frozen=True)
class EventEdit:
    """An event for its editor; `values` are what its form shows."""

    id: UUID
    slug: str
    title: str
    category: str
    status: str
    version: int
    image: str | None
    publish_at: datetime | None
    values: dict[str, Any]
    publishing: dict[str, Any]
    donation: tuple[str, int | None]
    dates: list[tuple[UUID, datetime, str, str, str, int, int]]
    questions: list[dict[str, Any]]
    type_names: list[str]
    answer_hours: int | None
    history: list[HistoryLine]


TYPE_NAMES = text("""
    SELECT DISTINCT t.name FROM ticket_types t JOIN event_dates d ON d.id = t.date_id
    WHERE d.event_id = :event AND NOT t.withdrawn ORDER BY t.name
""")

SEATED = text("SELECT pool_id FROM pool_levels WHERE date_id = :date")

RESERVES = text("""
    SELECT r.id, p.id AS pool_id, r.voucher_id, p.name AS pool, v.code, r.capacity, r.taken,
           r.released_at IS NOT NULL OR coalesce(v.ends_at <= :now, false) AS is_over
    FROM pools r JOIN pools p ON p.id = r.parent_id JOIN vouchers v ON v.id = r.voucher_id
    WHERE r.date_id = :date AND (r.capacity > 0 OR r.released_at IS NULL) ORDER BY p.id, v.code
""")

OUTDRAWN = text("SELECT EXISTS (SELECT FROM seat_plans WHERE replaces_id = :plan)")
CODES = text("""
    SELECT v.id, v.code FROM vouchers v JOIN events e ON e.organizer_id = v.organizer_id
    WHERE e.id = :event AND (v.event_id IS NULL OR v.event_id = e.id)
      AND (v.ends_at IS NULL OR v.ends_at > :now) AND v.batch_id IS NULL AND v.withdrawn_at IS NULL
    ORDER BY v.code
""")


def event(db: Session, organizer_id: UUID, event_id: UUID) -> EventEdit:
    found = db.scalar(
        select(Event)
        .where(Event.id == event_id, Event.organizer_id == organizer_id, Event.status != "deleted")
        .options(selectinload(Event.dates).selectinload(EventDate.pools), selectinload(Event.questions))
        .options(selectinload(Event.dates).selectinload(EventDate.venue))
    )
    if found is None:
        raise NotFound("There is no such event here.")
    return EventEdit(
        id=found.id,
        slug=found.slug,
        title=found.title,
        category=found.category,
        status=found.status,
        version=found.version,
        image=found.image,
        publish_at=found.publish_at,
        values=event_values(found),
        publishing=publishing_values(found),
        donation=(found.donation_ask, found.donation_suggested),
        dates=[_date_line(date) for date in found.dates],
        questions=[question_values(question) for question in found.questions],
        type_names=list(db.scalars(TYPE_NAMES, {"event": found.id})),
        answer_hours=found.answer_hours,
        history=audit.history(db, ("event", found.id), most=30),
    )


def date(db: Session, organizer_id: UUID, date_id: UUID, now: datetime) -> DateEdit:
    found = db.scalar(
        select(EventDate)
        .join(EventDate.event)
        .where(EventDate.id == date_id, Event.organizer_id == organizer_id)
        .options(selectinload(EventDate.pools), selectinload(EventDate.ticket_types))
        .options(selectinload(EventDate.venue), selectinload(EventDate.event))
    )
    if found is None:
        raise NotFound("There is no such date here.")
    seated = set(db.scalars(SEATED, {"date": date_id}))
    return DateEdit(
        id=found.id,
        event_id=found.event_id,
        title=found.event.title,
        status=found.status,
        starts_at=found.starts_at,
        zone=found.zone,
        venue=found.venue.name,
        on_sale_at=found.on_sale_at,
        values=date_values(found),
        pools=[
            PoolRow(pool.id, pool.name, pool.capacity, pool.taken, pool.id in seated)
            for pool in found.pools
            if not pool.parent_id
        ],
        reserves=[ReserveRow(**row._mapping) for row in db.execute(RESERVES, {"date": date_id, "now": now})],
        codes=[(row.id, row.code) for row in db.execute(CODES, {"event": found.event_id, "now": now})],
        types=[type_values(kind, found.zone) for kind in found.ticket_types],
        history=audit.history(db, ("event", found.event_id), most=15),
        is_outdrawn=bool(db.scalar(OUTDRAWN, {"plan": found.plan_id})),
    )


def venues(db: Session, organizer_id: UUID) -> Sequence[Venue]:
    """Kept as rows: the page shows every column, and nothing of them is written there."""
    return db.scalars(select(Venue).where(Venue.organizer_id == organizer_id).order_by(Venue.name)).all()


def event_values(event: Event) -> dict[str, Any]:
    """An event's facts as its form shows them."""
    facts = ("title", "summary", "description", "category", "tax_name")
    return _shown(event, *facts, tax_percent=event.tax_bp / 100)


def date_values(date: EventDate) -> dict[str, Any]:
    """Where and when, as its form shows it: clock readings at the venue."""
    times = ("starts_at", "ends_at", "doors_at")
    return {"venue_id": date.venue_id, **{name: _reading(getattr(date, name), date.zone) for name in times}}


def venue_values(venue: Venue) -> dict[str, Any]:
    return _shown(venue, "name", "address", "city", "country", "latitude", "longitude", "zone")


def type_values(kind: TicketType, zone: str) -> dict[str, Any]:
    """A ticket type as its form shows it."""
    names = (
        "id",
        "pool_id",
        "also_pools",
        "name",
        "description",
        "min_per_order",
        "max_per_order",
        "max_per_buyer",
        "approval",
        "hidden",
        "withdrawn",
        "position",
    )
    return _shown(
        kind,
        *names,
        price=kind.price,
        sale_starts_at=_reading(kind.sale_starts_at, zone),
        sale_ends_at=_reading(kind.sale_ends_at, zone),
    )


def donation_values(event: Event, currency: str) -> dict[str, Any]:
    """What an event asks a donation for, as its form shows it."""
    suggested = event.donation_suggested
    return {
        "words": event.donation_ask,
        "suggested": "" if suggested is None else money.typed(suggested, currency),
    }


def question_values(question: Question) -> dict[str, Any]:
    names = ("id", "label", "hint", "kind", "scope", "type_names", "least", "most", "required", "position")
    return _shown(question, *names, options="\n".join(map(str, question.options)))


def _shown(row: Any, *names: str, **others: Any) -> dict[str, Any]:
    return {**{name: getattr(row, name) for name in names}, **others}


def _date_line(date: EventDate) -> tuple[UUID, datetime, str, str, str, int, int]:
    pools: list[Pool] = date.pools
    return (
        *(date.id, date.starts_at, date.zone, date.venue.name, date.status),
        *(sum(pool.capacity for pool in pools), sum(pool.taken for pool in pools)),
    )


def publishing_values(event: Event) -> dict[str, Any]:
    """When a draft is published by itself, as its form sends it."""
    zone = next((date.zone for date in event.dates), "UTC")
    return {"at": _reading(event.publish_at, zone)}


def _reading(instant: datetime | None, zone: str) -> str:
    """What a `datetime-local` field takes."""
    return f"{clock.local(instant, zone):%Y-%m-%dT%H:%M}" if instant else ""
