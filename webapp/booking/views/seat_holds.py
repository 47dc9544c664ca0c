"""Seats into the basket and out of it."""

from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request, url_for

from webapp.accounts.guards import open_to_all
from webapp.booking import forms
from webapp.booking.queries import baskets
from webapp.booking.refusals import SeatsTaken
from webapp.booking.service import seats
from webapp.booking.service.seat_wishes import BestWish, SeatWish
from webapp.booking.views import visitor
from webapp.booking.views.basket import ring
from webapp.booking.views.scene import answer, scene
from webapp.core import clock
from webapp.core.errors import Invalid, NotFound
from webapp.core.ids import fingerprint
from webapp.core.text import one_line
from webapp.web import current, limits
from webapp.web.forms import parsed
from webapp.web.notices import tell
from webapp.web.page import go

bp = Blueprint("seat_holds", __name__)


@bp.get("/basket/seats")
@open_to_all
def own() -> Response:
    """What this basket has of a date already, for its page of seats."""
    date_id, now = forms.date_id(request.args), clock.now()
    with current.database().reading() as db:
        parts = baskets.parts(db, visitor.basket(), now) if visitor.basket() else []
    found = [(part, date) for part in parts for date in part.dates if date.date_id == date_id]
    return make_response(render_template("booking/_own_seats.html", found=found, now=now))


@bp.post("/basket/seats")
@open_to_all
@limits.limit(limits.HOLD)
def hold() -> Response:
    """Hold the chosen seats; when somebody was quicker, say which are gone and which are near."""
    token, date_id, asked = visitor.new_token(), _date(), forms.seats(request.form)
    code = one_line(request.form.get("code", ""))[:60]
    wish = SeatWish(fingerprint(token), date_id, asked, code, buyer=visitor.known)
    try:
        held = seats.hold(current.database(), wish, clock.now())
    except SeatsTaken as refusal:
        here = scene(None, date_id, code)
        return answer(here, here.instead(asked, refusal, code), status=refusal.status)
    ring(held.dates)
    return visitor.keep(go(url_for("basket.show_basket")), token)


@bp.post("/basket/seats/best")
@open_to_all
@limits.limit(limits.HOLD)
def hold_best() -> Response:
    """Hold the best seats that are free, whichever they are."""
    token, form = visitor.new_token(), parsed(forms.BestForm, request.form)
    wish = BestWish(
        fingerprint(token),
        form.date,
        form.together,
        level=form.level,
        section=form.section,
        up_to=form.up_to,
        accessible=form.accessible,
        code=form.code,
        is_first=not visitor.basket(),
        buyer=visitor.known,
    )
    held = seats.hold_best(current.database(), wish, clock.now())
    ring(held.dates)
    return visitor.keep(go(url_for("basket.show_basket")), token)


@bp.post("/basket/seats/give-back")
@open_to_all
def give_back() -> Response:
    """Let one seat go; the others stay."""
    date_id = _date()
    if not visitor.basket():
        raise NotFound("This browser has no basket. Choose seats on an event's page first.")
    with current.database().writing() as db:
        for ordinal in forms.seats(request.form):
            held = seats.let_go(
                db, basket=visitor.basket(), date_id=date_id, ordinal=ordinal, now=clock.now()
            )
            ring(held.dates)
    tell("Given back", "The seat is on sale again. Nothing was charged.")
    return go(url_for("basket.show_basket"))


def _date() -> UUID:
    date_id = forms.date_id(request.form)
    if date_id is None:
        raise Invalid("The date is missing. Open the seats again and choose from there.")
    return date_id
