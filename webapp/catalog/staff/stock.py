"""What a date sells, for staff: its pools, places kept for codes, its ticket types."""

from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, Response

from webapp.accounts.guards import Team, may
from webapp.catalog.queries import programme
from webapp.catalog.queries.programme import DateEdit
from webapp.catalog.service import editing, reserves, tickets
from webapp.catalog.staff import dates, typed
from webapp.catalog.staff.answers import values_of
from webapp.core import clock
from webapp.core.db import Session
from webapp.core.errors import Invalid, NotFound
from webapp.web import current
from webapp.web.notices import is_htmx, tell

bp = Blueprint("stock_staff", __name__, url_prefix="/staff")


@bp.post("/<organizer>/dates/<uuid:date_id>/pools")
@may("event.edit")
def save_pool(team: Team, date_id: UUID) -> Response:
    """Add a pool, or change the one with this id."""
    try:
        with current.database().writing() as db:
            known = _locked(db, team, date_id)
            form = typed.of_pool(db, known)
            save: dict[str, Any] = {"organizer_id": team.organizer_id, "by": team.actor}
            save |= {"name": form.name, "capacity": form.capacity}
            if form.id in {pool.id for pool in known.pools}:
                tickets.change_pool(db, pool_id=form.id, **save)
            else:
                tickets.add_pool(db, date_id=date_id, pool_id=form.id, **save)
    except Invalid as refusal:
        return _refused(team, date_id, "pool", refusal)
    tell("The pool is saved")
    return dates.back(team, date_id)


@bp.post("/<organizer>/dates/<uuid:date_id>/reserves")
@may("event.edit")
def keep(team: Team, date_id: UUID) -> Response:
    """Keep so many places of a pool for a code."""
    try:
        with current.database().writing() as db:
            known = _locked(db, team, date_id)
            form = typed.of_reserve(db, known)
            if form.pool_id not in {pool.id for pool in known.pools}:
                raise NotFound("There is no such pool on this date.")
            save: dict[str, Any] = {"organizer_id": team.organizer_id, "by": team.actor}
            reserves.keep(db, **save, **form.model_dump(), now=clock.now())
    except Invalid as refusal:
        return _refused(team, date_id, "reserve", refusal)
    tell("The places are kept")
    return dates.back(team, date_id)


@bp.post("/<organizer>/dates/<uuid:date_id>/reserves/<uuid:reserve_id>/release")
@may("event.edit")
def release_reserve(team: Team, date_id: UUID, reserve_id: UUID) -> Response:
    with current.database().writing() as db:
        reserves.release(
            db, organizer_id=team.organizer_id, reserve_id=reserve_id, by=team.actor, now=clock.now()
        )
    tell("Released", "What was left of these places is on sale for everybody.")
    return dates.back(team, date_id)


@bp.post("/<organizer>/dates/<uuid:date_id>/types")
@may("event.edit")
def save_type(team: Team, date_id: UUID) -> Response:
    """Add a ticket type, or change the one with this id."""
    try:
        with current.database().writing() as db:
            known = _locked(db, team, date_id)
            form = typed.of_type(db, team, known)
            values = values_of("price", partial(form.values, team.currency, known.zone))
            save: dict[str, Any] = {"organizer_id": team.organizer_id, "by": team.actor}
            save |= {"type_id": form.id, "values": values}
            if form.id in {kind["id"] for kind in known.types}:
                tickets.change_type(db, **save)
            else:
                tickets.add_type(db, date_id=date_id, **save)
    except Invalid as refusal:
        return _refused(team, date_id, "type", refusal)
    tell("The ticket type is saved")
    return dates.back(team, date_id)


@bp.post("/<organizer>/dates/<uuid:date_id>/types/<uuid:type_id>/withdraw")
@may("event.edit")
def withdraw_type(team: Team, date_id: UUID, type_id: UUID) -> Response:
    _set_withdrawn(team, type_id, withdrawn=True)
    tell("The ticket type is withdrawn", "What is sold of it stays valid.")
    return dates.back(team, date_id)


@bp.post("/<organizer>/dates/<uuid:date_id>/types/<uuid:type_id>/offer")
@may("event.edit")
def offer_type(team: Team, date_id: UUID, type_id: UUID) -> Response:
    _set_withdrawn(team, type_id, withdrawn=False)
    tell("The ticket type is offered again")
    return dates.back(team, date_id)


def _set_withdrawn(team: Team, type_id: UUID, *, withdrawn: bool) -> None:
    with current.database().writing() as db:
        tickets.set_withdrawn(
            db, organizer_id=team.organizer_id, type_id=type_id, withdrawn=withdrawn, by=team.actor
        )


def _locked(db: Session, team: Team, date_id: UUID) -> DateEdit:
    """Locked before it is looked at, so that what somebody else is saving is seen."""
    editing.own_date(db, team.organizer_id, date_id)
    return programme.date(db, team.organizer_id, date_id, clock.now())


def _refused(team: Team, date_id: UUID, part: str, refusal: Invalid) -> Response:
    if is_htmx():
        raise refusal  # The form stays where it is, and is told.
    return dates.page(team, date_id, part, refusal)
