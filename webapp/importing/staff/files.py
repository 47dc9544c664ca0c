"""Files on their way in, for staff: dropped or fetched, looked at, corrected, confirmed, thrown away."""

from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for

from webapp.accounts.guards import Team, may
from webapp.core import audit, clock
from webapp.core.db import Session
from webapp.core.errors import Invalid
from webapp.importing import forms
from webapp.importing.documents import choices
from webapp.importing.queries import drafts as queries
from webapp.importing.queries import feeds as feed_queries
from webapp.importing.queries.drafts import DraftView
from webapp.importing.queries.feeds import FEEDS
from webapp.importing.queries.tables import LINES, MADE
from webapp.importing.rules import mappings
from webapp.importing.rules.sizes import LARGEST
from webapp.importing.service import drafts
from webapp.web import current, tables
from webapp.web.forms import parsed
from webapp.web.merging import merged
from webapp.web.notices import tell
from webapp.web.page import go, show

bp = Blueprint("imports_staff", __name__, url_prefix="/staff")

# What a form holds beside its file.
FORM_BYTES = 100_000


@bp.get("/<organizer>/imports")
@may("import.edit")
def imports(team: Team) -> Response:
    if wanted := tables.wanted(MADE, FEEDS):
        return tables.file(wanted, {"organizer": team.organizer_id, "zone": team.zone}, team)
    return _imports(team)


@bp.post("/<organizer>/imports")
@may("import.edit")
def bring(team: Team) -> Response:
    """A file, or the address of one; a worker reads it."""
    request.max_content_length = LARGEST + FORM_BYTES
    try:
        source, url = forms.brought(request.form, request.files.get("file"))
        with current.database().writing() as db:
            draft_id = drafts.add(db, organizer_id=team.organizer_id, source=source, url=url, by=team.actor)
    except Invalid as refusal:
        return _imports(team, refusal)
    return _back(team, draft_id)


@bp.get("/<organizer>/imports/files/<uuid:draft_id>")
@may("import.edit")
def draft(team: Team, draft_id: UUID) -> Response:
    """The preview; while it is read or goes in, how far it is."""
    if tables.wants_file(LINES):
        return tables.file(LINES, {"organizer": team.organizer_id, "draft": draft_id}, team)
    with current.database().reading() as db:
        found = queries.draft(db, team.organizer_id, draft_id)
    if found.import_id:
        return go(url_for("import_reports_staff.report", organizer=team.slug, import_id=found.import_id))
    return _draft(team, found)


@bp.post("/<organizer>/imports/files/<uuid:draft_id>")
@may("import.edit")
def correct(team: Team, draft_id: UUID) -> Response:
    """Read it again with another zone, mapping or venues."""
    with current.database().reading() as db:
        found = queries.draft(db, team.organizer_id, draft_id)
    try:
        with current.database().writing() as db:
            asks = _corrected(db, team, draft_id)
            drafts.correct(
                db,
                organizer_id=team.organizer_id,
                draft_id=draft_id,
                asks=asks,
                by=team.actor,
                now=clock.now(),
            )
    except Invalid as refusal:
        return _draft(team, found, refusal=refusal)
    return _back(team, draft_id)


@bp.post("/<organizer>/imports/files/<uuid:draft_id>/confirm")
@may("import.edit")
def confirm(team: Team, draft_id: UUID) -> Response:
    try:
        form = parsed(forms.ConfirmForm, request.form)
        with current.database().writing() as db:
            drafts.confirm(
                db, organizer_id=team.organizer_id, draft_id=draft_id, version=form.version,
                agreed=form.move, words=form.words, by=team.actor,
            )  # fmt: skip
    except Invalid as refusal:
        with current.database().reading() as db:
            found = queries.draft(db, team.organizer_id, draft_id)
        return _draft(team, found, refusal=refusal)
    return _back(team, draft_id)


@bp.post("/<organizer>/imports/files/<uuid:draft_id>/throw-away")
@may("import.edit")
def throw_away(team: Team, draft_id: UUID) -> Response:
    with current.database().writing() as db:
        file = drafts.throw_away(db, organizer_id=team.organizer_id, draft_id=draft_id, by=team.actor)
    tell("Thrown away", f"Nothing of {file} was imported.")
    return go(url_for(".imports", organizer=team.slug))


def _corrected(db: Session, team: Team, draft_id: UUID) -> dict[str, Any]:
    """How it is to be read, with what somebody else corrected since the form was opened."""
    drafts.locked(db, team.organizer_id, draft_id)
    found = queries.draft(db, team.organizer_id, draft_id)
    venues = queries.venues(db, team.organizer_id)
    choices = {name: venues for name in request.form if name.startswith("house-")}
    by = partial(audit.last_by, db, ("import", draft_id))
    typed = merged(request.form, forms.shown(found), by=by, choices=choices, labels=forms.named(found))
    return forms.corrections(typed, found.found, found.asks)


def _back(team: Team, draft_id: UUID) -> Response:
    return go(url_for(".draft", organizer=team.slug, draft_id=draft_id))


def _imports(team: Team, refusal: Invalid | None = None) -> Response:
    with current.database().reading() as db:
        waiting = queries.drafts(db, team.organizer_id)
        values = {"organizer": team.organizer_id, "zone": team.zone}
        made, feeds = (tables.listing(db, table, values) for table in (MADE, FEEDS))
        is_busy = any(one.is_busy for one in waiting) or feed_queries.is_busy(db, team.organizer_id)
    return show(
        "importing/staff/imports.html",
        status=refusal.status if refusal else 200,
        team=team,
        waiting=[one for one in waiting if one.feed_id is None or one.state == "importing"],
        feeds=feeds,
        made=made,
        refusal=refusal,
        values=request.form.to_dict() if refusal else {},
        now=clock.now(),
        is_busy=is_busy,
    )


def _draft(team: Team, found: DraftView, *, refusal: Invalid | None = None) -> Response:
    with current.database().reading() as db:
        lines = tables.listing(db, LINES, {"organizer": team.organizer_id, "draft": found.id})
        venues = queries.venues(db, team.organizer_id)
        zones = queries.zones(db, team.organizer_id)
    return show(
        "importing/staff/draft.html",
        "state",
        status=refusal.status if refusal else 200,
        team=team,
        draft=found,
        lines=lines,
        venues=venues,
        zones=zones,
        choices=choices(),
        shown=forms.shown(found),
        written=mappings.written(found.asks.get("mapping") or {}),
        values=request.form.to_dict() if refusal else found.asks,
        moving=request.form.getlist("move"),
        refusal=refusal,
    )
