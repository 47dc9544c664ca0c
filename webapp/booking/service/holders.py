"""Who comes with which ticket."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.booking.events import OrderChanged
from webapp.booking.models import Order, Ticket
from webapp.core import outbox
from webapp.core.audit import GUEST, note
from webapp.core.errors import Conflict, NotFound


def name_holder(db: Session, *, order_id: UUID, ticket_id: UUID, holder: str) -> None:
    """Put a name on a ticket that was not used yet."""
    ticket = db.scalar(
        select(Ticket).where(Ticket.id == ticket_id, Ticket.order_id == order_id).with_for_update()
    )
    if ticket is None:
        raise NotFound("This ticket does not belong to this order.")
    if ticket.state != "valid":
        raise Conflict("The ticket was used or is void, so its name stays.")
    if ticket.holder_name == holder:
        return
    note(
        db,
        GUEST,
        "Holder named",
        ("order", order_id),
        organizer_id=db.get_one(Order, order_id).organizer_id,
        before={"holder": ticket.holder_name},
        after={"holder": holder},
    )
    ticket.holder_name = holder
    db.flush()
    outbox.record(db, OrderChanged(order_id))
