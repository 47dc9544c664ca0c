"""What a mail about an order tells: who bought, what, for when and where, and what it cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from webapp.core.clock import local
from webapp.core.errors import NotFound
from webapp.core.money import shown
from webapp.seating.queries.said import saying


@dataclass(frozen=True)
class Line:
    quantity: int
    name: str
    amount: str


@dataclass(frozen=True)
class Visit:
    """One date of the order; `when` is the clock at the venue with its zone, `doors` may be empty."""

    date_id: UUID
    is_cancelled: bool
    title: str
    slug: str
    category: str
    day: str
    when: str
    doors: str
    venue: str
    address: str
    city: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class TicketLink:
    secret: str
    holder: str
    type_name: str
    seat: str


@dataclass(frozen=True)
class OrderLetter:
    """Amounts are as people read them; `discount`, `fee`, `tax` and `donation` are empty when there is none.

    `void` is how many of its tickets are no longer valid, `channel` how it was bought.
    """

    id: UUID
    code: str
    secret: str
    state: str
    channel: str
    buyer_name: str
    buyer_email: str
    organizer: str
    organizer_email: str
    discount: str
    fee: str
    tax: str
    donation: str
    total: str
    is_free: bool
    currency: str
    visits: tuple[Visit, ...]
    tickets: tuple[TicketLink, ...]
    void: int

    @property
    def path(self) -> str:
        """Opens the order without an account."""
        return f"/orders/{self.code}?key={self.secret}"

    @property
    def title(self) -> str:
        """The event, or the first of several."""
        titles = list(dict.fromkeys(visit.title for visit in self.visits))
        return titles[0] if len(titles) == 1 else f"{titles[0]} and {len(titles) - 1} more"


ORDER = text("""
    SELECT o.id, o.code, o.secret, o.state, o.channel, o.buyer_name, o.buyer_email, g.name AS organizer,
           g.email AS organizer_email, o.discount, o.fee, o.tax, o.donation, o.total, o.currency,
           (SELECT count(*)::int FROM tickets WHERE order_id = o.id AND state = 'void') AS void
    FROM orders o JOIN organizers g ON g.id = o.organizer_id WHERE o.id = :order
""")

LINES = text("""
    SELECT l.quantity, l.unit_price, t.name AS type_name, d.id AS date_id, d.status, d.starts_at, d.doors_at,
           d.zone, e.title, e.slug, e.category, v.name AS venue, v.address, v.city
    FROM order_lines l JOIN ticket_types t ON t.id = l.ticket_type_id
    JOIN event_dates d ON d.id = l.date_id JOIN events e ON e.id = d.event_id
    JOIN venues v ON v.id = d.venue_id
    WHERE l.order_id = :order ORDER BY d.starts_at, d.id, l.position
""")

TICKETS = saying(
    """
    SELECT t.secret, t.holder_name AS holder, y.name AS type_name, {seat} AS seat
    FROM tickets t JOIN ticket_types y ON y.id = t.ticket_type_id
    WHERE t.order_id = :order AND t.state <> 'void' ORDER BY t.id
    """,
    column="t.seat_id",
)


def letter(db: Session, order_id: UUID) -> OrderLetter:
    row = db.execute(ORDER, {"order": order_id}).one_or_none()
    if row is None:
        raise NotFound("There is no such order.")
    lines = db.execute(LINES, {"order": order_id}).all()
    tickets = db.execute(TICKETS, {"order": order_id})
    said = {
        **row._mapping,
        "discount": shown(-row.discount, row.currency) if row.discount else "",
        "fee": shown(row.fee, row.currency) if row.fee else "",
        "tax": shown(row.tax, row.currency) if row.tax else "",
        "donation": shown(row.donation, row.currency) if row.donation else "",
        "total": shown(row.total, row.currency),
    }
    return OrderLetter(
        **said,
        is_free=row.total == 0,
        visits=tuple(_visit(list(group), row.currency) for _, group in groupby(lines, lambda r: r.date_id)),
        tickets=tuple(TicketLink(**ticket._mapping) for ticket in tickets),
    )


def _visit(lines: Sequence[Row[Any]], currency: str) -> Visit:
    one = lines[0]
    starts_at = local(one.starts_at, one.zone)
    return Visit(
        date_id=one.date_id,
        is_cancelled=one.status == "cancelled",
        title=one.title,
        slug=one.slug,
        category=one.category,
        day=f"{starts_at:%a %-d %B %Y}",
        when=f"{starts_at:%a %-d %B %Y, %H:%M} {_zone(starts_at)}",
        doors=f"{local(one.doors_at, one.zone):%H:%M}" if one.doors_at else "",
        venue=one.venue,
        address=one.address,
        city=one.city,
        lines=tuple(
            Line(line.quantity, line.type_name, shown(line.unit_price * line.quantity, currency))
            for line in lines
        ),
    )


def _zone(reading: datetime) -> str:
    """`CET`, or `UTC+03` where people have no letters for it."""
    letters = f"{reading:%Z}"
    return letters if letters.isalpha() else f"UTC{letters}"
