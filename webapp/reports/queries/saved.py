"""Saved reports as pages and mails need them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from webapp.accounts.queries import houses
from webapp.accounts.rules import Roles
from webapp.core import clock
from webapp.core.errors import NotFound
from webapp.reports.models import ReportRun, SavedReport
from webapp.reports.queries.sheets import SHEETS, Query
from webapp.reports.rules import periods
from webapp.reports.rules.asking import wanted
from webapp.reports.rules.cadence import Cadence

RUNS = text("""
    SELECT r.due_at, r.made_at, count(d.id)::int AS mails, count(d.done_at)::int AS done
    FROM report_runs r
    LEFT JOIN outbox b ON b.topic = 'ReportDue' AND b.payload->>'run_id' = r.id::text
    LEFT JOIN deliveries d ON d.outbox_id = b.id
    WHERE r.report_id = :report GROUP BY r.id ORDER BY r.period DESC LIMIT 20
""")


@dataclass(frozen=True)
class Saved:
    """A report with its name. `path` is its page below the organizer's reports."""

    id: UUID
    name: str
    sheet: str
    asked: Mapping[str, str]
    form: str
    cadence: Cadence
    members: Sequence[UUID]
    next_at: datetime | None
    made_by: str

    @property
    def title(self) -> str:
        return SHEETS[self.sheet].title

    def typed(self) -> dict[str, object]:
        """As its form shows it."""
        when = self.cadence
        return {
            "name": self.name,
            "sheet": self.sheet,
            "asked": urlencode(self.asked),
            "form": self.form,
            "cadence": when.cadence,
            "weekday": when.weekday,
            "day": when.day,
            "at": f"{when.at:%H:%M}",
            "zone": when.zone,
            "members": [str(member) for member in self.members],
        }

    @property
    def path(self) -> str:
        return f"{self.sheet}?{urlencode(self.asked)}"


@dataclass(frozen=True)
class Reader:
    """A member of the team, with what they may see of reports."""

    id: UUID
    name: str
    email: str
    roles: Roles


@dataclass(frozen=True)
class Run:
    due_at: datetime
    made_at: datetime
    mails: int
    done: int


@dataclass(frozen=True)
class FormPage:
    """What the form of a report offers; `kept` once it is, with what was mailed of it."""

    readers: Sequence[Reader]
    kept: Saved | None
    runs: Sequence[Run]


@dataclass(frozen=True)
class Due:
    """What is mailed to one reader; `query` is narrowed to what they may see."""

    saved: Saved
    organizer: str
    organizer_slug: str
    reader: Reader
    query: Query


def saved(db: Session, organizer_id: UUID) -> list[Saved]:
    rows = db.scalars(
        select(SavedReport).where(SavedReport.organizer_id == organizer_id).order_by(SavedReport.name)
    )
    return [_saved(row) for row in rows if row.sheet in SHEETS]


def one(db: Session, organizer_id: UUID, report_id: UUID) -> Saved:
    row = db.get(SavedReport, report_id)
    if row is None or row.organizer_id != organizer_id or row.sheet not in SHEETS:
        raise NotFound("There is no such report here.")
    return _saved(row)


def readers(db: Session, organizer_id: UUID) -> list[Reader]:
    """Who of the team may see reports, of everything or of some events."""
    found = [
        Reader(one.user_id, one.name, one.email, Roles(one.role, {event: role for event, _, role in one.at}))
        for one in houses.members(db, organizer_id)
    ]
    return [reader for reader in found if reader.roles.allow("report.view")]


def runs(db: Session, report_id: UUID) -> list[Run]:
    return [Run(**row._mapping) for row in db.execute(RUNS, {"report": report_id})]


def form_page(db: Session, organizer_id: UUID, report_id: object) -> FormPage:
    kept = next((one for one in saved(db, organizer_id) if str(one.id) == str(report_id)), None)
    return FormPage(readers(db, organizer_id), kept, runs(db, kept.id) if kept else ())


def find_due(db: Session, run_id: UUID, user_id: UUID) -> Due | None:
    """What is to be mailed, with its days counted from when it was due; None when they may not see it now."""
    run = db.get(ReportRun, run_id)
    row = db.get(SavedReport, run.report_id) if run else None
    if run is None or row is None or row.sheet not in SHEETS:
        return None
    reader = next((one for one in readers(db, row.organizer_id) if one.id == user_id), None)
    if reader is None:
        return None
    house = houses.organizer(db, row.organizer_id)
    today = clock.local(run.due_at, row.zone).date()
    asked = wanted(SHEETS[row.sheet], row.asked)
    days = periods.days(asked.period, today, asked.since, asked.until)
    query = Query(asked, row.organizer_id, days, reader.roles.reach("report.view"))
    return Due(_saved(row), house.name, _slug(db, row.organizer_id), reader, query)


def _slug(db: Session, organizer_id: UUID) -> str:
    return str(db.scalar(text("SELECT slug FROM organizers WHERE id = :id"), {"id": organizer_id}))


def _saved(row: SavedReport) -> Saved:
    return Saved(
        id=row.id,
        name=row.name,
        sheet=row.sheet,
        asked=row.asked,
        form=row.form,
        cadence=Cadence(row.cadence, row.weekday, row.day, row.at, row.zone),
        members=row.members,
        next_at=row.next_at,
        made_by=row.made_by,
    )
