"""Reports that are kept with a name, and mailed to the team by the clock."""

from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from werkzeug.datastructures import MultiDict

from webapp.accounts.guards import Team, may
from webapp.core import audit, clock
from webapp.core.db import Session
from webapp.core.errors import Invalid
from webapp.core.ids import uuid7
from webapp.reports.forms import SavedForm
from webapp.reports.queries import saved as queries
from webapp.reports.queries.saved import RUNS
from webapp.reports.queries.sheets import sheet
from webapp.reports.service import saving
from webapp.web import current, tables
from webapp.web.forms import parsed
from webapp.web.merging import merged, was
from webapp.web.notices import tell
from webapp.web.page import go, show

bp = Blueprint("reports_saved", __name__, url_prefix="/staff")


@bp.get("/<organizer>/reports/saved/new")
@may("report.view")
def new(team: Team) -> Response:
    """A form for the report in the address, as it was looked at there."""
    asked = sheet(request.args.get("sheet", "sales"))
    query = request.args.get("asked", "")
    return _form(team, uuid7(), {"name": asked.title, "sheet": asked.key, "asked": query, "at": "07:00"})


@bp.post("/<organizer>/reports/saved")
@may("report.view")
def save(team: Team) -> Response:
    typed: dict[str, Any] = {**request.form.to_dict(), "members": request.form.getlist("members")}
    try:
        with current.database().writing() as db:
            form = parsed(SavedForm, _typed(db, team))
            of = {"organizer_id": team.organizer_id, "report_id": form.id}
            saving.save(db, **of, wish=form.wish(), by=team.actor, now=clock.now())
    except Invalid as refusal:
        return _form(team, request.form.get("id", type=UUID) or uuid7(), typed, refusal)
    tell("The report is kept", form.wish().cadence.said() + ".")
    return go(url_for("reports.index", organizer=team.slug))


@bp.get("/<organizer>/reports/saved/<uuid:report_id>")
@may("report.view")
def edit(team: Team, report_id: UUID) -> Response:
    with current.database().reading() as db:
        found = queries.one(db, team.organizer_id, report_id)
    if tables.wants_file(RUNS):
        return tables.file(RUNS, {"report": report_id}, team)
    return _form(team, report_id, {**found.typed(), "was": was(found.typed())})


@bp.post("/<organizer>/reports/saved/<uuid:report_id>/delete")
@may("report.view")
def delete(team: Team, report_id: UUID) -> Response:
    with current.database().writing() as db:
        saving.delete(db, organizer_id=team.organizer_id, report_id=report_id, by=team.actor)
    tell("The report is kept no more", "It is not mailed again.")
    return go(url_for("reports.index", organizer=team.slug))


def _typed(db: Session, team: Team) -> MultiDict[str, str]:
    """The form, with what somebody else changed since it was opened."""
    report_id = request.form.get("id", type=UUID)
    if report_id is None or not saving.lock(db, team.organizer_id, report_id):
        return request.form
    readers = [(reader.id, reader.name) for reader in queries.readers(db, team.organizer_id)]
    by = partial(audit.last_by, db, ("report", report_id))
    now = queries.one(db, team.organizer_id, report_id).typed()
    return merged(request.form, now, by=by, choices={"members": readers})


def _form(team: Team, report_id: UUID, values: dict[str, Any], refusal: Invalid | None = None) -> Response:
    with current.database().reading() as db:
        page = queries.form_page(db, team.organizer_id, report_id)
        at = url_for(".edit", organizer=team.slug, report_id=report_id)
        runs = tables.listing(db, RUNS, {"report": report_id}).standing(at)
        zone = values.get("zone") or team.zone
    return show(
        "reports/saved.html",
        status=422 if refusal else 200,
        team=team,
        page=page,
        runs=runs,
        report_id=report_id,
        values={**values, "zone": zone},
        refusal=refusal,
    )
