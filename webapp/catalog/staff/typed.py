"""Forms as they were typed: with what somebody else changed since, or once more where they were refused."""

from functools import partial
from typing import Any
from uuid import UUID

from flask import request

from webapp.accounts.guards import Team
from webapp.catalog.forms.editing import DateForm, PoolForm, ReserveForm, TypeForm
from webapp.catalog.queries import programme
from webapp.catalog.queries.programme import DateEdit
from webapp.catalog.service import editing
from webapp.core import audit, money
from webapp.core.db import Session
from webapp.core.errors import Invalid
from webapp.web.forms import parsed
from webapp.web.merging import merged


def again(part: str, refusal: Invalid | None, *lists: str) -> dict[str, Any]:
    """For a page of several forms: which was refused, and what was typed; `lists` have several values."""
    typed = {**request.form.to_dict(), **{name: request.form.getlist(name) for name in lists}}
    return {
        "status": 422 if refusal else 200,
        "part": part,
        "refusal": refusal,
        "typed": typed if refusal else {},
    }


def of_date(db: Session, team: Team, date_id: UUID) -> DateForm:
    """The form, with what somebody else changed since it was opened."""
    event, date = editing.own_date(db, team.organizer_id, date_id)
    venues = [(venue.id, venue.name) for venue in programme.venues(db, team.organizer_id)]
    by = partial(audit.last_by, db, ("event", event.id))
    fields = merged(request.form, programme.date_values(date), by=by, choices={"venue_id": venues})
    return parsed(DateForm, fields)


def of_type(db: Session, team: Team, date: DateEdit) -> TypeForm:
    """A ticket type's form, with what somebody else changed since it was opened."""
    known = next((kind for kind in date.types if str(kind["id"]) == request.form.get("id")), None)
    if known is None:
        return parsed(TypeForm, request.form)
    shown = {**known, "price": money.typed(known["price"], team.currency)}
    pools = [(pool.id, pool.name) for pool in date.pools]
    by = partial(audit.last_by, db, ("event", date.event_id))
    return parsed(
        TypeForm, merged(request.form, shown, by=by, choices={"pool_id": pools, "also_pools": pools})
    )


def of_pool(db: Session, date: DateEdit) -> PoolForm:
    """A pool's form, the same way."""
    known = next((pool for pool in date.pools if str(pool.id) == request.form.get("id")), None)
    by = partial(audit.last_by, db, ("event", date.event_id))
    return parsed(PoolForm, merged(request.form, known.values, by=by) if known else request.form)


def of_reserve(db: Session, date: DateEdit) -> ReserveForm:
    """How many places of a pool are kept for a code, the same way; none yet are 0."""
    form = parsed(ReserveForm, request.form)
    pair = (form.pool_id, form.voucher_id)
    kept = [one.capacity for one in date.reserves if (one.pool_id, one.voucher_id) == pair]
    by = partial(audit.last_by, db, ("event", date.event_id))
    return parsed(ReserveForm, merged(request.form, {"places": sum(kept)}, by=by))
