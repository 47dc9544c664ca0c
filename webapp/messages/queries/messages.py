"""One message for staff, and what its form offers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from webapp.core.clock import local
from webapp.core.errors import NotFound
from webapp.messages.rules.audience import Audience

# A message, with the words for its event and date.
MESSAGE = """
    SELECT m.id, m.organizer_id, m.purpose, m.subject, m.body, m.audience, m.state, m.send_at, m.zone,
           m.made_by, m.made_at, m.started_at, m.ended_at, m.trial, coalesce(e.title, '') AS event,
           d.starts_at, d.zone AS date_zone, {counts} AS counts
    FROM messages m
    LEFT JOIN events e ON e.id = CAST(m.audience->>'event_id' AS uuid)
    LEFT JOIN event_dates d ON d.id = CAST(m.audience->>'date_id' AS uuid)
    WHERE m.organizer_id = :organizer AND {which}
"""
COUNTS = """(
    SELECT coalesce(jsonb_object_agg(state, number), '{}') FROM (
        SELECT state, count(*) AS number FROM message_recipients WHERE message_id = m.id GROUP BY state) c
)"""

REASONS = text("""
    SELECT state, reason, count(*)::int AS number FROM message_recipients
    WHERE message_id = :message AND reason <> '' GROUP BY state, reason ORDER BY count(*) DESC LIMIT 20
""")
CHOICES = text("""
    SELECT DISTINCT e.id AS event_id, e.title, d.id AS date_id, d.starts_at, d.zone
    FROM events e JOIN event_dates d ON d.event_id = e.id
    WHERE e.organizer_id = :organizer AND e.id = :event ORDER BY d.starts_at
""")
TYPES = text("""
    SELECT y.name FROM ticket_types y JOIN event_dates d ON d.id = y.date_id
    JOIN events e ON e.id = d.event_id WHERE e.organizer_id = :organizer AND e.id = :event
    GROUP BY y.name ORDER BY min(y.position), y.name LIMIT 60
""")


@dataclass(frozen=True)
class MessageView:
    """One message; `said` is its audience in words, `counts` how many of its mails are in which state."""

    id: UUID
    organizer_id: UUID
    purpose: str
    subject: str
    body: str
    audience: Audience
    said: str
    state: str
    send_at: datetime | None
    zone: str
    made_by: str
    made_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    trial: str
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def recipients(self) -> int:
        return sum(self.counts.values())

    @property
    def done(self) -> int:
        return self.recipients - self.counts.get("waiting", 0) - self.counts.get("sending", 0)

    @property
    def is_open(self) -> bool:
        """Still to be changed: nothing has been sent."""
        return self.state in ("draft", "scheduled")


def message(db: Session, organizer_id: UUID, message_id: UUID) -> MessageView:
    sql = MESSAGE.format(counts=COUNTS, which="m.id = :id")
    row = db.execute(text(sql), {"organizer": organizer_id, "id": message_id}).one_or_none()
    if row is None:
        raise NotFound("There is no such message.")
    return _message(row)


def reasons(db: Session, message_id: UUID) -> list[tuple[str, str, int]]:
    """Why mails failed or were skipped: state, reason and how many, the most frequent first."""
    return [(row.state, row.reason, row.number) for row in db.execute(REASONS, {"message": message_id})]


def dates(db: Session, organizer_id: UUID, event_id: UUID) -> list[tuple[UUID, str]]:
    """The dates of an event as a list offers them."""
    rows = db.execute(CHOICES, {"organizer": organizer_id, "event": event_id})
    return [(row.date_id, _moment(row.starts_at, row.zone)) for row in rows]


def types(db: Session, organizer_id: UUID, event_id: UUID) -> Sequence[str]:
    return list(db.scalars(TYPES, {"organizer": organizer_id, "event": event_id}))


def _message(row: Row[Any]) -> MessageView:
    values = dict(row._mapping)
    audience = Audience.of(values.pop("audience"))
    starts_at, zone = values.pop("starts_at"), values.pop("date_zone")
    said = said_of(audience, values.pop("event"), starts_at, zone)
    return MessageView(audience=audience, said=said, **values)


def said_of(audience: Audience, event: str, starts_at: datetime | None, zone: str) -> str:
    """The audience in words, its date on the clock there."""
    return audience.said(event, _moment(starts_at, zone) if starts_at else "")


def _moment(at: datetime, zone: str) -> str:
    there = local(at, zone)
    return f"{there:%a} {there.day} {there:%b} {there.year}, {there:%H:%M}"
