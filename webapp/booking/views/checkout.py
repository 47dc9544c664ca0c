"""Your details: from a hold to an order, and on to the payment page."""

from functools import partial
from uuid import UUID

from flask import Blueprint, Response, current_app, request, url_for
from werkzeug.datastructures import MultiDict

from webapp.accounts.guards import account, open_to_all
from webapp.booking import forms, rules
from webapp.booking.queries import baskets, orders, questions
from webapp.booking.queries.baskets import BasketPart
from webapp.booking.refusals import NotThisCode
from webapp.booking.service import checkout, codes, donations
from webapp.booking.service.checkout import Buyer, Placed
from webapp.booking.views import papers, visitor
from webapp.booking.views.again import leading_back
from webapp.core import clock
from webapp.core.db import Session
from webapp.core.errors import Invalid
from webapp.payments.gateway import GatewayAway, GatewayRefused
from webapp.payments.service import charges
from webapp.web import current, limits
from webapp.web.notices import tell
from webapp.web.page import go, show

bp = Blueprint("checkout", __name__)


@bp.get("/checkout/<uuid:hold_id>")
@open_to_all
def form(hold_id: UUID) -> Response:
    """The empty form; who comes back to it after ordering is led to the order."""
    with current.database().reading() as db:
        path = orders.find_path(db, basket=visitor.basket(), hold_id=hold_id)
    if path:
        return go(path)
    person = account()
    values = {"name": person.name, "email": person.email} if person else {}
    return _form(hold_id, values, None)


@bp.post("/checkout/<uuid:hold_id>")
@open_to_all
def place(hold_id: UUID) -> Response:
    """Place the order and go to pay; sent twice, the second answer is the first one's order."""
    form: MultiDict[str, str] = request.form
    try:
        form = _handed_in(hold_id)
        with leading_back("Back to the basket", url_for("basket.show_basket")):
            placed = _place(hold_id, form)
    except Invalid as refusal:
        return _form(hold_id, papers.typed(form), refusal)
    if placed.payment_id is None:
        return go(url_for("orders.show_order", code=placed.code, key=placed.secret))
    return pay(placed.code, placed.secret, placed.payment_id)


@bp.post("/checkout/<uuid:hold_id>/voucher")
@open_to_all
@limits.limit(limits.CODES)
def voucher(hold_id: UUID) -> Response:
    """Use a code, or take it off; what was typed in the form meanwhile stays."""
    typed, code = papers.typed(request.form), request.form.get("code", "")
    try:
        with current.database().writing() as db:
            codes.use_voucher(db, basket=visitor.basket(), hold_id=hold_id, code=code, now=clock.now())
    except NotThisCode as refusal:
        return _form(hold_id, typed, refusal)
    return _form(hold_id, typed, None)


@bp.post("/checkout/<uuid:hold_id>/donation")
@open_to_all
@limits.limit(limits.HOLD)
def donation(hold_id: UUID) -> Response:
    """Add a free amount, change it, or take it off; what was typed in the form meanwhile stays."""
    typed = request.form.to_dict()
    try:
        with current.database().writing() as db:
            donations.give(
                db, basket=visitor.basket(), hold_id=hold_id, typed=request.form.get("donation", "")
            )
    except Invalid as refusal:
        return _form(hold_id, typed, refusal)
    return _form(hold_id, typed, None)


def pay(code: str, key: str, payment_id: UUID) -> Response:
    """Off to the provider's page; when it is away, or refuses, the order waits and says so."""
    try:
        url = charges.open_session(current.database(), current_app.extensions["gateway"], payment_id)
    except (GatewayAway, GatewayRefused) as refusal:
        tell(refusal.title or "", refusal.sentence, kind="warn")
        return go(url_for("orders.show_order", code=code, key=key))
    return go(url)


def return_url() -> str:
    """Where the provider sends the guest back, with places for code and key."""
    return f"{current.settings().base_url}/orders/{{code}}?key={{key}}"


def _handed_in(hold_id: UUID) -> MultiDict[str, str]:
    """The form with its files kept; only who holds something hands files in."""
    if request.files:
        with current.database().reading() as db:
            baskets.part(db, visitor.basket(), hold_id, clock.now())
    return papers.handed_in(visitor.basket())


def _place(hold_id: UUID, form: MultiDict[str, str]) -> Placed:
    with current.database().writing() as db:
        return checkout.place_order(
            db,
            basket=visitor.basket(),
            hold_id=hold_id,
            buyer=partial(_buyer, db, form),
            return_url=return_url(),
            now=clock.now(),
        )


def _buyer(db: Session, form: MultiDict[str, str], part: BasketPart) -> Buyer:
    """Who buys and what they answered; what was typed or changed and not seen in the sum is refused."""
    rules.require_seen(part.terms, form.get("code", ""))
    donations.require_seen(part, form.get("donation", ""))
    rules.require_same_sum(part.totals.total, form.get("seen", ""), part.currency)
    asked = questions.questions(db, {date.event_id for date in part.dates})
    filled = forms.buyer(form, forms.ticket_fields(part, asked), forms.order_fields(asked))
    who = filled.person
    return Buyer(
        who.name,
        who.email,
        visitor.user_id(),
        filled.attendees,
        filled.answers,
        papers=filled.papers,
        wants_news=who.wants_news,
    )


def _form(hold_id: UUID, values: dict[str, str], refusal: Invalid | None) -> Response:
    now = clock.now()
    with current.database().reading() as db:
        part = baskets.part(db, visitor.basket(), hold_id, now)
        asked = questions.questions(db, {date.event_id for date in part.dates})
    return show(
        "booking/checkout.html",
        status=422 if refusal else 200,
        part=part,
        fields=forms.ticket_fields(part, asked),
        of_order=forms.order_fields(asked),
        values=values,
        refusal=refusal,
        now=now,
    )
