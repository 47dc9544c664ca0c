"""An entry as its guest sees it, and what can be waited for."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.booking.queries.lines import SEATS_OF_LINE
from webapp.catalog.queries.out import OUT
from webapp.core.errors import NotFound
from webapp.seating.queries.said import said
from webapp.waitinglist.queries.line import ON_SALE, OVER


@dataclass(frozen=True)
class Choice:
    """A ticket type of a date that can be waited for. `left` is what anybody can hold at once."""

    id: UUID
    name: str
    date_id: UUID
    starts_at: datetime
    zone: str
    price: int
    most: int
    left: int
    waiting: int


@dataclass(frozen=True)
class JoinPage:
    event_id: UUID
    slug: str
    title: str
    category: str
    currency: str
    choices: tuple[Choice, ...]

    @property
    def most(self) -> int:
        return max(choice.most for choice in self.choices)


@dataclass(frozen=True)
class Chosen:
    """One of the wishes; `is_over` when it is not sold any more."""

    name: str
    starts_at: datetime
    zone: str
    is_over: bool


@dataclass(frozen=True)
class OfferView:
    """What is or was offered; `is_held` while it can be taken, `is_ordered` once an order was made of it.

    `seats` says the numbered ones, as long as they are held.
    """

    quantity: int
    name: str
    price: int
    currency: str
    date_id: UUID
    starts_at: datetime
    zone: str
    venue: str
    city: str
    made_at: datetime
    expires_at: datetime
    taken_at: datetime | None
    is_held: bool
    is_ordered: bool
    seats: list[str]

    @property
    def lasts(self) -> int:
        return max(1, int((self.expires_at - self.made_at).total_seconds()))


@dataclass(frozen=True)
class EntryView:
    """`entries` and `ahead` places stand before it, counted over the pools that it waits at."""

    id: UUID
    key: str
    state: str
    slug: str
    title: str
    category: str
    organizer: str
    name: str
    email: str
    places: int
    together: bool
    joined_at: datetime | None
    entries: int
    ahead: int
    choices: tuple[Chosen, ...]
    offer: OfferView | None

    @property
    def path(self) -> str:
        return f"/waitlist/entry/{self.key}"


_EVENT = """
    SELECT e.id AS event_id, e.slug, e.title, e.category, g.currency
    FROM events e JOIN organizers g ON g.id = e.organizer_id WHERE e.slug = :slug AND {out}
"""
EVENT = text(_EVENT.format(out=OUT))

CHOICES = """
    SELECT t.id, t.name, d.id AS date_id, d.starts_at, d.zone, t.price, t.max_per_order AS most, p.left,
           (SELECT count(*) FROM waitlist_wishes WHERE ticket_type_id = t.id)::int AS waiting
    FROM ticket_types t JOIN event_dates d ON d.id = t.date_id JOIN events e ON e.id = d.event_id
    CROSS JOIN LATERAL (
        SELECT min(CASE WHEN awaited <= capacity - taken THEN 0 ELSE capacity - taken END)::int AS left
        FROM pools WHERE id = ANY(t.pool_id || t.also_pools)
    ) p
    WHERE d.event_id = :event AND NOT t.hidden AND NOT t.is_addon AND t.approval = 'none'
      AND {on_sale} ORDER BY d.starts_at, d.id, t.position, t.id
"""

ENTRY = text("""
    SELECT n.id, n.secret AS key, n.state, e.slug, e.title, e.category, g.name AS organizer, n.name, n.email,
           n.places, n.together, n.joined_at, b.entries, b.ahead
    FROM waitlist_entries n JOIN events e ON e.id = n.event_id JOIN organizers g ON g.id = e.organizer_id
    CROSS JOIN LATERAL (
        SELECT count(*)::int AS entries, coalesce(sum(o.places), 0)::int AS ahead FROM waitlist_entries o
        WHERE n.state = 'waiting' AND o.id IN (
            SELECT w.entry_id FROM waitlist_wishes w
            JOIN waitlist_wishes m ON m.pool_id = w.pool_id AND m.entry_id = n.id
            WHERE (w.joined_at, w.entry_id) < (m.joined_at, m.entry_id))
    ) b
    WHERE n.secret = :key OR n.id = CAST(:id AS uuid)
""")

CHOSEN = """
    SELECT t.name, d.starts_at, d.zone, {over} AS is_over
    FROM waitlist_entries n, unnest(n.ticket_type_ids) WITH ORDINALITY AS c(id, place)
    JOIN ticket_types t ON t.id = c.id JOIN event_dates d ON d.id = t.date_id
    JOIN events e ON e.id = d.event_id
    WHERE n.id = :entry ORDER BY c.place
"""

OFFER = """
    SELECT o.quantity, t.name, t.price, g.currency, d.id AS date_id, d.starts_at, d.zone, v.name AS venue,
           v.city, o.made_at, h.expires_at, o.taken_at,
           h.state = 'active' AND h.expires_at > :now AND h.basket NOT LIKE 'order %' AS is_held,
           h.basket LIKE 'order %' AS is_ordered,
           ARRAY(SELECT {said} FROM hold_lines l CROSS JOIN LATERAL {seats} c JOIN seats s ON s.id = c.seat_id
                 WHERE l.hold_id = h.id ORDER BY s.section_id, s.row_position, s.position) AS seats
    FROM waitlist_offers o JOIN holds h ON h.id = o.hold_id JOIN ticket_types t ON t.id = o.ticket_type_id
    JOIN event_dates d ON d.id = t.date_id JOIN venues v ON v.id = d.venue_id
    JOIN organizers g ON g.id = h.organizer_id
    WHERE o.entry_id = :entry ORDER BY o.id DESC LIMIT 1
"""
LAST_OFFER = text(OFFER.format(said=said("c.seat_id"), seats=SEATS_OF_LINE))

_SLUG_OF_POOL = """
    SELECT e.slug, d.id AS date_id FROM pools p JOIN event_dates d ON d.id = p.date_id
    JOIN events e ON e.id = d.event_id WHERE p.id = :pool AND {out}
"""
SLUG_OF_POOL = text(_SLUG_OF_POOL.format(out=OUT))


def join_page(db: Session, slug: str, now: datetime) -> JoinPage:
    """What can be waited for of an event."""
    event = db.execute(EVENT, {"slug": slug}).one_or_none()
    if event is None:
        raise NotFound("No event stands under this address. Perhaps it was renamed; search for its title.")
    rows = db.execute(text(CHOICES.format(on_sale=ON_SALE)), {"event": event.event_id, "now": now})
    choices = tuple(Choice(**row._mapping) for row in rows)
    if not choices:
        raise NotFound("Nothing of this event is sold at this moment, so there is nothing to wait for.")
    return JoinPage(**event._mapping, choices=choices)


def entry(db: Session, key: str, now: datetime) -> EntryView:
    """The entry that this link opens."""
    return _entry(db, {"key": key, "id": None}, now)


def entry_by_id(db: Session, entry_id: UUID, now: datetime) -> EntryView:
    return _entry(db, {"key": "", "id": entry_id}, now)


def path_of_pool(db: Session, pool_id: UUID) -> str:
    """The page of the list that has these places."""
    row = db.execute(SLUG_OF_POOL, {"pool": pool_id}).one_or_none()
    if row is None:
        raise NotFound("There is no list for these places.")
    return f"/waitlist/{row.slug}?date={row.date_id}"


def _entry(db: Session, which: dict[str, object], now: datetime) -> EntryView:
    row = db.execute(ENTRY, which).one_or_none()
    if row is None:
        raise NotFound("This link is not complete. Copy it again from the mail.")
    offer = db.execute(LAST_OFFER, {"entry": row.id, "now": now}).one_or_none()
    chosen = db.execute(text(CHOSEN.format(over=OVER)), {"entry": row.id, "now": now})
    return EntryView(
        **row._mapping,
        choices=tuple(Chosen(**one._mapping) for one in chosen),
        offer=OfferView(**offer._mapping) if offer else None,
    )
