"""Add-ons: what is sold only with a ticket of its date, and how many of it for each."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.booking.queries.lines import HeldLine
from webapp.booking.rules import Offer
from webapp.catalog import rules as catalog
from webapp.core.errors import Conflict

HELD = text("""
    SELECT t.name, t.addon_most AS most, l.quantity, (
        SELECT coalesce(sum(o.quantity), 0)::int
        FROM hold_lines o JOIN ticket_types u ON u.id = o.ticket_type_id
        WHERE o.hold_id = :hold AND u.date_id = t.date_id AND NOT u.is_addon
    ) AS tickets
    FROM hold_lines l JOIN ticket_types t ON t.id = l.ticket_type_id
    WHERE l.hold_id = :hold AND t.is_addon ORDER BY t.position, t.id
""")

REQUIRED = text("""
    SELECT id, date_id, name FROM ticket_types
    WHERE date_id = ANY(:dates) AND is_addon AND addon_required AND NOT withdrawn AND NOT hidden
    ORDER BY position, id
""")


def any_of(offers: Mapping[UUID, Offer]) -> bool:
    return any(offer.is_addon for offer in offers.values())


def require_fit(db: Session, hold_id: UUID) -> None:
    """Refuse add-ons that are more than the tickets of the hold may have; the change is forgotten then."""
    for row in db.execute(HELD, {"hold": hold_id}):
        if said := catalog.addon_refused(row.name, row.quantity, row.tickets, row.most):
            raise Conflict(said, title="Only with a ticket")


def require_complete(db: Session, lines: Sequence[HeldLine]) -> None:
    """Refuse an order whose tickets miss what each of them needs."""
    tickets: dict[UUID, int] = {}
    for line in lines:
        tickets[line.date_id] = tickets.get(line.date_id, 0) + (0 if line.is_addon else line.quantity)
    had = {line.ticket_type_id: line.quantity for line in lines}
    for row in db.execute(REQUIRED, {"dates": list(tickets)}):
        missing = tickets[row.date_id] - had.get(row.id, 0)
        if missing > 0:
            raise Conflict(
                f"Each ticket of this date needs {row.name} with it, so {missing} more of it"
                f" {'is' if missing == 1 else 'are'} needed. Add it in the basket.",
                title=f"{row.name} is missing",
            )
