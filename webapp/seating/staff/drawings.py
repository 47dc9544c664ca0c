"""The drawing board of a plan: each operation is a form, and htmx swaps the board."""

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, Response, request, url_for

from webapp.accounts.guards import Team, may
from webapp.core.errors import Invalid, NotFound, Refusal
from webapp.core.text import slug
from webapp.seating import forms
from webapp.seating.drawing import Drawing
from webapp.seating.queries import boards
from webapp.seating.rules import asked, outline, sources, steps, written
from webapp.seating.rules.design import Design, Label, Stage
from webapp.seating.rules.sources import Source
from webapp.seating.rules.steps import Step
from webapp.seating.service import designing
from webapp.seating.service import making as made
from webapp.web import current
from webapp.web.forms import parsed
from webapp.web.notices import is_htmx, tell
from webapp.web.page import go, show

bp = Blueprint("drawings", __name__, url_prefix="/staff/<organizer>/plans")


@bp.post("/<uuid:plan_id>/draw")
@may("plan.edit")
def draw(team: Team, plan_id: UUID) -> Response:
    """The board of a plan that is kept already."""
    with current.database().writing() as db:
        drawing_id = designing.open_plan(db, organizer_id=team.organizer_id, plan_id=plan_id, by=team.actor)
    return go(url_for(".board", organizer=team.slug, drawing_id=drawing_id))


@bp.get("/drawings/<uuid:drawing_id>")
@may("plan.edit")
def board(team: Team, drawing_id: UUID) -> Response:
    return _board(team, drawing_id, request.args.get("section", ""))


@bp.get("/drawings/<uuid:drawing_id>/preview")
@may("plan.edit")
def preview(team: Team, drawing_id: UUID) -> Response:
    """The drawing as guests will see it."""
    with current.database().reading() as db:
        found = boards.board(db, team.organizer_id, drawing_id)
    drawing = Drawing(boards.drawn(found.design))
    return show("seating/staff/preview.html", team=team, board=found, drawing=drawing)


@bp.get("/drawings/<uuid:drawing_id>/plan.toml")
@may("plan.edit")
def file(team: Team, drawing_id: UUID) -> Response:
    with current.database().reading() as db:
        design = boards.board(db, team.organizer_id, drawing_id).design
    return _file(design)


@bp.get("/<uuid:plan_id>/plan.toml")
@may("plan.edit")
def file_of_plan(team: Team, plan_id: UUID) -> Response:
    with current.database().reading() as db:
        design = boards.design_of_own_plan(db, team.organizer_id, plan_id)
    return _file(design)


@bp.post("/drawings/<uuid:drawing_id>/steps")
@may("plan.edit")
def quick(team: Team, drawing_id: UUID) -> Response:
    form = parsed(forms.QuickForm, request.form)
    return _step(
        team,
        drawing_id,
        lambda design: steps.quick(design, form.do, form.section, form.x, form.y),
        section=form.section,
    )


@bp.post("/drawings/<uuid:drawing_id>/sections")
@may("plan.edit")
def put_section(team: Team, drawing_id: UUID) -> Response:
    """A new section, or another formula for one."""
    before = request.form.get("section", "")

    def act(design: Design) -> Step:
        return steps.put(design, asked.section(request.form, design.find(before)), before)

    return _step(team, drawing_id, act, section=before, keeps=True)


@bp.post("/drawings/<uuid:drawing_id>/stage")
@may("plan.edit")
def put_stage(team: Team, drawing_id: UUID) -> Response:
    form = parsed(forms.StageForm, request.form)
    stage = None if form.gone else Stage(**form.model_dump(exclude={"gone"}))
    return _step(team, drawing_id, lambda design: steps.stage(design, stage))


@bp.post("/drawings/<uuid:drawing_id>/labels")
@may("plan.edit")
def add_label(team: Team, drawing_id: UUID) -> Response:
    label = Label(**parsed(forms.LabelForm, request.form).model_dump())
    return _step(team, drawing_id, lambda design: steps.label(design, label))


@bp.post("/drawings/<uuid:drawing_id>/labels/remove")
@may("plan.edit")
def remove_label(team: Team, drawing_id: UUID) -> Response:
    at = parsed(forms.UnlabelForm, request.form).at
    return _step(team, drawing_id, lambda design: steps.unlabel(design, at))


@bp.post("/drawings/<uuid:drawing_id>/file")
@may("plan.edit")
def put_file(team: Team, drawing_id: UUID) -> Response:
    """Another drawing from a file; what was there before can be had back."""
    given: list[Source] = []

    def act(design: Design) -> Step:
        given.append(sources.read(forms.uploaded(request.files.get("file")), design.name))
        return steps.instead(design, given[0].design)

    answer = _step(team, drawing_id, act)
    if given:
        tell("The file is on the board", " ".join(given[0].remarks))
    return answer


@bp.post("/drawings/<uuid:drawing_id>/undo")
@may("plan.edit")
def undo(team: Team, drawing_id: UUID) -> Response:
    try:
        with current.database().writing() as db:
            version = parsed(forms.SeenForm, request.form).version
            designing.undo(
                db, organizer_id=team.organizer_id, design_id=drawing_id, version=version, by=team.actor
            )
    except Refusal as refusal:
        return _refused(team, drawing_id, refusal)
    return _answer(team, drawing_id, request.form.get("section", ""))


@bp.post("/drawings/<uuid:drawing_id>/make")
@may("plan.edit")
def make(team: Team, drawing_id: UUID) -> Response:
    """Make the plan that dates can be given."""
    try:
        with current.database().writing() as db:
            version = parsed(forms.SeenForm, request.form).version
            plan = made.make(
                db, organizer_id=team.organizer_id, design_id=drawing_id, version=version, by=team.actor
            )
    except Refusal as refusal:
        return _refused(team, drawing_id, refusal)
    keeps = f" {plan.dates:,} dates keep the version before." if plan.dates else ""
    tell(
        f"{plan.name} is ready", f"{plan.seats:,} seats. Give it to a date on the date’s page, Seats.{keeps}"
    )
    return go(url_for("seating_staff.plan", organizer=team.slug, plan_id=plan.plan_id))


@bp.post("/drawings/<uuid:drawing_id>/discard")
@may("plan.edit")
def discard(team: Team, drawing_id: UUID) -> Response:
    with current.database().writing() as db:
        designing.discard(db, organizer_id=team.organizer_id, design_id=drawing_id, by=team.actor)
    tell("The drawing is thrown away", "Plans that were made of it stay as they are.")
    return go(url_for("seating_staff.all_plans", organizer=team.slug))


def _step(
    team: Team, drawing_id: UUID, act: Callable[[Design], Step], *, section: str = "", keeps: bool = False
) -> Response:
    """Do it, and show the board; a refusal is told there, with what was typed where `keeps` says so."""
    try:
        version = parsed(forms.SeenForm, request.form).version
        with current.database().writing() as db:
            done = designing.step(
                db,
                organizer_id=team.organizer_id,
                design_id=drawing_id,
                version=version,
                act=act,
                by=team.actor,
            )
    except Refusal as refusal:
        return _refused(team, drawing_id, refusal, section, keeps=keeps)
    return _answer(team, drawing_id, done.section)


def _answer(team: Team, drawing_id: UUID, section: str) -> Response:
    """The board after a change; the address names the section that is chosen."""
    # Without a section its name is left out of the address.
    address = url_for(".board", organizer=team.slug, drawing_id=drawing_id, section=section or None)
    if not is_htmx():
        return go(address)
    answer = _board(team, drawing_id, section)
    answer.headers["HX-Replace-Url"] = address
    return answer


def _refused(
    team: Team, drawing_id: UUID, refusal: Refusal, section: str = "", *, keeps: bool = False
) -> Response:
    if isinstance(refusal, NotFound) and not section:
        raise refusal
    answer = _board(team, drawing_id, section, refusal, keeps=keeps)
    # The board is shown as it is now, although the step was refused.
    answer.headers["HX-Reswap"] = "morph:outerHTML"
    return answer


def _board(
    team: Team, drawing_id: UUID, section: str, refusal: Refusal | None = None, *, keeps: bool = False
) -> Response:
    with current.database().reading() as db:
        found = boards.board(db, team.organizer_id, drawing_id)
    drawn = outline.outline(found.design)
    chosen = found.design.find(section)
    values = asked.shown(chosen) if chosen else asked.fresh(found.design, drawn.lowest)
    told = refusal if isinstance(refusal, Invalid) or refusal is None else _told(refusal)
    return show(
        "seating/staff/drawing.html",
        "board",
        status=refusal.status if refusal else 200,
        team=team,
        board=found,
        drawn=drawn,
        chosen=chosen,
        values=request.form.to_dict() if keeps else values,
        refusal=told,
    )


def _told(refusal: Refusal) -> Invalid:
    return Invalid(refusal.sentence, title=refusal.title)


def _file(design: Design) -> Response:
    answer = Response(written.write(design), mimetype="application/toml")
    name = slug(design.name) or "plan"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.plan.toml"'
    return answer
