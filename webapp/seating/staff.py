"""Seat plans for staff: which there are, one drawn, one more from a file."""

from uuid import UUID

from flask import Blueprint, Response, request, url_for

from webapp.accounts.guards import Team, may
from webapp.catalog.queries import programme
from webapp.core.errors import Invalid, Refusal
from webapp.seating import forms
from webapp.seating.drawing import DRAWINGS
from webapp.seating.queries import lists
from webapp.seating.queries.tables import PLANS
from webapp.seating.rules import files
from webapp.seating.service import plans
from webapp.web import current, tables
from webapp.web.forms import parsed
from webapp.web.notices import tell
from webapp.web.page import go, show

bp = Blueprint("seating_staff", __name__, url_prefix="/staff")


@bp.get("/<organizer>/plans")
@may("plan.edit")
def all_plans(team: Team) -> Response:
    if tables.wants_file(PLANS):
        return tables.file(PLANS, {"organizer": team.organizer_id}, team)
    return _plans(team)


@bp.post("/<organizer>/plans")
@may("plan.edit")
def upload(team: Team) -> Response:
    """A plan from a file: all of it, or a sentence about what is wrong in it."""
    try:
        form = parsed(forms.UploadForm, request.form)
        draft = files.read(forms.document(request.files.get("file")))
        with current.database().writing() as db:
            plan_id = plans.add(
                db,
                organizer_id=team.organizer_id,
                venue_id=form.venue_id,
                name=form.name,
                draft=draft,
                by=team.actor,
            )
    except Refusal as refusal:
        return _plans(team, refusal)
    tell("The plan is kept", f"{len(draft.seats):,} seats. {' '.join(draft.remarks)}".strip())
    return go(url_for(".plan", organizer=team.slug, plan_id=plan_id))


@bp.get("/<organizer>/plans/<uuid:plan_id>")
@may("plan.edit")
def plan(team: Team, plan_id: UUID) -> Response:
    with current.database().reading() as db:
        found = lists.plan(db, team.organizer_id, plan_id)
        drawing = DRAWINGS.of(db, plan_id, found.version)
    return show("seating/staff/plan.html", team=team, plan=found, drawing=drawing)


def _plans(team: Team, refusal: Refusal | None = None) -> Response:
    with current.database().reading() as db:
        found = tables.listing(db, PLANS, {"organizer": team.organizer_id})
        venues = programme.venues(db, team.organizer_id)
    told = refusal if isinstance(refusal, Invalid) or refusal is None else Invalid(refusal.sentence)
    return show(
        "seating/staff/plans.html",
        status=refusal.status if refusal else 200,
        team=team,
        plans=found,
        venues=[(venue.id, f"{venue.name}, {venue.city}") for venue in venues],
        values=request.form.to_dict() if refusal else {},
        refusal=told,
    )
