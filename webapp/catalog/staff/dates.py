"""One date for staff: its times, its sale, its pools and ticket types, its end."""

from uuid import UUID

from flask import Blueprint, Response, request, url_for

from webapp.accounts.guards import Team, may
from webapp.catalog.forms.editing import DateForm, SaleForm
from webapp.catalog.models import EventDate
from webapp.catalog.queries import harm, programme
from webapp.catalog.queries.tables import DATES
from webapp.catalog.service import dates as service
from webapp.catalog.staff import typed
from webapp.core import clock
from webapp.core.errors import Invalid
from webapp.core.ids import uuid7
from webapp.web import current, tables
from webapp.web.filters import clock_name
from webapp.web.forms import parsed
from webapp.web.notices import is_htmx, tell
from webapp.web.page import go, show

bp = Blueprint("dates_staff", __name__, url_prefix="/staff")


@bp.get("/<organizer>/dates")
@may("event.view", narrowed=True)
def dates(team: Team) -> Response:
    """All dates of all events, in the order in which they take place."""
    values = {"organizer": team.organizer_id, **team.reach.values()}
    with current.database().reading() as db:
        venues = [
            (venue.id, f"{venue.name}, {venue.city}") for venue in programme.venues(db, team.organizer_id)
        ]
        if tables.wants_file(DATES):
            return tables.file(DATES, values, team, venue=venues)
        found = tables.listing(db, DATES, values, venue=venues)
    return show("catalog/staff/dates.html", team=team, dates=found)


@bp.post("/<organizer>/events/<uuid:event_id>/dates")
@may("event.edit")
def add(team: Team, event_id: UUID) -> Response:
    try:
        date = _add(team, event_id)
    except Invalid as refusal:
        if is_htmx():
            raise  # The form stays where it is, and is told.
        return _adding(team, event_id, refusal)
    tell("The date is added", "Give it a pool and a ticket type, then put it on sale.")
    if twice := _twice(date):
        tell("Two times read the same", twice, kind="warn")
    return back(team, date.id)


@bp.get("/<organizer>/dates/<uuid:date_id>")
@may("event.view")
def date(team: Team, date_id: UUID) -> Response:
    return page(team, date_id)


@bp.post("/<organizer>/dates/<uuid:date_id>")
@may("event.edit")
def change(team: Team, date_id: UUID) -> Response:
    try:
        with current.database().writing() as db:
            form = typed.of_date(db, team, date_id)
            move = service.Move(form.venue_id, form.times(), form.typed, form.message)
            date = service.change(
                db, organizer_id=team.organizer_id, date_id=date_id, move=move, by=team.actor
            )
    except Invalid as refusal:
        return page(team, date_id, "date", refusal)
    tell("Saved", _twice(date))
    return back(team, date_id)


@bp.post("/<organizer>/dates/<uuid:date_id>/sale")
@may("event.edit")
def sale(team: Team, date_id: UUID) -> Response:
    form = parsed(SaleForm, request.form)
    with current.database().writing() as db:
        service.set_sale(
            db,
            organizer_id=team.organizer_id,
            date_id=date_id,
            step=form.step,
            opens=form.opens,
            by=team.actor,
        )
    tell(
        {"on_sale": "It is on sale", "paused": "The sale is paused", "scheduled": "It is not sold now"}[
            form.step
        ]
    )
    return back(team, date_id)


@bp.post("/<organizer>/dates/<uuid:date_id>/cancel")
@may("event.cancel")
def cancel(team: Team, date_id: UUID) -> Response:
    with current.database().writing() as db:
        service.cancel(
            db,
            organizer_id=team.organizer_id,
            date_id=date_id,
            typed=request.form.get("typed", ""),
            by=team.actor,
        )
    tell(
        "The date is cancelled",
        "Everybody who paid gets the money back, and a mail. This page shows how far it is.",
    )
    return back(team, date_id)


def _add(team: Team, event_id: UUID) -> EventDate:
    form = parsed(DateForm, request.form)
    with current.database().writing() as db:
        return service.add(
            db,
            organizer_id=team.organizer_id,
            event_id=event_id,
            date_id=form.id,
            venue_id=form.venue_id,
            times=form.times(),
            by=team.actor,
        )


def _adding(team: Team, event_id: UUID, refusal: Invalid) -> Response:
    """The form by itself, with what was typed and what is wrong with it."""
    with current.database().reading() as db:
        event = programme.event(db, team.organizer_id, event_id)
        venues = programme.venues(db, team.organizer_id)
    return show(
        "catalog/staff/new_date.html",
        status=refusal.status,
        team=team,
        event=event,
        venues=[(venue.id, f"{venue.name}, {venue.city}") for venue in venues],
        values=request.form.to_dict(),
        refusal=refusal,
    )


def _twice(date: EventDate) -> str:
    """Which of two equal readings is meant, in the night when the clocks are put back."""
    reading = clock.local(date.starts_at, date.zone).replace(tzinfo=None)
    if not clock.is_twice(reading, date.zone):
        return ""
    name = clock_name(date.starts_at, date.zone)
    return f"{reading:%H:%M} comes twice that night: the one in {name} is meant."


def back(team: Team, date_id: UUID) -> Response:
    """To the date's page after a change, which whoever looks at the date sees at once."""
    current.live().date_changed(str(date_id))
    return go(url_for("dates_staff.date", organizer=team.slug, date_id=date_id))


def page(team: Team, date_id: UUID, part: str = "date", refusal: Invalid | None = None) -> Response:
    """`part` says which of its forms was refused; what was typed stands in it again."""
    with current.database().reading() as db:
        found = programme.date(db, team.organizer_id, date_id, clock.now())
        venues = programme.venues(db, team.organizer_id)
        impact = service.impact(db, date_id)
        harms = harm.on_date(db, found)
    return show(
        "catalog/staff/date.html",
        "refunds",
        team=team,
        date=found,
        venues=[(venue.id, f"{venue.name}, {venue.city}") for venue in venues],
        pools=[(pool.id, pool.name) for pool in found.pools],
        impact=impact,
        fresh=[uuid7() for _ in range(2)],
        **typed.again(part, refusal, "also_pools"),
        **harms,
    )
