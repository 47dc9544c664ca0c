"""Seat plans for staff: which there are, one drawn, one more from a file."""

from uuid import UUID

from flask import Blueprint, Response, request, url_for

from webapp.accounts.guards import Team, may
from webapp.catalog.queries import programme
from webapp.core.db import Session
from webapp.core.errors import Invalid, Refusal
from webapp.seating import forms
from webapp.seating.drawing import DRAWINGS
from webapp.seating.queries import lists
from webapp.seating.queries.tables import DRAWN, PLANS
from webapp.seating.rules import sources
from webapp.seating.rules.design import Design, Stage
from webapp.seating.rules.draft import Draft
from webapp.seating.rules.sources import Source
from webapp.seating.service import designing, plans
from webapp.web import current, tables
from webapp.web.forms import parsed
from webapp.web.notices import tell
from webapp.web.page import go, show

bp = Blueprint("seating_staff", __name__, url_prefix="/staff")


@bp.get("/<organizer>/plans")
@may("plan.edit")
def all_plans(team: Team) -> Response:
    if wanted := tables.wanted(PLANS, DRAWN):
        return tables.file(wanted, {"organizer": team.organizer_id}, team)
    return _plans(team)


@bp.post("/<organizer>/plans")
@may("plan.edit")
def upload(team: Team) -> Response:
    """A plan from a file: JSON is kept at once, all of it or nothing; others are put on the drawing board."""
    try:
        form = parsed(forms.BeginForm, request.form)
        content = forms.uploaded(request.files.get("file"))
        source = sources.read(content, form.name)
        with current.database().writing() as db:
            if source.draft:
                address = _kept(db, team, form, source.draft)
            else:
                address = _drawn(db, team, form, source.design)
    except Refusal as refusal:
        return _plans(team, refusal)
    tell(*_said(source))
    return go(address)


@bp.post("/<organizer>/plans/drawings")
@may("plan.edit")
def begin(team: Team) -> Response:
    """An empty drawing board with a stage."""
    try:
        form = parsed(forms.BeginForm, request.form)
        with current.database().writing() as db:
            address = _drawn(db, team, form, Design(name=form.name, stage=Stage()))
    except Refusal as refusal:
        return _plans(team, refusal, at="draw")
    return go(address)


@bp.get("/<organizer>/plans/<uuid:plan_id>")
@may("plan.edit")
def plan(team: Team, plan_id: UUID) -> Response:
    with current.database().reading() as db:
        found = lists.plan(db, team.organizer_id, plan_id)
        drawing = DRAWINGS.of(db, plan_id, found.version)
    return show("seating/staff/plan.html", team=team, plan=found, drawing=drawing)


def _kept(db: Session, team: Team, form: forms.BeginForm, draft: Draft) -> str:
    plan_id = plans.add(
        db,
        organizer_id=team.organizer_id,
        venue_id=form.venue_id,
        name=form.name,
        draft=draft,
        by=team.actor,
    )
    return url_for(".plan", organizer=team.slug, plan_id=plan_id)


def _drawn(db: Session, team: Team, form: forms.BeginForm, design: Design) -> str:
    named = design.model_copy(update={"name": form.name})
    drawing_id = designing.begin(
        db, organizer_id=team.organizer_id, venue_id=form.venue_id, design=named, by=team.actor
    )
    return url_for("drawings.board", organizer=team.slug, drawing_id=drawing_id)


def _said(source: Source) -> tuple[str, str]:
    seats = f"{len(source.draft.seats) if source.draft else source.design.seats:,} seats."
    title = "The plan is kept" if source.draft else "The file is on the drawing board"
    return title, " ".join([seats, *source.remarks])


def _plans(team: Team, refusal: Refusal | None = None, *, at: str = "file") -> Response:
    """The list; what was refused is told in the form where it was typed: `file` or `draw`."""
    with current.database().reading() as db:
        values, here = {"organizer": team.organizer_id}, url_for(".all_plans", organizer=team.slug)
        found = tables.listing(db, PLANS, values).standing(here)
        drawings = tables.listing(db, DRAWN, values).standing(here)
        venues = programme.venues(db, team.organizer_id)
    told = refusal if isinstance(refusal, Invalid) or refusal is None else Invalid(refusal.sentence)
    return show(
        "seating/staff/plans.html",
        status=refusal.status if refusal else 200,
        team=team,
        plans=found,
        drawings=drawings,
        venues=[(venue.id, f"{venue.name}, {venue.city}") for venue in venues],
        values=request.form.to_dict() if refusal else {},
        refusal=told,
        at=at,
    )
