"""Staff pages of organizers: which one, who they are."""

from functools import partial
from typing import Any

from flask import Blueprint, Response, request, url_for

from webapp.accounts import forms, rules
from webapp.accounts.guards import Team, may, require_verified, signed_in
from webapp.accounts.queries import houses
from webapp.accounts.queries.people import Account
from webapp.accounts.service import links
from webapp.accounts.service import team as teams
from webapp.core import audit, clock
from webapp.core.audit import Actor
from webapp.core.errors import Invalid
from webapp.core.ids import uuid7
from webapp.web import current
from webapp.web.forms import attempted
from webapp.web.merging import merged, was
from webapp.web.notices import tell
from webapp.web.page import go, show

bp = Blueprint("accounts_staff", __name__, url_prefix="/staff")


@bp.get("")
@signed_in
def choose(person: Account) -> Response:
    """Which organizer; with one there is nothing to choose."""
    with current.database().reading() as db:
        invited = houses.invitations_for(db, person, clock.now())
    if len(person.memberships) == 1 and not (invited or person.is_operator):
        return go(f"/staff/{person.memberships[0].slug}")
    secret_key = current.settings().secret_key
    waiting = [(one, links.invitation_token(secret_key, one.id)) for one in invited]
    return show("accounts/staff/choose.html", person=person, waiting=waiting)


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
    refusal = _change(team) if request.method == "POST" else None
    if request.method == "POST" and refusal is None:
        tell("Saved")
        return go(url_for(".organizer", organizer=team.slug))
    with current.database().reading() as db:
        facts = houses.organizer(db, team.organizer_id)
    values = {"was": was(facts.as_typed()), **facts.as_typed(), **request.form.to_dict()}
    return _form("organizer", refusal, values, team=team)


def _change(team: Team) -> Invalid | None:
    """Save what was typed, with what somebody else changed since the form was opened."""
    with current.database().writing() as db:
        now = teams.facts(db, team.organizer_id).as_typed()
        by = partial(audit.last_by, db, ("organizer", team.organizer_id))

        def act(form: forms.OrganizerChange) -> None:
            teams.edit_organizer(db, team.actor, team.organizer_id, form.changes(team.currency))

        return attempted(forms.OrganizerChange, merged(request.form, now, by=by), act)


def _form(page: str, refusal: Invalid | None, typed: dict[str, Any], **values: Any) -> Response:
    status = refusal.status if refusal else 200
    return show(f"accounts/staff/{page}.html", None, status=status, refusal=refusal, values=typed, **values)
