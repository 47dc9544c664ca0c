"""The copy of an event that a rehearsal sells, in a house of its own: hidden, free, removed at the end."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session, selectinload

from webapp.accounts.models import Organizer
from webapp.catalog.models import Event, EventDate, Pool, TicketType, Venue
from webapp.core.audit import AuditEntry
from webapp.core.db import Database
from webapp.core.errors import Conflict, NotFound
from webapp.core.ids import secret, uuid7
from webapp.core.outbox import Outbox
from webapp.waitingroom.models import RoomDraw, WaitingRoom

# The copy is on so late that a rehearsal's own hours, which pass quickly, never reach it.
FAR = timedelta(days=60)
# Who waits before the start of the rehearsed sale does so for so long.
BEFORE = timedelta(minutes=15)

PLACES = text("""
    SELECT sum(p.capacity) FROM pools p WHERE p.id IN (
        SELECT unnest(t.pool_id || t.also_pools) FROM ticket_types t JOIN event_dates d ON d.id = t.date_id
        WHERE d.event_id = :event
    )
""")

# Everything that a rehearsal can have written, the leaves first.
REMOVE = (
    "DELETE FROM tickets WHERE order_id IN (SELECT id FROM orders WHERE organizer_id = :house)",
    "DELETE FROM orders WHERE organizer_id = :house",
    "DELETE FROM holds WHERE organizer_id = :house",
    """
    DELETE FROM ticket_types t USING event_dates d, events e
    WHERE d.id = t.date_id AND e.id = d.event_id AND e.organizer_id = :house
    """,
    "DELETE FROM events WHERE organizer_id = :house",
    "DELETE FROM venues WHERE organizer_id = :house",
    "DELETE FROM organizers WHERE id = :house",
)


@dataclass(frozen=True)
class Stage:
    """A copy that is ready to be sold from `starts_at` on."""

    house_id: UUID
    room_id: UUID
    starts_at: datetime
    types: tuple[tuple[UUID, int, int], ...]
    places: int


class _Quiet(Session):
    """Forgets what would be told: a rehearsal leaves no history, no job and no mail."""

    def add(self, instance: object, **options: bool) -> None:
        if not isinstance(instance, AuditEntry | Outbox):
            super().add(instance, **options)


@contextmanager
def quietly(database: Database) -> Iterator[Session]:
    """A transaction that writes no history and tells nobody."""
    with _Quiet(database.engine, expire_on_commit=False) as db, db.begin():
        yield db


def build(db: Session, *, event_id: UUID, house_id: UUID, now: datetime) -> Stage:
    """Copy the event's coming dates with pools and ticket types, free of charge, and its room's dial."""
    original = db.scalar(
        select(Event)
        .where(Event.id == event_id)
        .options(selectinload(Event.dates).selectinload(EventDate.pools))
        .options(selectinload(Event.dates).selectinload(EventDate.ticket_types))
    )
    if original is None:
        raise NotFound("There is no such event.")
    dates = [date for date in original.dates if date.ends_at > now and date.status != "cancelled"]
    event = _house(db, original, house_id)
    types = [kind for date in dates for kind in _date(db, event, date)]
    if not types:
        raise Conflict("This event has no coming date with tickets to sell, so nothing can be rehearsed.")
    room = _room(db, original, event, now)
    places = db.scalar(PLACES, {"event": event.id})
    return Stage(house_id, room.id, now + BEFORE, tuple(types), places or 0)


def strike(db: Session, house_id: UUID) -> None:
    """Remove everything again; what is gone already stays gone."""
    for statement in REMOVE:
        db.execute(text(statement), {"house": house_id})


def _house(db: Session, original: Event, house_id: UUID) -> Event:
    slug = secret().lower().replace("_", "-")
    house = Organizer(id=house_id, slug=slug, name="Rehearsal", currency=original.organizer.currency)
    venue = Venue(
        id=uuid7(),
        organizer_id=house_id,
        name="Rehearsal",
        city="Rehearsal",
        city_slug="rehearsal",
        country="XX",
        zone="UTC",
    )
    event = Event(
        id=uuid7(),
        organizer_id=house_id,
        slug=secret(),
        title=original.title,
        category=original.category,
        status="rehearsal",
    )
    for row in (house, venue, event):
        db.add(row)
        db.flush()
    event.dates = []
    return event


def _date(db: Session, event: Event, original: EventDate) -> list[tuple[UUID, int, int]]:
    """A date with its own pools; seats are sold as places of their pool."""
    venue_id = db.scalars(select(Venue.id).where(Venue.organizer_id == event.organizer_id)).one()
    date = EventDate(
        id=uuid7(),
        event_id=event.id,
        venue_id=venue_id,
        starts_at=original.starts_at + FAR,
        ends_at=original.ends_at + FAR,
        zone=original.zone,
        status="on_sale",
    )
    db.add(date)
    db.flush()
    pools = {pool.id: uuid7() for pool in original.pools if pool.parent_id is None}
    for pool in original.pools:
        if pool.id in pools:
            db.add(Pool(id=pools[pool.id], date_id=date.id, name=pool.name, capacity=pool.capacity))
    db.flush()
    sold = [kind for kind in original.ticket_types if not (kind.hidden or kind.withdrawn)]
    types = [
        TicketType(
            id=uuid7(),
            date_id=date.id,
            pool_id=pools[kind.pool_id],
            also_pools=[pools[pool] for pool in kind.also_pools if pool in pools],
            name=kind.name,
            price=0,
            min_per_order=kind.min_per_order,
            max_per_order=kind.max_per_order,
        )
        for kind in sold
        if kind.pool_id in pools
    ]
    db.add_all(types)
    db.flush()
    return [(kind.id, kind.min_per_order, kind.max_per_order) for kind in types]


def _room(db: Session, original: Event, event: Event, now: datetime) -> WaitingRoom:
    """A room with the dial of the original's, in force, whose sale begins in a quarter of an hour."""
    known = db.scalars(
        select(WaitingRoom)
        .where(WaitingRoom.event_id == original.id)
        .order_by(WaitingRoom.in_force_since.desc().nulls_last(), WaitingRoom.id)
        .limit(1)
    ).first()
    room = WaitingRoom(
        id=uuid7(),
        event_id=event.id,
        mode="on",
        in_force_since=now,
        starts_at=now + BEFORE,
        per_minute=known.per_minute if known else None,
        most_inside=known.most_inside if known else None,
    )
    db.add(room)
    db.flush()
    db.add(RoomDraw(room_id=room.id, seed=secret()))
    db.execute(
        text("UPDATE event_dates SET room_id = :room WHERE event_id = :event"),
        {"room": room.id, "event": event.id},
    )
    db.flush()
    return room
