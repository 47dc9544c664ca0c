"""The programme: what is on, found and looked at. Pages are the same for everyone and kept rendered."""

import time
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request

from webapp.accounts.guards import open_to_all
from webapp.catalog import calendars, documents
from webapp.catalog.forms import search as forms
from webapp.catalog.forms.picking import picked
from webapp.catalog.queries import changes, places
from webapp.catalog.queries import event as events
from webapp.catalog.queries import home as programme
from webapp.catalog.queries import search as searching
from webapp.catalog.queries.asked import Search
from webapp.catalog.queries.places import ABOUT
from webapp.catalog.queries.spelling import did_you_mean
from webapp.catalog.service import posters
from webapp.core import clock
from webapp.core.errors import NotFound
from webapp.core.text import slug as slug_of
from webapp.web import admission, current, files, limits
from webapp.web.filters import CATEGORIES
from webapp.web.kept import KeptPages
from webapp.web.notices import is_htmx
from webapp.web.page import render_block, show

bp = Blueprint("catalog", __name__)

EVENTS = KeptPages()
# Lists change with every sale somewhere; two seconds old is new enough, and while nothing sells they stay.
LISTS = KeptPages(max_bytes=8_000_000, fresh_for=2)
POSTER_SECONDS, FEED_SECONDS = 300, 300


@bp.get("/")
@open_to_all
def home() -> Response:
    city = slug_of(request.args.get("city", "")[:80])
    return LISTS.answer(f"home {city}", _turn, lambda: _home(city))


@bp.get("/search")
@open_to_all
@limits.limit(limits.SEARCH)
def search() -> Response:
    asked = forms.search(request.args)
    block = "results" if is_htmx() else ""
    here = asked.query(page=asked.page)
    response = LISTS.answer(f"{block} {here} {asked.wrong}", _turn, lambda: _search(asked, block))
    if asked.wrong and response.status_code == 200:
        response.status_code = 422
    if block:
        # The address that is shared holds only what was asked for, not every empty field.
        response.headers["HX-Push-Url"] = here
    return response


@bp.get("/cities")
@open_to_all
def cities() -> Response:
    return LISTS.answer("cities", _turn, _cities)


@bp.get("/cities/<slug>")
@open_to_all
def city(slug: str) -> Response:
    return LISTS.answer(f"city {slug} {_page()}", _turn, lambda: _list("city", slug, _page()))


@bp.get("/categories/<name>")
@open_to_all
def category(name: str) -> Response:
    if name not in CATEGORIES:
        raise NotFound(f"There is no kind called {name[:40]}. The kinds are {', '.join(CATEGORIES)}.")
    return LISTS.answer(f"category {name} {_page()}", _turn, lambda: _list("category", name, _page()))


@bp.get("/organizers/<slug>")
@open_to_all
def organizer(slug: str) -> Response:
    return LISTS.answer(f"organizer {slug} {_page()}", _turn, lambda: _list("organizer", slug, _page()))


@bp.get("/events/<slug>")
@open_to_all
def event(slug: str) -> Response:
    """The page of one event; with a code or numbers, or past its room, it is somebody's own and not kept."""
    date_id, code, numbers = _date_id(), request.args.get("code", "").strip()[:60], picked(request.args)
    if code or numbers or admission.passed():
        return show("catalog/event.html", picked=numbers, **_event_values(slug, date_id, code))
    return EVENTS.answer(
        f"{slug} {date_id}", lambda: _event_state(slug, date_id), lambda: _event(slug, date_id)
    )


@bp.get("/events/<slug>/availability")
@open_to_all
def availability(slug: str) -> Response:
    """What is left, for pages that ask because nobody tells them; the whole page without htmx."""
    values = _event_values(slug, _date_id(), "")
    response = show("catalog/_availability.html" if is_htmx() else "catalog/event.html", **values)
    response.headers["Cache-Control"] = "private, no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response


@bp.get("/events/<slug>.ics")
@open_to_all
def event_ics(slug: str) -> Response:
    return _feed("event", slug)


@bp.get("/dates/<uuid:date_id>.ics")
@open_to_all
def date_ics(date_id: UUID) -> Response:
    return _feed("date", str(date_id))


@bp.get("/cities/<slug>.ics")
@open_to_all
def city_ics(slug: str) -> Response:
    return _feed("city", slug)


@bp.get("/categories/<name>.ics")
@open_to_all
def category_ics(name: str) -> Response:
    return _feed("category", name)


@bp.get("/organizers/<slug>.ics")
@open_to_all
def organizer_ics(slug: str) -> Response:
    return _feed("organizer", slug)


@bp.get("/posters/<slug>.svg")
@open_to_all
def poster(slug: str) -> Response:
    """The event's poster; drawn and kept the first time that somebody asks."""
    with current.database().reading() as db:
        shown = posters.shown(db, slug)
    if shown.media is None:
        with current.database().writing() as db:
            name = posters.draw(db, current.media(), event_id=shown.event_id)
    else:
        name = shown.media
    return files.send(current.media().path(name), max_age=POSTER_SECONDS)


@bp.get("/posters/<slug>.png")
@open_to_all
def share_picture(slug: str) -> Response:
    """What messengers show beside a link; an uploaded picture as it is."""
    with current.database().reading() as db:
        shown = posters.shown(db, slug)
    if shown.media and shown.is_picture:
        return files.send(current.media().path(shown.media), max_age=POSTER_SECONDS)
    response = Response(posters.share_picture(shown.facts), mimetype="image/png")
    response.headers["Cache-Control"] = f"public, max-age={POSTER_SECONDS}"
    response.add_etag()
    response.make_conditional(request)
    return response


def _home(city: str) -> str:
    now = clock.now()
    with current.database().reading() as db:
        values: dict[str, Any] = {
            "board": programme.board(db, city, now),
            "weekend": programme.weekend(db, now),
            "nearly": programme.nearly_gone(db, now),
            "announced": programme.announced(db, now),
            "counts": programme.counts(db, now),
        }
    return render_template("catalog/home.html", now=now, **values)


def _search(asked: Search, block: str) -> str:
    now = clock.now()
    with current.database().reading() as db:
        results = searching.results(db, asked, now)
        nearest = None if results.dates else searching.nearest(db, asked, now)
        meant = [] if results.dates else did_you_mean(db, asked.q)
    values = {"asked": asked, "results": results, "nearest": nearest, "meant": meant, "now": now}
    if block:
        return render_block("catalog/search.html", block, **values)
    return render_template("catalog/search.html", **values)


def _cities() -> str:
    with current.database().reading() as db:
        found = programme.counts(db, clock.now())
    return render_template("catalog/cities.html", cities=found.cities)


def _list(kind: str, what: str, page: int) -> str:
    now = clock.now()
    with current.database().reading() as db:
        title, value = places.about(db, kind, what)
        blurb = places.organizer(db, what).blurb if kind == "organizer" else ""
        dates, count = places.count(db, ABOUT[kind], value, now)
        cards = places.upcoming(db, ABOUT[kind], value, now, page=page)
    values = {"kind": kind, "what": what, "title": title, "blurb": blurb, "dates": dates, "page": page}
    return render_template(
        "catalog/list.html", cards=cards, pages=-(-count // places.PER_PAGE), address=_address, **values
    )


def _address(page: int) -> str:
    return f"{request.path}?page={page}" if page > 1 else request.path


def _event_values(slug: str, date_id: UUID | None, code: str) -> dict[str, Any]:
    now = clock.now()
    with current.database().reading() as db:
        page = events.event_page(db, slug, now, date_id=date_id, code=code)
    return {
        "page": page,
        "code": code,
        "passed": admission.passed(),
        "now": now,
        "json_ld": documents.json_ld(page, current.settings().base_url, now),
    }


def _event(slug: str, date_id: UUID | None) -> str:
    values = _event_values(slug, date_id, "")
    if len(_turns) > MOST_TURNS:
        _turns.clear()
        EVENTS.clear()
    _, passed = _turns.get((slug, date_id), (None, ""))
    _turns[slug, date_id] = (values["page"].next_change, passed)
    return render_template("catalog/event.html", **values)


# When a kept page reads differently although nothing was changed (a sale opens, a date begins),
# and the last such moment that passed, which is part of the page's state.
_turns: dict[tuple[str, UUID | None], tuple[datetime | None, str]] = {}
MOST_TURNS = 20_000


def _event_state(slug: str, date_id: UUID | None) -> str:
    with current.database().reading() as db:
        state = events.state(db, slug)
    turn, passed = _turns.get((slug, date_id), (None, ""))
    if turn and turn <= clock.now():
        passed = turn.isoformat()
        _turns[slug, date_id] = (None, passed)
    return f"{state} {passed}"


def _turn() -> str:
    """The state of lists: what was written, and ten seconds, since days pass and a commit may come late."""
    with current.database().reading() as db:
        return f"{changes.written(db)} {int(time.time() // 10)}"


def _page() -> int:
    typed = request.args.get("page", "1")
    return int(typed) if typed.isascii() and typed.isdecimal() and 0 < int(typed) <= forms.MOST_PAGES else 1


def _date_id() -> UUID | None:
    try:
        return UUID(request.args.get("date", ""))
    except ValueError:
        return None


def _feed(kind: str, what: str) -> Response:
    with current.database().reading() as db:
        name, value = places.about(db, kind, what)
        dates = places.feed(db, ABOUT[kind], value, clock.now())
    response = Response(
        calendars.calendar(name, dates, current.settings().base_url), mimetype="text/calendar"
    )
    response.headers["Cache-Control"] = f"public, max-age={FEED_SECONDS}"
    response.headers["Content-Disposition"] = f'inline; filename="{slug_of(name) or kind}.ics"'
    response.add_etag()
    response.make_conditional(request)
    return response
