"""The time zone an organizer thinks in, where nothing says another."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

USUAL = text("""
    SELECT d.zone FROM event_dates d JOIN events e ON e.id = d.event_id
    WHERE e.organizer_id = :organizer GROUP BY d.zone ORDER BY count(*) DESC, d.zone LIMIT 1
""")


def usual_zone(db: Session, organizer_id: UUID | None) -> str:
    """The zone that most of an organizer's dates are in; UTC when there is none, or for all organizers."""
    found: str | None = db.scalar(USUAL, {"organizer": organizer_id}) if organizer_id else None
    return found or "UTC"
