"""How many tickets a person has bought, whichever of their orders they are in."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

# An order whose time to pay is over is none, although nobody has swept it yet.
BOUGHT = text("""
    SELECT l.ticket_type_id, sum(l.quantity - v.tickets)::int AS tickets
    FROM orders o JOIN holds h ON h.id = o.hold_id JOIN order_lines l ON l.order_id = o.id
    CROSS JOIN LATERAL (
        SELECT count(*) AS tickets FROM tickets t WHERE t.order_line_id = l.id AND t.state = 'void'
    ) v
    WHERE (folded_address(o.buyer_email) = folded_address(:email) OR o.user_id = :user)
      AND o.state NOT IN ('expired', 'cancelled', 'auto_refunded')
      AND (o.state <> 'awaiting_payment' OR h.expires_at > :now)
      AND l.ticket_type_id = ANY(:types)
    GROUP BY l.ticket_type_id
""")

# All codes of a batch count together.
USED = text("""
    SELECT count(*)::int FROM orders o JOIN holds h ON h.id = o.hold_id JOIN vouchers v ON v.id = o.voucher_id
    WHERE (folded_address(o.buyer_email) = folded_address(:email) OR o.user_id = :user)
      AND o.state NOT IN ('expired', 'cancelled', 'auto_refunded')
      AND (o.state <> 'awaiting_payment' OR h.expires_at > :now)
      AND coalesce(v.batch_id, v.id) = (SELECT coalesce(batch_id, id) FROM vouchers WHERE id = :voucher)
""")


@dataclass(frozen=True)
class Known:
    """By what a buyer is known again: an address, and an account if there is one."""

    email: str
    user_id: UUID | None = None


# Who asks: looked up only where something is limited for each buyer.
Asking = Callable[[], Known | None]


def nobody() -> None:
    """A stranger."""


def bought(db: Session, buyer: Known, types: Collection[UUID], now: datetime) -> dict[UUID, int]:
    """Tickets of these types that the buyer has or is about to pay; refunded ones do not count."""
    values = {"email": buyer.email, "user": buyer.user_id, "types": list(types), "now": now}
    return {row.ticket_type_id: row.tickets for row in db.execute(BOUGHT, values)}


def used_by(db: Session, buyer: Known, voucher_id: UUID, now: datetime) -> int:
    """How many orders the buyer has or is about to pay with this code, or with any of its batch."""
    values = {"email": buyer.email, "user": buyer.user_id, "voucher": voucher_id, "now": now}
    return db.scalar(USED, values) or 0
