"""An organizer's first page: what needs a person, what sells, what is next."""

from datetime import date, datetime
from typing import Annotated

from flask import Blueprint, Response, request
from pydantic import BaseModel, BeforeValidator, Field

from webapp.accounts.guards import Team, account, may
from webapp.core import clock
from webapp.core.db import Session
from webapp.core.errors import Gone
from webapp.core.text import one_line
from webapp.reports.queries import live, today
from webapp.reports.queries.todos import every
from webapp.reports.queries.todos.every import Todos
from webapp.reports.rules.todos import Todo
from webapp.reports.service import todos as service
from webapp.web import current
from webapp.web.forms import parsed
from webapp.web.notices import tell
from webapp.web.page import go, show

bp = Blueprint("today_staff", __name__, url_prefix="/staff")

MOST_DATES = 12


class KeyForm(BaseModel):
    """The to-do that is meant."""

    key: Annotated[str, Field(max_length=120)]


class AsideForm(KeyForm):
    until: date
    note: Annotated[str, BeforeValidator(lambda text: one_line(str(text))), Field(max_length=200)] = ""


@bp.get("/<organizer>")
@may("event.view", narrowed=True)
def page(team: Team) -> Response:
    now = clock.now()
    with current.database().reading() as db:
        midnight, _ = clock.day_bounds(clock.local(now, team.zone).date(), team.zone)
        sees = team.reach_of("sale.view")
        overview = today.overview(db, team.organizer_id, sees, midnight) if sees else None
        found = _todos(db, team, now)
        sales = live.sales(db, team.organizer_id, team.reach, now, most=MOST_DATES)
    return show("reports/today.html", team=team, now=now, overview=overview, found=found, sales=sales)


@bp.post("/<organizer>/todos/aside")
@may("event.view", narrowed=True)
def put_aside(team: Team) -> Response:
    """Hide one to-do from the whole team until a day."""
    form, now = parsed(AsideForm, request.form), clock.now()
    with current.database().writing() as db:
        service.put_aside(
            db,
            _meant(form.key, _todos(db, team, now)),
            organizer_id=team.organizer_id,
            until=form.until,
            note=form.note,
            today=clock.local(now, team.zone).date(),
            by=team.actor,
        )
    tell("Put aside", f"It comes back on {form.until:%d %B}, or when there is more of it.")
    return go(f"/staff/{team.slug}")


@bp.post("/<organizer>/todos/again")
@may("event.view", narrowed=True)
def take_up(team: Team) -> Response:
    form, now = parsed(KeyForm, request.form), clock.now()
    with current.database().writing() as db:
        found = _todos(db, team, now)
        service.take_up(db, _meant(form.key, found), organizer_id=team.organizer_id, by=team.actor)
    tell("Taken up again")
    return go(f"/staff/{team.slug}")


def _todos(db: Session, team: Team, now: datetime) -> Todos:
    person = account()
    return every.todos(
        db,
        team.organizer_id,
        now,
        clock.local(now, team.zone).date(),
        reach_of=team.reach_of,
        is_operator=person is not None and person.is_operator,
    )


def _meant(key: str, found: Todos) -> Todo:
    """The to-do with this key, of those that this person is shown."""
    for todo in (*found.now, *(todo for todo, _ in found.aside)):
        if todo.key == key:
            return todo
    raise Gone("This was done meanwhile: there is nothing to put aside.")
