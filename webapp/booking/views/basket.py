"""The basket: hold, change, release, extend, take along."""

from collections.abc import Iterable
from uuid import UUID

import segno
from flask import Blueprint, Response, make_response, render_template, request, url_for
from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

from webapp.accounts.guards import account, open_to_all
from webapp.booking import forms
from webapp.booking.queries import addons, baskets
from webapp.booking.service import holds
from webapp.booking.views import visitor
from webapp.booking.views.again import leading_back, typed
from webapp.core import clock
from webapp.core.errors import Gone, NotFound
from webapp.core.ids import fingerprint
from webapp.web import current, limits
from webapp.web.notices import tell
from webapp.web.page import go, show

bp = Blueprint("basket", __name__)

HAND_OVER_SECONDS = 30 * 60


@bp.get("/basket")
@open_to_all
def show_basket() -> Response:
    now = clock.now()
    with current.database().reading() as db:
        parts = baskets.parts(db, visitor.basket(), now)
        waiting = baskets.waiting(db, visitor.basket(), now)
        extras = addons.offered(db, [part.hold_id for part in parts], now)
    close = baskets.close_dates(parts)
    return show(
        "booking/basket.html", "basket", parts=parts, waiting=waiting, addons=extras, close=close, now=now
    )


@bp.get("/basket/corner")
@open_to_all
def corner() -> Response:
    """The personal corner of every page: how many tickets are held, who is signed in."""
    with current.database().reading() as db:
        held = baskets.count(db, visitor.basket(), clock.now()) if visitor.basket() else 0
    return make_response(render_template("booking/_corner.html", held=held, person=account()))


@bp.post("/basket/hold")
@open_to_all
@limits.limit(limits.HOLD)
def hold() -> Response:
    token = visitor.new_token()
    with leading_back("Back to the tickets", typed(request.form)):
        wanted, code = forms.quantities(request.form), request.form.get("code", "")
        wish = holds.Wish(
            fingerprint(token),
            wanted,
            code,
            is_first=not visitor.basket(),
            buyer=visitor.known,
            prices=forms.prices(request.form),
        )
        held = holds.hold(current.database(), wish, clock.now())
    ring(held.dates)
    return visitor.keep(go(url_for(".show_basket")), token)


@bp.post("/basket/change")
@open_to_all
@limits.limit(limits.HOLD)
def change() -> Response:
    """New numbers for what is held; 0 releases a line. Who goes on takes along what is typed there."""
    wanted = forms.quantities(request.form)
    chosen = forms.prices(request.form)
    wish = holds.Wish(_own_basket(), wanted, is_change=True, buyer=visitor.known, prices=chosen)
    with leading_back("Back to the basket", url_for(".show_basket")):
        held = holds.hold(current.database(), wish, clock.now())
    ring(held.dates)
    if "then" in request.form and held.hold_id:
        return go(url_for("checkout.form", hold_id=held.hold_id))
    return go(url_for(".show_basket"))


@bp.post("/basket/<uuid:hold_id>/release")
@open_to_all
def release(hold_id: UUID) -> Response:
    with current.database().writing() as db:
        held = holds.release(db, basket=_own_basket(), hold_id=hold_id)
    ring(held.dates)
    tell("Released", "The tickets are on sale again. Nothing was charged.")
    return go(url_for(".show_basket"))


@bp.post("/basket/<uuid:hold_id>/extend")
@open_to_all
def extend(hold_id: UUID) -> Response:
    with current.database().writing() as db:
        holds.extend(db, basket=_own_basket(), hold_id=hold_id, now=clock.now())
    tell("Held five minutes longer")
    return go(url_for(".show_basket"))


@bp.get("/basket/hand-over")
@open_to_all
def hand_over() -> Response:
    """A link that opens this basket on another device, as text and as a code to photograph."""
    token = visitor.new_token()
    link = current.settings().base_url + url_for(".take", ticket=_hand_over().dumps(token))
    code = segno.make(link, error="l").svg_inline(border=2, light="#fff", omitsize=True)
    return visitor.keep(show("booking/hand_over.html", link=link, code=code), token)


@bp.get("/basket/take/<ticket>")
@open_to_all
def take(ticket: str) -> Response:
    _taken(ticket)
    return show("booking/take.html", ticket=ticket)


@bp.post("/basket/take/<ticket>")
@open_to_all
def take_over(ticket: str) -> Response:
    tell("The basket is here now", "It is still on the other device, too; both show the same.")
    return visitor.keep(go(url_for(".show_basket")), _taken(ticket))


def _hand_over() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current.settings().secret_key, salt="basket hand-over")


def _taken(ticket: str) -> str:
    try:
        return str(_hand_over().loads(ticket, max_age=HAND_OVER_SECONDS))
    except SignatureExpired:
        raise Gone("This link was good for half an hour. Make a new one in the basket.") from None
    except BadSignature:
        raise NotFound("This link is not complete. Copy it again from the other device.") from None


def _own_basket() -> str:
    if not visitor.basket():
        raise NotFound("This browser has no basket. Hold tickets on an event's page first.")
    return visitor.basket()


def ring(dates: Iterable[UUID]) -> None:
    """Let the pages of these dates be drawn anew."""
    for date_id in dates:
        current.live().date_changed(str(date_id))
