"""What a mail of the waiting list tells: who waits, for what, and what is offered until when."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.waitinglist.queries.entries import EntryView, entry_by_id

ENTRY_OF_OFFER = text("SELECT entry_id FROM waitlist_offers WHERE id = :offer")
IS_LAST = text("""
    SELECT id = :offer FROM waitlist_offers WHERE entry_id = :entry ORDER BY id DESC LIMIT 1
""")


def letter(db: Session, entry_id: UUID, now: datetime) -> EntryView:
    return entry_by_id(db, entry_id, now)


def letter_of_offer(db: Session, offer_id: UUID, now: datetime) -> EntryView | None:
    """The entry with this offer; None when a later one has taken its place."""
    entry_id = db.scalars(ENTRY_OF_OFFER, {"offer": offer_id}).one()
    if not db.scalar(IS_LAST, {"offer": offer_id, "entry": entry_id}):
        return None
    return entry_by_id(db, entry_id, now)
