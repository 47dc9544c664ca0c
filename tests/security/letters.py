"""What staff of the house wrote and kept."""

from datetime import time

from webapp.booking.models import Order
from webapp.catalog.models import Event
from webapp.core.db import Session
from webapp.core.ids import secret
from webapp.messages.models import Bounce, Message, Recipient
from webapp.reports.models import SavedReport


def letters(db: Session, order: Order, event: Event) -> dict[str, str]:
    """A draft, a link that ends news, an address that mail came back from, and a kept report."""
    to = {"who": "guests", "event_id": str(event.id), "states": ["paid"], "door": "any"}
    written = {"subject": "Hello", "body": "Hello {name}", "made_by": "Alice", "audience": to}
    draft, sent = (Message(organizer_id=order.organizer_id, **written) for _ in range(2))
    sent.state = "sent"
    bounce = Bounce(
        organizer_id=order.organizer_id, address="a@b.example", kind="hard", reason="No", source="webhook"
    )
    db.add_all([draft, sent, bounce])
    db.flush()
    one = Recipient(
        message_id=sent.id, address=order.buyer_email, name=order.buyer_name, secret=secret(), state="sent"
    )
    db.add(one)
    db.flush()
    return {
        "message_id": str(draft.id),
        "bounce_id": str(bounce.id),
        "news_key": one.secret,
        "report_id": _report(db, order),
    }


def _report(db: Session, order: Order) -> str:
    report = SavedReport(
        organizer_id=order.organizer_id,
        name="Kept",
        sheet="sales",
        asked={"by": "event"},
        at=time(7),
        zone="Europe/Lisbon",
        members=[],
        made_by="Alice",
    )
    db.add(report)
    db.flush()
    return str(report.id)
