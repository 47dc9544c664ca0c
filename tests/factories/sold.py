"""An order as the tables hold it, without the way that leads to it."""

from datetime import datetime, timedelta

from webapp.accounts.models import Organizer
from webapp.booking.models import Hold, HoldLine, Order, OrderLine, Ticket
from webapp.catalog.models import Event, EventDate, Pool, TicketType, Venue
from webapp.core.db import Session
from webapp.core.ids import order_code, secret, uuid7


def sold_order(
    db: Session,
    now: datetime,
    *,
    state: str = "paid",
    email: str = "amara@example.org",
    title: str = "Night of the Lamps",
    price: int = 2400,
    tickets: int = 2,
) -> Order:
    """Two places for one date in Lisbon, with their tickets when the order is paid."""
    organizer = Organizer(
        slug=f"house-{uuid7().hex}", name="Lamp House", email="hello@lamps.example", currency="EUR"
    )
    venue = Venue(
        organizer_id=None,
        name="Coliseu",
        address="Rua das Portas 96",
        city="Lisbon",
        city_slug="lisbon",
        country="PT",
        zone="Europe/Lisbon",
    )
    db.add(organizer)
    db.flush()
    venue.organizer_id = organizer.id
    event = Event(
        organizer_id=organizer.id,
        slug=f"night-{uuid7().hex}",
        title=title,
        category="music",
        status="published",
    )
    db.add_all([venue, event])
    db.flush()
    starts = (now + timedelta(days=30)).replace(hour=19, minute=30, second=0, microsecond=0)
    date = EventDate(
        event_id=event.id,
        venue_id=venue.id,
        starts_at=starts,
        ends_at=starts + timedelta(hours=3),
        doors_at=starts - timedelta(hours=1),
        zone="Europe/Lisbon",
        status="on_sale",
    )
    db.add(date)
    db.flush()
    pool = Pool(date_id=date.id, name="Floor", capacity=100, taken=tickets)
    db.add(pool)
    db.flush()
    kind = TicketType(date_id=date.id, pool_id=pool.id, name="Standing", price=price)
    hold = Hold(
        basket=secret(),
        organizer_id=organizer.id,
        state="converted" if state == "paid" else "active",
        expires_at=now + timedelta(minutes=10),
    )
    db.add_all([kind, hold])
    db.flush()
    db.add(HoldLine(hold_id=hold.id, ticket_type_id=kind.id, pool_id=pool.id, quantity=tickets))
    order = Order(
        code=order_code(),
        secret=secret(),
        hold_id=hold.id,
        organizer_id=organizer.id,
        basket=hold.basket,
        state=state,
        buyer_name="Amara Okafor",
        buyer_email=email,
        currency="EUR",
        subtotal=price * tickets,
        total=price * tickets,
        paid_at=now if state == "paid" else None,
    )
    db.add(order)
    db.flush()
    line = OrderLine(
        order_id=order.id,
        ticket_type_id=kind.id,
        date_id=date.id,
        pool_id=pool.id,
        quantity=tickets,
        unit_price=price,
        attendees=[{"name": "Amara Okafor", "price": price, "answers": {}}] * tickets,
    )
    db.add(line)
    db.flush()
    if state == "paid":
        for number in range(tickets):
            db.add(_ticket(order, line, number))
        db.flush()
    return order


def _ticket(order: Order, line: OrderLine, number: int) -> Ticket:
    return Ticket(
        secret=secret(),
        order_id=order.id,
        order_line_id=line.id,
        number=number,
        date_id=line.date_id,
        ticket_type_id=line.ticket_type_id,
        pool_id=line.pool_id,
        price=line.unit_price,
        holder_name=order.buyer_name,
    )
