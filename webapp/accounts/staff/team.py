"""Who works for an organizer: members, what they may do at single events, who is invited."""

from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for

from webapp.accounts import forms, rules
from webapp.accounts.guards import Team, may
from webapp.accounts.queries import factors, houses
from webapp.accounts.queries.tables import INVITED, KEPT, MEMBERS
from webapp.accounts.service import invitations
from webapp.accounts.service import team as teams
from webapp.core import audit, clock
from webapp.core.errors import Invalid
from webapp.web import current, tables
from webapp.web.forms import attempted, parsed
from webapp.web.limits import INVITATIONS, limit
from webapp.web.merging import merged
from webapp.web.notices import tell
from webapp.web.page import go, show

bp = Blueprint("team_staff", __name__, url_prefix="/staff")

# As the question reads when two change one role.
ROLES = {"role": [("", "none"), *((role, rules.role_name(role)) for role in rules.ROLES)]}


@bp.get("/<organizer>/team")
@may("team.edit")
def team(team: Team) -> Response:
    if wanted := tables.wanted(MEMBERS, INVITED):
        return tables.file(wanted, _of(team), team)
    return _team(team)


@bp.post("/<organizer>/team")
@limit(INVITATIONS)
@may("team.edit")
def invite(team: Team) -> Response:
    """Invite somebody by mail, with an account or without."""

    def act(form: forms.NewMember) -> None:
        with current.database().writing() as db:
            invitations.invite(
                db,
                team.actor,
                team.organizer_id,
                email=form.email,
                role=form.role,
                event_ids=form.event_ids,
                now=clock.now(),
            )
        tell(f"{form.email} is invited", f"The mail is on its way; its link works for {rules.INVITED_WORDS}.")

    if refusal := attempted(forms.NewMember, request.form, act):
        return _team(team, refusal)
    return _back(team)


@bp.post("/<organizer>/team/invitations/<uuid:invitation_id>/resend")
@limit(INVITATIONS)
@may("team.edit")
def resend(team: Team, invitation_id: UUID) -> Response:
    """Once more, with all its time ahead; one that was withdrawn is open again."""
    with current.database().writing() as db:
        email = invitations.resend(db, team.actor, team.organizer_id, invitation_id, now=clock.now())
    tell(f"{email} is invited", f"The mail is on its way; its link works for {rules.INVITED_WORDS}.")
    return _back(team)


@bp.post("/<organizer>/team/invitations/<uuid:invitation_id>/withdraw")
@may("team.edit")
def withdraw(team: Team, invitation_id: UUID) -> Response:
    with current.database().writing() as db:
        email = invitations.withdraw(db, team.actor, team.organizer_id, invitation_id, now=clock.now())
    tell("The invitation is withdrawn", f"The link that {email} has opens nothing any more.")
    return _back(team)


@bp.post("/<organizer>/team/<uuid:user_id>/role")
@may("team.edit")
def change_role(team: Team, user_id: UUID) -> Response:
    with current.database().writing() as db:
        now = {"role": teams.locked_role(db, team.organizer_id, user_id)}
        by = partial(audit.last_by, db, ("member", user_id))
        form = parsed(forms.RoleChange, merged(request.form, now, by=by, choices=ROLES))
        teams.change_role(db, team.actor, team.organizer_id, user_id, form.role)
    tell("The role is changed", "It counts from the next page they open.")
    return _back(team, changed=user_id)


@bp.post("/<organizer>/team/events")
@may("team.edit")
def change_event_role(team: Team) -> Response:
    """What somebody may do at one event; without a role their own counts there again."""
    form = parsed(forms.EventRoleChange, request.form)
    with current.database().writing() as db:
        now = {"role": teams.locked_event_role(db, form.user_id, form.event_id)}
        by = partial(audit.last_by, db, ("member", form.user_id))
        form = parsed(forms.EventRoleChange, merged(request.form, now, by=by, choices=ROLES))
        teams.change_event_role(
            db, team.actor, team.organizer_id, form.user_id, event_id=form.event_id, role=form.role
        )
    tell("The role at this event is changed" if form.role else "The role at this event is taken")
    return _back(team, changed=form.user_id)


@bp.post("/<organizer>/team/<uuid:user_id>/remove")
@may("team.edit")
def remove_member(team: Team, user_id: UUID) -> Response:
    with current.database().writing() as db:
        teams.remove_member(db, team.actor, team.organizer_id, user_id)
    tell("Removed from the team", "What they did stays in the history.")
    return _back(team, changed=user_id)


@bp.get("/<organizer>/roles")
@may("event.view", narrowed=True)
def roles(team: Team) -> Response:
    """What each role may do, drawn from the table that the guards ask."""
    return show("accounts/staff/roles.html", team=team, roles=rules.ROLES, rights=rules.MAY)


def _back(team: Team, *, changed: UUID | None = None) -> Response:
    # Whoever changed their own role may no longer see the team.
    if changed == team.actor.id:
        return go(url_for("accounts_staff.choose"))
    return go(url_for(".team", organizer=team.slug))


def _of(team: Team) -> dict[str, Any]:
    now = clock.now()
    return {"organizer": team.organizer_id, "now": now, "since": now - KEPT}


def _team(team: Team, refusal: Invalid | None = None) -> Response:
    with current.database().reading() as db:
        found: dict[str, Any] = {
            "team_table": tables.listing(db, MEMBERS, _of(team)),
            "members": houses.members(db, team.organizer_id),
            "invitations": tables.listing(db, INVITED, _of(team)),
            "events": houses.titles(db, team.organizer_id),
            "demand": factors.demand(db, team.organizer_id),
        }
    return show(
        "accounts/staff/team.html",
        status=refusal.status if refusal else 200,
        team=team,
        refusal=refusal,
        values={**request.form.to_dict(), "event_ids": request.form.getlist("event_ids")},
        all_roles=rules.ROLES,
        event_roles=rules.EVENT_ROLES,
        **found,
    )
