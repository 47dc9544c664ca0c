"""Guest lists: who is on them, who has come, and where their places may come from."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.core import tables
from webapp.core.errors import NotFound
from webapp.desk.queries.tables import GUESTS, Listed


@dataclass(frozen=True)
class Reserve:
    """Places of a date that are kept for a code."""

    code: str
    pool: str
    free: int


EXPECTED = text("""
    SELECT count(*)::int AS places, count(*) FILTER (WHERE i.state = 'used')::int AS came
    FROM guest_entries g JOIN tickets i ON i.order_id = g.order_id AND i.state <> 'void'
    WHERE g.date_id = :date AND g.organizer_id = :organizer AND g.removed_at IS NULL
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


def expected(db: Session, organizer_id: UUID, date_id: UUID) -> tuple[int, int]:
    """Places of everybody on the list of a date, and how many of them are in."""
    places, came = db.execute(EXPECTED, {"organizer": organizer_id, "date": date_id}).one()
    return places, came


def one(db: Session, organizer_id: UUID, date_id: UUID, entry_id: UUID) -> Listed:
    values = {"organizer": organizer_id, "date": date_id, "entry": entry_id}
    found = tables.find(db, GUESTS, "g.id = :entry", values)
    if found is None:
        raise NotFound("There is nobody like that on the list. They may have been taken off.")
    return found


def reserves(db: Session, date_id: UUID) -> list[Reserve]:
    return [Reserve(**row._mapping) for row in db.execute(RESERVES, {"date": date_id})]


def is_from_reserve(db: Session, hold_id: UUID) -> bool:
    """Whether all places of a hold are those that are kept for its code."""
    return bool(db.scalar(FROM_RESERVE, {"hold": hold_id}))
