"""The list as the organizer's staff see it: for what people wait, and what came of the offers."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.core.errors import NotFound


@dataclass(frozen=True)
class Counts:
    """Offers since the list began: `paid` of `made`, `open` now, the rest let pass."""

    waiting: int
    wanted: int
    unconfirmed: int
    oldest: datetime | None
    made: int
    taken: int
    paid: int
    open: int
    given_back: int
    resold: int

    @property
    def lapsed(self) -> int:
        return self.made - self.paid - self.open

    @property
    def conversion(self) -> int:
        """Percent of the offers that ended which were paid."""
        ended = self.made - self.open
        return round(100 * self.paid / ended) if ended else 0


@dataclass(frozen=True)
class ListPage:
    event_id: UUID
    title: str
    slug: str
    counts: Counts


EVENT = text("SELECT id AS event_id, title, slug FROM events WHERE id = :event AND organizer_id = :organizer")

COUNTS = text("""
    SELECT count(*) FILTER (WHERE state = 'waiting')::int AS waiting,
           coalesce(sum(places) FILTER (WHERE state = 'waiting'), 0)::int AS wanted,
           count(*) FILTER (WHERE state = 'unconfirmed')::int AS unconfirmed,
           min(joined_at) FILTER (WHERE state = 'waiting') AS oldest,
           (SELECT count(*) FROM ticket_returns r JOIN pools p ON p.id = r.pool_id
            JOIN event_dates d ON d.id = p.date_id
            WHERE d.event_id = :event AND r.state = 'open')::int AS given_back,
           (SELECT count(*) FROM ticket_returns r JOIN pools p ON p.id = r.pool_id
            JOIN event_dates d ON d.id = p.date_id
            WHERE d.event_id = :event AND r.state = 'sold')::int AS resold
    FROM waitlist_entries WHERE event_id = :event
""")

OFFERS = text("""
    SELECT count(*)::int AS made, count(o.taken_at)::int AS taken,
           count(*) FILTER (WHERE h.state = 'converted')::int AS paid,
           count(*) FILTER (WHERE h.state = 'active' AND h.expires_at > :now)::int AS open
    FROM waitlist_offers o JOIN waitlist_entries n ON n.id = o.entry_id JOIN holds h ON h.id = o.hold_id
    WHERE n.event_id = :event
""")


def list_page(db: Session, organizer_id: UUID, event_id: UUID, now: datetime) -> ListPage:
    values = {"event": event_id, "organizer": organizer_id, "now": now}
    event = db.execute(EVENT, values).one_or_none()
    if event is None:
        raise NotFound("There is no such event here.")
    offers = db.execute(OFFERS, values).one()
    return ListPage(
        **event._mapping,
        counts=Counts(**db.execute(COUNTS, values).one()._mapping, **offers._mapping),
    )
