"""The sale, as it goes: numbers that turn by themselves."""

from uuid import UUID

from flask import Blueprint, Response

from webapp.accounts.guards import Team, may
from webapp.core import clock
from webapp.reports.queries import live as queries
from webapp.web import current
from webapp.web.page import show

bp = Blueprint("reports_staff", __name__, url_prefix="/staff")


@bp.get("/<organizer>")
@may("event.view", narrowed=True)
def today(team: Team) -> Response:
    """The first page of an organizer: what needs a person, what sells, what is next."""
    now = clock.now()
    with current.database().reading() as db:
        overview = queries.overview(
            db, team.organizer_id, team.reach, now.replace(hour=0, minute=0, second=0, microsecond=0)
        )
        sales = queries.sales(db, team.organizer_id, team.reach, now)[:12]
    return show("reports/today.html", team=team, overview=overview, sales=sales)


@bp.get("/<organizer>/sale")
@may("sale.view", narrowed=True)
def sale(team: Team) -> Response:
    """All dates together."""
    now = clock.now()
    with current.database().reading() as db:
        minutes = queries.per_minute(db, team.organizer_id, team.reach, None, now)
        sales = queries.sales(db, team.organizer_id, team.reach, now)
    return show("reports/sale.html", "figures", revalidate=True, team=team, sales=sales, minutes=minutes)


@bp.get("/<organizer>/sale/<uuid:date_id>")
@may("sale.view")
def date(team: Team, date_id: UUID) -> Response:
    """One date: sold, held, left, revenue a minute."""
    now = clock.now()
    with current.database().reading() as db:
        sale = queries.sale(db, team.organizer_id, date_id)
        types = queries.types(db, date_id, now)
        minutes = queries.per_minute(db, team.organizer_id, team.reach, date_id, now)
    bars = [(kind.name, kind.sold, kind.held, kind.reach) for kind in types]
    return show(
        "reports/date.html", "figures", revalidate=True, team=team, sale=sale, bars=bars, minutes=minutes
    )
