"""A room as everybody works with it, and which tickets are behind one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.catalog.queries.out import KNOWN, OUT, STATUS
from webapp.core import clock
from webapp.core.ids import id_at
from webapp.waitingroom import rules
from webapp.waitingroom.rules import Hours, Pace, Phase


@dataclass(frozen=True)
class RoomView:
    """A room with its newest draw; `left` counts places whose hold has run out as free."""

    id: UUID
    event_id: UUID
    date_id: UUID | None
    organizer_id: UUID
    mode: str
    in_force_since: datetime | None
    opens_at: datetime | None
    planned_at: datetime | None
    starts_at: datetime
    per_minute: int
    most_inside: int
    paused: bool
    stopped_at: datetime | None
    auto_per_second: int
    entrance: str
    draw_id: UUID
    seed: str
    slug: str
    title: str
    category: str
    event_status: str
    zone: str
    venue: str
    city: str
    date_starts_at: datetime
    dates: int
    capacity: int
    left: int

    def phase(self, now: datetime) -> Phase:
        return rules.phase(Hours(self.opens_at, self.starts_at, self.paused, self.stopped_at, self.left), now)

    def pace(self, now: datetime) -> Pace:
        return Pace(self.phase(now) == "open", self.per_minute, self.most_inside)

    @property
    def sale_path(self) -> str:
        """The same for who has a pass: an address of its own, since a proxy may keep the event's page."""
        return self.event_path + ("&" if self.date_id else "?") + "in=1#tickets"

    @property
    def values(self) -> dict[str, Any]:
        """What its form shows: clock readings at the venue."""
        return {
            "mode": self.mode,
            "auto_per_second": self.auto_per_second,
            "entrance": self.entrance,
            "opens_at": _reading(self.opens_at, self.zone),
            "starts_at": _reading(self.planned_at, self.zone),
        }

    @property
    def dial(self) -> dict[str, Any]:
        """What the form of its dial shows."""
        return {"per_minute": self.per_minute, "most_inside": self.most_inside}

    @property
    def event_path(self) -> str:
        """The event's page at the date that people wait for."""
        return f"/events/{self.slug}" + (f"?date={self.date_id}" if self.date_id else "")


ROOM_FACTS = f"""
    r.id, r.event_id, r.date_id, e.organizer_id, r.mode, r.in_force_since, r.opens_at,
           r.starts_at AS planned_at, coalesce(r.starts_at, r.in_force_since, r.created_at) AS starts_at,
           r.per_minute, r.most_inside, r.paused, r.stopped_at, r.auto_per_second, r.entrance,
           w.id AS draw_id, w.seed,
           e.slug, e.title, e.category, {STATUS} AS event_status,
           d.zone, d.venue, d.city, d.starts_at AS date_starts_at, d.dates,
           p.capacity, p.free + x.expired AS left
"""
ROOMS_FROM = """
    waiting_rooms r
    JOIN events e ON e.id = r.event_id
    CROSS JOIN LATERAL (SELECT id, seed FROM room_draws WHERE room_id = r.id ORDER BY id DESC LIMIT 1) w
    CROSS JOIN LATERAL (
        SELECT array_agg(o.id) FILTER (WHERE o.status <> 'cancelled') AS ids,
               count(*)::int AS dates, min(o.starts_at) AS starts_at,
               (array_agg(o.zone ORDER BY o.starts_at))[1] AS zone,
               (array_agg(v.name ORDER BY o.starts_at))[1] AS venue,
               (array_agg(v.city ORDER BY o.starts_at))[1] AS city
        FROM event_dates o JOIN venues v ON v.id = o.venue_id
        WHERE o.event_id = r.event_id AND (
            o.id = r.date_id OR r.date_id IS NULL
            AND NOT EXISTS (SELECT FROM waiting_rooms own WHERE own.date_id = o.id AND own.mode <> 'off')
        )
    ) d
    CROSS JOIN LATERAL (
        -- What the waiting list will be offered is not left for who waits here.
        SELECT coalesce(sum(capacity), 0)::int AS capacity,
               coalesce(sum(capacity - taken) FILTER (
                   WHERE awaited IS NULL OR awaited > capacity - taken), 0)::int AS free
        FROM pools WHERE date_id = ANY(d.ids) AND NOT is_extra AND EXISTS (
            SELECT FROM ticket_types t WHERE t.date_id = pools.date_id AND NOT t.withdrawn
            AND (t.pool_id = pools.id OR pools.id = ANY(t.also_pools))
        )
    ) p
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(l.quantity), 0)::int AS expired
        FROM holds h JOIN hold_lines l ON l.hold_id = h.id JOIN pools q ON q.id = l.pool_id
        WHERE h.state = 'active' AND h.expires_at <= :now AND q.date_id = ANY(d.ids) AND q.awaited IS NULL
    ) x
"""
ROOMS = f"SELECT {ROOM_FACTS} FROM {ROOMS_FROM}"  # noqa: S608  # words of ours

ROOM = text(f"{ROOMS} WHERE r.id = :room AND {KNOWN} AND d.dates > 0")
IN_FORCE = text(f"{ROOMS} WHERE r.in_force_since IS NOT NULL AND {OUT} AND d.dates > 0")

# Ids begin with the time, so orders of the last hours are found by the index of their house.
BOUGHT = text("""
    SELECT DISTINCT r.id, o.basket FROM waiting_rooms r
    JOIN events e ON e.id = r.event_id
    JOIN orders o ON o.organizer_id = e.organizer_id AND o.id > :oldest AND o.paid_at > :since
    JOIN order_lines l ON l.order_id = o.id
    JOIN event_dates d ON d.id = l.date_id AND d.room_id = r.id
    WHERE r.in_force_since IS NOT NULL
""")

OVER = text("""
    SELECT w.id FROM room_draws w JOIN waiting_rooms r ON r.id = w.room_id
    WHERE r.in_force_since IS NULL
       OR EXISTS (SELECT FROM room_draws newer WHERE newer.room_id = w.room_id AND newer.id > w.id)
""")

BEHIND = text("""
    SELECT t.id, coalesce(d.room_id, r.id) AS room_id, d.id AS date_id, e.slug,
           d.room_id IS NULL AS is_only_counted
    FROM event_dates d JOIN ticket_types t ON t.date_id = d.id JOIN events e ON e.id = d.event_id
    LEFT JOIN LATERAL (
        SELECT id FROM waiting_rooms
        WHERE mode = 'auto' AND (date_id = d.id OR event_id = d.event_id AND date_id IS NULL)
        ORDER BY date_id NULLS LAST LIMIT 1
    ) r ON true
    WHERE e.status <> 'rehearsal' AND (d.room_id IS NOT NULL OR r.id IS NOT NULL)
""")

HELD = text("""
    SELECT l.ticket_type_id, l.quantity FROM holds h JOIN hold_lines l ON l.hold_id = h.id
    WHERE h.basket = :basket AND h.state = 'active' AND h.expires_at > :now
""")


def _reading(instant: datetime | None, zone: str) -> str:
    return f"{clock.local(instant, zone):%Y-%m-%dT%H:%M}" if instant else ""


def rooms_in_force(db: Session, now: datetime) -> list[RoomView]:
    return [RoomView(**row._mapping) for row in db.execute(IN_FORCE, {"now": now})]


def bought(db: Session, since: datetime) -> list[tuple[UUID, str]]:
    """Rooms in force, and baskets that bought behind them since then."""
    oldest = id_at(since - timedelta(hours=2))
    return [(row[0], row[1]) for row in db.execute(BOUGHT, {"since": since, "oldest": oldest})]


def draws_that_are_over(db: Session) -> list[UUID]:
    """Draws that nobody stands in line for any more."""
    return list(db.scalars(OVER))


def room(db: Session, room_id: UUID, now: datetime) -> RoomView | None:
    """What guests may see of a room; None when there is none."""
    found = db.execute(ROOM, {"room": room_id, "now": now}).one_or_none()
    return RoomView(**found._mapping) if found else None


@dataclass(frozen=True)
class Behind:
    """The room before a ticket type's sale; one that is not in force only counts how much is held."""

    room_id: UUID
    date_id: UUID
    slug: str
    is_only_counted: bool


def behind(db: Session) -> dict[UUID, Behind]:
    """Every ticket type whose sale has a room before it, in force or on its guard; mostly there are none."""
    return {row[0]: Behind(*row[1:]) for row in db.execute(BEHIND)}


def held(db: Session, basket: str, now: datetime) -> dict[UUID, int]:
    """How many of each ticket type a basket holds."""
    return {row[0]: row[1] for row in db.execute(HELD, {"basket": basket, "now": now})}
