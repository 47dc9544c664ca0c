"""The seats of a date for staff: its plan and prices, and what is held back."""

from uuid import UUID

from flask import Blueprint, Response, request, url_for

from webapp.accounts.guards import Team, may
from webapp.booking.queries import held_back
from webapp.booking.service import blocks
from webapp.core import clock
from webapp.core.errors import Invalid
from webapp.seating.forms import AttachForm, BlockForm, level_sales
from webapp.seating.queries import plans
from webapp.seating.rules import typed
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


@bp.post("/<organizer>/dates/<uuid:date_id>/seats/blocks")
@may("event.edit")
def hold_back(team: Team, date_id: UUID) -> Response:
    try:
        form = parsed(BlockForm, request.form)
        with current.database().writing() as db:
            found = held_back.date_seats(db, team.organizer_id, date_id)
            if found.plan_id is None:
                raise Invalid("This date has no plan yet, so it has no seats to hold back.")
            plan = plans.plan(db, found.plan_id)
            blocks.hold_back(
                db,
                organizer_id=team.organizer_id,
                date_id=date_id,
                name=form.name,
                ordinals=typed.ordinals(form.seats, plan.seats, [part.name for part in plan.sections]),
                by=team.actor,
                now=clock.now(),
            )
    except Invalid as refusal:
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
