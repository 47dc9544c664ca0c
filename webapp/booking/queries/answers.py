"""What a guest was asked and has answered, for each ticket and for the order."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.booking.queries.questions import Asked, questions


@dataclass(frozen=True)
class Answering:
    """What is asked of one ticket, or with `ticket_id` None of the order; `until` answers may change."""

    ticket_id: UUID | None
    title: str
    holder: str
    zone: str
    until: datetime | None
    questions: tuple[Asked, ...]
    answers: Mapping[str, str]

    def is_open(self, now: datetime) -> bool:
        return self.until is not None and now < self.until


OF_ORDER = text("""
    SELECT DISTINCT ON (d.event_id) d.event_id, e.title, e.answer_hours, d.starts_at, d.zone, o.answers
    FROM orders o JOIN order_lines l ON l.order_id = o.id JOIN event_dates d ON d.id = l.date_id
    JOIN events e ON e.id = d.event_id
    WHERE o.id = :order AND o.state IN ('paid', 'part_refunded') ORDER BY d.event_id, d.starts_at
""")

OF_TICKETS = text("""
    SELECT t.id, t.holder_name, t.answers, y.name AS type_name, e.id AS event_id, e.title, e.answer_hours,
           d.starts_at, d.zone
    FROM tickets t JOIN ticket_types y ON y.id = t.ticket_type_id JOIN event_dates d ON d.id = t.date_id
    JOIN events e ON e.id = d.event_id
    WHERE t.order_id = :order AND t.state <> 'void' ORDER BY d.starts_at, t.id
""")


def answering(db: Session, order_id: UUID) -> list[Answering]:
    """The order first, then each live ticket; without those of which nothing is asked."""
    events = db.execute(OF_ORDER, {"order": order_id}).all()
    asked = questions(db, {event.event_id for event in events})
    found = []
    for event in events:
        about = tuple(one for one in asked if one.scope == "order" and one.event_id == event.event_id)
        until = _until(event)
        found.append(Answering(None, event.title, "", event.zone, until, about, event.answers))
    for ticket in db.execute(OF_TICKETS, {"order": order_id}):
        of_event = (one for one in asked if one.event_id == ticket.event_id)
        about = tuple(one for one in of_event if one.is_for(ticket.type_name))
        title, until = f"{ticket.title}, {ticket.type_name}", _until(ticket)
        found.append(
            Answering(ticket.id, title, ticket.holder_name, ticket.zone, until, about, ticket.answers)
        )
    return [one for one in found if one.questions]


def _until(row: Any) -> datetime | None:
    if row.answer_hours is None:
        return None
    starts_at: datetime = row.starts_at
    return starts_at - timedelta(hours=row.answer_hours)
