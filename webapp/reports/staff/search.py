"""One field for everything that staff look for."""

from flask import Blueprint, Response, request

from webapp.accounts.guards import Team, may
from webapp.catalog.queries.spelling import did_you_mean
from webapp.core import clock
from webapp.core.text import one_line, words
from webapp.reports.queries import found
from webapp.web import current
from webapp.web.areas import AREAS, Area
from webapp.web.page import show

bp = Blueprint("search_staff", __name__, url_prefix="/staff")

MOST_TYPED = 100


@bp.get("/<organizer>/search")
@may("event.view", narrowed=True)
def search(team: Team) -> Response:
    """What was found, by kind; a part of the page below the field as somebody types."""
    typed = one_line(request.args.get("q", ""))[:MOST_TYPED]
    pages = areas(typed, team)
    with current.database().reading() as db:
        groups = found.found(db, team.organizer_id, typed, clock.now(), reach_of=team.reach_of)
        meant = did_you_mean(db, typed) if typed and not groups and not pages else []
    return show(
        "reports/search.html", "found", team=team, typed=typed, groups=groups, pages=pages, meant=meant
    )


def areas(typed: str, team: Team) -> list[Area]:
    """Pages of the staff area whose name, or another word for it, begins with every word that was typed."""
    wanted = words(typed)

    def fits(area: Area) -> bool:
        known = words(f"{area.name} {area.words}", most=20)
        return all(any(word.startswith(begun) for word in known) for begun in wanted)

    return [area for area in AREAS if wanted and team.may_anywhere(area.action) and fits(area)]
