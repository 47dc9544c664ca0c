"""How a ticket type is sold, and what donations are asked for, for staff."""

from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from werkzeug.datastructures import MultiDict

from webapp.accounts.guards import Team, may
from webapp.catalog.forms.selling import DonationForm, StepForm, WaysForm
from webapp.catalog.queries import harm, programme
from webapp.catalog.queries import selling as queries
from webapp.catalog.queries.selling import TypeEdit
from webapp.catalog.service import editing, selling
from webapp.catalog.staff import events
from webapp.catalog.staff.answers import values_of
from webapp.core import audit, clock, money
from webapp.core.db import Session
from webapp.core.errors import Invalid
from webapp.core.ids import uuid7
from webapp.web import current
from webapp.web.forms import parsed
from webapp.web.merging import merged
from webapp.web.notices import tell
from webapp.web.page import go, show

bp = Blueprint("selling_staff", __name__, url_prefix="/staff")


@bp.get("/<organizer>/types/<uuid:type_id>")
@may("event.view")
def ticket_type(team: Team, type_id: UUID) -> Response:
    return _page(team, type_id)


@bp.post("/<organizer>/types/<uuid:type_id>/steps")
@may("event.edit")
def save_step(team: Team, type_id: UUID) -> Response:
    """Add a price step, or change the one with this id."""
    try:
        with current.database().writing() as db:
            kind = _locked(db, team, type_id)
            form = parsed(StepForm, _typed_step(db, kind))
            selling.save_step(
                db,
                organizer_id=team.organizer_id,
                type_id=type_id,
                step_id=form.id,
                values=values_of("price", partial(form.values, team.currency, kind.zone)),
                by=team.actor,
            )
    except Invalid as refusal:
        return _page(team, type_id, refusal, "step")
    tell("The price step is saved", "What is held or sold already keeps its price.")
    return _back(team, type_id)


@bp.post("/<organizer>/types/<uuid:type_id>/steps/<uuid:step_id>/remove")
@may("event.edit")
def remove_step(team: Team, type_id: UUID, step_id: UUID) -> Response:
    with current.database().writing() as db:
        selling.remove_step(
            db, organizer_id=team.organizer_id, type_id=type_id, step_id=step_id, by=team.actor
        )
    tell("The price step is gone")
    return _back(team, type_id)


@bp.post("/<organizer>/types/<uuid:type_id>/ways")
@may("event.edit")
def save_ways(team: Team, type_id: UUID) -> Response:
    try:
        with current.database().writing() as db:
            kind = _locked(db, team, type_id)
            by = partial(audit.last_by, db, ("event", kind.event_id))
            form = parsed(WaysForm, merged(request.form, kind.values, by=by))
            values = values_of("group_from", partial(form.values, team.currency))
            selling.save_ways(
                db, organizer_id=team.organizer_id, type_id=type_id, values=values, by=team.actor
            )
    except Invalid as refusal:
        return _page(team, type_id, refusal, "ways")
    tell("Saved", "It is sold so from now on.")
    return _back(team, type_id)


@bp.post("/<organizer>/events/<uuid:event_id>/donation")
@may("event.edit")
def ask_donation(team: Team, event_id: UUID) -> Response:
    try:
        form = _ask_donation(team, event_id)
    except Invalid as refusal:
        return events.refused(team, event_id, "donation", refusal)
    tell("Guests are asked for a donation" if form.words else "No donation is asked for")
    return go(url_for("catalog_staff.event", organizer=team.slug, event_id=event_id))


def _ask_donation(team: Team, event_id: UUID) -> DonationForm:
    with current.database().writing() as db:
        now = programme.donation_values(editing.own_event(db, team.organizer_id, event_id), team.currency)
        by = partial(audit.last_by, db, ("event", event_id))
        form = parsed(DonationForm, merged(request.form, now, by=by))
        amount = values_of("suggested", lambda: {"suggested": form.amount(team.currency)})["suggested"]
        selling.ask_donation(
            db,
            organizer_id=team.organizer_id,
            event_id=event_id,
            words=form.words,
            suggested=amount,
            by=team.actor,
        )
    return form


def _locked(db: Session, team: Team, type_id: UUID) -> TypeEdit:
    """Locked before it is looked at, so that what somebody else is saving is seen."""
    editing.own_type(db, team.organizer_id, type_id)
    return queries.ticket_type(db, team.organizer_id, type_id, team.currency, clock.now())


def _typed_step(db: Session, kind: TypeEdit) -> MultiDict[str, str]:
    """A step's form, with what somebody else changed since it was opened."""
    known = next((step for step in kind.steps if str(step.id) == request.form.get("id")), None)
    by = partial(audit.last_by, db, ("event", kind.event_id))
    return merged(request.form, known.values, by=by) if known else request.form


def _back(team: Team, type_id: UUID) -> Response:
    with current.database().reading() as db:
        kind = queries.ticket_type(db, team.organizer_id, type_id, team.currency, clock.now())
    current.live().date_changed(str(kind.date_id))
    return go(url_for(".ticket_type", organizer=team.slug, type_id=type_id))


def _page(team: Team, type_id: UUID, refusal: Invalid | None = None, part: str = "") -> Response:
    """`part` says which form was refused; what was typed is shown in it again."""
    with current.database().reading() as db:
        kind = queries.ticket_type(db, team.organizer_id, type_id, team.currency, clock.now())
    typed: dict[str, Any] = request.form.to_dict() if refusal else {}
    return show(
        "catalog/staff/type.html",
        status=422 if refusal else 200,
        team=team,
        kind=kind,
        typed=typed,
        refusal=refusal,
        part=part,
        removing={step.id: harm.of_step(money.shown(step.price, team.currency)) for step in kind.steps},
        fresh=uuid7(),
    )
