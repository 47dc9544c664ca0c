"""Tickets that are asked for: staff say yes or no, and a yes is an order with time to pay.

A request claims places as everybody does, when it is made or when it is approved, as its ticket type says;
nothing is promised that is not there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from webapp.accounts.events import AccountDeleted
from webapp.accounts.queries.people import person as account
from webapp.booking import rules as booking
from webapp.booking.queries import baskets
from webapp.booking.queries import offers as sale
from webapp.booking.rules import Offer
from webapp.booking.service import checkout, holds, settlement
from webapp.booking.service.checkout import Buyer
from webapp.core import clock, outbox
from webapp.core.audit import GUEST, Actor, note
from webapp.core.db import Database
from webapp.core.errors import Conflict, NotFound, Refusal
from webapp.core.ids import secret
from webapp.desk import rules
from webapp.desk.events import RequestApproved, RequestDeclined, TicketsAsked
from webapp.desk.models import TicketRequest
from webapp.desk.service import selling
from webapp.desk.service.selling import Choice

ONE_OPEN = "uq_ticket_requests_open"

KEEP_UNTIL = text("UPDATE holds SET expires_at = :until WHERE id = :hold")
END_OLD = text("""
    UPDATE ticket_requests SET state = 'withdrawn', answered_at = :now
    WHERE ticket_type_id = :type AND lower(email) = lower(:email) AND state = 'asked' AND answer_by <= :now
""")


@dataclass(frozen=True)
class Wanted:
    """What somebody asks for. `id` comes with the form, so that a resend is the same request.

    `answers` has what was answered about the `order`, for each of the `tickets` a name and answers, and the
    `papers` that are files.
    """

    id: UUID
    ticket_type_id: UUID
    quantity: int
    name: str
    email: str
    user_id: UUID | None
    words: str
    answers: Mapping[str, Any]


@dataclass(frozen=True)
class Answer:
    """Who answers, with which words; `pay_hours` is how long an approved one may be paid."""

    organizer_id: UUID
    by: Actor
    return_url: str
    note: str = ""
    pay_hours: int = rules.PAY_HOURS


def ask(database: Database, wanted: Wanted, now: datetime) -> str:
    """Ask for tickets; returns what opens the request's page. Places are held where the type says so."""
    with database.reading() as db:
        if known := db.get(TicketRequest, wanted.id):
            return known.secret
        offer = sale.offers(db, [wanted.ticket_type_id]).get(wanted.ticket_type_id)
    if offer is None:
        raise NotFound("This ticket is not for sale.")
    rules.require_asked_for(offer.approval, offer.name)
    booking.require_revealed(offer, None, now)
    booking.require_on_sale(replace(offer, approval="none"), now)
    booking.require_quantity(offer, wanted.quantity)
    hold_id = _claim(database, wanted.id, offer, wanted.quantity, now) if offer.approval == "hold" else None
    try:
        with database.writing() as db:
            return _write(db, wanted, offer, hold_id, now)
    except Refusal:
        selling.give_up(database, basket_of(wanted.id), hold_id)
        raise


def approve(database: Database, request_id: UUID, answer: Answer, now: datetime) -> bool:
    """Say yes: an order with time to pay, or tickets when they cost nothing. False when it was answered."""
    with database.reading() as db:
        request = _own(db, answer.organizer_id, request_id)
        if request.state != "asked":
            return False
        _require_open(request, now)
        offer = sale.offers(db, [request.ticket_type_id])[request.ticket_type_id]
    booking.require_open(offer, now)
    hold_id = request.hold_id or _claim(database, request_id, offer, request.quantity, now)
    try:
        with database.writing() as db:
            is_new = _approve(db, request_id, hold_id, offer, answer, now)
    except Refusal:
        if request.hold_id is None:
            selling.give_up(database, basket_of(request_id), hold_id)
        raise
    if not is_new:
        # Somebody was quicker: what was claimed for it a second time is nobody's.
        selling.give_up(database, basket_of(request_id), hold_id)
    return is_new


def decline(db: Session, request_id: UUID, answer: Answer, now: datetime) -> bool:
    """Say no, with a word if there is one; its places are free. False when it was answered before."""
    request = _locked(db, answer.organizer_id, request_id)
    if request.state != "asked":
        return False
    request.note = answer.note
    _end(db, request, "declined", answer.by, now)
    outbox.record(db, RequestDeclined(request.id))
    return True


def withdraw(db: Session, *, request_id: UUID, key: str, now: datetime) -> None:
    """The guest does not want them any more; twice is once."""
    request = db.scalar(
        select(TicketRequest)
        .where(TicketRequest.id == request_id, TicketRequest.secret == key)
        .with_for_update()
    )
    if request is None:
        raise NotFound("There is no such request.")
    if request.state == "approved":
        raise Conflict("It is approved already. Cancel the order on its own page instead.")
    if request.state == "asked":
        _end(db, request, "withdrawn", GUEST, now)


def forget_person(db: Session, event: AccountDeleted) -> None:
    """The account is gone: it asks no more, and its name goes from every request."""
    person = account(db, event.user_id)
    own = TicketRequest.user_id == event.user_id
    if person.is_verified:
        own = or_(own, func.lower(TicketRequest.email) == person.email.lower())
    for request in db.scalars(select(TicketRequest).where(own).order_by(TicketRequest.id)).all():
        if request.state == "asked":
            _end(db, request, "withdrawn", GUEST, clock.now())
        request.name = request.email = request.words = ""
        request.answers = {}
    db.flush()


def basket_of(request_id: UUID) -> str:
    """What a request holds and hands in is in this basket; no cookie has this fingerprint."""
    return f"request {request_id}"


def _claim(database: Database, request_id: UUID, offer: Offer, quantity: int, now: datetime) -> UUID:
    choice = Choice(basket_of(request_id), offer.date_id, {offer.id: quantity})
    return selling.choose(database, choice, now)


def _write(db: Session, wanted: Wanted, offer: Offer, hold_id: UUID | None, now: datetime) -> str:
    db.execute(END_OLD, {"type": offer.id, "email": wanted.email, "now": now})
    until = rules.answer_by(now, offer.ends_at)
    request = TicketRequest(
        id=wanted.id,
        organizer_id=offer.organizer_id,
        date_id=offer.date_id,
        ticket_type_id=offer.id,
        quantity=wanted.quantity,
        name=wanted.name,
        email=wanted.email,
        user_id=wanted.user_id,
        words=wanted.words,
        answers=dict(wanted.answers),
        secret=secret(),
        asked_at=now,
        answer_by=until,
        hold_id=hold_id,
    )
    try:
        with db.begin_nested():
            db.add(request)
            db.flush()
    except IntegrityError as error:
        if ONE_OPEN not in str(error):
            raise
        raise Conflict(
            "You have asked for this ticket already, and the organizer has not answered yet. The link to your"
            " request is in the mail.",
            title="Asked already",
        ) from error
    if hold_id:
        db.execute(KEEP_UNTIL, {"hold": hold_id, "until": until})
    outbox.record(db, TicketsAsked(request.id))
    after = {"ticket": offer.name, "quantity": wanted.quantity}
    subject = ("request", request.id)
    organizer_id = offer.organizer_id
    note(db, GUEST, "Tickets asked for", subject, organizer_id=organizer_id, before=None, after=after)
    return request.secret


def _approve(  # noqa: PLR0917  # one step of the above, with what it knows
    db: Session, request_id: UUID, hold_id: UUID, offer: Offer, answer: Answer, now: datetime
) -> bool:
    request = _locked(db, answer.organizer_id, request_id)
    if request.state != "asked":
        return False
    _require_open(request, now)
    until = rules.pay_by(now, answer.pay_hours, offer.ends_at)
    part = replace(baskets.part(db, basket_of(request_id), hold_id, now), expires_at=until)
    order, _ = checkout.make_order(
        db, part, basket=basket_of(request_id), buyer=_buyer(request), by=answer.by, now=now
    )
    request.state, request.order_id, request.pay_by = "approved", order.id, until
    request.answered_at, request.answered_by, request.note = now, answer.by.name, answer.note
    after = {"order": order.code, "pay_by": until.isoformat(timespec="minutes"), "note": answer.note}
    _note(db, request, "Request approved", answer.by, after)
    if order.total:
        checkout.ask_for_money(db, order, until, answer.return_url)
        outbox.record(db, RequestApproved(request.id))
    else:
        settlement.pay_free_order(db, order, now)
    db.flush()
    return True


def _buyer(request: TicketRequest) -> Buyer:
    given = request.answers
    tickets: Sequence[tuple[str, Mapping[str, str]]] = [
        (name, each) for name, each in given.get("tickets", ())
    ]
    return Buyer(
        request.name,
        request.email,
        request.user_id,
        {request.ticket_type_id: tickets},
        given.get("order", {}),
        papers=given.get("papers", ()),
    )


def _end(db: Session, request: TicketRequest, state: str, by: Actor, now: datetime) -> None:
    request.state, request.answered_at, request.answered_by = state, now, by.name
    db.flush()
    if request.hold_id:
        holds.release(db, basket=basket_of(request.id), hold_id=request.hold_id)
    _note(db, request, f"Request {state}", by, {"note": request.note} if request.note else {})


def _note(db: Session, request: TicketRequest, said: str, by: Actor, after: dict[str, Any]) -> None:
    note(
        db,
        by,
        said,
        ("request", request.id),
        organizer_id=request.organizer_id,
        before={"state": "asked"},
        after={"state": request.state, "tickets": request.quantity, **after},
    )


def _require_open(request: TicketRequest, now: datetime) -> None:
    if request.answer_by <= now:
        raise Conflict("The time to answer is over, and its places are free. The guest may ask again.")


def _own(db: Session, organizer_id: UUID, request_id: UUID) -> TicketRequest:
    request = db.get(TicketRequest, request_id)
    if request is None or request.organizer_id != organizer_id:
        raise NotFound("There is no such request.")
    return request


def _locked(db: Session, organizer_id: UUID, request_id: UUID) -> TicketRequest:
    _own(db, organizer_id, request_id)
    return db.get_one(TicketRequest, request_id, with_for_update=True, populate_existing=True)
