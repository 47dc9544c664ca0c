"""Series for staff: a rule is written, its dates are looked at, and then they are made."""

from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from werkzeug.datastructures import MultiDict

from webapp.accounts.guards import Team, may
from webapp.catalog.queries import programme as catalog
from webapp.catalog.staff.answers import values_of
from webapp.core import clock
from webapp.core.db import Session
from webapp.core.errors import Invalid
from webapp.core.ids import uuid7
from webapp.planning.forms.series import MoreForm, SeriesForm, rule_of
from webapp.planning.queries import programme
from webapp.planning.queries.previewing import Preview, preview_of
from webapp.planning.rules import regions
from webapp.planning.service import series as service
from webapp.web import current
from webapp.web.forms import parsed
from webapp.web.notices import is_htmx, tell
from webapp.web.page import go, show

bp = Blueprint("series_staff", __name__, url_prefix="/staff")


@bp.get("/<organizer>/events/<uuid:event_id>/series")
@may("event.view")
def of_event(team: Team, event_id: UUID) -> Response:
    """The series of an event; the event's page asks for them as a part."""
    now = clock.now()
    with current.database().reading() as db:
        event = programme.event(db, team.organizer_id, event_id)
        found = programme.series_of_event(db, event_id, now)
    return show("planning/staff/series.html", "series", team=team, event=event, found=found)


@bp.get("/<organizer>/events/<uuid:event_id>/series/new")
@may("event.edit")
def new(team: Team, event_id: UUID) -> Response:
    """The rule stands in the address, so that a preview can be looked at again, or sent to a colleague."""
    asked = request.args.copy()
    asked.setdefault("id", str(uuid7()))
    return _making(team, event_id, asked if "first" in asked else None)


@bp.post("/<organizer>/events/<uuid:event_id>/series")
@may("event.edit")
def make(team: Team, event_id: UUID) -> Response:
    """Looks, or makes the dates: the button says which."""
    asked = request.form
    if asked.get("go") != "make":
        return _look(team, event_id, asked)
    try:
        made = _make(team, event_id, asked)
    except Invalid as refusal:
        return _making(team, event_id, asked, refusal)
    return _made(team, event_id, made)


def _make(team: Team, event_id: UUID, asked: MultiDict[str, str]) -> int:
    form = parsed(SeriesForm, asked)
    if not _is_looked_at(asked):
        raise Invalid("These are the days of what you typed last. Look at them, then make them.")
    if not form.day:
        raise Invalid("No date is ticked.")
    wares = values_of("price", partial(form.wares, team.currency))
    with current.database().writing() as db:
        country = programme.venue(db, team.organizer_id, form.venue_id).country
        return service.make(
            db,
            organizer_id=team.organizer_id,
            event_id=event_id,
            wish=form.wish(country, wares),
            by=team.actor,
            now=clock.now(),
        )


def _look(team: Team, event_id: UUID, asked: MultiDict[str, str]) -> Response:
    """The rule goes into the address; the ticks, up to 400 of them, do not."""
    kept: dict[str, Any] = {name: asked.getlist(name) for name in SeriesForm.model_fields if name != "day"}
    address = url_for("series_staff.new", organizer=team.slug, event_id=event_id, **kept)
    if not is_htmx():
        return go(address)
    response = _making(team, event_id, asked)
    response.headers["HX-Push-Url"] = address
    return response


@bp.post("/<organizer>/series/<uuid:series_id>/more")
@may("event.edit")
def more(team: Team, series_id: UUID) -> Response:
    """The next dates by the remembered rule."""
    form = parsed(MoreForm, request.form)
    with current.database().writing() as db:
        event_id = programme.series(db, team.organizer_id, series_id).event_id
        made = service.extend(
            db,
            organizer_id=team.organizer_id,
            series_id=series_id,
            number=form.number,
            ends=form.ends,
            by=team.actor,
            now=clock.now(),
        )
    return _made(team, event_id, made)


def _made(team: Team, event_id: UUID, number: int) -> Response:
    dates = "1 date is made" if number == 1 else f"{number} dates are made"
    tell(dates if number else "They are made already", "They are not on sale yet: put them on sale together.")
    return go(url_for("catalog_staff.event", organizer=team.slug, event_id=event_id))


def _making(
    team: Team, event_id: UUID, asked: MultiDict[str, str] | None, refusal: Invalid | None = None
) -> Response:
    with current.database().reading() as db:
        event = programme.event(db, team.organizer_id, event_id)
        venues = catalog.venues(db, team.organizer_id)
        preview = None
        if asked is not None:
            preview, wrong = _preview(db, team, event_id, asked)
            refusal = refusal or wrong
    return show(
        "planning/staff/new_series.html",
        "making",
        status=422 if refusal else 200,
        team=team,
        event=event,
        venues=[(venue.id, f"{venue.name}, {venue.city}") for venue in venues],
        regions=regions.choices([venue.country for venue in venues]),
        values=_values(asked),
        preview=preview,
        looked=rule_of(asked) if asked is not None else "",
        refusal=refusal,
    )


def _preview(
    db: Session, team: Team, event_id: UUID, asked: MultiDict[str, str]
) -> tuple[Preview | None, Invalid | None]:
    """What the rule would make, or what is wrong with it."""
    try:
        form = parsed(SeriesForm, asked)
        venue = programme.venue(db, team.organizer_id, form.venue_id)
        return preview_of(db, event_id, venue, form.pattern(venue.country), clock.now()), None
    except Invalid as refusal:
        return None, refusal


def _values(asked: MultiDict[str, str] | None) -> dict[str, Any]:
    if asked is None:
        return {"id": uuid7(), "every": "week", "interval": 1, "weekdays": []}
    ticked = asked.getlist("day") if "looked" in asked and _is_looked_at(asked) else None
    return {**asked.to_dict(), "weekdays": asked.getlist("weekdays"), "day": ticked}


def _is_looked_at(asked: MultiDict[str, str]) -> bool:
    """Whether the ticks are those of the days that are asked for now."""
    return asked.get("looked", rule_of(asked)) == rule_of(asked)
