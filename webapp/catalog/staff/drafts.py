"""Drafts for staff: published at a time, deleted, and the bin."""

from functools import partial
from uuid import UUID

from flask import Blueprint, Response, request, url_for

from webapp.accounts.guards import Team, may
from webapp.catalog.forms.editing import PlanForm
from webapp.catalog.queries import programme
from webapp.catalog.queries.drafts import BIN
from webapp.catalog.service import drafts as service
from webapp.catalog.service import editing
from webapp.core import audit, clock
from webapp.web import current, tables
from webapp.web.forms import parsed
from webapp.web.merging import merged
from webapp.web.notices import tell
from webapp.web.page import go, show

bp = Blueprint("drafts_staff", __name__, url_prefix="/staff")


@bp.get("/<organizer>/events/bin")
@may("event.view", narrowed=True)
def bin_(team: Team) -> Response:
    """Deleted drafts of the last weeks."""
    since = clock.now() - service.KEPT
    values = {"organizer": team.organizer_id, "since": since, **team.reach.values()}
    if tables.wants_file(BIN):
        return tables.file(BIN, values, team)
    with current.database().reading() as db:
        found = tables.listing(db, BIN, values)
    return show("catalog/staff/bin.html", team=team, found=found, kept=service.KEPT)


@bp.post("/<organizer>/events/<uuid:event_id>/publish-at")
@may("event.edit")
def plan(team: Team, event_id: UUID) -> Response:
    """Publish it by itself at this time; without one it waits for a hand again."""
    with current.database().writing() as db:
        now = programme.publishing_values(editing.own_event(db, team.organizer_id, event_id))
        by = partial(audit.last_by, db, ("event", event_id))
        at = parsed(PlanForm, merged(request.form, now, by=by)).at
        service.plan(
            db, organizer_id=team.organizer_id, event_id=event_id, at=at, by=team.actor, now=clock.now()
        )
    if at:
        tell("The time is set", "It is shown to everybody from then on, by itself.")
    else:
        tell("It stays a draft", "It is shown when somebody publishes it.")
    return go(url_for("catalog_staff.event", organizer=team.slug, event_id=event_id))


@bp.post("/<organizer>/events/<uuid:event_id>/delete")
@may("event.edit")
def delete(team: Team, event_id: UUID) -> Response:
    with current.database().writing() as db:
        event = service.delete(
            db, organizer_id=team.organizer_id, event_id=event_id, by=team.actor, now=clock.now()
        )
    tell(f"{event.title} is deleted", f"It lies in the bin for {service.KEPT_WORDS}, and can be taken out.")
    return go(url_for(".bin_", organizer=team.slug))


@bp.post("/<organizer>/events/<uuid:event_id>/restore")
@may("event.edit")
def restore(team: Team, event_id: UUID) -> Response:
    with current.database().writing() as db:
        event = service.restore(db, organizer_id=team.organizer_id, event_id=event_id, by=team.actor)
    tell(f"{event.title} is a draft again", "With everything that it had.")
    return go(url_for("catalog_staff.event", organizer=team.slug, event_id=event_id))
