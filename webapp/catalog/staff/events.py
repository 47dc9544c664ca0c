"""Events for staff: the list, the editor, publishing, the picture, questions."""

from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from werkzeug.datastructures import MultiDict

from webapp.accounts.guards import Team, may
from webapp.catalog.forms.editing import AnswersForm, EventForm, QuestionForm
from webapp.catalog.queries import harm, programme
from webapp.catalog.queries.tables import EVENT_DATES, EVENTS
from webapp.catalog.service import editing, extras
from webapp.catalog.service import events as service
from webapp.catalog.staff import typed
from webapp.catalog.staff.answers import values_of
from webapp.core import audit, clock
from webapp.core.db import Session
from webapp.core.errors import Invalid
from webapp.core.ids import uuid7
from webapp.web import current, tables
from webapp.web.forms import parsed
from webapp.web.merging import FIELD, merged
from webapp.web.notices import is_htmx, tell
from webapp.web.page import go, show

bp = Blueprint("catalog_staff", __name__, url_prefix="/staff")


@bp.get("/<organizer>/events")
@may("event.view", narrowed=True)
def events(team: Team) -> Response:
    values = {"organizer": team.organizer_id, "now": clock.now(), **team.reach.values()}
    if tables.wants_file(EVENTS):
        return tables.file(EVENTS, values, team)
    with current.database().reading() as db:
        found = tables.listing(db, EVENTS, values)
    return show("catalog/staff/events.html", team=team, events=found)


@bp.get("/<organizer>/events/new")
@may("event.add")
def new(team: Team) -> Response:
    return _new(team, {"id": uuid7(), "tax_name": "VAT", "category": "music"}, None)


@bp.post("/<organizer>/events/new")
@may("event.add")
def create(team: Team) -> Response:
    try:
        form = parsed(EventForm, request.form)
        with current.database().writing() as db:
            event = service.create(
                db, organizer_id=team.organizer_id, event_id=form.id, values=form.values(), by=team.actor
            )
    except Invalid as refusal:
        return _new(team, request.form.to_dict(), refusal)
    tell("The draft is made", "Now give it a date.")
    return go(url_for(".event", organizer=team.slug, event_id=event.id))


@bp.get("/<organizer>/events/<uuid:event_id>")
@may("event.view")
def event(team: Team, event_id: UUID) -> Response:
    if tables.wants_file(EVENT_DATES):
        return tables.file(EVENT_DATES, _dates_of(team, event_id), team)
    return _event(team, event_id)


@bp.post("/<organizer>/events/<uuid:event_id>")
@may("event.edit")
def change(team: Team, event_id: UUID) -> Response:
    try:
        with current.database().writing() as db:
            form = _typed(db, team, event_id)
            service.change(
                db,
                organizer_id=team.organizer_id,
                event_id=event_id,
                version=form.version,
                values=form.values(),
                by=team.actor,
                now=clock.now(),
            )
    except Invalid as refusal:
        return _event(team, event_id, "facts", refusal)
    tell("Saved")
    return _back(team, event_id)


@bp.post("/<organizer>/events/<uuid:event_id>/publish")
@may("event.edit")
def publish(team: Team, event_id: UUID) -> Response:
    with current.database().writing() as db:
        service.publish(db, organizer_id=team.organizer_id, event_id=event_id, by=team.actor, now=clock.now())
    tell("Published", "Everybody sees it now. Dates are sold once they are put on sale.")
    return _back(team, event_id)


@bp.post("/<organizer>/events/<uuid:event_id>/unpublish")
@may("event.edit")
def unpublish(team: Team, event_id: UUID) -> Response:
    with current.database().writing() as db:
        service.unpublish(db, organizer_id=team.organizer_id, event_id=event_id, by=team.actor)
    tell("Back to a draft", "Nobody sees it until it is published again.")
    return _back(team, event_id)


@bp.post("/<organizer>/events/<uuid:event_id>/cancel")
@may("event.cancel")
def cancel(team: Team, event_id: UUID) -> Response:
    with current.database().writing() as db:
        typed = request.form.get("typed", "")
        service.cancel(db, organizer_id=team.organizer_id, event_id=event_id, typed=typed, by=team.actor)
    tell("The event is cancelled", "Everybody who paid gets the money back, and a mail.")
    return _back(team, event_id)


@bp.post("/<organizer>/events/<uuid:event_id>/picture")
@may("event.edit")
def picture(team: Team, event_id: UUID) -> Response:
    """A picture instead of the poster; without a file the poster is shown again."""
    upload = request.files.get("picture")
    content = upload.read() if upload and upload.filename else None
    with current.database().writing() as db:
        service.set_picture(
            db,
            current.media(),
            organizer_id=team.organizer_id,
            event_id=event_id,
            content=content,
            by=team.actor,
        )
    tell("The picture is set" if content else "The poster is shown again")
    return _back(team, event_id)


@bp.post("/<organizer>/events/<uuid:event_id>/questions")
@may("event.edit")
def save_question(team: Team, event_id: UUID) -> Response:
    try:
        with current.database().writing() as db:
            form = parsed(QuestionForm, _typed_question(db, team, event_id))
            extras.save_question(
                db,
                organizer_id=team.organizer_id,
                event_id=event_id,
                question_id=form.id,
                values=values_of("options", form.values),
                by=team.actor,
            )
    except Invalid as refusal:
        return refused(team, event_id, "question", refusal)
    tell("The question is saved")
    return _back(team, event_id)


@bp.post("/<organizer>/events/<uuid:event_id>/questions/<uuid:question_id>/remove")
@may("event.edit")
def remove_question(team: Team, event_id: UUID, question_id: UUID) -> Response:
    with current.database().writing() as db:
        extras.remove_question(
            db, organizer_id=team.organizer_id, event_id=event_id, question_id=question_id, by=team.actor
        )
    tell("It is asked no more", "Answers that were given stay with their tickets.")
    return _back(team, event_id)


def _typed(db: Session, team: Team, event_id: UUID) -> EventForm:
    """The form, with what somebody else changed since it was opened; that is its version then."""
    event = editing.own_event(db, team.organizer_id, event_id)
    by = partial(audit.last_by, db, ("event", event_id))
    typed = merged(request.form, programme.event_values(event), by=by)
    form = parsed(EventForm, typed)
    return form.model_copy(update={"version": event.version}) if FIELD in typed else form


@bp.post("/<organizer>/events/<uuid:event_id>/answers")
@may("event.edit")
def set_answer_hours(team: Team, event_id: UUID) -> Response:
    """Until when guests change what they answered."""
    try:
        with current.database().writing() as db:
            now = {"hours": editing.own_event(db, team.organizer_id, event_id).answer_hours}
            form = parsed(
                AnswersForm, merged(request.form, now, by=partial(audit.last_by, db, ("event", event_id)))
            )
            extras.set_answer_hours(
                db, organizer_id=team.organizer_id, event_id=event_id, hours=form.hours, by=team.actor
            )
    except Invalid as refusal:
        return refused(team, event_id, "hours", refusal)
    tell("Saved")
    return _back(team, event_id)


def _typed_question(db: Session, team: Team, event_id: UUID) -> MultiDict[str, str]:
    """A question's form, with what somebody else changed since it was opened."""
    event = editing.own_event(db, team.organizer_id, event_id)
    known = next((one for one in event.questions if str(one.id) == request.form.get("id")), None)
    if known is None:
        return request.form
    by = partial(audit.last_by, db, ("event", event_id))
    return merged(request.form, programme.question_values(known), by=by)


def refused(team: Team, event_id: UUID, part: str, refusal: Invalid) -> Response:
    """One of the small forms of an event's page."""
    if is_htmx():
        raise refusal  # The form stays where it is, and is told.
    return _event(team, event_id, part, refusal)


def _back(team: Team, event_id: UUID) -> Response:
    return go(url_for("catalog_staff.event", organizer=team.slug, event_id=event_id))


def _new(team: Team, values: dict[str, Any], refusal: Invalid | None) -> Response:
    status = 422 if refusal else 200
    return show("catalog/staff/new_event.html", status=status, team=team, values=values, refusal=refusal)


def _dates_of(team: Team, event_id: UUID) -> dict[str, Any]:
    return {"organizer": team.organizer_id, "event_id": event_id, **team.reach.values()}


def _event(team: Team, event_id: UUID, part: str = "facts", refusal: Invalid | None = None) -> Response:
    """`part` says which of its forms was refused; what was typed stands in it again."""
    again = typed.again(part, refusal, "type_names")
    with current.database().reading() as db:
        found = programme.event(db, team.organizer_id, event_id)
        dates = tables.listing(db, EVENT_DATES, _dates_of(team, event_id))
        venues = programme.venues(db, team.organizer_id)
        cancelling = harm.of_event(db, event_id) if team.may("event.cancel") else None
    return show(
        "catalog/staff/event.html",
        team=team,
        event=found,
        dates=dates.standing(url_for("catalog_staff.event", organizer=team.slug, event_id=event_id)),
        venues=[(venue.id, f"{venue.name}, {venue.city}") for venue in venues],
        values=again["typed"] if refusal and part == "facts" else found.values,
        cancelling=cancelling,
        deleting=harm.of_draft(found.title, len(found.dates)),
        dropping={one["id"]: harm.of_question(one["label"]) for one in found.questions},
        now=clock.now(),
        fresh=[uuid7() for _ in range(2)],
        **again,
    )
