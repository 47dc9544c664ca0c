"""Buyers with addresses of their own, and a message to them."""

from typing import Any
from uuid import UUID

from tests.factories.booking import Sale, pay, placed
from webapp.core import clock
from webapp.core.audit import SYSTEM
from webapp.core.db import Database
from webapp.core.ids import secret, uuid7
from webapp.messages.models import Message
from webapp.messages.rules.audience import Audience
from webapp.messages.service import sending, writing
from webapp.messages.service.writing import Written


def a_buyer(database: Database, sale: Sale, *quantities: int, email: str = "") -> str:
    """Somebody who bought so many of each type; says their address."""
    email = email or f"guest-{secret().lower()}@example.org"
    order = placed(database, sale, *(quantities or (1,)), now=clock.now(), email=email)
    if order.payment_id:
        pay(database, order.payment_id)
    return email


def a_message(
    database: Database, sale: Sale, *, body: str = "Hello {name}", purpose: str = "booking", **audience: Any
) -> UUID:
    """A draft to the guests of the sale's event."""
    message_id = uuid7()
    to = Audience(**({"event_id": sale.event_id} | audience))
    with database.writing() as db:
        writing.save(
            db,
            organizer_id=sale.organizer_id,
            message_id=message_id,
            written=Written("About {event}", body, purpose, to),
            by=SYSTEM,
        )
    return message_id


def begin(database: Database, sale: Sale, message_id: UUID) -> Message:
    """It goes out now: who gets it is settled, and the workers are told."""
    now = clock.now()
    with database.writing() as db:
        writing.schedule(
            db,
            organizer_id=sale.organizer_id,
            message_id=message_id,
            at=None,
            zone="UTC",
            by=SYSTEM,
            now=now,
        )
    with database.writing() as db:
        sending.start_due(db, now)
    with database.reading() as db:
        return db.get_one(Message, message_id)
