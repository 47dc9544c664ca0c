"""What the counter shows: dates to sell, what a customer has in hand, what was sold."""

from dataclasses import dataclass
from datetime import date as calendar_day
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.booking.queries import baskets
from webapp.booking.queries import offers as sale
from webapp.booking.queries.baskets import BasketPart
from webapp.booking.rules import Offer
from webapp.catalog.queries.days import LOCAL_START
from webapp.core.errors import NotFound
from webapp.core.ids import typed_order_code
from webapp.core.reach import Reach, within
from webapp.core.tables import like

SOON = timedelta(days=60)


@dataclass(frozen=True)
class CounterDate:
    """A date that can be sold; `left` in all its pools."""

    id: UUID
    event_id: UUID
    title: str
    starts_at: datetime
    zone: str
    venue: str
    status: str
    is_seated: bool
    left: int


@dataclass(frozen=True)
class CounterType:
    """A ticket type at the counter, with how many can be taken now.

    `kept` more are kept for codes. `price` is that of now; `own_price`, `steps` and the group's are what the
    script adds up by.
    """

    offer: Offer
    price: int
    left: int
    kept: int
    own_price: int
    steps: str
    group_from: int | None
    group_price: int | None


@dataclass(frozen=True)
class Sold:
    """A sale as the seller sees it when it is done."""

    code: str
    secret: str
    title: str
    tickets: int
    total: int
    currency: str
    buyer_name: str
    buyer_email: str
    kind: str
    tendered: int | None
    reference: str
    reason: str
    date_id: UUID

    @property
    def change(self) -> int:
        return self.tendered - self.total if self.tendered is not None else 0


DATES = """
    SELECT d.id, e.id AS event_id, e.title, d.starts_at, d.zone, v.name AS venue, d.status,
           d.plan_id IS NOT NULL AS is_seated,
           (SELECT coalesce(sum(capacity - taken), 0)::int FROM pools p
            WHERE p.date_id = d.id AND p.parent_id IS NULL AND NOT p.is_extra) AS left
    FROM event_dates d JOIN events e ON e.id = d.event_id JOIN venues v ON v.id = d.venue_id
    WHERE e.organizer_id = :organizer AND {which}
    ORDER BY d.starts_at, d.id LIMIT 200
"""
DATES_AHEAD = text(
    DATES.format(
        which="e.status = 'published' AND d.status <> 'cancelled'"
        f" AND d.ends_at > :now AND {within('e.id')}"
        " AND CASE WHEN :like = '' AND CAST(:day AS date) IS NULL THEN d.starts_at < :until"
        " ELSE (:like = '' OR concat_ws(' ', e.title, v.name) ILIKE :like)"
        f" AND {LOCAL_START} >= coalesce(CAST(:day AS date), '-infinity') END"
    )
)
ONE_DATE = text(DATES.format(which="d.id = :date"))

# The steps that are open as `3500:2 4000:`, the price and how many are left at it.
WAYS = text("""
    SELECT t.id, t.price AS own_price, t.group_from, t.group_price, coalesce((
        SELECT string_agg(s.price || ':' || coalesce((s.most - s.taken)::text, ''), ' '
                          ORDER BY s.position, s.id)
        FROM price_steps s WHERE s.ticket_type_id = t.id AND (s.ends_at IS NULL OR s.ends_at > :now)
        AND (s.most IS NULL OR s.taken < s.most)), '') AS steps
    FROM ticket_types t WHERE t.date_id = :date
""")

LEFT = text("""
    SELECT p.id, p.capacity - p.taken AS free, coalesce((
        SELECT sum(r.capacity - r.taken) FROM pools r WHERE r.parent_id = p.id), 0)::int AS kept
    FROM pools p WHERE p.date_id = :date
""")

BASKET = text("""
    SELECT basket FROM holds
    WHERE id = :hold AND organizer_id = :organizer AND starts_with(basket, :prefix)
""")

DONE = text("SELECT EXISTS (SELECT FROM till_entries WHERE id = :hold AND till_id = :till)")

SOLD = text("""
    SELECT o.code, o.secret, o.total, o.currency, o.buyer_name, o.buyer_email, t.kind, t.tendered,
           t.reference, t.reason, l.date_id,
           (SELECT e.title FROM event_dates d JOIN events e ON e.id = d.event_id
            WHERE d.id = l.date_id) AS title,
           (SELECT count(*) FROM tickets WHERE order_id = o.id)::int AS tickets
    FROM orders o JOIN till_entries t ON t.order_id = o.id AND t.kind IN ('cash', 'card', 'comp')
    JOIN LATERAL (SELECT date_id FROM order_lines WHERE order_id = o.id ORDER BY position LIMIT 1) l ON true
    WHERE o.organizer_id = :organizer AND o.code = :code
""")


def dates(
    db: Session,
    organizer_id: UUID,
    reach: Reach,
    now: datetime,
    *,
    words: str = "",
    day: calendar_day | None = None,
) -> list[CounterDate]:
    """What is not over yet and begins within two months, or what is looked for; soonest first."""
    values = {"organizer": organizer_id, "now": now, "until": now + SOON} | reach.values()
    values |= {"like": like(words) if words else "", "day": day}
    return [CounterDate(**row._mapping) for row in db.execute(DATES_AHEAD, values)]


def date(db: Session, organizer_id: UUID, date_id: UUID) -> CounterDate:
    row = db.execute(ONE_DATE, {"organizer": organizer_id, "date": date_id}).one_or_none()
    if row is None:
        raise NotFound("There is no such date.")
    return CounterDate(**row._mapping)


def types(db: Session, date_id: UUID, now: datetime) -> list[CounterType]:
    """All that staff may sell of a date, hidden ones too."""
    pools = {row.id: row for row in db.execute(LEFT, {"date": date_id})}
    prices = sale.prices_now(db, date_id)
    ways = {row.id: row for row in db.execute(WAYS, {"date": date_id, "now": now})}
    return [
        CounterType(
            offer,
            prices[offer.id],
            max(0, min(pools[pool].free for pool in offer.pools)),
            kept=min(pools[pool].kept for pool in offer.pools),
            own_price=ways[offer.id].own_price,
            steps=ways[offer.id].steps,
            group_from=ways[offer.id].group_from,
            group_price=ways[offer.id].group_price,
        )
        for offer in sale.offers_of_date(db, date_id).values()
        if not offer.withdrawn
    ]


def basket_of(db: Session, organizer_id: UUID, till_id: UUID, hold_id: UUID) -> str:
    """The basket of what a customer has in hand at this till."""
    values = {"hold": hold_id, "organizer": organizer_id, "prefix": f"counter {till_id} "}
    basket: str | None = db.scalar(BASKET, values)
    if basket is None:
        raise NotFound("This sale is done or was given up. Begin again with the date.")
    return basket


def basket_or_sold(db: Session, organizer_id: UUID, till_id: UUID, hold_id: UUID) -> str:
    """The same; empty for what this till has sold already, so that a resend gets the first one's answer."""
    if db.scalar(DONE, {"hold": hold_id, "till": till_id}):
        return ""
    return basket_of(db, organizer_id, till_id, hold_id)


def begun(db: Session, organizer_id: UUID, basket: str, now: datetime) -> BasketPart | None:
    """What a sale that is not paid yet has in hand, to add to it; nothing for a new one."""
    found = (part for part in baskets.parts(db, basket, now) if part.organizer_id == organizer_id)
    return next(found, None)


def sold(db: Session, organizer_id: UUID, code: str) -> Sold:
    row = db.execute(SOLD, {"organizer": organizer_id, "code": typed_order_code(code)}).one_or_none()
    if row is None:
        raise NotFound("No sale at the counter has this code.")
    return Sold(**row._mapping)
