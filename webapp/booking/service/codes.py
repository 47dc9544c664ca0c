"""A code on what is held: what it lowers, and the places that it keeps."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.booking import rules
from webapp.booking.models import Hold
from webapp.booking.queries import offers as sale
from webapp.booking.refusals import NoRoom, NotThisCode
from webapp.booking.rules import VoucherTerms
from webapp.booking.service import holds, revealing, steps
from webapp.booking.service.steps import Step
from webapp.core.text import one_line

HELD = text("""
    SELECT d.event_id, d.id AS date_id, t.id AS ticket_type_id FROM hold_lines l
    JOIN ticket_types t ON t.id = l.ticket_type_id JOIN event_dates d ON d.id = t.date_id
    WHERE l.hold_id = :hold
""")


def use_voucher(db: Session, *, basket: str, hold_id: UUID, code: str, now: datetime) -> None:
    """Put a code on a hold; an empty one takes it off. Places that it keeps are taken instead of others."""
    hold = holds.own(db, basket, hold_id)
    voucher = _usable(db, hold, code, now) if code.strip() else None
    revealing.require_kept(db, hold, voucher)
    before, hold.voucher_id = hold.voucher_id, voucher.id if voucher else None
    if hold.state == "active":
        _settle_anew(db, hold, before, now)
    db.flush()


def _usable(db: Session, hold: Hold, code: str, now: datetime) -> VoucherTerms:
    voucher = sale.find_voucher(db, hold.organizer_id, code)
    if voucher is None:
        raise NotThisCode(f"The code {one_line(code)[:40]} is not known here.")
    rules.require_usable(voucher, now)
    held = db.execute(HELD, {"hold": hold.id}).all()
    if not any(voucher.event_id in (None, line.event_id) for line in held):
        raise NotThisCode(f"The code {voucher.code} is for another event of this organizer.")
    if not any(voucher.is_for(*line) for line in held):
        raise NotThisCode(f"The code {voucher.code} is for other dates or tickets than these.")
    return voucher


def _settle_anew(db: Session, hold: Hold, before: UUID | None, now: datetime) -> None:
    """Move what is held to where its code now takes places."""
    if before is None and hold.voucher_id is None:
        return
    lines = steps.lines_of(db, hold.id)
    quantities = {ticket_type: line.quantity for ticket_type, line in lines.items()}
    step = steps.choose(
        db, Step(lines, sale.offers(db, lines), quantities), hold.voucher_id, now, instead_of=before
    )
    try:
        steps.move(db, step)
    except NoRoom:
        raise NotThisCode(
            "These places are kept for the code that you used, and no others are left."
            " Keep the code, or give the tickets back."
        ) from None
    steps.set_lines(db, hold.id, step, now)
