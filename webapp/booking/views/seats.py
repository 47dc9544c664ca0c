"""Choosing seats: a map and a list of the same seats, what was chosen, and what changed meanwhile."""

from uuid import UUID

from flask import Blueprint, Response, jsonify, request

from webapp.accounts.guards import open_to_all
from webapp.booking import forms
from webapp.booking.queries import seat_page
from webapp.booking.views.scene import TAKEN, answer, house_page, scene, section_page, taken
from webapp.core import clock
from webapp.core.text import one_line
from webapp.web import current
from webapp.web.forms import parsed
from webapp.web.kept import KeptPages
from webapp.web.notices import is_htmx
from webapp.web.page import go

bp = Blueprint("seats", __name__)

PAGES = KeptPages(max_bytes=12_000_000)


@bp.get("/events/<slug>/seats")
@open_to_all
def seats(slug: str) -> Response:
    """Map and list; with seats or a code it is somebody's own page, for htmx only what was chosen."""
    asked, date_id, code = forms.seats(request.args), forms.date_id(request.args), _code()
    if asked or code or is_htmx():
        here = scene(slug, date_id, code)
        return answer(here, here.choose(asked, code))

    def render() -> str:
        here = scene(slug, date_id)
        return house_page(here, here.choose({}))

    return PAGES.answer(f"{slug} {date_id}", lambda: scene(slug, date_id).state, render)


@bp.get("/events/<slug>/seats/<uuid:section_id>")
@open_to_all
def section(slug: str, section_id: UUID) -> Response:
    """The rows of one section, with its part of the map; for htmx only the rows."""
    asked, date_id, code = forms.seats(request.args), forms.date_id(request.args), _code()

    def render() -> str:
        here = scene(slug, date_id, code)
        return section_page(here, section_id, here.choose(asked, code))

    if asked or code:
        return Response(render())
    key = f"{slug} {date_id} {section_id} {is_htmx()}"
    return PAGES.answer(key, lambda: scene(slug, date_id).state, render)


@bp.get("/events/<slug>/seats/best")
@open_to_all
def find_best(slug: str) -> Response:
    """Mark the best seats that are free and fit; nothing is held yet."""
    wish = parsed(forms.BestForm, request.args)
    here = scene(slug, wish.date, one_line(wish.code))
    choice = here.best(wish)
    if choice.seats and not is_htmx():
        return go(choice.url)
    return answer(here, choice)


@bp.get("/events/<slug>/seats/changes")
@open_to_all
def changes(slug: str) -> Response:
    """What was taken and what came back since `since`; all that is taken for a page that knows too little."""
    with current.database().reading() as db:
        page = seat_page.seat_page(db, slug, clock.now(), date_id=forms.date_id(request.args))
    seen = request.args.get("since", "")[:12]
    now, before = taken(page.date_id, seen=seen), TAKEN.known(page.date_id, seen)
    difference = {"taken": now.added(before), "free": now.gone(before)} if before else {"all": now.packed}
    response = jsonify(version=now.version, **difference)
    response.set_etag(f"{before.version if before else ''}-{now.version}")
    response.headers["Cache-Control"] = "public, max-age=0, s-maxage=1, must-revalidate"
    response.make_conditional(request)
    return response


def _code() -> str:
    return one_line(request.args.get("code", ""))[:60]
