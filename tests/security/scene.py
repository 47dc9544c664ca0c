"""Everybody who may come: a house with its team, its guest, its operator, and a stranger."""

from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.factories.accounts import a_person
from tests.factories.imports import on_its_way
from tests.factories.sold import sold_order
from tests.security import props
from tests.security.letters import letters
from webapp.accounts.models import EventRole, Membership, Organizer
from webapp.accounts.queries.people import Person
from webapp.accounts.rules import Device
from webapp.accounts.service import signing_in
from webapp.booking.models import Hold, HoldLine, Order, OrderLine, Ticket
from webapp.catalog.models import Event, EventDate, Pool, Venue, Voucher
from webapp.core import clock
from webapp.core.db import Database, Session
from webapp.core.ids import fingerprint, secret, uuid7

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
        values |= {"passkey_id": str(uuid7())}
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
        "payment_id": props.payment(db, order),
        "delivery_id": props.dead_letter(db),
        "question_id": props.question(db, event),
        "invitation_id": props.invitation(db, order.organizer_id),
        "room_id": props.room(db, event, date),
        "series_id": props.series(db, event, venue),
        **props.waiting(db, event, line),
        **props.desk(db, order, line),
        "paper_id": str(uuid7()),
        "refund_id": str(uuid7()),
        "rehearsal_id": props.rehearsal(db, event),
        **letters(db, order, event),
        "sheet_name": "sales",
        "file_form": "csv",
        "token": "made-up",
        "nonce": secret(),
        "fresh_id": str(uuid7()),
        "section_id": str(uuid7()),
        **props.plan(db, venue),
        **on_its_way(db, order.organizer_id),
        "block_id": str(uuid7()),
        "ticket": "made-up",
        "name": "0" * 32 + ".png",
        "version": "0",
        "path": "css/site.css",
    }


def _held(db: Session, order: Order, basket: str) -> str:
    """Places that the guest holds for the same date."""
    line = db.scalars(select(OrderLine).where(OrderLine.order_id == order.id)).one()
    hold = Hold(basket=basket, organizer_id=order.organizer_id, expires_at=clock.now().replace(year=2099))
    db.add(hold)
    db.flush()
    db.add(HoldLine(hold_id=hold.id, ticket_type_id=line.ticket_type_id, pool_id=line.pool_id, quantity=1))
    db.get_one(Pool, line.pool_id).taken += 1
    return str(hold.id)
