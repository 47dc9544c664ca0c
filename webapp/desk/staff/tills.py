"""Tills for staff: one's own to open and close, those of all to look at, and refunds to be paid out."""

from uuid import UUID

from flask import Blueprint, Response, request, url_for

from webapp.accounts.guards import Team, may
from webapp.core import clock
from webapp.core.errors import Conflict, Invalid
from webapp.core.ids import uuid7
from webapp.core.money import shown
from webapp.desk.forms import CloseForm, MoveForm, OpenForm, PayOutForm, amount
from webapp.desk.queries import tills as queries
from webapp.desk.queries.till_tables import LINES, PAYOUTS, TILLS
from webapp.desk.queries.tills import TillView
from webapp.desk.service import tills as service
from webapp.web import current, tables
from webapp.web.forms import parsed
from webapp.web.notices import tell
from webapp.web.page import go, show

bp = Blueprint("tills_staff", __name__, url_prefix="/staff")


@bp.get("/<organizer>/counter/tills")
@may("sale.counter", narrowed=True)
def tills(team: Team) -> Response:
    """Tills with their differences, and refunds to pay out; one's own for who sells for single events."""
    values = {
        "organizer": team.organizer_id,
        "user": None if team.reach.is_all else team.actor.id,
        "zone": team.zone,
        **team.reach.values(),
    }
    if wanted := tables.wanted(TILLS, PAYOUTS):
        return tables.file(wanted, values, team)
    with current.database().reading() as db:
        found, waiting = (tables.listing(db, table, values) for table in (TILLS, PAYOUTS))
    return show("desk/staff/tills.html", team=team, tills=found, waiting=waiting, own=find_own(team))


@bp.get("/<organizer>/counter/tills/<uuid:till_id>")
@may("sale.counter", narrowed=True)
def till(team: Team, till_id: UUID) -> Response:
    _require_shown(team, till_id)
    if tables.wants_file(LINES):
        with current.database().reading() as db:
            queries.till(db, team.organizer_id, till_id)
        return tables.file(LINES, {"organizer": team.organizer_id, "till": till_id}, team)
    return _till(team, till_id)


@bp.post("/<organizer>/counter/tills")
@may("sale.counter", narrowed=True)
def open_till(team: Team) -> Response:
    form = parsed(OpenForm, request.form)
    start = amount("start", form.start, team.currency)
    with current.database().writing() as db:
        service.open_till(
            db,
            organizer_id=team.organizer_id,
            till_id=form.id,
            start_amount=start,
            currency=team.currency,
            by=team.actor,
            now=clock.now(),
        )
    tell("Your till is open", f"{shown(start, team.currency)} are in it.")
    return go(url_for("counter_staff.dates", organizer=team.slug))


@bp.post("/<organizer>/counter/tills/<uuid:till_id>/close")
@may("sale.counter", narrowed=True)
def close_till(team: Team, till_id: UUID) -> Response:
    _require_shown(team, till_id)
    try:
        form = parsed(CloseForm, request.form)
        counted = amount("counted", form.counted, team.currency)
        _close(team, till_id, counted, form.note)
    except Invalid as refusal:
        return _till(team, till_id, refusal)
    tell("The till is closed", "What was counted stands here, and stays.")
    return go(url_for(".till", organizer=team.slug, till_id=till_id))


@bp.post("/<organizer>/counter/tills/<uuid:till_id>/move")
@may("sale.counter", narrowed=True)
def move(team: Team, till_id: UUID) -> Response:
    """Change brought, or cash taken to the bank."""
    _require_shown(team, till_id)
    try:
        form = parsed(MoveForm, request.form)
        moved = amount("amount", form.amount, team.currency) * (1 if form.way == "in" else -1)
        _move(team, till_id, form, moved)
    except Invalid as refusal:
        return _till(team, till_id, refusal)
    tell("Written down")
    return go(url_for(".till", organizer=team.slug, till_id=till_id))


@bp.post("/<organizer>/counter/refunds/<uuid:refund_id>")
@may("sale.counter", narrowed=True)
def pay_out(team: Team, refund_id: UUID) -> Response:
    """Give back over the counter what was paid there; it is taken from one's own till."""
    form = parsed(PayOutForm, request.form)
    own = require_own(team)
    with current.database().writing() as db:
        paid = service.pay_out(
            db,
            organizer_id=team.organizer_id,
            till_id=own.id,
            refund_id=refund_id,
            reference=form.reference,
            reach=team.reach,
            by=team.actor,
            now=clock.now(),
        )
    tell("Paid out", f"{shown(paid, team.currency)} went back over the counter.")
    return go(url_for(".tills", organizer=team.slug))


def find_own(team: Team) -> TillView | None:
    """The till that who asks has open."""
    assert team.actor.id  # noqa: S101  # nosec B101  # staff are signed in
    with current.database().reading() as db:
        return queries.find_open(db, team.organizer_id, team.actor.id)


def require_own(team: Team) -> TillView:
    own = find_own(team)
    if own is None:
        raise Conflict("Open your till first: then every note has its place.", title="No till is open")
    return own


def _require_shown(team: Team, till_id: UUID) -> None:
    """Who sells for single events has a till of their own, and sees no other."""
    if not team.reach.is_all:
        with current.database().reading() as db:
            queries.require_of(db, till_id, team.actor.id)


def _close(team: Team, till_id: UUID, counted: int, words: str) -> None:
    with current.database().writing() as db:
        service.close_till(
            db,
            organizer_id=team.organizer_id,
            till_id=till_id,
            counted=counted,
            words=words,
            by=team.actor,
            now=clock.now(),
        )


def _move(team: Team, till_id: UUID, form: MoveForm, moved: int) -> None:
    with current.database().writing() as db:
        service.move(
            db,
            organizer_id=team.organizer_id,
            till_id=till_id,
            entry_id=form.id,
            amount=moved,
            reason=form.reason,
            by=team.actor,
        )


def _till(team: Team, till_id: UUID, refusal: Invalid | None = None) -> Response:
    with current.database().reading() as db:
        found = queries.till(db, team.organizer_id, till_id)
        at = url_for(".till", organizer=team.slug, till_id=till_id)
        lines = tables.listing(db, LINES, {"organizer": team.organizer_id, "till": till_id}).standing(at)
    return show(
        "desk/staff/till.html",
        status=422 if refusal else 200,
        team=team,
        till=found,
        lines=lines,
        values=request.form.to_dict() if refusal else {},
        refusal=refusal,
        fresh=uuid7(),
    )
