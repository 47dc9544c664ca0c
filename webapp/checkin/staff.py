"""The door: choose a date, scan or type, see one answer."""

from datetime import timedelta
from uuid import UUID

from flask import Blueprint, Response, request, url_for

from webapp.accounts.guards import Team, may
from webapp.checkin import forms, queries, rules, service
from webapp.checkin.queries import DOORS
from webapp.checkin.rules import Verdict
from webapp.checkin.service import Gate
from webapp.core import clock
from webapp.core.ids import secret
from webapp.core.text import one_line
from webapp.web import current, tables
from webapp.web.forms import parsed
from webapp.web.headers import allow_camera
from webapp.web.notices import tell
from webapp.web.page import go, show

bp = Blueprint("checkin_staff", __name__, url_prefix="/staff")

EARLIEST, LATEST = timedelta(hours=18), timedelta(days=7)


@bp.get("/<organizer>/door")
@may("door.scan", narrowed=True)
def doors(team: Team) -> Response:
    """Dates of last night and of the coming week."""
    now = clock.now()
    values = {"organizer": team.organizer_id, "since": now - EARLIEST, "until": now + LATEST}
    values |= team.reach.values()
    if tables.wants_file(DOORS):
        return tables.file(DOORS, values, team)
    with current.database().reading() as db:
        found = tables.listing(db, DOORS, values)
    return show("checkin/doors.html", team=team, doors=found)


@bp.get("/<organizer>/door/<uuid:date_id>")
@may("door.scan")
def door(team: Team, date_id: UUID) -> Response:
    return _door(team, date_id, None)


@bp.post("/<organizer>/door/<uuid:date_id>")
@may("door.scan")
def scan(team: Team, date_id: UUID) -> Response:
    """Let somebody in; what was typed may be an order's code or a name, then those are to choose from."""
    form = parsed(forms.Scan, request.form)
    verdict: Verdict | None = None
    with current.database().writing() as db:
        queries.door(db, team.organizer_id, date_id)
        guests = queries.guests_of_order(db, date_id, form.code)
        if not guests:
            gate = _gate(team, date_id, form.gate)
            verdict = service.check_in(db, gate, typed=form.code, nonce=form.nonce, now=clock.now())
        if verdict and verdict.answer == "unknown":
            guests = queries.guests_named(db, date_id, form.code)
    return _door(team, date_id, verdict, guests=guests, gate=form.gate)


@bp.post("/<organizer>/door/<uuid:date_id>/undo/<uuid:ticket_id>")
@may("door.scan")
def undo(team: Team, date_id: UUID, ticket_id: UUID) -> Response:
    form = parsed(forms.Undo, request.form)
    with current.database().writing() as db:
        gate = _gate(team, date_id, form.gate)
        service.undo(db, gate, ticket_id=ticket_id, nonce=form.nonce, now=clock.now())
    tell("Taken back", "The ticket is valid again.")
    return go(url_for(".door", organizer=team.slug, date_id=date_id, gate=form.gate))


def _gate(team: Team, date_id: UUID, name: str) -> Gate:
    return Gate(team.organizer_id, date_id, name, request.user_agent.string[:80], team.actor)


def _door(
    team: Team,
    date_id: UUID,
    verdict: Verdict | None,
    *,
    guests: list[queries.Guest] | None = None,
    gate: str = "",
) -> Response:
    allow_camera()
    with current.database().reading() as db:
        found = queries.door(db, team.organizer_id, date_id)
    name = one_line(gate or request.args.get("gate", "") or "Gate 1")[:40]
    said = None if guests else verdict or rules.ready()
    return show(
        "checkin/door.html",
        "answer",
        team=team,
        door=found,
        verdict=said,
        guests=guests or [],
        orders={guest.order_code for guest in guests or []},
        gate=name,
        nonce=secret(),
    )
