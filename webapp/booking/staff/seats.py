"""The seats of a date for staff: its plan and prices, and what is held back, typed or ticked."""

from uuid import UUID

from flask import Blueprint, Response, request, url_for

from webapp.accounts.guards import Team, may
from webapp.booking.queries import held_back
from webapp.booking.service import blocks, detaching
from webapp.booking.staff import ticks
from webapp.core import clock
from webapp.core.errors import Invalid, NotFound
from webapp.seating.drawing import DRAWINGS
from webapp.seating.forms import AttachForm, BlockForm, level_sales
from webapp.seating.service import dates
from webapp.web import current
from webapp.web.forms import parsed
from webapp.web.notices import tell
from webapp.web.page import go, show

bp = Blueprint("seats_staff", __name__, url_prefix="/staff")


@bp.get("/<organizer>/dates/<uuid:date_id>/seats")
@may("event.view")
def seats(team: Team, date_id: UUID) -> Response:
    return _page(team, date_id)


@bp.post("/<organizer>/dates/<uuid:date_id>/seats/plan")
@may("event.edit")
def attach(team: Team, date_id: UUID) -> Response:
    try:
        form = parsed(AttachForm, request.form)
        with current.database().writing() as db:
            dates.attach(
                db,
                organizer_id=team.organizer_id,
                date_id=date_id,
                plan_id=form.plan_id,
                sales=level_sales(request.form, team.currency),
                by=team.actor,
            )
    except Invalid as refusal:
        return _page(team, date_id, refusal)
    tell(
        "The date has its seats",
        "Each price level is sold from its pool.",
    )
    return _back(team, date_id)


@bp.post("/<organizer>/dates/<uuid:date_id>/seats/plan/remove")
@may("event.edit")
def detach(team: Team, date_id: UUID) -> Response:
    """The date is sold by places again; refused while somebody has a seat of it."""
    with current.database().writing() as db:
        detaching.detach(db, organizer_id=team.organizer_id, date_id=date_id, by=team.actor, now=clock.now())
    tell("The date has no plan any more", "Add pools and ticket types, or give it another plan.")
    return _back(team, date_id)


@bp.get("/<organizer>/dates/<uuid:date_id>/seats/sections/<uuid:section_id>")
@may("event.edit")
def section(team: Team, date_id: UUID, section_id: UUID) -> Response:
    """The rows of one section, to be ticked."""
    return _section(team, date_id, section_id)


@bp.post("/<organizer>/dates/<uuid:date_id>/seats/blocks")
@may("event.edit")
def hold_back(team: Team, date_id: UUID) -> Response:
    try:
        form = parsed(BlockForm, request.form)
        with current.database().writing() as db:
            blocks.hold_back(
                db,
                organizer_id=team.organizer_id,
                date_id=date_id,
                name=form.name,
                ordinals=ticks.meant(form, held_back.hall(db, team.organizer_id, date_id)),
                by=team.actor,
                now=clock.now(),
            )
    except Invalid as refusal:
        if section_id := request.form.get("section", type=UUID):
            return _section(team, date_id, section_id, refusal)
        return _page(team, date_id, refusal)
    tell("Held back", "Nobody can buy these seats until you release them.")
    return _back(team, date_id)


@bp.post("/<organizer>/dates/<uuid:date_id>/seats/blocks/<uuid:block_id>/release")
@may("event.edit")
def release(team: Team, date_id: UUID, block_id: UUID) -> Response:
    with current.database().writing() as db:
        blocks.release(db, organizer_id=team.organizer_id, date_id=date_id, block_id=block_id, by=team.actor)
    tell("Released", "The seats are on sale.")
    return _back(team, date_id)


def _back(team: Team, date_id: UUID) -> Response:
    current.live().date_changed(str(date_id))
    return go(url_for(".seats", organizer=team.slug, date_id=date_id))


def _page(team: Team, date_id: UUID, refusal: Invalid | None = None) -> Response:
    chosen = request.values.get("plan_id", type=UUID)
    with current.database().reading() as db:
        found = held_back.date_seats(db, team.organizer_id, date_id, plan_id=chosen)
    return show(
        "booking/staff/seats.html",
        status=422 if refusal else 200,
        team=team,
        date=found,
        chosen=chosen,
        values=request.form.to_dict() if refusal else {},
        refusal=refusal,
    )


def _section(team: Team, date_id: UUID, section_id: UUID, refusal: Invalid | None = None) -> Response:
    with current.database().reading() as db:
        hall = held_back.hall(db, team.organizer_id, date_id)
        drawing = DRAWINGS.of(db, hall.plan.id, hall.plan.version)
    block = next((one for one in drawing.blocks if one.id == section_id), None)
    if block is None:
        raise NotFound("This hall has no such section.")
    return show(
        "booking/staff/section.html",
        status=422 if refusal else 200,
        team=team,
        date=hall.date,
        part=block,
        rows=ticks.rows(hall, block),
        ticked={*request.form.getlist("seat", type=int), *request.form.getlist("row")},
        values=request.form.to_dict() if refusal else {},
        refusal=refusal,
    )
