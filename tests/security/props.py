"""What stands in one house for the tests of addresses: a plan, a series, a room, a till, a dead letter."""

from datetime import date, time, timedelta
from uuid import UUID

from webapp.accounts.models import Invitation
from webapp.booking.models import Order, OrderLine
from webapp.catalog.models import Event, EventDate, Question, Venue
from webapp.core import clock
from webapp.core.audit import SYSTEM
from webapp.core.db import Session
from webapp.core.ids import secret, uuid7
from webapp.core.outbox import Delivery, Outbox
from webapp.desk.models import TicketRequest, Till
from webapp.payments.models import Payment
from webapp.planning.models import Series
from webapp.planning.rules.clocks import Times
from webapp.planning.rules.repeating import Rule
from webapp.planning.rules.sentences import Pattern, kept
from webapp.seating.rules.design import Design
from webapp.seating.rules.halls import generate
from webapp.seating.service import designing, plans
from webapp.waitinglist.models import WaitlistEntry
from webapp.waitingroom.models import Rehearsal, RoomDraw, WaitingRoom


def plan(db: Session, venue: Venue) -> dict[str, str]:
    """A small hall that no date uses, and a sheet with nothing on it."""
    plan_id = plans.add(
        db,
        organizer_id=venue.organizer_id,
        venue_id=venue.id,
        name="Great Hall",
        draft=generate(40),
        by=SYSTEM,
    )
    sheet = Design(name="Small Hall")
    drawing_id = designing.begin(
        db, organizer_id=venue.organizer_id, venue_id=venue.id, design=sheet, by=SYSTEM
    )
    return {"plan_id": str(plan_id), "drawing_id": str(drawing_id)}


def question(db: Session, event: Event) -> str:
    question = Question(event_id=event.id, label="Do you need a chair", kind="text")
    db.add(question)
    db.flush()
    return str(question.id)


def invitation(db: Session, organizer_id: UUID) -> str:
    """Somebody is asked to join, and has not come yet."""
    made = {"email": "lena@example.org", "role": "door", "invited_by": "Alice Adams", "sent_at": clock.now()}
    until = clock.now() + timedelta(days=14)
    invitation = Invitation(organizer_id=organizer_id, expires_at=until, **made)
    db.add(invitation)
    db.flush()
    return str(invitation.id)


def series(db: Session, event: Event, venue: Venue) -> str:
    """A rule whose dates are all over."""
    pattern = Pattern(Rule("week", date(2026, 1, 6), until=date(2026, 2, 3)), Times(time(20), time(22)))
    series = Series(event_id=event.id, venue_id=venue.id, pattern=kept(pattern))
    db.add(series)
    db.flush()
    return str(series.id)


def room(db: Session, event: Event, date: EventDate) -> str:
    """A second date of the event has a waiting room before it."""
    other = EventDate(
        event_id=event.id,
        venue_id=date.venue_id,
        starts_at=date.starts_at + timedelta(days=1),
        ends_at=date.ends_at + timedelta(days=1),
        zone=date.zone,
        status="on_sale",
    )
    db.add(other)
    db.flush()
    room = WaitingRoom(event_id=event.id, date_id=other.id, mode="on", in_force_since=clock.now())
    db.add(room)
    db.flush()
    db.add(RoomDraw(room_id=room.id, seed=secret()))
    other.room_id = room.id
    db.flush()
    return str(room.id)


def waiting(db: Session, event: Event, line: OrderLine) -> dict[str, str]:
    """Somebody who waited once; the entry's key opens it to whoever has it."""
    entry = WaitlistEntry(
        event_id=event.id,
        secret=secret(),
        name="Lena Lund",
        email="lena@example.org",
        places=1,
        together=True,
        ticket_type_ids=[line.ticket_type_id],
        state="left",
        asked_at=clock.now(),
        joined_at=clock.now(),
        ended_at=clock.now(),
    )
    db.add(entry)
    db.flush()
    return {"entry_id": str(entry.id), "key": entry.secret}


def desk(db: Session, order: Order, line: OrderLine) -> dict[str, str]:
    """Somebody's till, and a request that waits for its answer."""
    till = Till(
        organizer_id=order.organizer_id,
        name="Eve Early",
        currency=order.currency,
        start_amount=0,
        opened_at=clock.now(),
    )
    asked = TicketRequest(
        organizer_id=order.organizer_id,
        date_id=line.date_id,
        ticket_type_id=line.ticket_type_id,
        quantity=1,
        name="Lena Lund",
        email="lena@example.org",
        secret=secret(),
        asked_at=clock.now(),
        answer_by=clock.now() + timedelta(days=1),
    )
    db.add_all([till, asked])
    db.flush()
    return {"till_id": str(till.id), "request_id": str(asked.id)}


def rehearsal(db: Session, event: Event) -> str:
    rehearsal = Rehearsal(event_id=event.id, visitors=10, state="failed", report={"error": "No."})
    db.add(rehearsal)
    db.flush()
    return str(rehearsal.id)


def payment(db: Session, order: Order) -> str:
    payment = Payment(
        reference=order.id,
        provider="sandbox",
        state="succeeded",
        succeeded_at=clock.now(),
        url="http://127.0.0.1:9/checkout/1",
        provider_id=secret(),
        amount=order.total or 100,
        currency="EUR",
        return_url="http://localhost/orders",
        expires_at=clock.now(),
        idempotency_key=secret(),
    )
    db.add(payment)
    db.flush()
    return str(payment.id)


def dead_letter(db: Session) -> str:
    told = Outbox(topic="OrderPaid", payload={"order_id": str(uuid7())}, sent_at=clock.now())
    db.add(told)
    db.flush()
    letter = Delivery(
        outbox_id=told.id, job="mail_tickets", queue="urgent", attempts=15, dead_at=clock.now(), error="No"
    )
    db.add(letter)
    db.flush()
    return str(letter.id)
