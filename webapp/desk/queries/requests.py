"""Requests for tickets: what can be asked for and how one stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.booking.queries.questions import Asked, questions
from webapp.core.answers import answer_text
from webapp.core.errors import NotFound


@dataclass(frozen=True)
class AskFor:
    """A ticket type that is asked for, with its date and what is asked of who asks."""

    ticket_type_id: UUID
    type_name: str
    description: str
    price: int
    currency: str
    least: int
    most: int
    approval: str
    date_id: UUID
    event_id: UUID
    slug: str
    title: str
    category: str
    starts_at: datetime
    zone: str
    venue: str
    city: str
    organizer: str
    questions: tuple[Asked, ...]


@dataclass(frozen=True)
class RequestFacts:
    """What a list and a page both tell. `price` is of one ticket.

    `state` is one of `tables.STATES`: `to_pay` is approved, `lapsed` was not paid in time.
    """

    id: UUID
    state: str
    name: str
    email: str
    words: str
    quantity: int
    asked_at: datetime
    answer_by: datetime
    answered_at: datetime | None
    answered_by: str
    pay_by: datetime | None
    holds: bool
    type_name: str
    price: int
    currency: str
    title: str
    starts_at: datetime
    zone: str
    code: str


@dataclass(frozen=True)
class RequestView(RequestFacts):
    """One request, as who asked and who answers see it."""

    organizer_id: UUID
    ticket_type_id: UUID
    date_id: UUID
    event_id: UUID
    secret: str
    note: str
    slug: str
    category: str
    venue: str
    city: str
    organizer: str
    organizer_email: str
    order_secret: str
    total: int
    answers: tuple[tuple[str, str], ...]

    @property
    def path(self) -> str:
        return f"/orders/requests/{self.id}?key={self.secret}"

    @property
    def order_path(self) -> str:
        return f"/orders/{self.code}?key={self.order_secret}"


ASK = text("""
    SELECT t.id AS ticket_type_id, t.name AS type_name, t.description, t.price, g.currency,
           t.min_per_order AS least, least(t.max_per_order, t.max_per_buyer) AS most, t.approval,
           d.id AS date_id, e.id AS event_id, e.slug, e.title, e.category, d.starts_at, d.zone,
           v.name AS venue, v.city, g.name AS organizer
    FROM ticket_types t JOIN event_dates d ON d.id = t.date_id JOIN events e ON e.id = d.event_id
    JOIN venues v ON v.id = d.venue_id JOIN organizers g ON g.id = e.organizer_id
    WHERE t.id = :type AND t.approval <> 'none' AND NOT t.hidden AND NOT t.withdrawn
      AND e.status = 'published'
""")

STATE = """
    CASE WHEN r.state = 'asked' AND r.answer_by <= :now THEN 'over'
         WHEN r.state <> 'approved' THEN r.state
         WHEN o.state = 'expired' OR o.state = 'awaiting_payment' AND h.expires_at <= :now THEN 'lapsed'
         WHEN o.state = 'awaiting_payment' THEN 'to_pay' ELSE 'done' END
"""

FACTS = f"""
    r.id, {STATE} AS state, r.name, r.email, r.words, r.quantity, r.asked_at, r.answer_by, r.answered_at,
    r.answered_by, r.pay_by, r.hold_id IS NOT NULL AS holds, t.name AS type_name, t.price, g.currency,
    e.title, d.starts_at, d.zone, coalesce(o.code, '') AS code
"""
SOURCE = """
    ticket_requests r JOIN event_dates d ON d.id = r.date_id JOIN events e ON e.id = d.event_id
    LEFT JOIN orders o ON o.id = r.order_id LEFT JOIN holds h ON h.id = o.hold_id
"""
NAMES = "JOIN ticket_types t ON t.id = r.ticket_type_id JOIN organizers g ON g.id = r.organizer_id"

ONE = text(f"""
    SELECT {FACTS}, r.organizer_id, r.ticket_type_id, r.date_id, e.id AS event_id, r.secret, r.note, e.slug,
           e.category, v.name AS venue, v.city, g.name AS organizer, g.email AS organizer_email,
           coalesce(o.secret, '') AS order_secret, coalesce(o.total, 0) AS total, r.answers
    FROM {SOURCE} {NAMES} JOIN venues v ON v.id = d.venue_id
    WHERE r.id = :request
""")  # noqa: S608  # words of our own


def ask_for(db: Session, ticket_type_id: UUID) -> AskFor:
    row = db.execute(ASK, {"type": ticket_type_id}).one_or_none()
    if row is None:
        raise NotFound("Nothing is asked for here. Look at the event's page.")
    asked = tuple(questions(db, {row.event_id}))
    return AskFor(**row._mapping, questions=asked)


def request(db: Session, request_id: UUID, now: datetime) -> RequestView:
    row = db.execute(ONE, {"request": request_id, "now": now}).one_or_none()
    if row is None:
        raise NotFound("There is no such request.")
    asked = {str(one.id): one for one in questions(db, {row.event_id})}
    return _view(dict(row._mapping), asked)


def _view(row: dict[str, Any], asked: Mapping[str, Asked]) -> RequestView:
    given = row.pop("answers")
    told: list[tuple[str, str]] = []
    for answers in (given.get("order", {}), *(answers for _, answers in given.get("tickets", ()))):
        known = ((asked[question], answer) for question, answer in answers.items() if question in asked)
        told += [(one.label, answer_text(one.kind, answer)) for one, answer in known if answer]
    return RequestView(**row, answers=tuple(told))
