"""Imports that were made, for staff: what each did, taken back; and the feeds that make them."""

from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for

from webapp.accounts.guards import Team, may
from webapp.core import audit, clock
from webapp.importing.forms import FeedForm
from webapp.importing.queries import drafts as queries
from webapp.importing.queries.tables import BECAME, DOUBTS
from webapp.importing.service import feeds, undoing
from webapp.web import current, tables
from webapp.web.forms import parsed
from webapp.web.merging import merged
from webapp.web.notices import tell
from webapp.web.page import go, show

bp = Blueprint("import_reports_staff", __name__, url_prefix="/staff")


@bp.get("/<organizer>/imports/<uuid:import_id>")
@may("import.edit")
def report(team: Team, import_id: UUID) -> Response:
    """What it did, and what taking it back would do."""
    with current.database().reading() as db:
        found = queries.report(db, team.organizer_id, import_id)
        values = {
            "organizer": team.organizer_id,
            "events": [*found.added, *found.changed],
            "added": list(found.added),
            "import": import_id,
        }
        if wanted := tables.wanted(BECAME, DOUBTS):
            return tables.file(wanted, values, team)
        events, doubts = (tables.listing(db, table, values) for table in (BECAME, DOUBTS))
        told: dict[str, Any] = {"events": events, "doubts": doubts, "effect": undoing.effect(db, import_id)}
    return show("importing/staff/report.html", team=team, report=found, **told)


@bp.post("/<organizer>/imports/<uuid:import_id>/undo")
@may("import.edit")
def undo(team: Team, import_id: UUID) -> Response:
    with current.database().reading() as db:
        queries.report(db, team.organizer_id, import_id)
    with current.database().writing() as db:
        file = undoing.undo(db, import_id=import_id, by=team.actor, now=clock.now())
    tell("Undone", f"What the import of {file} added is gone, and what it changed is as it was.")
    return go(url_for(".report", organizer=team.slug, import_id=import_id))


@bp.post("/<organizer>/imports/files/<uuid:draft_id>/feed")
@may("import.edit")
def keep(team: Team, draft_id: UUID) -> Response:
    """Look at the address of a file every hour from now on."""
    form = parsed(FeedForm, request.form)
    with current.database().writing() as db:
        found = queries.draft(db, team.organizer_id, draft_id)
        feeds.keep(
            db, organizer_id=team.organizer_id, url=found.url or "", asks=found.asks, mode=form.mode,
            by=team.actor, now=clock.now(),
        )  # fmt: skip
    tell("It is a feed now", "Its address is looked at every hour. Pause or forget it among the imports.")
    return go(url_for("imports_staff.draft", organizer=team.slug, draft_id=draft_id))


@bp.post("/<organizer>/imports/feeds/<uuid:feed_id>/mode")
@may("import.edit")
def set_mode(team: Team, feed_id: UUID) -> Response:
    """Whether its changes wait for staff."""
    with current.database().writing() as db:
        now = {"mode": feeds.locked(db, team.organizer_id, feed_id).mode}
        form = parsed(FeedForm, merged(request.form, now, by=partial(audit.last_by, db, ("feed", feed_id))))
        feeds.set_mode(db, organizer_id=team.organizer_id, feed_id=feed_id, mode=form.mode, by=team.actor)
    tell("Saved")
    return _back(team)


@bp.post("/<organizer>/imports/feeds/<uuid:feed_id>/pause")
@may("import.edit")
def pause(team: Team, feed_id: UUID) -> Response:
    with current.database().writing() as db:
        feeds.pause(db, organizer_id=team.organizer_id, feed_id=feed_id, by=team.actor)
    tell("The feed is paused", "Nobody looks at it until you say so.")
    return _back(team)


@bp.post("/<organizer>/imports/feeds/<uuid:feed_id>/look")
@may("import.edit")
def look(team: Team, feed_id: UUID) -> Response:
    """Look at once, and every hour from then on."""
    with current.database().writing() as db:
        feeds.look_now(db, organizer_id=team.organizer_id, feed_id=feed_id, by=team.actor, now=clock.now())
    tell("It is looked at", "What it brings shows up here.")
    return _back(team)


@bp.post("/<organizer>/imports/feeds/<uuid:feed_id>/forget")
@may("import.edit")
def forget(team: Team, feed_id: UUID) -> Response:
    with current.database().writing() as db:
        feeds.forget(db, organizer_id=team.organizer_id, feed_id=feed_id, by=team.actor)
    tell("The feed is forgotten", "What it brought stays.")
    return _back(team)


def _back(team: Team) -> Response:
    return go(url_for("imports_staff.imports", organizer=team.slug))
