"""Vouchers for staff: codes, batches of codes and their lists."""

from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from werkzeug.datastructures import MultiDict

from webapp.accounts.guards import Team, may
from webapp.catalog.forms.selling import BatchForm, VoucherForm
from webapp.catalog.queries import harm, picking
from webapp.catalog.queries import vouchers as queries
from webapp.catalog.queries.vouchers import VOUCHERS, VoucherRow
from webapp.catalog.service import vouchers as service
from webapp.catalog.staff.answers import values_of
from webapp.core import audit, clock
from webapp.core.db import Session
from webapp.core.errors import Invalid
from webapp.core.ids import uuid7
from webapp.core.tables import MOST_NAMES, Picked
from webapp.core.text import slug
from webapp.web import current, downloads, tables
from webapp.web.forms import parsed
from webapp.web.merging import merged
from webapp.web.notices import tell
from webapp.web.page import go, show

bp = Blueprint("vouchers_staff", __name__, url_prefix="/staff")

CODE_HEADS = ("code", "state", "order", "used_at_utc")


@bp.get("/<organizer>/vouchers")
@may("voucher.edit")
def vouchers(team: Team) -> Response:
    if not tables.wants_file(VOUCHERS):
        return _vouchers(team)
    with current.database().reading() as db:
        events = picking.events(db, team.organizer_id)
        return tables.file(VOUCHERS, {"organizer": team.organizer_id}, team, event=events)


@bp.post("/<organizer>/vouchers")
@may("voucher.edit")
def save_voucher(team: Team) -> Response:
    """Make a code, or change the terms of one or of a batch."""
    is_known = "known" in request.form
    try:
        with current.database().writing() as db:
            known = _locked(db, team) if is_known else None
            typed = _typed(db, team, known) if known else _picked(db, team, request.form)
            form = parsed(VoucherForm, typed)
            values = _values(team, form, known)
            service.save(db, organizer_id=team.organizer_id, voucher_id=form.id, values=values, by=team.actor)
    except Invalid as refusal:
        return _refused(team, refusal) if is_known else _vouchers(team, refusal, "voucher")
    tell("The voucher is saved")
    return _to(team, form.id)


@bp.post("/<organizer>/vouchers/batches")
@may("voucher.edit")
def make_batch(team: Team) -> Response:
    try:
        with current.database().writing() as db:
            form = parsed(BatchForm, _picked(db, team, request.form))
            values = _values(team, form)
            service.make_batch(
                db,
                organizer_id=team.organizer_id,
                batch_id=form.id,
                number=form.number,
                values=values,
                by=team.actor,
            )
    except Invalid as refusal:
        return _vouchers(team, refusal, "batch")
    tell("The codes are made", "Each is good for one order. Download the list and send them out.")
    return _to(team, form.id)


@bp.get("/<organizer>/vouchers/<uuid:voucher_id>")
@may("voucher.edit")
def voucher(team: Team, voucher_id: UUID) -> Response:
    return _voucher(team, voucher_id)


@bp.get("/<organizer>/vouchers/<uuid:voucher_id>/codes.csv")
@may("voucher.edit")
def codes(team: Team, voucher_id: UUID) -> Response:
    """The codes of a batch with what became of each, sent as they are read; each is worth money."""
    with current.database().reading() as db:
        batch = queries.voucher(db, team.organizer_id, voucher_id)
    response = downloads.sent(
        f"codes-{slug(batch.code)}",
        CODE_HEADS,
        lambda db: ((one.code, one.state, one.order, one.used_at) for one in queries.codes(db, voucher_id)),
    )
    tables.taken(team, {"table": "codes", "batch": batch.code, "codes": batch.codes}, ("voucher", voucher_id))
    return response


@bp.post("/<organizer>/vouchers/<uuid:voucher_id>/withdraw")
@may("voucher.edit")
def withdraw(team: Team, voucher_id: UUID) -> Response:
    """Withdraw a code, a whole batch, or the one code of a batch that was typed."""
    ids: dict[str, Any] = {"organizer_id": team.organizer_id, "by": team.actor, "now": clock.now()}
    try:
        with current.database().writing() as db:
            if "one" in request.form:
                typed = request.form["one"]
                number = service.withdraw_typed(db, batch_id=voucher_id, typed=typed, **ids)
            else:
                number = service.withdraw(db, voucher_id=voucher_id, **ids)
    except Invalid as refusal:
        return _voucher(team, voucher_id, refusal)
    said = "1 code is" if number == 1 else f"{number:,} codes are"
    tell(f"{said} withdrawn", "Orders that used one keep it.")
    return _to(team, voucher_id)


def _locked(db: Session, team: Team) -> VoucherRow:
    """Locked before it is looked at, so that what somebody else is saving is seen."""
    voucher_id = request.form.get("id", type=UUID) or uuid7()
    service.lock(db, team.organizer_id, voucher_id)
    return queries.voucher(db, team.organizer_id, voucher_id)


def _typed(db: Session, team: Team, known: VoucherRow) -> MultiDict[str, str]:
    """The terms, with what somebody else changed since they were opened."""
    choices = {
        "date_ids": [(row.id, f"{row.starts_at:%d %b %Y}") for row in queries.dates(db, known.event_id)],
        "type_ids": [(row.id, row.name) for row in queries.types(db, known.event_id)],
    }
    by = partial(audit.last_by, db, ("voucher", known.id))
    return _picked(db, team, merged(request.form, known.typed(team.zone), by=by, choices=choices), known)


def _values(team: Team, form: VoucherForm, known: VoucherRow | None = None) -> dict[str, Any]:
    """The terms; a time that reads as the form showed it is the very instant that it was."""
    values: dict[str, Any] = values_of("value", partial(form.values, team.currency))
    for name in ("starts_at", "ends_at"):
        reading, was = getattr(form, name), getattr(known, name, None)
        same = clock.shown_again(reading, team.zone, was, team.zone) if reading else None
        read = partial(clock.instant, reading, team.zone)
        values[name] = same or (values_of(name, read) if reading else None)
    return values


def _picked(
    db: Session, team: Team, typed: MultiDict[str, str], known: VoucherRow | None = None
) -> MultiDict[str, str]:
    """With the event that was named, by its id; without a name it is every event."""
    if "event" not in typed:
        return typed
    form, name = typed.copy(), typed["event"].strip()
    if known and name == known.event:  # which need not be one that could be picked now
        form["event_id"] = str(known.event_id or "")
        return form
    picked = picking.events(db, team.organizer_id).pick(name) or Picked(name, name, ())
    if name and picked.doubt:
        raise Invalid("We kept everything you typed.", fields={"event": picked.doubt})
    form["event_id"] = str(picked.ids[0]) if picked.ids else ""
    return form


def _to(team: Team, voucher_id: UUID) -> Response:
    return go(url_for(".voucher", organizer=team.slug, voucher_id=voucher_id))


def _vouchers(team: Team, refusal: Invalid | None = None, part: str = "") -> Response:
    values = request.form.to_dict() if refusal else {}
    with current.database().reading() as db:
        events = picking.events(db, team.organizer_id)
        names = events.offer(None, MOST_NAMES)
        at = url_for(".vouchers", organizer=team.slug)
        found = tables.listing(db, VOUCHERS, {"organizer": team.organizer_id}, event=events).standing(at)
    return show(
        "catalog/staff/vouchers.html",
        status=422 if refusal else 200,
        team=team,
        vouchers=found,
        names=names,
        values=values,
        refusal=refusal,
        part=part,
        fresh=[uuid7() for _ in range(2)],
    )


def _refused(team: Team, refusal: Invalid) -> Response:
    return _voucher(team, request.form.get("id", type=UUID) or uuid7(), refusal, request.form.to_dict())


def _voucher(
    team: Team, voucher_id: UUID, refusal: Invalid | None = None, typed: dict[str, Any] | None = None
) -> Response:
    with current.database().reading() as db:
        found = queries.voucher(db, team.organizer_id, voucher_id)
        names = picking.events(db, team.organizer_id).offer(None, MOST_NAMES)
        dates, types = queries.dates(db, found.event_id), queries.types(db, found.event_id)
    return show(
        "catalog/staff/voucher.html",
        status=422 if refusal else 200,
        team=team,
        voucher=found,
        names=names,
        dates=dates,
        types=types,
        withdrawing=harm.of_voucher(found),
        values=typed or found.values(team.zone),
        refusal=refusal,
    )
