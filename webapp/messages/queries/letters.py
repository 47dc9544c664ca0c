"""What the fields of a message say to one guest."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.core.clock import local
from webapp.messages.rules import fields

FACTS = text("""
    SELECT g.name AS organizer, g.email AS organizer_email, e.title AS event, e.category, d.starts_at, d.zone,
           v.name AS venue, v.address, v.city, o.code, o.secret AS order_secret, n.secret AS entry_secret
    FROM organizers g
    LEFT JOIN event_dates d ON d.id = :date LEFT JOIN events e ON e.id = d.event_id
    LEFT JOIN venues v ON v.id = d.venue_id
    LEFT JOIN orders o ON o.id = :order LEFT JOIN waitlist_entries n ON n.id = :entry
    WHERE g.id = :organizer
""")


@dataclass(frozen=True)
class Guest:
    """Who is written to, and about what: an order or an entry of a waiting list, and one of its dates."""

    name: str
    address: str
    order_id: UUID | None
    entry_id: UUID | None
    date_id: UUID | None


@dataclass(frozen=True)
class Letter:
    """A message as one guest gets it."""

    name: str
    address: str
    subject: str
    body: str
    organizer: str
    organizer_email: str
    category: str


def letter(db: Session, organizer_id: UUID, written: tuple[str, str], guest: Guest, base_url: str) -> Letter:
    """`written` is the subject and the text with their fields."""
    keys = {
        "organizer": organizer_id,
        "date": guest.date_id,
        "order": guest.order_id,
        "entry": guest.entry_id,
    }
    row = db.execute(FACTS, keys).one()
    said = _said(row._mapping, guest.name, base_url)
    subject, body = (fields.filled(text, said) for text in written)
    return Letter(
        guest.name, guest.address, subject, body, row.organizer, row.organizer_email, row.category or ""
    )


def _said(row: Mapping[Any, Any], name: str, base_url: str) -> dict[str, str]:
    place = ", ".join(row[part] for part in ("venue", "address", "city") if row[part])
    order = f"{base_url}/orders/{row['code']}" if row["code"] else ""
    key = f"?key={row['order_secret']}"
    entry = f"{base_url}/waitlist/entry/{row['entry_secret']}" if row["entry_secret"] else ""
    return {
        "name": name,
        "event": row["event"] or "",
        "date": _day(row["starts_at"], row["zone"]),
        "time": f"{local(row['starts_at'], row['zone']):%H:%M}" if row["starts_at"] else "",
        "place": place,
        "organizer": row["organizer"],
        "order_link": order and order + key,
        "ticket_link": order and f"{order}/tickets{key}",
        "waitlist_link": entry,
    }


def _day(starts_at: datetime | None, zone: str) -> str:
    if starts_at is None:
        return ""
    there = local(starts_at, zone)
    return f"{there:%A} {there.day} {there:%B} {there.year}"
