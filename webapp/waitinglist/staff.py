"""The waiting list for staff: who waits, what came of the offers; offer by hand, take somebody off."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for

from webapp.accounts.guards import Team, may
from webapp.core import clock
from webapp.core.harm import require_meant
from webapp.core.tables import Table
from webapp.waitinglist import rules
from webapp.waitinglist.queries import staff as queries
from webapp.waitinglist.queries.tables import ENDED, LINE, ROOMS
from webapp.waitinglist.service import joining, offers
from webapp.web import current, tables
from webapp.web.notices import tell
from webapp.web.page import go, show

bp = Blueprint("waitlist_staff", __name__, url_prefix="/staff")

TABLES: tuple[Table[Any], ...] = (LINE, ENDED, ROOMS)


@bp.get("/<organizer>/events/<uuid:event_id>/waitlist")
@may("order.view")
def entries(team: Team, event_id: UUID) -> Response:
    now = clock.now()
    values = {"event": event_id, "now": now}
    with current.database().reading() as db:
        page = queries.list_page(db, team.organizer_id, event_id, now)
        if wanted := tables.wanted(*TABLES):
            return tables.file(wanted, values, team)
        told: dict[str, Any] = {"now": now, "removal": rules.removal}
        line, ended, rooms = (tables.listing(db, table, values) for table in TABLES)
        told |= {"line": line, "ended": ended, "rooms": rooms}
    return show("waitinglist/staff/list.html", team=team, page=page, **told)


@bp.post("/<organizer>/events/<uuid:event_id>/waitlist/<uuid:entry_id>/offer")
@may("event.edit")
def offer(team: Team, event_id: UUID, entry_id: UUID) -> Response:
    """Offer past those before it; never beyond the capacity."""
    made = offers.offer_by_hand(
        current.database(),
        organizer_id=team.organizer_id,
        entry_id=entry_id,
        by=team.actor,
        now=clock.now(),
    )
    places = "1 place is" if made.quantity == 1 else f"{made.quantity} places are"
    tell("The offer is on its way", f"{places} held for it, and its mail goes out.")
    return _back(team, event_id)


@bp.post("/<organizer>/events/<uuid:event_id>/waitlist/<uuid:entry_id>/remove")
@may("event.edit")
def remove(team: Team, event_id: UUID, entry_id: UUID) -> Response:
    with current.database().writing() as db:
        entry = joining.remove(
            db, organizer_id=team.organizer_id, entry_id=entry_id, by=team.actor, now=clock.now()
        )
        require_meant(rules.removal(entry.name), request.form.get("typed", ""))
    tell("Taken off the list", f"{entry.name} waits no more. The event's history has it.")
    return _back(team, event_id)


def _back(team: Team, event_id: UUID) -> Response:
    return go(url_for(".entries", organizer=team.slug, event_id=event_id))
