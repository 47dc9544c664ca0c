"""A team that asks for a second factor, and letting somebody back in."""

from uuid import UUID

from flask import Blueprint, Response, request, url_for

from webapp.accounts import forms, guards
from webapp.accounts.guards import Team, may
from webapp.accounts.service import requiring
from webapp.core import clock
from webapp.web import current
from webapp.web.forms import parsed
from webapp.web.limits import SIGN_IN, limit
from webapp.web.notices import tell
from webapp.web.page import go

bp = Blueprint("factors_staff", __name__, url_prefix="/staff")


@bp.post("/<organizer>/team/second-factor")
@may("team.edit")
def require(team: Team) -> Response:
    """Ask everybody of the team for a second factor, or no longer."""
    form, owner = parsed(forms.Demand, request.form), guards.account()
    if owner is None or not owner.is_proved(clock.now()):
        return _ask_again(team)
    with current.database().writing() as db:
        requiring.require_factor(db, team.actor, owner, team.organizer_id, required=form.required)
    if form.required:
        tell("The team is asked for a second factor", "Who has none sets one up before the next staff page.")
    else:
        tell("A second factor is up to each of the team again")
    return go(url_for("team_staff.team", organizer=team.slug))


@bp.post("/<organizer>/team/<uuid:user_id>/second-factor/reset")
@limit(SIGN_IN)
@may("team.edit")
def reset(team: Team, user_id: UUID) -> Response:
    """Somebody lost phone and recovery codes."""
    owner = guards.account()
    if owner is None or not owner.is_proved(clock.now()):
        return _ask_again(team)
    with current.database().writing() as db:
        name = requiring.reset(db, team.actor, team.organizer_id, user_id)
    tell(f"{name} signs in by the password now", "They were told by mail, and are signed out everywhere.")
    return go(url_for("team_staff.team", organizer=team.slug))


def _ask_again(team: Team) -> Response:
    wanted = url_for("team_staff.team", organizer=team.slug)
    return go(url_for("proving.confirm", next=wanted))
