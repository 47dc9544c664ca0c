"""What a page needs to let people choose the seats of a date: what it is, and what each level costs."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.booking import rules as booking
from webapp.booking.queries import offers as sale
from webapp.booking.rules import VoucherTerms
from webapp.catalog import rules
from webapp.catalog.queries.money import PRICE_NOW
from webapp.catalog.queries.out import KNOWN
from webapp.catalog.rules import Window
from webapp.core.errors import NotFound


@dataclass(frozen=True)
class SeatType:
    """A ticket that buys a seat of a level; `most` fit in one order."""

    id: UUID
    name: str
    price: int
    most: int


@dataclass(frozen=True)
class LevelPrice:
    """A price level on this date: what can be bought of it now, the usual ticket first.

    Where nothing can, `closed_text` says why.
    """

    id: UUID
    name: str
    types: tuple[SeatType, ...]
    closed_text: str

    @property
    def price(self) -> int | None:
        """What a seat usually costs here."""
        return self.types[0].price if self.types else None

    def within(self, up_to: int | None) -> SeatType | None:
        """The usual ticket, or the first that costs no more than `up_to`."""
        return next((one for one in self.types if up_to is None or one.price <= up_to), None)


@dataclass(frozen=True)
class SeatPage:
    """A date with reserved seats; `levels` stand in the order of its plan's.

    With a `code` it is for who knows that: with the hidden tickets it shows, and the seats it keeps.
    """

    date_id: UUID
    event_id: UUID
    slug: str
    title: str
    category: str
    starts_at: datetime
    zone: str
    venue: str
    city: str
    currency: str
    plan_id: UUID
    version: int
    levels: tuple[LevelPrice, ...]
    code: str = ""

    @property
    def event_url(self) -> str:
        return f"/events/{self.slug}?date={self.date_id}{self.with_code}"

    @property
    def with_code(self) -> str:
        """What an address has behind its date."""
        return f"&code={quote(self.code)}" if self.code else ""

    @property
    def is_open(self) -> bool:
        """Whether any seat of it is sold at this moment."""
        return any(level.types for level in self.levels)


NONE = "No seats are chosen here. Open the event, or search for its title."

_DATE = """
    SELECT d.id AS date_id, e.id AS event_id, e.slug, e.title, e.category, d.starts_at, d.ends_at, d.zone,
           e.organizer_id, v.name AS venue, v.city, o.currency, d.plan_id, p.version, d.on_sale_at,
           CASE WHEN e.status = 'cancelled' THEN 'cancelled' ELSE d.status END AS status
    FROM events e JOIN event_dates d ON d.event_id = e.id JOIN venues v ON v.id = d.venue_id
    JOIN organizers o ON o.id = e.organizer_id JOIN seat_plans p ON p.id = d.plan_id
    WHERE {known} AND (CAST(:slug AS text) IS NULL OR e.slug = :slug)
      AND (CAST(:date AS uuid) IS NULL OR d.id = :date)
    ORDER BY d.ends_at <= :now, d.starts_at, d.id LIMIT 1
"""
DATE = text(_DATE.format(known=KNOWN))

TYPES = """
    SELECT l.id AS level_id, l.name AS level, t.id, t.name, {price} AS price,
           least(t.max_per_order, t.max_per_buyer) AS most,
           t.sale_starts_at, t.sale_ends_at, t.hidden, o.capacity <= o.taken AND EXISTS (
               SELECT FROM pools r JOIN vouchers v ON v.id = r.voucher_id
               WHERE r.parent_id = o.id AND r.taken < r.capacity AND r.released_at IS NULL
               AND v.withdrawn_at IS NULL AND (v.ends_at IS NULL OR v.ends_at > :now)
           ) AS is_kept, o.id AS pool_id
    FROM price_levels l
    LEFT JOIN pool_levels p ON p.level_id = l.id AND p.date_id = :date
    LEFT JOIN pools o ON o.id = p.pool_id
    LEFT JOIN ticket_types t ON t.pool_id = p.pool_id AND NOT t.withdrawn
    WHERE l.plan_id = :plan ORDER BY l.position, l.id, t.position, t.id
"""
TYPES_NOW = text(TYPES.format(price=PRICE_NOW))


def seat_page(
    db: Session, slug: str | None, now: datetime, *, date_id: UUID | None = None, code: str = ""
) -> SeatPage:
    """The date that was asked for, else the event's next one with reserved seats; NotFound without one."""
    if slug is None and date_id is None:
        raise NotFound(NONE)
    row = db.execute(DATE, {"slug": slug, "date": date_id, "now": now}).one_or_none()
    if row is None:
        raise NotFound(NONE)
    date = row._mapping
    voucher = sale.find_voucher(db, date["organizer_id"], code) if code else None
    types = db.execute(TYPES_NOW, {"plan": date["plan_id"], "date": date["date_id"], "now": now}).all()
    pools = {one.pool_id for one in types if one.pool_id}
    kept = sale.reserves(db, voucher.id, pools, now) if voucher else {}
    of_level: dict[UUID, list[Any]] = {}
    for one in types:
        of_level.setdefault(one.level_id, []).append(one)

    def level(rows: list[Any]) -> LevelPrice:
        seen = [one for one in rows if one.id and (not one.hidden or _is_shown(voucher, date, one.id, now))]
        closed = [
            (_closed(date, one, now, is_kept=one.is_kept and one.pool_id not in kept), one) for one in seen
        ]
        return LevelPrice(
            id=rows[0].level_id,
            name=rows[0].level,
            types=tuple(SeatType(one.id, one.name, one.price, one.most) for why, one in closed if not why),
            closed_text=closed[0][0] if closed else "Not for sale",
        )

    return SeatPage(
        **{name: date[name] for name in FACTS},
        levels=tuple(level(rows) for rows in of_level.values()),
        code=code,
    )


FACTS = (
    *("date_id", "event_id", "slug", "title", "category", "starts_at", "zone", "venue", "city"),
    *("currency", "plan_id", "version"),
)


def _is_shown(voucher: VoucherTerms | None, date: Any, type_id: UUID, now: datetime) -> bool:
    return voucher is not None and booking.shows(voucher, date["event_id"], date["date_id"], type_id, now)


def _closed(date: Any, row: Any, now: datetime, *, is_kept: bool) -> str:
    """Why it cannot be bought now; what is left may all be kept for who has a code."""
    opens = max(filter(None, (date["on_sale_at"], row.sale_starts_at)), default=None)
    window = Window(date["status"], opens, row.sale_ends_at, date["ends_at"], date["zone"])
    return rules.closed_text(window, now) or (rules.SOLD_OUT if is_kept else "")
