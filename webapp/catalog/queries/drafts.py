"""Drafts that were deleted and can still be taken out of the bin."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.core.reach import Reach, within


@dataclass(frozen=True)
class Deleted:
    id: UUID
    title: str
    category: str
    dates: int
    deleted_at: datetime


BIN = """
    SELECT e.id, e.title, e.category, e.deleted_at,
           (SELECT count(*) FROM event_dates WHERE event_id = e.id)::int AS dates
    FROM events e WHERE e.organizer_id = :organizer AND e.deleted_at > :since AND {within}
    ORDER BY e.deleted_at DESC, e.id LIMIT 500
"""


def deleted(db: Session, organizer_id: UUID, reach: Reach, since: datetime) -> list[Deleted]:
    """What was deleted since then, the last first."""
    values = {"organizer": organizer_id, "since": since, **reach.values()}
    return [Deleted(**row._mapping) for row in db.execute(text(BIN.format(within=within("e.id"))), values)]
