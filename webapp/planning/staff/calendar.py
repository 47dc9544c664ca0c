"""The calendar of an organizer's dates: a month, a week or a list; its address carries what is shown."""

from flask import Blueprint, Response, request

from webapp.accounts.guards import Team, may
from webapp.catalog.queries import programme
from webapp.core import clock
from webapp.planning.forms.calendar import VIEWS, look
from webapp.planning.queries import calendar as queries
from webapp.planning.rules.calendars import cells, sheet
from webapp.web import current
from webapp.web.page import show

bp = Blueprint("calendar_staff", __name__, url_prefix="/staff")


@bp.get("/<organizer>/calendar")
@may("event.view", narrowed=True)
def calendar(team: Team) -> Response:
    with current.database().reading() as db:
        today = clock.local(clock.now(), team.zone).date()
        seen = look(request.args, today)
        shown = sheet(seen.view, seen.day)
        found = queries.entries(db, team.organizer_id, (shown.first, shown.last), seen.asked(), team.reach)
        venues = programme.venues(db, team.organizer_id)
    return show(
        "planning/staff/calendar.html",
        "calendar",
        revalidate=True,
        team=team,
        look=seen,
        views=VIEWS,
        sheet=shown,
        today=today,
        cells=cells(seen.view, seen.day, found),
        clashes=sum(bool(one.clash) for one in found),
        is_cut=len(found) == queries.MOST,
        venues=[(venue.id, f"{venue.name}, {venue.city}") for venue in venues],
    )
