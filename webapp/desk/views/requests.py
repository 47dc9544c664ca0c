"""Asking for tickets that the organizer approves: the form, and how a request stands."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from werkzeug.datastructures import MultiDict

from webapp.accounts.guards import account, open_to_all
from webapp.booking import forms as booking_forms
from webapp.booking.forms import AnswerField, TicketField
from webapp.booking.views import papers, visitor
from webapp.core import clock
from webapp.core.errors import Invalid, NotFound
from webapp.core.ids import fingerprint, uuid7
from webapp.desk.forms import AskForm
from webapp.desk.queries import requests as queries
from webapp.desk.queries.requests import AskFor, RequestView
from webapp.desk.service import requests as service
from webapp.desk.service.requests import Wanted
from webapp.web import current, limits
from webapp.web.forms import parsed
from webapp.web.notices import tell
from webapp.web.page import go, show

bp = Blueprint("requests", __name__)


@bp.get("/orders/requests/new/<uuid:type_id>")
@open_to_all
def new(type_id: UUID) -> Response:
    """The form; `quantity` in the address says for how many tickets it asks."""
    wanted = _ask_for(type_id)
    person = account()
    values = {"name": person.name, "email": person.email} if person else {}
    return _form(wanted, request.args.get("quantity", type=int), values, None)


@bp.post("/orders/requests/new/<uuid:type_id>")
@open_to_all
@limits.limit(limits.CODES)
def ask(type_id: UUID) -> Response:
    wanted = _ask_for(type_id)
    form: MultiDict[str, str] = request.form
    try:
        asked = parsed(AskForm, form)
        form = papers.handed_in(service.basket_of(asked.id))
        key = service.ask(current.database(), _wanted(wanted, asked, form), clock.now())
    except Invalid as refusal:
        return _form(wanted, request.form.get("quantity", type=int), papers.typed(form), refusal)
    current.live().date_changed(str(wanted.date_id))
    return go(url_for(".show_request", request_id=asked.id, key=key))


@bp.get("/orders/requests/<uuid:request_id>")
@open_to_all
def show_request(request_id: UUID) -> Response:
    return show("desk/request.html", request=_own(request_id), now=clock.now())


@bp.post("/orders/requests/<uuid:request_id>/withdraw")
@open_to_all
def withdraw(request_id: UUID) -> Response:
    found = _own(request_id)
    with current.database().writing() as db:
        service.withdraw(db, request_id=request_id, key=found.secret, now=clock.now())
    current.live().date_changed(str(found.date_id))
    tell("Taken back", "The organizer does not need to answer any more.")
    return go(found.path)


def _ask_for(type_id: UUID) -> AskFor:
    with current.database().reading() as db:
        return queries.ask_for(db, type_id)


def _own(request_id: UUID) -> RequestView:
    """The request for who has its key; for everyone else there is none."""
    with current.database().reading() as db:
        found = queries.request(db, request_id, clock.now())
    if fingerprint(request.args.get("key", "")) != fingerprint(found.secret):
        raise NotFound("There is no such request. The link to yours is in the mail.")
    return found


def _wanted(wanted: AskFor, asked: AskForm, form: MultiDict[str, str]) -> Wanted:
    number = _quantity(wanted, asked.quantity)
    filled = booking_forms.buyer(form, _tickets(wanted, number), _of_order(wanted))
    given = filled.attendees.get(wanted.ticket_type_id, ())
    return Wanted(
        asked.id,
        wanted.ticket_type_id,
        number,
        filled.person.name,
        filled.person.email,
        visitor.user_id(),
        asked.words,
        {
            "order": dict(filled.answers),
            "tickets": [[name, dict(answers)] for name, answers in given],
            "papers": list(filled.papers),
        },
    )


def _quantity(wanted: AskFor, typed: int | None) -> int:
    return min(max(typed or wanted.least, wanted.least), wanted.most, booking_forms.MOST_SEATS)


def _tickets(wanted: AskFor, number: int) -> list[TicketField]:
    about = tuple(one for one in wanted.questions if one.is_for(wanted.type_name))
    return [
        TicketField(at, number, wanted.ticket_type_id, wanted.type_name, "", about)
        for at in range(1, number + 1)
    ]


def _of_order(wanted: AskFor) -> list[AnswerField]:
    return booking_forms.order_fields(wanted.questions)


def _form(wanted: AskFor, typed: int | None, values: dict[str, Any], refusal: Invalid | None) -> Response:
    number = _quantity(wanted, typed)
    return show(
        "desk/ask.html",
        status=422 if refusal else 200,
        wanted=wanted,
        number=number,
        fields=_tickets(wanted, number),
        of_order=_of_order(wanted),
        values=values,
        refusal=refusal,
        fresh=values.get("id") or uuid7(),
    )
