"""The counter: pick a date, then tickets or seats, take the money, hand over the tickets."""

from dataclasses import replace
from datetime import date as calendar_day
from uuid import UUID

from flask import Blueprint, Response, request, url_for

from webapp.accounts.guards import Team, may
from webapp.booking import forms as booking_forms
from webapp.booking.queries import baskets, held_back
from webapp.booking.queries.baskets import BasketPart
from webapp.booking.queries.held_back import DateSeats
from webapp.booking.service import seats
from webapp.booking.staff import ticks
from webapp.core import clock
from webapp.core.db import Session
from webapp.core.errors import Conflict, Invalid, NotFound, Refusal
from webapp.core.ids import secret, uuid7
from webapp.core.text import one_line
from webapp.desk import rules
from webapp.desk.forms import PayForm, SeatForm, TermsForm
from webapp.desk.queries import counter as queries
from webapp.desk.queries.counter import CounterDate
from webapp.desk.queries.tills import TillView
from webapp.desk.service import selling
from webapp.desk.service.selling import Choice, Seller
from webapp.desk.staff.tills import find_own, require_own
from webapp.seating.drawing import DRAWINGS, Block, Drawing
from webapp.web import current
from webapp.web.forms import parsed
from webapp.web.notices import tell
from webapp.web.page import go, show

bp = Blueprint("counter_staff", __name__, url_prefix="/staff")


@bp.get("/<organizer>/counter")
@may("sale.counter", narrowed=True)
def dates(team: Team) -> Response:
    """What can be sold; without a till of one's own, the way to open one."""
    own = find_own(team)
    key, words = request.args.get("key", ""), one_line(request.args.get("q", ""))[:100]
    day = request.args.get("day", type=calendar_day.fromisoformat)
    with current.database().reading() as db:
        found = queries.dates(db, team.organizer_id, team.reach, clock.now(), words=words, day=day)
        begun = _begun(db, team, own, key) if own else None
    return show(
        "desk/staff/counter.html",
        team=team,
        dates=found,
        till=own,
        fresh=uuid7(),
        begun=begun,
        key=key,
        words=words,
        day=day,
    )


@bp.get("/<organizer>/counter/<uuid:date_id>")
@may("sale.counter")
def date(team: Team, date_id: UUID) -> Response:
    return _date(team, date_id, require_own(team))


@bp.post("/<organizer>/counter/<uuid:date_id>")
@may("sale.counter")
def choose(team: Team, date_id: UUID) -> Response:
    """Hold what the customer wants; on to the till or to more. A resend by its key is the same hold."""
    own = require_own(team)
    try:
        hold_id = selling.choose(current.database(), _choice(team, own, date_id), clock.now())
    except Refusal as refusal:
        return _date(team, date_id, own, refusal)
    current.live().date_changed(str(date_id))
    if "more" in request.form:
        return go(url_for(".date", organizer=team.slug, date_id=date_id, key=request.form["key"]))
    return go(url_for(".pay", organizer=team.slug, hold_id=hold_id))


@bp.get("/<organizer>/counter/<uuid:date_id>/seats/<uuid:section_id>")
@may("sale.counter")
def section(team: Team, date_id: UUID, section_id: UUID) -> Response:
    """The seats of one part of the house, to tick those that the customer points at."""
    own, key = require_own(team), request.args.get("key", "")
    with current.database().reading() as db:
        hall = held_back.hall(db, team.organizer_id, date_id)
        drawing = DRAWINGS.of(db, hall.plan.id, hall.plan.version)
        types = queries.types(db, date_id, clock.now())
        begun = _begun(db, team, own, key)
    block = _block(drawing, section_id)
    return show(
        "desk/staff/seats.html",
        team=team,
        date=hall.date,
        drawing=drawing,
        part=block,
        rows=ticks.rows(hall, block),
        spots=ticks.spots(drawing, block),
        types=[one for one in types if one.offer.is_seated],
        begun=begun,
        mine=_own_seats(begun, date_id),
        key=key or secret(),
    )


@bp.get("/<organizer>/counter/pay/<uuid:hold_id>")
@may("sale.counter", narrowed=True)
def pay(team: Team, hold_id: UUID) -> Response:
    own = require_own(team)
    return _pay(team, own, hold_id)


@bp.post("/<organizer>/counter/pay/<uuid:hold_id>")
@may("sale.counter", narrowed=True)
def sell(team: Team, hold_id: UUID) -> Response:
    """Sell it; sent twice, the second answer is the first one's sale."""
    own = require_own(team)
    try:
        code = _sell(team, own, hold_id)
    except (Invalid, Conflict) as refusal:
        return _pay(team, own, hold_id, refusal)
    return go(url_for(".sold", organizer=team.slug, code=code))


@bp.post("/<organizer>/counter/pay/<uuid:hold_id>/terms")
@may("sale.counter", narrowed=True)
def adjust(team: Team, hold_id: UUID) -> Response:
    """Another code, or another price where it is chosen; what was typed beside stays."""
    own = require_own(team)
    with current.database().reading() as db:
        basket = queries.basket_of(db, team.organizer_id, own.id, hold_id)
    code, prices = parsed(TermsForm, request.form).code, booking_forms.prices(request.form)
    try:
        selling.adjust(current.database(), basket, hold_id, code=code, prices=prices, now=clock.now())
    except (Invalid, Conflict) as refusal:
        return _pay(team, own, hold_id, refusal)
    return _pay(team, own, hold_id)


@bp.post("/<organizer>/counter/pay/<uuid:hold_id>/seat")
@may("sale.counter", narrowed=True)
def let_go(team: Team, hold_id: UUID) -> Response:
    """The customer does not want this seat; the others stay."""
    own = require_own(team)
    form = parsed(SeatForm, request.form)
    with current.database().writing() as db:
        basket = queries.basket_of(db, team.organizer_id, own.id, hold_id)
        now = clock.now()
        held = seats.let_go(db, basket=basket, date_id=form.date, ordinal=form.seat, now=now, by_staff=True)
    for date_id in held.dates:
        current.live().date_changed(str(date_id))
    if held.hold_id is None:
        return go(url_for(".dates", organizer=team.slug))
    return go(url_for(".pay", organizer=team.slug, hold_id=hold_id))


@bp.post("/<organizer>/counter/pay/<uuid:hold_id>/release")
@may("sale.counter", narrowed=True)
def release(team: Team, hold_id: UUID) -> Response:
    """The customer does not want them after all."""
    own = require_own(team)
    with current.database().reading() as db:
        basket = queries.basket_of(db, team.organizer_id, own.id, hold_id)
    held = selling.give_up(current.database(), basket, hold_id)
    for date_id in held.dates if held else ():
        current.live().date_changed(str(date_id))
    tell("Given back", "The places are on sale again.")
    return go(url_for(".dates", organizer=team.slug))


@bp.get("/<organizer>/counter/sold/<code>")
@may("sale.counter")
def sold(team: Team, code: str) -> Response:
    """Done: the change to give, the tickets to print, and on to the next customer."""
    with current.database().reading() as db:
        found = queries.sold(db, team.organizer_id, code)
    return show("desk/staff/sold.html", team=team, sale=found)


def _choice(team: Team, own: TillView, date_id: UUID) -> Choice:
    """Only of this date, and of this organizer."""
    key = request.form.get("key", "")
    if not 8 <= len(key) <= 64:
        raise Invalid("This form is not complete. Open the date again and choose from there.")
    with current.database().reading() as db:
        queries.date(db, team.organizer_id, date_id)
        known = {one.offer.id for one in queries.types(db, date_id, clock.now())}
        begun = _begun(db, team, own, key)
    choice = Choice(
        _basket(own, key),
        date_id,
        code=parsed(TermsForm, request.form).code,
        prices=booking_forms.prices(request.form),
        begun=begun.hold_id if begun else None,
    )
    if pointed := booking_forms.seats(request.form):
        kind = request.form.get("kind", type=UUID)
        return replace(choice, seats=dict.fromkeys(pointed, kind if kind in known else None))
    wanted = booking_forms.quantities(request.form)
    return replace(choice, quantities={one: number for one, number in wanted.items() if one in known})


def _block(drawing: Drawing, section_id: UUID) -> Block:
    block = next((one for one in drawing.blocks if one.id == section_id), None)
    if block is None:
        raise NotFound("This hall has no such section.")
    return block


def _basket(own: TillView, key: str) -> str:
    return f"counter {own.id} {key}"


def _begun(db: Session, team: Team, own: TillView, key: str) -> BasketPart | None:
    """What the sale of this key has in hand already."""
    return queries.begun(db, team.organizer_id, _basket(own, key), clock.now()) if key else None


def _own_seats(begun: BasketPart | None, date_id: UUID) -> set[int]:
    """The seats of a date that the sale has in hand, by ordinal."""
    lines = (line for line in begun.lines if line.date_id == date_id) if begun else ()
    return {seat.name.ordinal for line in lines for seat in line.seats}


def _sell(team: Team, own: TillView, hold_id: UUID) -> str:
    paid = parsed(PayForm, request.form).paid(team.currency, booking_forms.prices(request.form))
    with current.database().writing() as db:
        return selling.sell(
            db,
            Seller(team.organizer_id, own.id, team.actor),
            hold_id=hold_id,
            basket=queries.basket_or_sold(db, team.organizer_id, own.id, hold_id),
            paid=paid,
            now=clock.now(),
        )


def _date(team: Team, date_id: UUID, own: TillView, refusal: Refusal | None = None) -> Response:
    key = (request.form if refusal else request.args).get("key", "")
    with current.database().reading() as db:
        found = queries.date(db, team.organizer_id, date_id)
        types = queries.types(db, date_id, clock.now())
        begun = _begun(db, team, own, key)
        hall, drawing = _hall(db, team, found)
    return show(
        "desk/staff/date.html",
        status=refusal.status if refusal else 200,
        team=team,
        date=found,
        types=types,
        sections=hall.sections if hall else (),
        drawing=drawing,
        picked=request.form if refusal else {},
        refusal=refusal,
        begun=begun,
        held={line.ticket_type_id: line for line in begun.lines} if begun else {},
        key=key or secret(),
    )


def _hall(db: Session, team: Team, date: CounterDate) -> tuple[DateSeats | None, Drawing | None]:
    """The sections of a date with its map; nothing where there are no seats."""
    hall = held_back.date_seats(db, team.organizer_id, date.id) if date.is_seated else None
    return hall, DRAWINGS.of(db, hall.plan_id, hall.version) if hall and hall.plan_id else None


def _pay(team: Team, own: TillView, hold_id: UUID, refusal: Refusal | None = None) -> Response:
    with current.database().reading() as db:
        basket = queries.basket_of(db, team.organizer_id, own.id, hold_id)
        part = baskets.part(db, basket, hold_id, clock.now())
    totals = rules.without_fee(part.totals)
    return show(
        "desk/staff/pay.html",
        status=refusal.status if refusal else 200,
        team=team,
        till=own,
        part=part,
        total=totals.total,
        totals=totals,
        sums=rules.round_sums(totals.total, part.currency),
        releasing=rules.RELEASE,
        values=request.form.to_dict(),
        refusal=refusal,
        key=basket.split(" ", 2)[2],
        now=clock.now(),
    )
