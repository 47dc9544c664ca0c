"""The sale, as it goes: numbers that turn by themselves, on a desk and on a wall."""

from typing import cast
from uuid import UUID

from flask import Blueprint, Response, current_app, request

from webapp.accounts.guards import Team, may
from webapp.core import clock
from webapp.core.errors import NotFound
from webapp.reports.queries import live as queries
from webapp.reports.rules.cockpit import Cockpit, DateFigures
from webapp.reports.staff.cockpits import Cockpits
from webapp.web import current
from webapp.web.page import show
from webapp.web.stream import Streams, let_pages_read

bp = Blueprint("reports_staff", __name__, url_prefix="/staff")
told = Blueprint("reports_told", __name__, url_prefix="/live/staff")
told.after_request(let_pages_read)

# So many tiles are read from across a room.
MOST_TILES = 9


@bp.get("/<organizer>/sale")
@may("sale.view", narrowed=True)
def sale(team: Team) -> Response:
    """All dates together."""
    cockpit = _cockpits().of(team.organizer_id, [f"overview:{team.organizer_id}"]).within(team.reach)
    return show("reports/sale.html", "figures", revalidate=True, team=team, cockpit=cockpit)


@bp.get("/<organizer>/sale/<uuid:date_id>")
@may("sale.view")
def date(team: Team, date_id: UUID) -> Response:
    """One date: sold, held, left, the pace, and when it is sold out."""
    cockpit, one = _one(team, date_id, f"date:{date_id}")
    with current.database().reading() as db:
        types = queries.types(db, date_id, clock.now())
    return show(
        "reports/date.html", "figures", revalidate=True, team=team, cockpit=cockpit, one=one, types=types
    )


@bp.get("/<organizer>/wall")
@may("sale.view", narrowed=True)
def wall(team: Team) -> Response:
    """The dates that were chosen, else those that sell most, in figures that a whole room reads."""
    cockpit = _cockpits().of(team.organizer_id, []).within(team.reach)
    chosen = set(request.args.getlist("date"))
    dates = [one for one in cockpit.dates if str(one.date_id) in chosen] or cockpit.busiest
    dates = dates[:MOST_TILES]
    _cockpits().look_at(f"tile:{one.date_id}" for one in dates)
    return show("reports/wall.html", "tiles", revalidate=True, team=team, cockpit=cockpit, dates=dates)


@told.get("/<organizer>/sale")
@may("sale.view")
def sale_told(team: Team) -> Response:
    """Messages `figures` with the overview, the same for all who may see all of it."""
    return _streams().response(f"sale:{team.organizer_id}")


@told.get("/<organizer>/sale/<uuid:date_id>")
@may("sale.view")
def date_told(team: Team, date_id: UUID) -> Response:
    """Messages `figures` with one date's."""
    _one(team, date_id, f"date:{date_id}")
    return _streams().response(f"sale-date:{date_id}")


@told.get("/<organizer>/wall")
@may("sale.view")
def wall_told(team: Team) -> Response:
    """Messages `tile-<date>`, one for each date that stands on a wall of who may see all."""
    return _streams().response(f"wall:{team.organizer_id}")


def _one(team: Team, date_id: UUID, sight: str) -> tuple[Cockpit, DateFigures]:
    """The date among those on sale, else counted for itself."""
    cockpit = _cockpits().of(team.organizer_id, [sight])
    found = next((one for one in cockpit.dates if one.date_id == date_id), None)
    if found is None:
        cockpit = _cockpits().alone(team.organizer_id, date_id)
        found = next(iter(cockpit.dates), None)
    if found is None:
        raise NotFound("There is no such date.")
    return cockpit, found


def _cockpits() -> Cockpits:
    return cast(Cockpits, current_app.extensions["cockpits"])


def _streams() -> Streams:
    return cast(Streams, current_app.extensions["streams"])
