"""Staff pages of organizers: which one, who they are, who works for them, and what was done."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for

from webapp.accounts import forms, queries, rules
from webapp.accounts.guards import Team, may, require_verified, signed_in
from webapp.accounts.queries import Account
from webapp.accounts.service import team as teams
from webapp.core import audit
from webapp.core.audit import Actor
from webapp.core.errors import Invalid
from webapp.core.ids import uuid7
from webapp.web import current
from webapp.web.forms import attempted, parsed
from webapp.web.notices import tell
from webapp.web.page import go, show

bp = Blueprint("accounts_staff", __name__, url_prefix="/staff")

LINES_ON_A_PAGE = 50


@bp.get("")
@signed_in
def choose(person: Account) -> Response:
    """Which organizer; with one there is nothing to choose."""
    if len(person.memberships) == 1 and not person.is_operator:
        return go(f"/staff/{person.memberships[0].slug}")
    return show("accounts/staff/choose.html", person=person)


@bp.route("/new", methods=["GET", "POST"])
@signed_in
def new(person: Account) -> Response:
    require_verified(person)
    made: list[str] = []

    def act(form: forms.NewOrganizer) -> None:
        with current.database().writing() as db:
            owner = Actor("staff", person.name, person.id)
            made.append(teams.create_organizer(db, owner, **form.model_dump()))

    refusal = attempted(forms.NewOrganizer, request.form, act) if request.method == "POST" else None
    if made:
        return go(f"/staff/{made[0]}")
    values = {"key": str(uuid7()), "email": person.email, "currency": "EUR", **request.form.to_dict()}
    return _form("new", refusal, values, currencies=[(code, code) for code in rules.CURRENCIES])


@bp.route("/<organizer>/organizer", methods=["GET", "POST"])
@may("organizer.edit")
def organizer(team: Team) -> Response:
    def act(form: forms.OrganizerChange) -> None:
        with current.database().writing() as db:
            teams.edit_organizer(db, team.actor, team.organizer_id, form.changes(team.currency))

    refusal = attempted(forms.OrganizerChange, request.form, act) if request.method == "POST" else None
    if request.method == "POST" and refusal is None:
        tell("Saved")
        return go(url_for(".organizer", organizer=team.slug))
    with current.database().reading() as db:
        facts = queries.organizer(db, team.organizer_id)
    return _form("organizer", refusal, {**facts.as_typed(), **request.form.to_dict()}, team=team)


@bp.route("/<organizer>/team", methods=["GET", "POST"])
@may("team.edit")
def team(team: Team) -> Response:
    def act(form: forms.NewMember) -> None:
        with current.database().writing() as db:
            name = teams.add_member(db, team.actor, team.organizer_id, email=form.email, role=form.role)
        tell(f"{name} is in the team", f"As {form.role}.")

    refusal = attempted(forms.NewMember, request.form, act) if request.method == "POST" else None
    if request.method == "POST" and refusal is None:
        return _to_team(team)
    with current.database().reading() as db:
        members = queries.members(db, team.organizer_id)
    return _form("team", refusal, request.form.to_dict(), team=team, members=members, roles=rules.ROLES)


@bp.post("/<organizer>/team/<uuid:user_id>/role")
@may("team.edit")
def change_role(team: Team, user_id: UUID) -> Response:
    form = parsed(forms.RoleChange, request.form)
    with current.database().writing() as db:
        teams.change_role(db, team.actor, team.organizer_id, user_id, form.role)
    tell("The role is changed", "It counts from the next page they open.")
    return _to_team(team, changed=user_id)


@bp.post("/<organizer>/team/<uuid:user_id>/remove")
@may("team.edit")
def remove_member(team: Team, user_id: UUID) -> Response:
    with current.database().writing() as db:
        teams.remove_member(db, team.actor, team.organizer_id, user_id)
    tell("Removed from the team", "What they did stays in the history.")
    return _to_team(team, changed=user_id)


@bp.get("/<organizer>/audit")
@may("audit.view")
def history(team: Team) -> Response:
    """What was done by whom; `before` names the last line of the page before."""
    asked = parsed(forms.HistorySought, request.args)
    with current.database().reading() as db:
        lines = audit.history_of_organizer(
            db,
            team.organizer_id,
            kind=asked.kind,
            subject_id=asked.about,
            before=asked.before,
            most=LINES_ON_A_PAGE + 1,
        )
        kinds = audit.kinds_of_organizer(db, team.organizer_id)
    older = lines[LINES_ON_A_PAGE - 1].id if len(lines) > LINES_ON_A_PAGE else None
    page = "accounts/staff/history.html"
    return show(page, team=team, lines=lines[:LINES_ON_A_PAGE], kinds=kinds, asked=asked, older=older)


def _to_team(team: Team, *, changed: UUID | None = None) -> Response:
    # Whoever changed their own role may no longer see the team.
    if changed == team.actor.id:
        return go(url_for(".choose"))
    return go(url_for(".team", organizer=team.slug))


def _form(page: str, refusal: Invalid | None, typed: dict[str, Any], **values: Any) -> Response:
    status = refusal.status if refusal else 200
    return show(f"accounts/staff/{page}.html", None, status=status, refusal=refusal, values=typed, **values)
