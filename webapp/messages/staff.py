"""Messages to guests: written, tried, sent or scheduled, watched; and addresses that mail came back from."""

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from werkzeug.datastructures import MultiDict

from webapp.accounts.guards import Team, may
from webapp.catalog.queries import picking
from webapp.core import audit, clock
from webapp.core.db import Session
from webapp.core.errors import Conflict, Invalid
from webapp.core.harm import Harm
from webapp.core.ids import uuid7
from webapp.messages import forms
from webapp.messages.queries import messages as queries
from webapp.messages.queries import pages
from webapp.messages.queries.tables import BOUNCES, MAILS, MESSAGES
from webapp.messages.rules import audience, fields
from webapp.messages.service import bounces as bounced
from webapp.messages.service import writing
from webapp.web import current, limits, tables
from webapp.web.forms import parsed
from webapp.web.merging import merged, was
from webapp.web.notices import tell
from webapp.web.page import go, show

bp = Blueprint("messages_staff", __name__, url_prefix="/staff")

# Nobody has it yet, so no guest is touched and nothing is typed.
DELETE = Harm(
    title="Delete this draft?",
    name="",
    effects=("Its words and the choice of guests go. Nobody was written to.",),
)


@bp.get("/<organizer>/messages")
@may("message.view")
def index(team: Team) -> Response:
    values = {"organizer": team.organizer_id, "zone": team.zone}
    with current.database().reading() as db:
        events = picking.events(db, team.organizer_id)
        if tables.wants_file(MESSAGES):
            return tables.file(MESSAGES, values, team, event=events)
        if tables.wants_file(BOUNCES):
            return tables.file(BOUNCES, values, team)
        found = tables.listing(db, MESSAGES, values, event=events)
        returned = tables.listing(db, BOUNCES, values)
    return show("messages/staff/list.html", team=team, messages=found, bounces=returned)


@bp.get("/<organizer>/messages/new")
@may("message.send")
def new(team: Team) -> Response:
    """A form for guests of the event in the address, of its date, or of orders."""
    known = ("event", "date", "who")
    values = {"purpose": "booking", "door": "any", "who": "guests", "states": list(audience.LIVE)}
    values |= {name: request.args[name] for name in known if name in request.args}
    values["codes"] = "\n".join(request.args.getlist("codes"))
    return _form(team, uuid7(), values)


@bp.post("/<organizer>/messages")
@may("message.send")
def save(team: Team) -> Response:
    """Keep a draft or a change; the form brings the id, so sent twice it is one message."""
    several = {name: request.form.getlist(name) for name in ("types", "states")}
    typed: dict[str, Any] = {**request.form.to_dict(), **several}
    try:
        with current.database().writing() as db:
            form = parsed(forms.MessageForm, _typed(db, team))
            of = {"organizer_id": team.organizer_id, "message_id": form.id}
            writing.save(db, **of, written=form.written(), by=team.actor)
    except Invalid as refusal:
        return _form(team, typed.get("id") or uuid7(), typed, refusal)
    tell("The message is kept", "Nothing has been sent yet.")
    return _to(team, form.id)


@bp.get("/<organizer>/messages/<uuid:message_id>")
@may("message.view")
def message(team: Team, message_id: UUID) -> Response:
    if tables.wants_file(MAILS):
        return tables.file(MAILS, {"organizer": team.organizer_id, "message": message_id}, team)
    return _message(team, message_id)


@bp.get("/<organizer>/messages/<uuid:message_id>/edit")
@may("message.send")
def edit(team: Team, message_id: UUID) -> Response:
    with current.database().reading() as db:
        found = queries.message(db, team.organizer_id, message_id)
    if not found.is_open:
        raise Conflict(writing.ON_ITS_WAY)
    return _form(team, message_id, {**forms.shown(found), "was": was(forms.shown(found))})


@bp.post("/<organizer>/messages/<uuid:message_id>/test")
@may("message.send")
@limits.limit(limits.MAILS)
def trial(team: Team, message_id: UUID) -> Response:
    """The form's own key makes pressing twice one mail."""
    key = parsed(forms.TrialForm, request.form).key
    of = {"organizer_id": team.organizer_id, "message_id": message_id}
    with current.database().writing() as db:
        writing.ask_trial(db, **of, key=key, by=team.actor)
    tell("A test mail is on its way to you", "It reads as the first guest’s will.")
    return _to(team, message_id)


@bp.post("/<organizer>/messages/<uuid:message_id>/send")
@may("message.send")
def send(team: Team, message_id: UUID) -> Response:
    """Now, or at the time in the form."""
    try:
        form = parsed(forms.SendForm, request.form)
        number = _scheduled(team, message_id, form)
    except Invalid as refusal:
        return _message(team, message_id, refusal)
    if number and not form.at:
        tell(f"It goes out to {number:,} now", "This page counts along.")
    elif number:
        tell(f"It goes out to {number:,} then", "Until then it can be changed or taken back.")
    return _to(team, message_id)


@bp.post("/<organizer>/messages/<uuid:message_id>/stop")
@may("message.send")
def stop(team: Team, message_id: UUID) -> Response:
    with current.database().writing() as db:
        state = writing.stop(db, organizer_id=team.organizer_id, message_id=message_id, by=team.actor)
    if state == "draft":
        tell("It is a draft again", "Nothing has been sent.")
    elif state == "stopped":
        tell("Stopped", "Who has it, has it; nobody else gets it.")
    return _to(team, message_id)


@bp.post("/<organizer>/messages/<uuid:message_id>/delete")
@may("message.send")
def delete(team: Team, message_id: UUID) -> Response:
    with current.database().writing() as db:
        writing.delete(db, organizer_id=team.organizer_id, message_id=message_id, by=team.actor)
    tell("The draft is deleted")
    return go(url_for(".index", organizer=team.slug))


@bp.post("/<organizer>/messages/bounces/<uuid:bounce_id>/clear")
@may("message.send")
def clear(team: Team, bounce_id: UUID) -> Response:
    with current.database().writing() as db:
        address = bounced.clear(db, organizer_id=team.organizer_id, bounce_id=bounce_id, by=team.actor)
    tell(f"{address} is written to again")
    return go(url_for(".index", organizer=team.slug) + "#bounces")


def _typed(db: Session, team: Team) -> MultiDict[str, str]:
    """The form, with what somebody else changed since it was opened."""
    message_id = request.form.get("id", type=UUID)
    if message_id is None or not writing.lock(db, team.organizer_id, message_id):
        return request.form
    found = queries.message(db, team.organizer_id, message_id)
    dates = queries.dates(db, team.organizer_id, found.audience.event_id) if found.audience.event_id else []
    by = partial(audit.last_by, db, ("message", message_id))
    return merged(request.form, forms.shown(found), by=by, choices={"date": dates})


def _scheduled(team: Team, message_id: UUID, form: forms.SendForm) -> int:
    try:
        at = form.instant()
    except ValueError as error:
        raise Invalid(
            "Nothing was sent.", fields={"at": str(error)}, title="That time is not there"
        ) from error
    of = {"organizer_id": team.organizer_id, "message_id": message_id}
    with current.database().writing() as db:
        return writing.schedule(db, **of, at=at, zone=form.zone, by=team.actor, now=clock.now())


def _message(team: Team, message_id: UUID, refusal: Invalid | None = None) -> Response:
    base = current.settings().base_url
    with current.database().reading() as db:
        page = pages.message_page(db, team.organizer_id, message_id, _guest(), base)
        values = {"organizer": team.organizer_id, "message": message_id}
        mails = tables.listing(db, MAILS, values)
    return show(
        "messages/staff/message.html",
        "progress",
        status=422 if refusal else 200,
        revalidate=True,
        team=team,
        page=page,
        mails=mails.standing(url_for(".message", organizer=team.slug, message_id=message_id)),
        message=page.message,
        refusal=refusal,
        deleting=DELETE,
        typed=request.form.to_dict(),
        fresh=uuid7(),
        now=clock.now(),
    )


def _form(
    team: Team, message_id: object, values: Mapping[str, Any], refusal: Invalid | None = None
) -> Response:
    with current.database().reading() as db:
        page = pages.form_page(db, team.organizer_id, values)
    return show(
        "messages/staff/form.html",
        status=422 if refusal else 200,
        team=team,
        page=page,
        message_id=message_id,
        values=values,
        refusal=refusal,
        states=audience.STATES,
        fields=fields.fields(str(values.get("who"))),
    )


def _to(team: Team, message_id: UUID) -> Response:
    return go(url_for(".message", organizer=team.slug, message_id=message_id))


def _guest() -> int:
    """Whose letter is looked at; what cannot be understood is the first."""
    typed = request.args.get("guest", "")
    return int(typed) if typed.isascii() and typed.isdecimal() and 0 < int(typed) < 1_000_000 else 1
