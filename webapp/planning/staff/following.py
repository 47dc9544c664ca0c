"""A series for staff: changed from a date on or all of it, one date left out."""

from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from werkzeug.datastructures import MultiDict

from webapp.accounts.guards import Team, may
from webapp.catalog.queries import programme as catalog
from webapp.catalog.queries.programme import DateEdit
from webapp.core import audit, clock
from webapp.core.db import Session
from webapp.core.errors import Invalid
from webapp.core.harm import Harm
from webapp.planning.forms.going_on import SeriesChangeForm
from webapp.planning.forms.series import CHOICES, LABELS, shown
from webapp.planning.queries import programme
from webapp.planning.queries.programme import Kept
from webapp.planning.rules import regions
from webapp.planning.service import following as service
from webapp.planning.service.following import Outlook, Went
from webapp.planning.service.series import own_series
from webapp.planning.staff.telling import preview, tell_done
from webapp.web import current
from webapp.web.filters import long_day
from webapp.web.forms import parsed
from webapp.web.merging import FIELD, merged, was
from webapp.web.notices import tell
from webapp.web.page import go, show

bp = Blueprint("following_staff", __name__, url_prefix="/staff")


@bp.get("/<organizer>/dates/<uuid:date_id>/series")
@may("event.view")
def of_date(team: Team, date_id: UUID) -> Response:
    """What a date belongs to; its page asks for it as a part."""
    with current.database().reading() as db:
        date = catalog.date(db, team.organizer_id, date_id, clock.now())
        found = programme.find_series_of_date(db, team.organizer_id, date_id)
    leaving = _leaving(date)
    return show(
        "planning/staff/date_series.html", "series", team=team, date=date, found=found, leaving=leaving
    )


@bp.post("/<organizer>/dates/<uuid:date_id>/leave-out")
@may("event.edit")
def leave_out(team: Team, date_id: UUID) -> Response:
    with current.database().writing() as db:
        event_id = catalog.date(db, team.organizer_id, date_id, clock.now()).event_id
        service.leave_out(db, organizer_id=team.organizer_id, date_id=date_id, by=team.actor)
    tell("The date is left out", "Its series skips this day from now on.")
    return go(url_for("catalog_staff.event", organizer=team.slug, event_id=event_id))


@bp.get("/<organizer>/series/<uuid:series_id>")
@may("event.edit")
def look(team: Team, series_id: UUID) -> Response:
    """The pattern as it is; `since` in the address is the day from which it is to change."""
    return _series(team, series_id)


@bp.post("/<organizer>/series/<uuid:series_id>")
@may("event.edit")
def change(team: Team, series_id: UUID) -> Response:
    """Looks, or does it: the button says which."""
    typed: MultiDict[str, str] = request.form
    try:
        if parsed(SeriesChangeForm, typed).go == "look":
            return _series(team, series_id, typed)
        with current.database().writing() as db:
            event, row, pattern = own_series(db, team.organizer_id, series_id)
            typed = _typed(db, team, event.id, Kept(row.id, event.id, row.venue_id, pattern))
            went = _change(db, team, series_id, parsed(SeriesChangeForm, typed))
            event_id = event.id
    except Invalid as refusal:
        return _series(team, series_id, typed, refusal)
    tell_done(went.done, added=went.added, removed=went.removed)
    return go(url_for("catalog_staff.event", organizer=team.slug, event_id=event_id))


def _typed(db: Session, team: Team, event_id: UUID, kept: Kept) -> MultiDict[str, str]:
    """The form, with what somebody else changed of the rule since it was opened."""
    form = parsed(SeriesChangeForm, request.form)
    service.require_dates(db, event_id, kept.id, form.since)
    now = shown(kept.pattern, kept.venue_id, form.since.isoformat() if form.since else "")
    venues = catalog.venues(db, team.organizer_id)
    choices = {
        **CHOICES,
        "venue_id": [(venue.id, venue.name) for venue in venues],
        "holidays": regions.choices([venue.country for venue in venues]),
    }
    by = partial(audit.last_by, db, ("event", event_id))
    return merged(request.form, now, by=by, choices=choices, labels=LABELS)


def _change(db: Session, team: Team, series_id: UUID, form: SeriesChangeForm) -> Went:
    country = programme.venue(db, team.organizer_id, form.venue_id).country
    return service.change(
        db,
        organizer_id=team.organizer_id,
        series_id=series_id,
        wish=form.going_on(country),
        word=form.word(),
        by=team.actor,
        now=clock.now(),
    )


def _leaving(date: DateEdit) -> Harm:
    return Harm(
        title=f"Leave out {long_day(date.starts_at, date.zone)}?",
        name=date.title,
        effects=("The date goes, with its pools and ticket types. One that guests have places of stays.",),
        undo="A date can be added on that day again.",
    )


def _series(
    team: Team, series_id: UUID, typed: MultiDict[str, str] | None = None, refusal: Invalid | None = None
) -> Response:
    with current.database().reading() as db:
        kept = programme.series(db, team.organizer_id, series_id)
        event = programme.event(db, team.organizer_id, kept.event_id)
        venues = catalog.venues(db, team.organizer_id)
        outlook, wrong = _outlook(db, team, series_id, typed)
    return show(
        "planning/staff/change_series.html",
        "changing",
        status=422 if refusal or wrong else 200,
        team=team,
        event=event,
        series_id=series_id,
        venues=[(venue.id, f"{venue.name}, {venue.city}") for venue in venues],
        regions=regions.choices([venue.country for venue in venues]),
        values=_values(kept, typed),
        outlook=outlook,
        refusal=refusal or wrong,
        **preview(outlook.proposals() if outlook else [], refusal, team.currency),
    )


def _values(kept: Kept, typed: MultiDict[str, str] | None) -> dict[str, Any]:
    """What was typed, else the pattern as it is remembered, from the asked day on."""
    if typed is not None:
        return {**typed.to_dict(), "weekdays": typed.getlist("weekdays")}
    since = request.args.get("since", "")
    values = shown(kept.pattern, kept.venue_id, since)
    return {**values, "since": since, FIELD: was(values)}


def _outlook(
    db: Session, team: Team, series_id: UUID, typed: MultiDict[str, str] | None
) -> tuple[Outlook | None, Invalid | None]:
    """What the form would come to, where it can be read."""
    if typed is None:
        return None, None
    try:
        asked = parsed(SeriesChangeForm, typed)
        country = programme.venue(db, team.organizer_id, asked.venue_id).country
        return service.outlook(db, team.organizer_id, series_id, asked.going_on(country), clock.now()), None
    except Invalid as refusal:
        return None, refusal
