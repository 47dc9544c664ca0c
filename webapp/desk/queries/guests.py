"""Guest lists: who is on them, who has come, and where their places may come from."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.core.errors import NotFound


@dataclass(frozen=True)
class Listed:
    """Somebody on the list: `came` of `places` are in."""

    id: UUID
    name: str
    more: int
    email: str
    note: str
    made_by: str
    made_at: datetime
    code: str
    type_name: str
    places: int
    came: int
    seats: str


@dataclass(frozen=True)
class Reserve:
    """Places of a date that are kept for a code."""

    code: str
    pool: str
    free: int


LISTED = text("""
    SELECT g.id, g.name, g.more, g.email, g.note, g.made_by, g.made_at, o.code, t.places, t.came,
           coalesce(t.type_name, '') AS type_name, coalesce(t.seats, '') AS seats
    FROM guest_entries g JOIN orders o ON o.id = g.order_id
    CROSS JOIN LATERAL (
        SELECT count(*)::int AS places, count(*) FILTER (WHERE i.state = 'used')::int AS came,
               min(y.name) AS type_name,
               string_agg(nullif(concat_ws(' ', n.name, s.row, s.number), ''), ', ' ORDER BY s.ordinal)
                   AS seats
        FROM tickets i JOIN ticket_types y ON y.id = i.ticket_type_id
        LEFT JOIN seats s ON s.id = i.seat_id LEFT JOIN sections n ON n.id = s.section_id
        WHERE i.order_id = g.order_id AND i.state <> 'void'
    ) t
    WHERE g.date_id = :date AND g.organizer_id = :organizer AND g.removed_at IS NULL
    ORDER BY lower(g.name), g.id
""")

RESERVES = text("""
    SELECT v.code, p.name AS pool, r.capacity - r.taken AS free
    FROM pools r JOIN pools p ON p.id = r.parent_id JOIN vouchers v ON v.id = r.voucher_id
    WHERE r.date_id = :date AND r.released_at IS NULL ORDER BY v.code, p.name
""")

FROM_RESERVE = text("""
    SELECT bool_and(p.parent_id IS NOT NULL) FROM hold_lines l JOIN pools p ON p.id = l.pool_id
    WHERE l.hold_id = :hold
""")


def listed(db: Session, organizer_id: UUID, date_id: UUID) -> list[Listed]:
    """Everybody on the list of a date, by name."""
    rows = db.execute(LISTED, {"organizer": organizer_id, "date": date_id})
    return [Listed(**row._mapping) for row in rows]


def one(db: Session, organizer_id: UUID, date_id: UUID, entry_id: UUID) -> Listed:
    found = next((guest for guest in listed(db, organizer_id, date_id) if guest.id == entry_id), None)
    if found is None:
        raise NotFound("There is nobody like that on the list. They may have been taken off.")
    return found


def reserves(db: Session, date_id: UUID) -> list[Reserve]:
    return [Reserve(**row._mapping) for row in db.execute(RESERVES, {"date": date_id})]


def is_from_reserve(db: Session, hold_id: UUID) -> bool:
    """Whether all places of a hold are those that are kept for its code."""
    return bool(db.scalar(FROM_RESERVE, {"hold": hold_id}))
