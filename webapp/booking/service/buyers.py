"""What one buyer may have over all orders, kept although several orders are placed at once."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.booking import rules
from webapp.booking.queries.buyers import Known, bought
from webapp.booking.queries.lines import HeldLine

# Orders of one address or one account wait for each other; a lock of each kind, always in this order.
# Without an account the second is NULL and locks nothing.
ONE_AT_A_TIME = text("""
    SELECT pg_advisory_xact_lock(hashtextextended('buyer ' || folded_address(:email), 0)),
           pg_advisory_xact_lock(hashtextextended('buyer ' || CAST(:user AS text), 0))
""")


def require_within_limits(db: Session, lines: Collection[HeldLine], buyer: Known, now: datetime) -> None:
    """Refuse what is more than the buyer may have; in the transaction that places the order."""
    limits = {line.ticket_type_id: line.per_buyer for line in lines if line.per_buyer}
    if not limits:
        return
    user = str(buyer.user_id) if buyer.user_id else None
    db.execute(ONE_AT_A_TIME, {"email": buyer.email, "user": user})
    had = bought(db, buyer, limits, now)
    for line in lines:
        if most := limits.get(line.ticket_type_id):
            rules.require_within_limit(line.name, line.quantity, had.get(line.ticket_type_id, 0), most)
