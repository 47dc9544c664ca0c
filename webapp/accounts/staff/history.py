"""What was done in an organizer's name, by whom and from which device: looked at, searched, taken along."""

from uuid import UUID

from flask import Blueprint, Response, request

from webapp.accounts.guards import Team, may
from webapp.accounts.queries import history as queries
from webapp.accounts.queries.history import HISTORY
from webapp.web import current, tables
from webapp.web.page import show

bp = Blueprint("history_staff", __name__, url_prefix="/staff")


@bp.get("/<organizer>/audit")
@may("audit.view", narrowed=True)
def history(team: Team) -> Response:
    """What was done by whom, newest first; everything that narrows it stands in the address."""
    about = request.args.get("about", type=UUID)
    with current.database().reading() as db:
        choices = queries.choices(db, team.organizer_id, about)
        values = {"organizer": team.organizer_id, "zone": team.zone, "currency": team.currency}
        values |= team.reach.values()
        if not tables.wants_file(HISTORY):
            found = tables.listing(db, HISTORY, values, **choices)
            return show("accounts/staff/history.html", team=team, history=found)
    return tables.file(HISTORY, values, team, **choices)
