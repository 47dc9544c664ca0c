"""The order, from waiting for its payment to the tickets and beyond."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, request, url_for

from webapp.accounts.guards import open_to_all, signed_in
from webapp.accounts.queries.people import Account
from webapp.booking import forms
from webapp.booking.queries import orders
from webapp.booking.queries.orders import OrderView
from webapp.booking.service import cancellation, checkout, holders, returns
from webapp.booking.views import visitor
from webapp.booking.views.checkout import pay, return_url
from webapp.core import clock
from webapp.core.errors import Invalid
from webapp.payments.gateway import GatewayAway, GatewayRefused
from webapp.payments.service import charges
from webapp.web import current, limits
from webapp.web.forms import parsed
from webapp.web.notices import tell
from webapp.web.page import go, show

bp = Blueprint("orders", __name__)

# How long the provider may be silent before an open page asks it.
PATIENCE = timedelta(seconds=5)


@bp.get("/orders")
@signed_in
def mine(person: Account) -> Response:
    with current.database().reading() as db:
        rows = orders.orders_of(db, person.id, person.email if person.is_verified else "")
    return show("booking/mine.html", rows=rows)


@bp.get("/orders/find")
@open_to_all
def find() -> Response:
    return show("booking/find.html", values={}, refusal=None)


@bp.post("/orders/find")
@open_to_all
@limits.limit(limits.CODES)
def found() -> Response:
    """Open an order by its code and the buyer's address; what does not fit is said without telling which."""
    try:
        form = parsed(forms.FindForm, request.form)
        with current.database().reading() as db:
            key = orders.find_secret(db, form.code, form.email)
        if key is None:
            raise Invalid("No order has this code and this address together. Look at both again.")
    except Invalid as refusal:
        return show("booking/find.html", status=422, values=request.form.to_dict(), refusal=refusal)
    return go(url_for(".show_order", code=form.code.upper(), key=key))


@bp.get("/orders/<code>")
@open_to_all
def show_order(code: str) -> Response:
    return show("booking/order.html", "state", **_page(code, look="look" in request.args))


@bp.get("/orders/<code>/state")
@open_to_all
def state(code: str) -> Response:
    """The part that turns by itself, for pages that ask because nobody tells them."""
    return show("booking/order.html", "state", revalidate=True, **_page(code))


@bp.post("/orders/<code>/pay")
@open_to_all
def pay_again(code: str) -> Response:
    """Back to the payment page; a new try when the last one has ended."""
    with current.database().writing() as db:
        order = orders.order(db, orders.require_order(db, code, visitor.visitor()))
        is_over = order.payment_state in ("failed", "cancelled")
        attempt = order.payments + 1 if is_over else max(order.payments, 1)
        payment_id = checkout.pay_again(
            db, order_id=order.id, return_url=return_url(), attempt=attempt, now=clock.now()
        )
    if payment_id is None:
        return go(order.path)
    return pay(order.code, order.secret, payment_id)


@bp.post("/orders/<code>/cancel")
@open_to_all
def cancel(code: str) -> Response:
    with current.database().writing() as db:
        order = orders.order(db, orders.require_order(db, code, visitor.visitor()))
        cancellation.cancel_by_guest(db, order_id=order.id)
    for date in order.dates:
        current.live().date_changed(str(date.date_id))
    tell("Cancelled", "The tickets are on sale again. Nothing was charged.")
    return go(order.path)


@bp.post("/orders/<code>/tickets/<uuid:ticket_id>/holder")
@open_to_all
def name_holder(code: str, ticket_id: UUID) -> Response:
    """Say who comes with this ticket."""
    with current.database().writing() as db:
        order = orders.order(db, orders.require_order(db, code, visitor.visitor()))
        form = parsed(forms.HolderForm, request.form)
        holders.name_holder(db, order_id=order.id, ticket_id=ticket_id, holder=form.holder)
    tell("The name is on the ticket", f"It says {form.holder} now.")
    return go(order.path)


@bp.post("/orders/<code>/tickets/<uuid:ticket_id>/give-back")
@open_to_all
def give_back(code: str, ticket_id: UUID) -> Response:
    """Put a ticket up for the waiting list; it stays valid until somebody has paid for it."""
    with current.database().writing() as db:
        order = orders.order(db, orders.require_order(db, code, visitor.visitor()))
        returns.offer_back(db, order_id=order.id, ticket_id=ticket_id, now=clock.now())
    tell("It is offered to the waiting list", "Your ticket stays valid until somebody has paid for it.")
    return go(order.path)


@bp.post("/orders/<code>/tickets/<uuid:ticket_id>/keep")
@open_to_all
def keep(code: str, ticket_id: UUID) -> Response:
    """Take the offer back, while nobody has it in hand."""
    with current.database().writing() as db:
        order = orders.order(db, orders.require_order(db, code, visitor.visitor()))
        returns.keep(db, order_id=order.id, ticket_id=ticket_id, now=clock.now())
    tell("You keep it", "The ticket is not offered to anybody any more.")
    return go(order.path)


def _page(code: str, *, look: bool = False) -> dict[str, Any]:
    now = clock.now()
    with current.database().reading() as db:
        order = orders.order(db, orders.require_order(db, code, visitor.visitor()))
    if order.state in ("awaiting_payment", "expired") and _is_silent(order, now, look=look):
        order = _ask(order)
    return {"order": order, "now": now, "is_open": order.is_open(now)}


def _is_silent(order: OrderView, now: datetime, *, look: bool) -> bool:
    if order.payment_created_at is None or order.payment_state not in ("created", "pending"):
        return False
    last = order.payment_asked_at or order.payment_created_at
    return now - last > (timedelta(seconds=1) if look else PATIENCE)


def _ask(order: OrderView) -> OrderView:
    """Ask the provider how it stands, for when its webhook was lost; without an answer nothing changes."""
    assert order.payment_id is not None  # noqa: S101  # nosec B101  # _is_silent looked
    try:
        charges.ask_provider(current.database(), current_app.extensions["gateway"], order.payment_id)
    except (GatewayAway, GatewayRefused):
        return order
    with current.database().reading() as db:
        return orders.order(db, order.id)
