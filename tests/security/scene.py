"""Everybody who may come: a house with its team, its guest, its operator, and a stranger."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.factories.accounts import a_person
from tests.factories.imports import on_its_way
from tests.factories.sold import sold_order
from tests.security.letters import letters
from webapp.accounts.models import EventRole, Invitation, Membership, Organizer
from webapp.accounts.queries.people import Person
from webapp.accounts.rules import Device
from webapp.accounts.service import signing_in
from webapp.booking.models import Hold, HoldLine, Order, OrderLine, Ticket
from webapp.catalog.models import Event, EventDate, Pool, Question, Venue, Voucher
from webapp.core import clock
from webapp.core.audit import SYSTEM
from webapp.core.db import Database, Session
from webapp.core.ids import fingerprint, secret, uuid7
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

ROLES = ("nobody", "guest", "charlie", "alice", "bob", "fin", "dora", "olive")

# Who works for the house, and as what. Charlie has an account and nothing else; Olive is an operator.
TEAM = {"alice": "owner", "bob": "manager", "fin": "finance", "dora": "door", "eve": "door"}
TEAM |= {"boris": "box_office", "rita": "read_only"}

# Who has a role at one event only: at the scene's, or at another one of the same house.
AT_THIS = {"mona": "manager", "bo": "box_office", "cash": "finance", "gate": "door", "look": "read_only"}
AT_ANOTHER = {"otto": "manager"}


@dataclass(frozen=True)
class Scene:
    """`values` fills the variables of addresses; `basket` is the guest's cookie."""

    app: Flask
    database: Database
    people: dict[str, Person]
    values: dict[str, str]
    basket: str

    def browser(self, role: str) -> FlaskClient:
        browser = self.app.test_client()
        if role == "guest":
            browser.set_cookie("basket", self.basket)
        if role in self.people:
            with self.database.writing() as db:
                token = signing_in.open_device(db, self.people[role], Device("Firefox on Linux", "127.0.0.1"))
            with browser.session_transaction() as session:
                session["_user_id"] = token
        return browser


def build(app: Flask, database: Database, *, price: int = 2400) -> Scene:
    names = {"charlie": "Charlie Strange", "alice": "Alice Adams", "bob": "Bob Berg", "fin": "Fin Fox"}
    people = {role: a_person(database, name) for role, name in names.items()}
    people |= {"dora": a_person(database, "Dora Door"), "eve": a_person(database, "Eve Early")}
    others = (*("boris", "rita"), *AT_THIS, *AT_ANOTHER)
    people |= {role: a_person(database, role.capitalize()) for role in others}
    people["olive"] = a_person(database, "Olive Ortega", operator=True)
    basket = secret()
    with database.writing() as db:
        order = sold_order(db, clock.now(), price=price)
        order.basket = fingerprint(basket)
        for role, name in TEAM.items():
            db.add(Membership(organizer_id=order.organizer_id, user_id=people[role].id, role=name))
        _single_events(db, order, people)
        values = _values(db, order) | {"user_id": str(people["eve"].id), "device_id": str(uuid7())}
        values |= {"hold_id": _held(db, order, fingerprint(basket))}
    return Scene(app, database, people, values, basket)


def _single_events(db: Session, order: Order, people: dict[str, Person]) -> None:
    """Roles at the order's event, and at another one of the house."""
    line = db.scalars(select(OrderLine).where(OrderLine.order_id == order.id)).one()
    event_id = db.get_one(EventDate, line.date_id).event_id
    other = Event(
        organizer_id=order.organizer_id, slug=f"other-{secret().lower()}", title="Other", category="talk"
    )
    db.add(other)
    db.flush()
    for event, roles in ((event_id, AT_THIS), (other.id, AT_ANOTHER)):
        for name, role in roles.items():
            given = {"user_id": people[name].id, "event_id": event, "role": role}
            db.add(EventRole(organizer_id=order.organizer_id, **given))


def _values(db: Session, order: Order) -> dict[str, str]:
    """What stands in addresses: everything that belongs to this house and this guest."""
    line = db.scalars(select(OrderLine).where(OrderLine.order_id == order.id)).one()
    date = db.get_one(EventDate, line.date_id)
    event, venue = db.get_one(Event, date.event_id), db.get_one(Venue, date.venue_id)
    ticket = db.scalars(select(Ticket).where(Ticket.order_id == order.id).order_by(Ticket.number)).first()
    assert ticket is not None
    # A house that sells: its event is out, its date on sale.
    event.status, event.published_at = "published", clock.now()
    voucher = Voucher(organizer_id=order.organizer_id, code=secret(), kind="percent", value=10)
    db.add(voucher)
    db.flush()
    reserve = Pool(date_id=date.id, parent_id=line.pool_id, voucher_id=voucher.id, name="Kept", capacity=0)
    db.add(reserve)
    db.flush()
    return {
        "organizer": db.get_one(Organizer, order.organizer_id).slug,
        "code": order.code,
        "order_id": str(order.id),
        "secret": ticket.secret,
        "ticket_id": str(ticket.id),
        "event_id": str(event.id),
        "slug": event.slug,
        "cities:slug": venue.city_slug,
        "categories:name": event.category,
        "organizers:slug": db.get_one(Organizer, order.organizer_id).slug,
        "date_id": str(date.id),
        "venue_id": str(venue.id),
        "pool_id": str(line.pool_id),
        "type_id": str(line.ticket_type_id),
        "step_id": str(uuid7()),
        "voucher_id": str(voucher.id),
        "reserve_id": str(reserve.id),
        "payment_id": _payment(db, order),
        "delivery_id": _dead_letter(db),
        "question_id": _question(db, event),
        "invitation_id": _invitation(db, order.organizer_id),
        "room_id": _room(db, event, date),
        "series_id": _series(db, event, venue),
        **_waiting(db, event, line),
        **_desk(db, order, line),
        "paper_id": str(uuid7()),
        "refund_id": str(uuid7()),
        "rehearsal_id": _rehearsal(db, event),
        **letters(db, order, event),
        "sheet_name": "sales",
        "file_form": "csv",
        "token": "made-up",
        "nonce": secret(),
        "fresh_id": str(uuid7()),
        "section_id": str(uuid7()),
        **_plan(db, venue),
        **on_its_way(db, order.organizer_id),
        "block_id": str(uuid7()),
        "ticket": "made-up",
        "name": "0" * 32 + ".png",
        "version": "0",
        "path": "css/site.css",
    }


def _plan(db: Session, venue: Venue) -> dict[str, str]:
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


def _question(db: Session, event: Event) -> str:
    question = Question(event_id=event.id, label="Do you need a chair", kind="text")
    db.add(question)
    db.flush()
    return str(question.id)


def _invitation(db: Session, organizer_id: UUID) -> str:
    """Somebody is asked to join, and has not come yet."""
    made = {"email": "lena@example.org", "role": "door", "invited_by": "Alice Adams", "sent_at": clock.now()}
    until = clock.now() + timedelta(days=14)
    invitation = Invitation(organizer_id=organizer_id, expires_at=until, **made)
    db.add(invitation)
    db.flush()
    return str(invitation.id)


def _series(db: Session, event: Event, venue: Venue) -> str:
    """A rule whose dates are all over."""
    pattern = Pattern(Rule("week", date(2026, 1, 6), until=date(2026, 2, 3)), Times(time(20), time(22)))
    series = Series(event_id=event.id, venue_id=venue.id, pattern=kept(pattern))
    db.add(series)
    db.flush()
    return str(series.id)


def _room(db: Session, event: Event, date: EventDate) -> str:
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


def _waiting(db: Session, event: Event, line: OrderLine) -> dict[str, str]:
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


def _desk(db: Session, order: Order, line: OrderLine) -> dict[str, str]:
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


def _rehearsal(db: Session, event: Event) -> str:
    rehearsal = Rehearsal(event_id=event.id, visitors=10, state="failed", report={"error": "No."})
    db.add(rehearsal)
    db.flush()
    return str(rehearsal.id)


def _payment(db: Session, order: Order) -> str:
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


def _dead_letter(db: Session) -> str:
    told = Outbox(topic="OrderPaid", payload={"order_id": str(uuid7())}, sent_at=clock.now())
    db.add(told)
    db.flush()
    letter = Delivery(
        outbox_id=told.id, job="mail_tickets", queue="urgent", attempts=15, dead_at=clock.now(), error="No"
    )
    db.add(letter)
    db.flush()
    return str(letter.id)


def _held(db: Session, order: Order, basket: str) -> str:
    """Places that the guest holds for the same date."""
    line = db.scalars(select(OrderLine).where(OrderLine.order_id == order.id)).one()
    hold = Hold(basket=basket, organizer_id=order.organizer_id, expires_at=clock.now().replace(year=2099))
    db.add(hold)
    db.flush()
    db.add(HoldLine(hold_id=hold.id, ticket_type_id=line.ticket_type_id, pool_id=line.pool_id, quantity=1))
    db.get_one(Pool, line.pool_id).taken += 1
    return str(hold.id)
