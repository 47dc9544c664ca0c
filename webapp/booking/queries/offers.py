"""What is for sale, as the rules ask about it: one round trip each."""

import time
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.booking.rules import Offer, VoucherTerms
from webapp.catalog.queries.money import PRICE_NOW
from webapp.catalog.queries.out import STATUS
from webapp.core.text import one_line

FRESH_SECONDS = 0.5
MOST_RECENT = 2_000
_recent: dict[tuple[UUID, ...], tuple[float, dict[UUID, Offer]]] = {}

OFFERS = """
    SELECT t.id, t.name, t.price, t.hidden, t.withdrawn, t.min_per_order,
           least(t.max_per_order, t.max_per_buyer) AS max_per_order, t.max_per_buyer,
           t.sale_starts_at, t.sale_ends_at, t.pool_id, t.also_pools, d.id AS date_id,
           d.status AS date_status, d.on_sale_at, d.starts_at, d.ends_at, d.zone,
           e.id AS event_id, {status} AS event_status, e.title AS event_title, e.organizer_id, g.currency,
           EXISTS (SELECT FROM pool_levels l WHERE l.pool_id = t.pool_id) AS is_seated,
           EXISTS (SELECT FROM price_steps s WHERE s.ticket_type_id = t.id) AS has_steps,
           t.price_floor, t.is_addon, t.approval
    FROM ticket_types t JOIN event_dates d ON d.id = t.date_id JOIN events e ON e.id = d.event_id
    JOIN organizers g ON g.id = e.organizer_id
    WHERE {which} ORDER BY t.position, t.id
"""
OFFERS_BY_ID = text(OFFERS.format(status=STATUS, which="t.id = ANY(:ids)"))
OFFERS_OF_DATE = text(OFFERS.format(status=STATUS, which="t.date_id = :date"))

PRICES_NOW = text(f"SELECT t.id, {PRICE_NOW} AS price FROM ticket_types t WHERE t.date_id = :date")  # noqa: S608

# A batch has no code of its own that anybody could use; what is kept for it is kept for all of its codes.
VOUCHER = """
    SELECT id, code, kind, value, reveals, event_id, max_uses, used, starts_at, ends_at,
           EXISTS (SELECT FROM pools WHERE voucher_id IN (vouchers.id, vouchers.batch_id)) AS keeps,
           withdrawn_at IS NOT NULL AS is_withdrawn, max_per_buyer, date_ids AS dates, type_ids AS types
    FROM vouchers WHERE NOT is_batch AND {which}
"""
VOUCHER_BY_CODE = text(VOUCHER.format(which="organizer_id = :organizer AND upper(code) = upper(:code)"))
VOUCHER_BY_ID = text(VOUCHER.format(which="id = :id"))

# What a code keeps is there for whoever may use the code now.
RESERVES = text("""
    SELECT r.parent_id, r.id FROM pools r JOIN vouchers v ON r.voucher_id IN (v.id, v.batch_id)
    WHERE v.id = :voucher AND v.withdrawn_at IS NULL AND r.parent_id = ANY(:pools) AND r.released_at IS NULL
      AND (v.starts_at IS NULL OR v.starts_at <= :now) AND (v.ends_at IS NULL OR v.ends_at > :now)
      AND (v.max_uses IS NULL OR v.used < v.max_uses)
""")

HAS_HOLD = text("""
    SELECT EXISTS (SELECT FROM holds
                   WHERE basket = :basket AND organizer_id = :organizer AND state = 'active')
""")


def offers(db: Session, ids: Collection[UUID]) -> dict[UUID, Offer]:
    """The ticket types with these ids; an unknown one is missing."""
    return {row.id: Offer(**row._mapping) for row in db.execute(OFFERS_BY_ID, {"ids": list(ids)})}


def offers_of_date(db: Session, date_id: UUID) -> dict[UUID, Offer]:
    """All ticket types of a date in the organizer's order, whether they can be bought now or not."""
    return {row.id: Offer(**row._mapping) for row in db.execute(OFFERS_OF_DATE, {"date": date_id})}


def recent_offers(db: Session, ids: Collection[UUID]) -> dict[UUID, Offer]:
    """The same, half a second old at most: in a rush every hold asks for what stays as it is for hours.

    What is held by an old offer is sound, since a claim names the pools it took its places of.
    """
    wanted = tuple(ids)
    asked_at, found = _recent.get(wanted, (0.0, {}))
    if time.monotonic() - asked_at > FRESH_SECONDS:
        found = offers(db, wanted)
        if len(_recent) >= MOST_RECENT:
            _recent.clear()
        _recent[wanted] = (time.monotonic(), found)
    return found


def prices_now(db: Session, date_id: UUID) -> dict[UUID, int]:
    """What each ticket type of a date costs at this moment, by its price steps."""
    return {row.id: row.price for row in db.execute(PRICES_NOW, {"date": date_id})}


def find_voucher(db: Session, organizer_id: UUID, code: str) -> VoucherTerms | None:
    row = db.execute(VOUCHER_BY_CODE, {"organizer": organizer_id, "code": one_line(code)}).one_or_none()
    return VoucherTerms(**row._mapping) if row else None


def find_voucher_by_id(db: Session, voucher_id: UUID | None) -> VoucherTerms | None:
    if voucher_id is None:
        return None
    row = db.execute(VOUCHER_BY_ID, {"id": voucher_id}).one_or_none()
    return VoucherTerms(**row._mapping) if row else None


def reserves(
    db: Session, voucher_id: UUID | None, pools: Collection[UUID], now: datetime
) -> dict[UUID, UUID]:
    """The pools of which places are kept for this voucher, each with its reserve; none without a voucher."""
    if voucher_id is None:
        return {}
    rows = db.execute(RESERVES, {"voucher": voucher_id, "pools": list(pools), "now": now})
    return {row.parent_id: row.id for row in rows}


def has_hold(db: Session, basket: str, organizer_id: UUID) -> bool:
    """Whether the basket holds anything of the organizer, or held it and nobody has taken it back yet."""
    return bool(db.scalar(HAS_HOLD, {"basket": basket, "organizer": organizer_id}))
