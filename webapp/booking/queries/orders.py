"""Orders as guests see them, and who may see which."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.core.errors import NotFound
from webapp.core.ids import fingerprint, typed_order_code
from webapp.seating.queries.said import saying


@dataclass(frozen=True)
class Visitor:
    """Who asks for an order: by the basket's cookie, an account, or the secret in the address."""

    basket: str = ""
    user_id: UUID | None = None
    email: str = ""
    key: str = ""


@dataclass(frozen=True)
class OrderTicket:
    """`is_offered` to the waiting list; `is_wanted` when it could be, since nothing is free for all."""

    id: UUID
    secret: str
    state: str
    holder: str
    price: int
    type_name: str
    seat: str
    is_offered: bool
    is_wanted: bool


@dataclass(frozen=True)
class OrderDate:
    """What was bought for one date: lines as (quantity, name, unit price), and tickets once there are."""

    date_id: UUID
    slug: str
    title: str
    category: str
    starts_at: datetime
    zone: str
    status: str
    venue: str
    city: str
    lines: tuple[tuple[int, str, int], ...]
    seats: tuple[str, ...]
    tickets: tuple[OrderTicket, ...]


@dataclass(frozen=True)
class OrderView:
    """Amounts in minor units. `expires_at` is until when an unpaid order keeps its places."""

    id: UUID
    code: str
    secret: str
    state: str
    buyer_name: str
    buyer_email: str
    organizer: str
    organizer_email: str
    currency: str
    subtotal: int
    discount: int
    fee: int
    tax: int
    donation: int
    donation_returned: bool
    total: int
    refunded: int
    channel: str
    created_at: datetime
    paid_at: datetime | None
    expires_at: datetime
    is_held: bool
    dates: tuple[OrderDate, ...]
    payment_id: UUID | None
    payment_state: str
    payment_asked_at: datetime | None
    payment_created_at: datetime | None
    payments: int
    has_questions: bool

    @property
    def path(self) -> str:
        return f"/orders/{self.code}?key={self.secret}"

    @property
    def live_tickets(self) -> list[OrderTicket]:
        return [ticket for date in self.dates for ticket in date.tickets if ticket.state != "void"]

    @property
    def title(self) -> str:
        titles = list(dict.fromkeys(date.title for date in self.dates))
        return titles[0] if len(titles) == 1 else f"{titles[0]} and {len(titles) - 1} more"

    def is_open(self, now: datetime) -> bool:
        """Still to be paid, with its places held."""
        return self.state == "awaiting_payment" and self.is_held and self.expires_at > now


@dataclass(frozen=True)
class OrderRow:
    """An order in a list."""

    code: str
    secret: str
    state: str
    title: str
    starts_at: datetime
    zone: str
    tickets: int
    total: int
    currency: str
    created_at: datetime


ACCESS = text(
    "SELECT id, basket, user_id, lower(buyer_email) AS email, secret FROM orders WHERE code = :code"
)

ORDER = text("""
    SELECT o.id, o.code, o.secret, o.state, o.buyer_name, o.buyer_email, g.name AS organizer,
           g.email AS organizer_email, o.currency, o.subtotal, o.discount, o.fee, o.tax, o.donation,
           o.donation_returned, o.total, o.refunded,
           o.channel, o.created_at, o.paid_at, h.expires_at, h.state = 'active' AS is_held,
           p.id AS payment_id, coalesce(p.state, '') AS payment_state, p.asked_at AS payment_asked_at,
           p.created_at AS payment_created_at,
           (SELECT count(*) FROM payments WHERE reference = o.id)::int AS payments,
           EXISTS (SELECT FROM order_lines l JOIN event_dates d ON d.id = l.date_id
                   JOIN questions q ON q.event_id = d.event_id WHERE l.order_id = o.id) AS has_questions
    FROM orders o JOIN organizers g ON g.id = o.organizer_id JOIN holds h ON h.id = o.hold_id
    LEFT JOIN LATERAL (SELECT * FROM payments WHERE reference = o.id ORDER BY id DESC LIMIT 1) p ON true
    WHERE o.id = :id
""")

LINES = saying(
    """
    SELECT l.id AS line_id, l.quantity, l.unit_price, t.name, d.id AS date_id, d.starts_at, d.zone, d.status,
           e.slug, e.title, e.category, v.name AS venue, v.city,
           ARRAY(SELECT {seat}
                 FROM jsonb_array_elements(l.attendees) AS a WHERE a ? 'seat') AS seats
    FROM order_lines l JOIN ticket_types t ON t.id = l.ticket_type_id
    JOIN event_dates d ON d.id = l.date_id JOIN events e ON e.id = d.event_id
    JOIN venues v ON v.id = d.venue_id
    WHERE l.order_id = :id ORDER BY d.starts_at, d.id, l.position
    """,
    column="CAST(a->>'seat' AS uuid)",
)

TICKETS = saying(
    """
    SELECT t.id, t.secret, t.state, t.holder_name AS holder, t.price, y.name AS type_name, t.date_id,
           {seat} AS seat,
           EXISTS (SELECT FROM ticket_returns WHERE ticket_id = t.id AND state = 'open') AS is_offered,
           t.price > 0 AND t.state = 'valid' AND p.parent_id IS NULL
               AND (p.awaited IS NOT NULL OR p.taken = p.capacity) AS is_wanted
    FROM tickets t JOIN ticket_types y ON y.id = t.ticket_type_id JOIN pools p ON p.id = t.pool_id
    WHERE t.order_id = :id ORDER BY t.id
    """,
    column="t.seat_id",
)

MINE = text("""
    SELECT o.code, o.secret, o.state, e.title, d.starts_at, d.zone, o.total, o.currency, o.created_at,
           (SELECT sum(quantity) FROM order_lines WHERE order_id = o.id)::int AS tickets
    FROM orders o
    JOIN LATERAL (SELECT date_id FROM order_lines WHERE order_id = o.id ORDER BY position LIMIT 1) l ON true
    JOIN event_dates d ON d.id = l.date_id JOIN events e ON e.id = d.event_id
    WHERE o.user_id = :user OR (:email <> '' AND lower(o.buyer_email) = lower(:email))
    ORDER BY o.id DESC LIMIT 200
""")

PATH = text("SELECT code, secret FROM orders WHERE hold_id = :hold AND basket = :basket AND basket <> ''")

FIND = text("SELECT secret FROM orders WHERE code = :code AND lower(buyer_email) = lower(:email)")


def require_order(db: Session, code: str, visitor: Visitor) -> UUID:
    """The order's id for who may see it; for everyone else there is no such order."""
    row = db.execute(ACCESS, {"code": typed_order_code(code)}).one_or_none()
    if row is None or not _may_see(row._mapping, visitor):
        raise NotFound("There is no such order here. Find it by its code and your e-mail address.")
    return row.id  # type: ignore[no-any-return]  # a UUID


def order(db: Session, order_id: UUID) -> OrderView:
    row = db.execute(ORDER, {"id": order_id}).one()
    tickets: dict[UUID, list[OrderTicket]] = {}
    for ticket in db.execute(TICKETS, {"id": order_id}):
        values = dict(ticket._mapping)
        tickets.setdefault(values.pop("date_id"), []).append(OrderTicket(**values))
    lines = db.execute(LINES, {"id": order_id}).all()
    dates = tuple(
        _date(list(group), tuple(tickets.get(date_id, ())))
        for date_id, group in groupby(lines, lambda r: r.date_id)
    )
    return OrderView(**row._mapping, dates=dates)


def find_path(db: Session, *, basket: str, hold_id: UUID) -> str | None:
    """Where the order is that this basket made of this hold."""
    row = db.execute(PATH, {"hold": hold_id, "basket": basket}).one_or_none()
    return f"/orders/{row.code}?key={row.secret}" if row else None


def find_secret(db: Session, code: str, email: str) -> str | None:
    """What opens the order with this code for the buyer with this address."""
    found: str | None = db.scalar(FIND, {"code": typed_order_code(code), "email": email.strip()})
    return found


def orders_of(db: Session, user_id: UUID, verified_email: str) -> list[OrderRow]:
    """Orders made by the account, and those made as a guest with its address once that is confirmed."""
    rows = db.execute(MINE, {"user": user_id, "email": verified_email})
    return [OrderRow(**row._mapping) for row in rows]


def _may_see(order: Any, visitor: Visitor) -> bool:
    if visitor.key and fingerprint(visitor.key) == fingerprint(order["secret"]):
        return True
    if visitor.basket and visitor.basket == order["basket"]:
        return True
    if visitor.user_id and visitor.user_id == order["user_id"]:
        return True
    return bool(visitor.email) and visitor.email.lower() == order["email"]


def _date(lines: list[Any], tickets: tuple[OrderTicket, ...]) -> OrderDate:
    one = lines[0]
    return OrderDate(
        date_id=one.date_id,
        slug=one.slug,
        title=one.title,
        category=one.category,
        starts_at=one.starts_at,
        zone=one.zone,
        status=one.status,
        venue=one.venue,
        city=one.city,
        lines=tuple((line.quantity, line.name, line.unit_price) for line in lines),
        seats=tuple(seat for line in lines for seat in line.seats),
        tickets=tickets,
    )
