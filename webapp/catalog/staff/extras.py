"""Venues for staff."""

from functools import partial
from typing import Any

from flask import Blueprint, Response, request, url_for

from webapp.accounts.guards import Team, may
from webapp.catalog.forms.editing import VenueForm
from webapp.catalog.queries import programme
from webapp.catalog.queries.tables import VENUES
from webapp.catalog.service import extras
from webapp.core import audit, clock
from webapp.core.db import Session
from webapp.core.errors import Invalid
from webapp.core.ids import uuid7
from webapp.web import current, tables
from webapp.web.forms import parsed
from webapp.web.merging import merged
from webapp.web.notices import tell
from webapp.web.page import go, show

bp = Blueprint("extras_staff", __name__, url_prefix="/staff")


@bp.get("/<organizer>/venues")
@may("venue.edit")
def venues(team: Team) -> Response:
    if tables.wants_file(VENUES):
        return tables.file(VENUES, {"organizer": team.organizer_id, "now": clock.now()}, team)
    return _venues(team)


@bp.post("/<organizer>/venues")
@may("venue.edit")
def save_venue(team: Team) -> Response:
    try:
        with current.database().writing() as db:
            form = _typed_venue(db, team)
            extras.save_venue(
                db, organizer_id=team.organizer_id, venue_id=form.id, values=form.values(), by=team.actor
            )
    except Invalid as refusal:
        return _venues(team, refusal)
    tell("The venue is saved")
    return go(url_for(".venues", organizer=team.slug))


def _typed_venue(db: Session, team: Team) -> VenueForm:
    """The form, with what somebody else changed since it was opened."""
    form = parsed(VenueForm, request.form)
    venue = extras.lock_venue(db, team.organizer_id, form.id)
    if venue is None:
        return form
    by = partial(audit.last_by, db, ("venue", form.id))
    return parsed(VenueForm, merged(request.form, programme.venue_values(venue), by=by))


def _venues(team: Team, refusal: Invalid | None = None) -> Response:
    with current.database().reading() as db:
        found = tables.listing(db, VENUES, {"organizer": team.organizer_id, "now": clock.now()})
    return show(
        "catalog/staff/venues.html",
        status=422 if refusal else 200,
        team=team,
        venues=found,
        **_typed(refusal),
    )


def _typed(refusal: Invalid | None) -> dict[str, Any]:
    """What a form shows again after it was refused, else an empty one with a new id."""
    values = request.form.to_dict() if refusal else {}
    return {"values": values, "refusal": refusal, "fresh": values.get("id") or uuid7()}
