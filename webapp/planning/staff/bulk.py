"""Many dates of an event at once: what is to be different, what would become of each, and then it is done."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for

from webapp.accounts.guards import Team, may
from webapp.catalog.queries import programme as catalog
from webapp.catalog.service import editing
from webapp.catalog.staff.answers import values_of
from webapp.core import clock
from webapp.core.db import Session
from webapp.core.errors import Invalid
from webapp.planning.forms.bulk import BulkForm
from webapp.planning.queries import programme
from webapp.planning.queries.facts import names, selling
from webapp.planning.rules.changes import closed
from webapp.planning.rules.facts import Place
from webapp.planning.rules.proposals import Proposal, Wanted
from webapp.planning.service import changing
from webapp.planning.service.changing import Done
from webapp.planning.staff.telling import preview, tell_done
from webapp.web import current
from webapp.web.forms import parsed
from webapp.web.page import go, show

bp = Blueprint("bulk_staff", __name__, url_prefix="/staff")


@bp.get("/<organizer>/events/<uuid:event_id>/dates/change")
@may("event.edit")
def look(team: Team, event_id: UUID) -> Response:
    """Dates named in the address are ticked; without any, all that are ahead."""
    return _changing(team, event_id, request.args.getlist("date"))


@bp.post("/<organizer>/events/<uuid:event_id>/dates/change")
@may("event.edit")
def change(team: Team, event_id: UUID) -> Response:
    """Looks, or does it: the button says which."""
    chosen = request.form.getlist("date")
    try:
        form = parsed(BulkForm, request.form)
        if form.go == "look":
            return _changing(team, event_id, chosen, form=form)
        with current.database().writing() as db:
            event = editing.own_event(db, team.organizer_id, event_id)
            wished = changing.proposals(
                db, event_id, form.date, _wanted(db, team, form), currency=team.currency, now=clock.now()
            )
            done = changing.change(db, event, wished, word=form.word(), by=team.actor)
    except Invalid as refusal:
        return _changing(team, event_id, chosen, refusal=refusal)
    return _done(team, event_id, done)


def _done(team: Team, event_id: UUID, done: Done) -> Response:
    tell_done(done)
    return go(url_for("catalog_staff.event", organizer=team.slug, event_id=event_id))


def _changing(
    team: Team,
    event_id: UUID,
    chosen: Collection[str],
    *,
    form: BulkForm | None = None,
    refusal: Invalid | None = None,
) -> Response:
    with current.database().reading() as db:
        event = programme.event(db, team.organizer_id, event_id)
        venues = catalog.venues(db, team.organizer_id)
        rows, refusal = _rows(db, team, event_id, form, refusal)
        choices = _choices(db, event_id, rows)
    ahead = {str(row.facts.id) for row in rows}
    return show(
        "planning/staff/change_dates.html",
        "changing",
        status=422 if refusal else 200,
        team=team,
        event=event,
        venues=[(venue.id, f"{venue.name}, {venue.city}") for venue in venues],
        ticked=set(chosen) or (ahead if request.method == "GET" else set()),
        values=request.form.to_dict(),
        refusal=refusal,
        **preview(rows, refusal, team.currency),
        **choices,
    )


def _choices(db: Session, event_id: UUID, rows: Collection[Proposal]) -> dict[str, Any]:
    """What can be chosen of what the dates sell: pools, ticket types, dates that others may be like."""
    pools, types = names([row.facts for row in rows])
    return {
        "pools": [(name, name) for name in pools],
        "types": [(name, name) for name in types],
        "models": selling(db, event_id),
    }


def _rows(
    db: Session, team: Team, event_id: UUID, form: BulkForm | None, refusal: Invalid | None
) -> tuple[list[Proposal], Invalid | None]:
    """What would become of each date ahead; as they are, while nothing was asked or something is wrong."""
    try:
        asked = form or (parsed(BulkForm, request.form) if request.method == "POST" else None)
        wanted = _wanted(db, team, asked) if asked else Wanted()
    except Invalid as wrong:
        asked, wanted, refusal = None, Wanted(), refusal or wrong
    now = clock.now()
    chosen = asked.date if asked else []
    rows = changing.proposals(db, event_id, chosen, wanted, currency=team.currency, now=now)
    return [row for row in rows if not closed(row.facts, now)], refusal


def _wanted(db: Session, team: Team, form: BulkForm) -> Wanted:
    place = None
    if form.venue_id:
        venue = programme.venue(db, team.organizer_id, form.venue_id)
        place = Place(venue.id, venue.name, venue.zone)
    return values_of("price", lambda: form.wanted(place, team.currency))
