"""What was done in an organizer's name, by whom and from which device: looked at, searched, taken along."""

import csv
import io
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, request, stream_with_context

from webapp.accounts import forms
from webapp.accounts.guards import Team, may
from webapp.accounts.queries import history as queries
from webapp.accounts.queries.history import Line, Sought
from webapp.core import audit, clock
from webapp.web import current
from webapp.web.filters import iso
from webapp.web.forms import parsed
from webapp.web.page import show

bp = Blueprint("history_staff", __name__, url_prefix="/staff")

HEADS = ("When", "Time zone", "Who", "As", "Device", "What", "Kind", "About", "Details")
# A text that begins so would be run as a formula by the program that opens the file.
FORMULAS = ("=", "+", "-", "@", "\t", "\r")


@bp.get("/<organizer>/audit")
@may("audit.view", narrowed=True)
def history(team: Team) -> Response:
    """What was done by whom, newest first; everything that narrows it stands in the address."""
    sought = _sought()
    with current.database().reading() as db:
        zone = queries.zone_of(db, team.organizer_id)
        told: dict[str, Any] = {"zone": zone, "currency": team.currency}
        lines = queries.lines(db, team.organizer_id, team.reach, sought, **told, most=queries.PER_PAGE + 1)
        choices: dict[str, Any] = {
            "kinds": queries.kinds_of(db, team.organizer_id),
            "people": queries.people_of(db, team.organizer_id),
        }
    older = lines[queries.PER_PAGE - 1].id if len(lines) > queries.PER_PAGE else None
    state = {name: value for name, value in asdict(sought).items() if value}
    shown = lines[: queries.PER_PAGE]
    page: dict[str, Any] = {
        "lines": shown,
        "sought": sought,
        "state": state,
        "older": older,
        "actors": queries.ACTORS,
    }
    return show("accounts/staff/history.html", team=team, zone=zone, **choices, **page)


@bp.get("/<organizer>/audit.csv")
@may("audit.view", narrowed=True)
def take_along(team: Team) -> Response:
    """The same lines as a file, all of them, written while they are read."""
    sought = _sought()
    said = {name: str(value) for name, value in asdict(sought).items() if value}
    with current.database().writing() as db:
        about = ("organizer", team.organizer_id)
        after = {"table": "history", **said}
        audit.note(db, team.actor, "Table exported", about, organizer_id=team.organizer_id, after=after)
    name = f"history-{team.slug}-{clock.now():%Y-%m-%d}.csv"
    return Response(
        stream_with_context(_rows(team, sought)),
        mimetype="text/csv",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-store",
        },
    )


def _sought() -> Sought:
    asked = parsed(forms.HistorySought, request.args)
    return Sought(**asked.model_dump())


def _rows(team: Team, sought: Sought) -> Iterator[str]:
    yield "\N{ZERO WIDTH NO-BREAK SPACE}" + _row(HEADS)
    with current.database().reading() as db:
        zone = queries.zone_of(db, team.organizer_id)
        told: dict[str, Any] = {"zone": zone, "currency": team.currency}
        for line in queries.every(db, team.organizer_id, team.reach, sought, **told):
            yield _row(_cells(line, zone))


def _cells(line: Line, zone: str) -> tuple[str, ...]:
    details = "; ".join(map(str, line.changes))
    about = line.about or str(line.subject_id)
    who = (line.who, line.actor_kind, line.device)
    return (iso(line.at, zone), zone, *who, line.action, line.kind, about, details)


def _row(cells: tuple[str, ...]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow([f"'{cell}" if cell.startswith(FORMULAS) else cell for cell in cells])
    return line.getvalue()
