"""The guest list of a date for staff: pasted in, looked at, taken away as a file."""

from dataclasses import asdict
from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for

from webapp.accounts.guards import Team, may
from webapp.core import audit, clock
from webapp.core.errors import Invalid
from webapp.core.ids import uuid7
from webapp.desk import rules
from webapp.desk.forms import GuestForm, GuestsForm
from webapp.desk.queries import counter
from webapp.desk.queries import guests as queries
from webapp.desk.queries.tables import GUESTS
from webapp.desk.service import guests as service
from webapp.desk.service.guests import ListFor, Refused
from webapp.web import current, tables
from webapp.web.forms import parsed
from webapp.web.merging import merged
from webapp.web.notices import tell
from webapp.web.page import go, show

bp = Blueprint("guests_staff", __name__, url_prefix="/staff")


@bp.get("/<organizer>/dates/<uuid:date_id>/guests")
@may("sale.counter")
def guests(team: Team, date_id: UUID) -> Response:
    if tables.wants_file(GUESTS):
        return tables.file(GUESTS, {"organizer": team.organizer_id, "date": date_id}, team)
    return _page(team, date_id)


@bp.post("/<organizer>/dates/<uuid:date_id>/guests")
@may("sale.counter")
def put_on(team: Team, date_id: UUID) -> Response:
    """Put all lines on the list; those that cannot be stay in the form, each with its reason."""
    try:
        form = parsed(GuestsForm, request.form)
        wanted = form.guests()
        _require_type(team, date_id, form.ticket_type_id)
    except Invalid as refusal:
        return _page(team, date_id, request.form.to_dict(), refusal)
    list_ = _list(team, date_id, form)
    refused = service.put_on(current.database(), list_, wanted, clock.now())
    current.live().date_changed(str(date_id))
    if refused:
        return _page(team, date_id, request.form.to_dict() | {"lines": _left(refused)}, _refusal(refused))
    tell("They are on the list", f"{sum(guest.places for guest in wanted)} places.")
    return go(url_for(".guests", organizer=team.slug, date_id=date_id))


@bp.get("/<organizer>/dates/<uuid:date_id>/guests/<uuid:entry_id>")
@may("sale.counter")
def guest(team: Team, date_id: UUID, entry_id: UUID) -> Response:
    return _guest(team, date_id, entry_id)


@bp.post("/<organizer>/dates/<uuid:date_id>/guests/<uuid:entry_id>")
@may("sale.counter")
def change(team: Team, date_id: UUID, entry_id: UUID) -> Response:
    """Another name, note or address, or fewer places."""
    try:
        with current.database().writing() as db:
            queries.one(db, team.organizer_id, date_id, entry_id)
            entry = service.locked(db, team.organizer_id, entry_id)
            by = partial(audit.last_by, db, ("order", entry.order_id))
            to = parsed(GuestForm, merged(request.form, GuestForm.shown(entry), by=by)).guest()
            service.change(db, organizer_id=team.organizer_id, entry_id=entry_id, to=to, by=team.actor)
    except Invalid as refusal:
        return _guest(team, date_id, entry_id, refusal)
    current.live().date_changed(str(date_id))
    tell("Changed on the list", f"{to.name}, {to.places} {'place' if to.places == 1 else 'places'}.")
    return go(url_for(".guests", organizer=team.slug, date_id=date_id))


@bp.post("/<organizer>/dates/<uuid:date_id>/guests/<uuid:entry_id>/remove")
@may("sale.counter")
def take_off(team: Team, date_id: UUID, entry_id: UUID) -> Response:
    with current.database().writing() as db:
        counter.date(db, team.organizer_id, date_id)
        service.take_off(
            db, organizer_id=team.organizer_id, entry_id=entry_id, by=team.actor, now=clock.now()
        )
    current.live().date_changed(str(date_id))
    tell("Taken off the list", "Their tickets are void and the places free.")
    return go(url_for(".guests", organizer=team.slug, date_id=date_id))


def _require_type(team: Team, date_id: UUID, ticket_type_id: UUID) -> None:
    with current.database().reading() as db:
        counter.date(db, team.organizer_id, date_id)
        if ticket_type_id not in {one.offer.id for one in counter.types(db, date_id, clock.now())}:
            raise Invalid(
                "We kept everything you typed.", fields={"ticket_type_id": "Choose one from the list."}
            )


def _list(team: Team, date_id: UUID, form: GuestsForm) -> ListFor:
    return ListFor(
        team.organizer_id, date_id, form.ticket_type_id, form.code, form.mails, form.id, team.actor
    )


def _left(refused: list[Refused]) -> str:
    """The lines that are still to be put on, as they can be sent again."""
    lines = []
    for one in refused:
        guest = one.guest
        more = f" +{guest.more}" if guest.more else ""
        lines.append(", ".join(filter(None, (f"{guest.name}{more}", guest.note, guest.email))))
    return "\n".join(lines)


def _refusal(refused: list[Refused]) -> Invalid:
    whys = "; ".join(f"{one.guest.name}: {one.why}" for one in refused[:5])
    title = "One is not on the list" if len(refused) == 1 else f"{len(refused)} are not on the list"
    return Invalid("All others are. Those below can be sent again.", fields={"lines": whys}, title=title)


def _guest(team: Team, date_id: UUID, entry_id: UUID, refusal: Invalid | None = None) -> Response:
    with current.database().reading() as db:
        date = counter.date(db, team.organizer_id, date_id)
        found = queries.one(db, team.organizer_id, date_id, entry_id)
    return show(
        "desk/staff/guest.html",
        status=422 if refusal else 200,
        team=team,
        date=date,
        guest=found,
        shown=GuestForm.shown(found),
        values=request.form.to_dict() if refusal else asdict(found),
        refusal=refusal,
    )


def _page(
    team: Team, date_id: UUID, values: dict[str, Any] | None = None, refusal: Invalid | None = None
) -> Response:
    with current.database().reading() as db:
        date = counter.date(db, team.organizer_id, date_id)
        types = counter.types(db, date_id, clock.now())
        kept = queries.reserves(db, date_id)
        expected = queries.expected(db, team.organizer_id, date_id)
        found = tables.listing(db, GUESTS, {"organizer": team.organizer_id, "date": date_id})
    return show(
        "desk/staff/guests.html",
        status=422 if refusal else 200,
        team=team,
        date=date,
        types=types,
        reserves=kept,
        guests=found,
        expected=expected,
        removing=rules.removal,
        values=values or {},
        refusal=refusal,
        fresh=(values or {}).get("id") or uuid7(),
    )
