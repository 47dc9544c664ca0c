"""The drawing board of a plan: each operation is a form, and htmx swaps the board."""

import json
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
    """By a button of the formula, whose own fields go along, or by the script."""
    typed = request.form.copy()
    if "by" in typed:
        typed.poplist("x")
        typed.poplist("y")

    def act(design: Design) -> Step:
        form = parsed(forms.QuickForm, typed)
        if form.thing:
            return steps.shift(design, form.do, form.thing, (form.x, form.y))
        return steps.quick(design, form.do, form.section, form.x if form.by is None else form.by, form.y)

    return _step(team, drawing_id, act, at="quick")


@bp.post("/drawings/<uuid:drawing_id>/sections")
@may("plan.edit")
def put_section(team: Team, drawing_id: UUID) -> Response:
    """A new section, or another formula for one."""
    before = request.form.get("section", "")

    def act(design: Design) -> Step:
        return steps.put(design, asked.section(request.form, design.find(before)), before)

    return _step(team, drawing_id, act, at="section")


@bp.post("/drawings/<uuid:drawing_id>/stage")
@may("plan.edit")
def put_stage(team: Team, drawing_id: UUID) -> Response:
    def act(design: Design) -> Step:
        if "gone" in request.form:
            return steps.stage(design, None)
        return steps.stage(design, Stage(**parsed(forms.StageForm, request.form).model_dump()))

    return _step(team, drawing_id, act, at="stage")


@bp.post("/drawings/<uuid:drawing_id>/labels")
@may("plan.edit")
def put_label(team: Team, drawing_id: UUID) -> Response:
    """A new label; another text or place for one; or one less."""
    which = parsed(forms.WhichLabelForm, request.form)

    def act(design: Design) -> Step:
        if which.gone and which.at is not None:
            return steps.unlabel(design, which.at)
        label = Label(**parsed(forms.LabelForm, request.form).model_dump())
        return steps.label(design, label, which.at)

    return _step(team, drawing_id, act, at="label" if which.at is None else f"label-{which.at}")


@bp.post("/drawings/<uuid:drawing_id>/file")
@may("plan.edit")
def put_file(team: Team, drawing_id: UUID) -> Response:
    """Another drawing from a file; what was there before can be had back."""
    given: list[Source] = []

    def act(design: Design) -> Step:
        given.append(sources.read(forms.uploaded(request.files.get("file")), design.name))
        return steps.instead(design, given[0].design)

    answer = _step(team, drawing_id, act, at="file")
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


def _step(team: Team, drawing_id: UUID, act: Callable[[Design], Step], *, at: str) -> Response:
    """Do it, and show the board; a refusal is told there, with what was typed in the form `at`."""
    section = request.form.get("section", "")
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
        return _refused(team, drawing_id, refusal, section, at=at)
    # What is no section leaves the one that was looked at.
    is_there = done.design.find(section) is not None
    if not is_htmx() and done.section == section and _half_typed(section):
        return _board(team, drawing_id, section)
    return _answer(team, drawing_id, done.section or (section if is_there else ""))


def _answer(team: Team, drawing_id: UUID, section: str) -> Response:
    """The board after a change; the address names the section that is chosen."""
    # Without a section its name is left out of the address.
    address = url_for(".board", organizer=team.slug, drawing_id=drawing_id, section=section or None)
    if not is_htmx():
        return go(address)
    answer = _board(team, drawing_id, section)
    answer.headers["HX-Replace-Url"] = address
    return answer


def _refused(team: Team, drawing_id: UUID, refusal: Refusal, section: str = "", *, at: str = "") -> Response:
    if isinstance(refusal, NotFound) and not section:
        raise refusal
    answer = _board(team, drawing_id, section, refusal, at=at)
    # The board is shown as it is now, although the step was refused.
    answer.headers["HX-Reswap"] = "morph:outerHTML"
    return answer


def _board(
    team: Team, drawing_id: UUID, section: str, refusal: Refusal | None = None, *, at: str = ""
) -> Response:
    with current.database().reading() as db:
        found = boards.board(db, team.organizer_id, drawing_id)
    drawn = outline.outline(found.design)
    chosen = found.design.find(section)
    shown = asked.shown(chosen) if chosen else asked.fresh(found.design, drawn.lowest)
    told = refusal if isinstance(refusal, Invalid) or refusal is None else _told(refusal)
    return show(
        "seating/staff/drawing.html",
        "board",
        status=refusal.status if refusal else 200,
        team=team,
        board=found,
        drawn=drawn,
        chosen=chosen,
        shown=shown,
        values=shown | (_half_typed(chosen.name) if chosen else {}),
        at=at,
        typed=request.form.to_dict(),
        refusal=told,
    )


def _half_typed(section: str) -> dict[str, str]:
    """What was typed into a section's formula before a tool was pressed: what differs from what it showed."""
    form = request.form
    if "do" not in form or form.get("section") != section:
        return {}
    try:
        shown = json.loads(form.get("shown", "{}"))
        given = {name: form[name].replace("\r\n", "\n") for name in shown if name in form}
        return {name: text for name, text in given.items() if text != shown[name]}
    except (TypeError, ValueError):
        return {}


def _told(refusal: Refusal) -> Invalid:
    return Invalid(refusal.sentence, title=refusal.title)


def _file(design: Design) -> Response:
    answer = Response(written.write(design), mimetype="application/toml")
    name = slug(design.name) or "plan"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.plan.toml"'
    return answer
