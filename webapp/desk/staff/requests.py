"""Requests for tickets that wait for staff: a worklist with counts, answered one by one or many at once."""

from uuid import UUID

from flask import Blueprint, Response, request, url_for

from webapp.accounts.guards import Team, may
from webapp.booking.views.checkout import return_url
from webapp.core import clock, papers
from webapp.core.errors import Invalid, NotFound, Refusal
from webapp.desk.forms import AnswerForm
from webapp.desk.queries import requests as queries
from webapp.desk.queries.requests import RequestView
from webapp.desk.queries.tables import REQUESTS
from webapp.desk.service import requests as service
from webapp.desk.service.requests import Answer, basket_of
from webapp.web import current, tables
from webapp.web.forms import parsed
from webapp.web.notices import tell
from webapp.web.page import download, go, show

bp = Blueprint("requests_staff", __name__, url_prefix="/staff")


@bp.get("/<organizer>/requests")
@may("order.approve", narrowed=True)
def requests(team: Team) -> Response:
    values = {"organizer": team.organizer_id, "now": clock.now(), **team.reach.values()}
    if tables.wants_file(REQUESTS):
        return tables.file(REQUESTS, values, team)
    with current.database().reading() as db:
        found = tables.listing(db, REQUESTS, values)
    return show("desk/staff/requests.html", team=team, requests=found)


@bp.post("/<organizer>/requests")
@may("order.approve", narrowed=True)
def answer(team: Team) -> Response:
    """Approve or decline all that are ticked; what cannot be approved stays, and is told."""
    form = parsed(AnswerForm, request.form)
    if not form.request:
        raise Invalid("Tick the requests that you answer.", title="Nothing was chosen")
    given = Answer(team.organizer_id, team.actor, return_url(), form.note, form.pay_hours)
    answered, refused = 0, []
    for asked in [_asked(team, request_id) for request_id in form.request]:
        try:
            answered += _answer(asked, given, approves=form.answer == "approve")
        except Refusal as refusal:
            refused.append(f"{asked.name}: {refusal.said}")
    _tell(answered, refused, approves=form.answer == "approve")
    return go(url_for(".requests", organizer=team.slug))


@bp.get("/<organizer>/requests/<uuid:request_id>/papers/<uuid:paper_id>")
@may("order.approve", narrowed=True)
def paper(team: Team, request_id: UUID, paper_id: UUID) -> Response:
    """What somebody handed in with a request is read before it is answered."""
    asked = _asked(team, request_id)
    with current.database().reading() as db:
        sheet = papers.find(db, paper_id, of=basket_of(asked.id))
    return download(sheet.name, sheet.content)


def _answer(asked: RequestView, given: Answer, *, approves: bool) -> bool:
    now = clock.now()
    if approves:
        done = service.approve(current.database(), asked.id, given, now)
    else:
        with current.database().writing() as db:
            done = service.decline(db, asked.id, given, now)
    current.live().date_changed(str(asked.date_id))
    return done


def _asked(team: Team, request_id: UUID) -> RequestView:
    """One of this organizer's, of an event at which who asks may answer."""
    with current.database().reading() as db:
        asked = queries.request(db, request_id, clock.now())
    if asked.organizer_id != team.organizer_id:
        raise NotFound("There is no such request.")
    team.require_at("order.approve", asked.event_id)
    return asked


def _tell(answered: int, refused: list[str], *, approves: bool) -> None:
    what = "approved" if approves else "declined"
    if answered:
        number = "1 request is" if answered == 1 else f"{answered} requests are"
        tell(f"{number} {what}", "Everybody gets a mail.")
    if refused:
        number = "1 request stays" if len(refused) == 1 else f"{len(refused)} requests stay"
        tell(number, " ".join(refused[:5]), kind="warn")
    if not answered and not refused:
        tell("Nothing to do", "They were answered before.", kind="info")
