"""Codes that show hidden tickets so many times: whoever took one keeps the code until the order counts it."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.booking import rules
from webapp.booking.models import Hold
from webapp.booking.queries import offers as sale
from webapp.booking.refusals import NotThisCode
from webapp.booking.rules import VoucherTerms

HIDDEN = text("""
    SELECT t.name, d.event_id, d.id AS date_id, t.id AS ticket_type_id FROM hold_lines l
    JOIN ticket_types t ON t.id = l.ticket_type_id JOIN event_dates d ON d.id = t.date_id
    WHERE l.hold_id = :hold AND t.hidden
""")


def require_kept(db: Session, hold: Hold, after: VoucherTerms | None) -> None:
    """A code that is counted stays with what it showed, unless the next one shows it, too."""
    if hold.voucher_id is None or (after and after.id == hold.voucher_id):
        return
    before = sale.find_voucher_by_id(db, hold.voucher_id)
    if before is None or not before.reveals or not rules.is_counted(before):
        return
    for name, *where in db.execute(HIDDEN, {"hold": hold.id}):
        if before.is_for(*where) and not (after and after.reveals and after.is_for(*where)):
            raise NotThisCode(
                f"{name} is sold with the code {before.code} that showed it. Keep it, or give {name} back."
            )
