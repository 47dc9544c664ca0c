"""The seats of a date: what each costs, which are free, which are whose."""

import time
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.booking.queries import offers as sale
from webapp.booking.queries.lines import SEATS_OF_LINE
from webapp.booking.rules import Offer
from webapp.core.errors import NotFound
from webapp.seating.queries import plans
from webapp.seating.queries.plans import Plan


@dataclass(frozen=True)
class LevelOffer:
    """A price level of the plan on this date: its pool, and the ticket types that buy a seat of it.

    `types` are in the order of the organizer and may not be sellable just now; hidden ones are among them.
    """

    level_id: UUID
    pool_id: UUID
    types: tuple[Offer, ...]


@dataclass(frozen=True)
class SeatedDate:
    """A date whose seats are reserved, with what is for sale for each level of its plan that is sold."""

    date_id: UUID
    event_id: UUID
    organizer_id: UUID
    plan_id: UUID
    plan_version: int
    levels: tuple[LevelOffer, ...]

    @property
    def has_steps(self) -> bool:
        return any(offer.has_steps for level in self.levels for offer in level.types)

    def pool_of(self, level_id: UUID) -> UUID:
        """The pool that sells a level; one that is not sold is a LookupError."""
        for level in self.levels:
            if level.level_id == level_id:
                return level.pool_id
        raise LookupError(f"Level {level_id} is not sold on date {self.date_id}.")


@dataclass(frozen=True)
class OwnSeat:
    """A seat that the asking basket holds."""

    ordinal: int
    ticket_type_id: UUID
    hold_id: UUID
    line_id: UUID


DATE = text("""
    SELECT d.event_id, e.organizer_id, d.plan_id, p.version
    FROM event_dates d JOIN events e ON e.id = d.event_id JOIN seat_plans p ON p.id = d.plan_id
    WHERE d.id = :date
""")

LEVELS = text("""
    SELECT p.level_id, p.pool_id FROM pool_levels p JOIN price_levels l ON l.id = p.level_id
    WHERE p.date_id = :date ORDER BY l.position, l.id
""")

# A claim of a hold that ran out is no claim any more; nobody has to come and delete it first.
TAKEN = text("""
    SELECT array_agg(s.ordinal) FROM seat_claims c JOIN seats s ON s.id = c.seat_id
    LEFT JOIN hold_lines l ON l.id = c.hold_line_id LEFT JOIN holds h ON h.id = l.hold_id
    WHERE c.date_id = :date AND (h.id IS NULL OR h.expires_at > :now)
""")

CLAIMED = text("""
    SELECT array_agg(s.ordinal) FROM seat_claims c JOIN seats s ON s.id = c.seat_id WHERE c.date_id = :date
""")

ARE_CLAIMED = text(
    "SELECT EXISTS (SELECT FROM seat_claims WHERE date_id = :date AND seat_id = ANY(CAST(:seats AS uuid[])))"
)

EXPIRED_OWNERS = text("""
    SELECT DISTINCT h.id FROM seat_claims c JOIN hold_lines l ON l.id = c.hold_line_id
    JOIN holds h ON h.id = l.hold_id
    WHERE c.date_id = :date AND c.seat_id = ANY(:seats) AND h.state = 'active' AND h.expires_at <= :now
""")

OWN = """
    SELECT s.ordinal, l.ticket_type_id, h.id AS hold_id, l.id AS line_id
    FROM holds h JOIN hold_lines l ON l.hold_id = h.id CROSS JOIN LATERAL {seats} c
    JOIN seats s ON s.id = c.seat_id
    WHERE h.basket = :basket AND h.state = 'active' AND h.expires_at > :now AND c.date_id = :date
    ORDER BY s.ordinal
"""
OWN_NOW = text(OWN.format(seats=SEATS_OF_LINE))


def recent_seated_date(db: Session, date_id: UUID) -> SeatedDate:
    """The same, half a second old at most: a claim names the pool that it took its places of."""
    asked_at, found = _recent.get(date_id, (0.0, None))
    if found is None or time.monotonic() - asked_at > sale.FRESH_SECONDS:
        found = seated_date(db, date_id)
        if len(_recent) >= sale.MOST_RECENT:
            _recent.clear()
        _recent[date_id] = (time.monotonic(), found)
    return found


def seated_date(db: Session, date_id: UUID) -> SeatedDate:
    """NotFound when there is no such date, or none with reserved seats."""
    row = db.execute(DATE, {"date": date_id}).one_or_none()
    if row is None:
        raise NotFound("This date has no seats to choose. Open the event again and choose from there.")
    types = sale.offers_of_date(db, date_id)
    levels = tuple(
        LevelOffer(level_id, pool_id, tuple(offer for offer in types.values() if offer.pool_id == pool_id))
        for level_id, pool_id in db.execute(LEVELS, {"date": date_id})
    )
    return SeatedDate(date_id, row.event_id, row.organizer_id, row.plan_id, row.version, levels)


def plan_of(db: Session, date_id: UUID) -> Plan:
    """The plan of a date with reserved seats."""
    row = db.execute(DATE, {"date": date_id}).one()
    return plans.kept(db, row.plan_id, row.version)


def levels_of_pools(db: Session, date_id: UUID, pools: Collection[UUID]) -> set[UUID]:
    """The price levels whose seats are sold from one of these pools; none where people sit as they like."""
    return {level for level, pool in db.execute(LEVELS, {"date": date_id}) if pool in pools}


_recent: dict[UUID, tuple[float, SeatedDate]] = {}


def taken(db: Session, date_id: UUID, now: datetime) -> frozenset[int]:
    """The ordinals of all seats that cannot be had at this moment: held, sold or held back."""
    return frozenset(db.scalar(TAKEN, {"date": date_id, "now": now}) or ())


def claimed(db: Session, date_id: UUID) -> frozenset[int]:
    """The ordinals of all seats that have a claim, even one of a hold that ran out."""
    return frozenset(db.scalar(CLAIMED, {"date": date_id}) or ())


def are_claimed(db: Session, date_id: UUID, seats: Collection[UUID]) -> bool:
    """Whether any of these seats has a claim, even one of a hold that ran out."""
    return bool(db.scalar(ARE_CLAIMED, {"date": date_id, "seats": list(seats)}))


def expired_owners(db: Session, date_id: UUID, seats: Collection[UUID], now: datetime) -> list[UUID]:
    """The holds that have some of these seats and ran out."""
    return list(db.scalars(EXPIRED_OWNERS, {"date": date_id, "seats": list(seats), "now": now}))


def own(db: Session, date_id: UUID, basket: str, now: datetime) -> tuple[OwnSeat, ...]:
    """The seats of this date that a basket holds."""
    rows = db.execute(OWN_NOW, {"date": date_id, "basket": basket, "now": now})
    return tuple(OwnSeat(**row._mapping) for row in rows)
