"""An event made again for staff: what would be made, and then it is."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for

from webapp.accounts.guards import Team, may
from webapp.core import clock
from webapp.core.db import Session
from webapp.core.errors import Invalid
from webapp.core.ids import uuid7
from webapp.planning.forms.cloning import CloneForm
from webapp.planning.queries import programme
from webapp.planning.queries.facts import facts
from webapp.planning.service import cloning as service
from webapp.planning.service.cloning import Copied
from webapp.web import current
from webapp.web.forms import parsed
from webapp.web.notices import tell
from webapp.web.page import go, show

bp = Blueprint("cloning_staff", __name__, url_prefix="/staff")


@bp.get("/<organizer>/events/<uuid:event_id>/clone")
@may("event.add")
def look(team: Team, event_id: UUID) -> Response:
    return _cloning(team, event_id)


@bp.post("/<organizer>/events/<uuid:event_id>/clone")
@may("event.add")
def clone(team: Team, event_id: UUID) -> Response:
    """Looks, or makes the copy: the button says which. An address could not hold the ticks of many dates."""
    if request.form.get("go") != "copy":
        return _cloning(team, event_id)
    try:
        form = parsed(CloneForm, request.form)
        with current.database().writing() as db:
            event = service.clone(
                db,
                organizer_id=team.organizer_id,
                event_id=event_id,
                wish=form.wish(),
                by=team.actor,
                now=clock.now(),
            )
    except Invalid as refusal:
        return _cloning(team, event_id, refusal)
    tell("The copy is made", "It is a draft, and nothing of it is on sale.")
    return go(url_for("catalog_staff.event", organizer=team.slug, event_id=event.id))


def _cloning(team: Team, event_id: UUID, refusal: Invalid | None = None) -> Response:
    given = request.form
    with current.database().reading() as db:
        event = programme.event(db, team.organizer_id, event_id)
        known = facts(db, event_id)
        ticked = set(given.getlist("date")) if given else {str(one.id) for one in known}
        values: dict[str, Any] = {"id": uuid7(), "title": event.title, **given.to_dict()}
        copied, wrong = _copied(db, event_id)
    return show(
        "planning/staff/clone.html",
        "cloning",
        status=422 if refusal or wrong else 200,
        team=team,
        event=event,
        known=known,
        ticked=ticked,
        copied={one.facts.id: one for one in copied},
        values=values,
        refusal=refusal or wrong,
    )


def _copied(db: Session, event_id: UUID) -> tuple[list[Copied], Invalid | None]:
    """Where the dates would go, where the form can be read."""
    if not request.form:
        return [], None
    try:
        return service.copies(db, event_id, parsed(CloneForm, request.form).wish()), None
    except Invalid as refusal:
        return [], refusal
