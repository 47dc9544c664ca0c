"""Waiting rooms for staff: switch, dial, pause, stop, and how it goes."""

from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for

from webapp.accounts.guards import Team, may
from webapp.catalog.staff.answers import values_of
from webapp.core import audit, clock
from webapp.core.db import Session
from webapp.core.errors import Invalid
from webapp.core.harm import Harm, require_meant
from webapp.core.ids import uuid7
from webapp.waitingroom import guards, service
from webapp.waitingroom.forms import DialForm, RehearsalForm, RoomForm, ScopeForm, SteerForm
from webapp.waitingroom.queries import staff as queries
from webapp.waitingroom.queries.rooms import RoomView
from webapp.waitingroom.queries.staff import REHEARSALS, ROOM_TABLE
from webapp.waitingroom.rehearsal import run as rehearsals
from webapp.waitingroom.sights import figures
from webapp.web import current, tables
from webapp.web.forms import parsed
from webapp.web.merging import merged
from webapp.web.notices import tell
from webapp.web.page import go, show

bp = Blueprint("rooms_staff", __name__, url_prefix="/staff")

TOLD: dict[service.Step, tuple[str, str]] = {
    "pause": ("The queue is paused", "Nobody is let in until you go on. Everybody keeps their place."),
    "resume": ("The queue goes on", ""),
    "stop": ("The sale is over", "Everybody who waits is told that it is sold out. Who is inside goes on."),
    "reopen": ("The queue goes on", "Who still waits has kept their place."),
}


@bp.get("/<organizer>/rooms")
@may("sale.view", narrowed=True)
def rooms(team: Team) -> Response:
    now = clock.now()
    values = {"organizer": team.organizer_id, "now": now, **team.reach.values()}
    if tables.wants_file(ROOM_TABLE):
        return tables.file(ROOM_TABLE, values, team)
    with current.database().reading() as db:
        found = tables.listing(db, ROOM_TABLE, values)
        scopes = queries.scopes(db, team.organizer_id, team.roles.reach("event.edit"), now)
    lines = {room.id: figures(room, guards.line(), now) for room in found.found.rows}
    return show("waitingroom/staff/rooms.html", team=team, rooms=found, lines=lines, scopes=scopes)


@bp.post("/<organizer>/rooms")
@may("event.edit", narrowed=True)
def add(team: Team) -> Response:
    scope = parsed(ScopeForm, request.form).chosen()
    team.require_at("event.edit", scope.event_id)
    with current.database().writing() as db:
        room = service.add(db, organizer_id=team.organizer_id, scope=scope, by=team.actor)
    return _back(team, room.id)


@bp.get("/<organizer>/rooms/<uuid:room_id>")
@may("sale.view")
def room(team: Team, room_id: UUID) -> Response:
    """One room: figures that turn by themselves, and everything that can be done with it."""
    if tables.wants_file(REHEARSALS):
        return tables.file(REHEARSALS, {"organizer": team.organizer_id, "room": room_id}, team)
    return _room(team, room_id)


@bp.post("/<organizer>/rooms/<uuid:room_id>")
@may("event.edit")
def configure(team: Team, room_id: UUID) -> Response:
    now = clock.now()
    try:
        with current.database().writing() as db:
            found = _locked(db, team, room_id)
            by = partial(audit.last_by, db, ("room", room_id))
            form = parsed(RoomForm, merged(request.form, found.values, by=by))
            values = values_of("starts_at", partial(form.values, found.zone))
            save: dict[str, Any] = {"room_id": room_id, "values": values, "by": team.actor, "now": now}
            service.configure(db, organizer_id=team.organizer_id, **save)
    except Invalid as refusal:
        return _room(team, room_id, values=request.form.to_dict(), refusal=refusal)
    tell("The waiting room is saved")
    return _back(team, room_id)


@bp.post("/<organizer>/rooms/<uuid:room_id>/dial")
@may("event.edit")
def dial(team: Team, room_id: UUID) -> Response:
    with current.database().writing() as db:
        found = _locked(db, team, room_id)
        by = partial(audit.last_by, db, ("room", room_id))
        form = parsed(DialForm, merged(request.form, found.dial, by=by))
        service.dial(
            db,
            organizer_id=team.organizer_id,
            room_id=room_id,
            per_minute=form.per_minute,
            most_inside=form.most_inside,
            by=team.actor,
        )
    tell(f"{form.per_minute:,} a minute", f"At most {form.most_inside:,} people shop at once.")
    return _back(team, room_id)


@bp.post("/<organizer>/rooms/<uuid:room_id>/steer")
@may("event.edit")
def steer(team: Team, room_id: UUID) -> Response:
    """Pause, go on, stop, open again."""
    step = parsed(SteerForm, request.form).step
    with current.database().writing() as db:
        if step == "stop":
            found = queries.room_of_house(db, team.organizer_id, room_id, clock.now())
            require_meant(_stopping(found), request.form.get("typed", ""))
        service.steer(
            db,
            organizer_id=team.organizer_id,
            room_id=room_id,
            step=step,
            by=team.actor,
            now=clock.now(),
        )
    tell(*TOLD[step])
    return _back(team, room_id)


@bp.post("/<organizer>/rooms/<uuid:room_id>/rehearsals")
@may("event.edit")
def rehearse(team: Team, room_id: UUID) -> Response:
    """Sell a hidden copy of the event to a synthetic crowd, by a job."""
    form, now = parsed(RehearsalForm, request.form), clock.now()
    with current.database().writing() as db:
        found = queries.room_of_house(db, team.organizer_id, room_id, now)
        ask = partial(rehearsals.ask, db, organizer_id=team.organizer_id, event_id=found.event_id)
        ask(rehearsal_id=form.id, visitors=form.visitors, by=team.actor, now=now)
    return go(url_for(".rehearsal", organizer=team.slug, room_id=room_id, rehearsal_id=form.id))


@bp.get("/<organizer>/rooms/<uuid:room_id>/rehearsals/<uuid:rehearsal_id>")
@may("sale.view")
def rehearsal(team: Team, room_id: UUID, rehearsal_id: UUID) -> Response:
    """How far it is, then what came of it."""
    with current.database().reading() as db:
        found = queries.room_of_house(db, team.organizer_id, room_id, clock.now())
        shown = rehearsals.find(db, found.event_id, rehearsal_id)
    page = "waitingroom/staff/rehearsal.html"
    return show(page, "report", revalidate=True, team=team, room=found, rehearsal=shown)


def _locked(db: Session, team: Team, room_id: UUID) -> RoomView:
    """Locked before it is looked at, so that what somebody else is saving is seen."""
    service.own(db, team.organizer_id, room_id)
    return queries.room_of_house(db, team.organizer_id, room_id, clock.now())


def _stopping(room: RoomView) -> Harm:
    """What telling everybody that it is sold out does; asked anew when it is done."""
    line = figures(room, guards.line(), clock.now())
    return Harm(
        title="Tell everybody that it is sold out?",
        name=room.title,
        effects=("Nobody else is let in, and everybody who waits is told. Who is inside may finish.",),
        waiting=line.waiting if line else 0,
        undo="Open it again: who still waits has kept their place.",
    )


def _back(team: Team, room_id: UUID) -> Response:
    """To the room's page after a change, which this process sees at once and others in half a second."""
    guards.rooms().forget()
    return go(url_for("rooms_staff.room", organizer=team.slug, room_id=room_id))


def _room(
    team: Team, room_id: UUID, *, values: dict[str, Any] | None = None, refusal: Invalid | None = None
) -> Response:
    now = clock.now()
    with current.database().reading() as db:
        found = queries.room_of_house(db, team.organizer_id, room_id, now)
        told: dict[str, Any] = {
            "minutes": queries.per_minute(db, room_id, now),
            "history": audit.history(db, ("room", room_id), most=30),
            "rehearsed": tables.listing(db, REHEARSALS, {"organizer": team.organizer_id, "room": room_id}),
        }
    told |= {"values": values or found.values, "refusal": refusal, "fresh": uuid7(), "now": now}
    told |= {"stopping": _stopping(found)}
    line, status = figures(found, guards.line(), now), 422 if refusal else 200
    block = None if tables.is_asked(REHEARSALS) else "figures"
    page = partial(show, "waitingroom/staff/room.html", block, status=status, revalidate=True)
    return page(team=team, room=found, line=line, **told)
