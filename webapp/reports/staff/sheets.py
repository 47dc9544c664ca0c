"""Reports as pages and files; the address of a page says all that was asked of it."""

from typing import Any

from flask import Blueprint, Response, request

from webapp.accounts.guards import Team, may, operator
from webapp.accounts.queries.people import Account
from webapp.booking.rules import CHANNELS
from webapp.catalog.queries import picking
from webapp.core import clock
from webapp.core.audit import Actor
from webapp.core.db import Session
from webapp.core.errors import NotFound
from webapp.core.reach import EVERYTHING
from webapp.core.tables import MOST_NAMES
from webapp.reports.queries import saved
from webapp.reports.queries import sheets as queries
from webapp.reports.queries.saved import KEPT
from webapp.reports.queries.sheets import Query
from webapp.reports.rules import asking, periods
from webapp.reports.rules.sheets import Sheet, Table
from webapp.reports.staff import files
from webapp.web import current, tables
from webapp.web.page import show

bp = Blueprint("reports", __name__, url_prefix="/staff")

# What concerns all organizers together; the rest is about people, and an organizer's own.
OF_ALL = ("sales",)


@bp.get("/<organizer>/reports")
@may("report.view", narrowed=True)
def index(team: Team) -> Response:
    if not team.reach.is_all:
        return show("reports/index.html", team=team, sheets=queries.SHEETS.values(), kept=None)
    values = saved.of(team.organizer_id)
    if tables.wants_file(KEPT):
        return tables.file(KEPT, values, team)
    with current.database().reading() as db:
        kept = tables.listing(db, KEPT, values)
    return show("reports/index.html", team=team, sheets=queries.SHEETS.values(), kept=kept)


@bp.get("/<organizer>/reports/<sheet_name>")
@may("report.view", narrowed=True)
def sheet(team: Team, sheet_name: str) -> Response:
    with current.database().reading() as db:
        query = _query(db, queries.sheet(sheet_name), team)
        many = picking.events(db, team.organizer_id, team.reach)
        event = many.pick(request.args.get("event", ""))
        names = many.offer(event, MOST_NAMES)
        found = queries.table(db, query)
    return _page(query, found, team=team, event=event, names=names, base=f"/staff/{team.slug}/reports")


@bp.get("/<organizer>/reports/<sheet_name>/file.<file_form>")
@may("report.view", narrowed=True)
def file(team: Team, sheet_name: str, file_form: str) -> Response:
    with current.database().reading() as db:
        query = _query(db, queries.sheet(sheet_name), team)
    return files.answer(query, file_form, f"{team.slug}-{sheet_name}", team.actor)


@bp.get("/reports/<sheet_name>")
@operator
def all_sheet(person: Account, sheet_name: str) -> Response:  # noqa: ARG001  # the guard let them in
    with current.database().reading() as db:
        query = _query(db, _of_all(sheet_name))
        found = queries.table(db, query)
    return _page(query, found, team=None, base="/staff/reports")


@bp.get("/reports/<sheet_name>/file.<file_form>")
@operator
def all_file(person: Account, sheet_name: str, file_form: str) -> Response:
    with current.database().reading() as db:
        query = _query(db, _of_all(sheet_name))
    by = Actor("staff", person.name, person.id)
    return files.answer(query, file_form, f"all-{sheet_name}", by)


def _page(query: Query, found: Table, *, team: Team | None, base: str, **told: Any) -> Response:
    return show(
        "reports/sheet.html",
        team=team,
        base=base,
        sheet=queries.sheet(query.wanted.sheet),
        view=query.view,
        wanted=query.wanted,
        days=query.days,
        table=found,
        periods=periods.PERIODS,
        channels=CHANNELS,
        pages=max(1, -(-found.count // queries.PER_PAGE)),
        **told,
    )


def _query(db: Session, asked: Sheet, team: Team | None = None) -> Query:
    """What the address asks, its days counted in the organizer's zone; without a team, of all organizers."""
    args = request.args.to_dict()
    if team and (event := picking.events(db, team.organizer_id, team.reach).pick(args.get("event", ""))):
        args["event"] = str(event)
    wanted = asking.wanted(asked, args, by="" if team else "organizer")
    organizer_id = team.organizer_id if team else None
    today = clock.local(clock.now(), team.zone if team else "UTC").date()
    days = periods.days(wanted.period, today, wanted.since, wanted.until)
    return Query(wanted, organizer_id, days, team.reach if team else EVERYTHING)


def _of_all(name: str) -> Sheet:
    if name not in OF_ALL:
        raise NotFound("There is no such report of all organizers together.")
    return queries.sheet(name)
