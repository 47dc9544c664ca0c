"""Orders and guests as tables that staff filter, sort and take away."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from webapp.booking.rules import CHANNELS
from webapp.core.reach import order_within, within
from webapp.core.sheets import amount
from webapp.core.tables import Column, Sieve, Table, days
from webapp.seating.queries.said import said

STATES = tuple(
    (state, state.replace("_", " ").capitalize())
    for state in (
        *("awaiting_payment", "paid", "part_refunded", "refunded", "needs_review"),
        *("cancelled", "expired", "auto_refunded"),
    )
)

OF_EVENT = """EXISTS (SELECT FROM order_lines l JOIN event_dates d ON d.id = l.date_id
                      WHERE l.order_id = o.id AND d.event_id = ANY(:event))"""

REFUNDED = """EXISTS (SELECT FROM refunds r JOIN payments p ON p.id = r.payment_id
                      WHERE p.reference = o.id AND r.state = :refund)"""


@dataclass(frozen=True)
class SoldRow:
    """An order; `title` is its first event's, amounts are in minor units."""

    code: str
    state: str
    buyer_name: str
    buyer_email: str
    title: str
    tickets: int
    total: int
    refunded: int
    currency: str
    channel: str
    created_at: datetime


@dataclass(frozen=True)
class GuestRow:
    """A ticket and who comes with it."""

    id: UUID
    holder: str
    type_name: str
    seat: str
    state: str
    title: str
    starts_at: datetime
    zone: str
    code: str
    buyer_name: str
    buyer_email: str
    used_at: datetime | None


ORDERS = Table(
    name="orders",
    row=SoldRow,
    columns=(
        Column("code", "Order"),
        Column("placed", "Placed", sort="o.id", cell=lambda row: row.created_at),
        Column("buyer", "Buyer", sort="lower(o.buyer_name)", cell=lambda row: row.buyer_name),
        Column("buyer_email", "E-mail", shown=False),
        Column("title", "Event"),
        Column("tickets", "Tickets", number=True),
        Column(
            "total", "Total", sort="o.total", cell=lambda row: amount(row.total, row.currency), number=True
        ),
        Column("refunded", "Refunded", cell=lambda row: amount(row.refunded, row.currency), shown=False),
        Column("currency", "Currency", shown=False),
        Column("channel", "Sold", cell=lambda row: dict(CHANNELS)[row.channel], shown=False),
        Column("state", "State"),
    ),
    select="""o.code, o.state, o.buyer_name, o.buyer_email, e.title, o.total, o.refunded, o.currency,
              o.channel, o.created_at,
              (SELECT sum(quantity) FROM order_lines WHERE order_id = o.id)::int AS tickets""",
    source="orders o",
    joins="""JOIN LATERAL (
                 SELECT date_id FROM order_lines WHERE order_id = o.id ORDER BY position LIMIT 1
             ) l ON true
             JOIN event_dates d ON d.id = l.date_id JOIN events e ON e.id = d.event_id""",
    where=f"o.organizer_id = :organizer AND {order_within('o.id')}",
    sort="-placed",
    tie="o.id",
    words="sought_order(o.code, o.buyer_name, o.buyer_email) @@ to_tsquery('simple', :words)",
    words_head="Code, name or mail",
    sieves=(
        Sieve("event", "Event", OF_EVENT, kind="pick", every="Every event"),
        Sieve(
            "refund", "Refund", REFUNDED, (("failed", "Refused"), ("requested", "On the way")), every="Any"
        ),
        Sieve("channel", "Sold", "o.channel", CHANNELS, every="Everywhere"),
        *days("o.created_at"),
        Sieve("state", "State", "o.state", STATES, kind="tabs"),
    ),
    sum="sum(o.total - o.refunded) FILTER (WHERE o.state IN ('paid', 'part_refunded', 'refunded'))",
)

ATTENDEES = Table(
    name="attendees",
    row=GuestRow,
    columns=(
        Column("holder", "Name", sort="lower(t.holder_name)"),
        Column("type_name", "Ticket"),
        Column("seat", "Seat", shown=False),
        Column("title", "Event", sort="e.title"),
        Column("starts_at", "Date", sort="d.starts_at"),
        Column("code", "Order", sort="t.id"),
        Column("buyer_name", "Bought by", shown=False),
        Column("buyer_email", "E-mail", shown=False),
        Column("used_at", "Came in", sort="t.used_at {way} NULLS LAST"),
        Column("state", "State"),
    ),
    select=f"""t.id, t.holder_name AS holder, y.name AS type_name, {said("t.seat_id")} AS seat, t.state,
               e.title, d.starts_at, d.zone, o.code, o.buyer_name, o.buyer_email, t.used_at""",
    source="tickets t JOIN event_dates d ON d.id = t.date_id JOIN events e ON e.id = d.event_id",
    joins="JOIN orders o ON o.id = t.order_id JOIN ticket_types y ON y.id = t.ticket_type_id",
    where=f"e.organizer_id = :organizer AND {within('e.id')}",
    sort="-code",
    tie="t.id",
    words="""t.id IN (
        SELECT id FROM tickets WHERE sought(holder_name) @@ to_tsquery('simple', :words)
        UNION SELECT b.id FROM tickets b JOIN orders p ON p.id = b.order_id
        WHERE sought_order(p.code, p.buyer_name, p.buyer_email) @@ to_tsquery('simple', :words))""",
    words_head="Name, mail or order",
    sieves=(
        Sieve("event", "Event", "d.event_id = ANY(:event)", kind="pick", every="Every event"),
        Sieve("date", "Date", "t.date_id = ANY(:date)", kind="pick", every="Every date"),
        *days("d.starts_at", "Takes place from", zone="d.zone"),
        Sieve(
            *("state", "State", "t.state"),
            (("valid", "Expected"), ("used", "Came in"), ("void", "Void")),
            kind="tabs",
        ),
    ),
)
