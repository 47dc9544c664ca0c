"""What one buyer may have over all orders, kept although several orders are placed at once."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.booking import rules
from webapp.booking.queries.buyers import Known, bought, used_by
from webapp.booking.queries.lines import HeldLine
from webapp.booking.rules import VoucherTerms

# Orders of one address or one account wait for each other; a lock of each kind, always in this order.
# Without an account the second is NULL and locks nothing.
ONE_AT_A_TIME = text("""
    SELECT pg_advisory_xact_lock(hashtextextended('buyer ' || folded_address(:email), 0)),
           pg_advisory_xact_lock(hashtextextended('buyer ' || CAST(:user AS text), 0))
""")


def require_within_limits(
    db: Session, lines: Collection[HeldLine], voucher: VoucherTerms | None, buyer: Known, now: datetime
) -> None:
    """Refuse what is more than the buyer may have; in the transaction that places the order."""
    limits = {line.ticket_type_id: line.per_buyer for line in lines if line.per_buyer}
    most = voucher.max_per_buyer if voucher else None
    if not limits and most is None:
        return
    user = str(buyer.user_id) if buyer.user_id else None
    db.execute(ONE_AT_A_TIME, {"email": buyer.email, "user": user})
    if voucher and most is not None and used_by(db, buyer, voucher.id, now) >= most:
        raise rules.used_by_you(voucher, most)
    had = bought(db, buyer, limits, now) if limits else {}
    for line in lines:
        if per_buyer := limits.get(line.ticket_type_id):
            bought_before = had.get(line.ticket_type_id, 0)
            rules.require_within_limit(line.name, line.quantity, bought_before, per_buyer)
