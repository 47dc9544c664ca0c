"""Saved reports as pages and mails need them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.accounts.queries import houses
from webapp.accounts.rules import Roles
from webapp.core import clock, tables
from webapp.core.errors import NotFound
from webapp.core.tables import Column, Sieve, Table
from webapp.reports.models import ReportRun, SavedReport
from webapp.reports.queries.sheets import SHEETS, Query
from webapp.reports.rules import periods
from webapp.reports.rules.asking import wanted
from webapp.reports.rules.cadence import Cadence


@dataclass(frozen=True)
class Saved:
    """A report with its name. `path` is its page below the organizer's reports."""

    id: UUID
    name: str
    sheet: str
    asked: Mapping[str, str]
    form: str
    every: str
    weekday: int
    day: int
    at: time
    zone: str
    members: Sequence[UUID]
    next_at: datetime | None
    made_by: str

    @property
    def cadence(self) -> Cadence:
        return Cadence(self.every, self.weekday, self.day, self.at, self.zone)

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
    """What the form of a report offers; `kept` once it is."""

    readers: Sequence[Reader]
    kept: Saved | None


@dataclass(frozen=True)
class Due:
    """What is mailed to one reader; `query` is narrowed to what they may see."""

    saved: Saved
    organizer: str
    organizer_slug: str
    reader: Reader
    query: Query


KEPT = Table(
    name="kept",
    row=Saved,
    columns=(
        Column("name", "Name", sort="lower(r.name)"),
        Column("title", "Report", sort="r.sheet"),
        Column("every", "Mailed", sort="r.cadence", cell=lambda row: row.cadence.said()),
        Column("next_at", "Next", sort="r.next_at {way} NULLS LAST"),
        Column("form", "File", shown=False),
        Column("people", "People", cell=lambda row: len(row.members), shown=False),
        Column("made_by", "Kept by", shown=False),
        Column("change", "Change", filed=False),
    ),
    select="""r.id, r.name, r.sheet, r.asked, r.form, r.cadence AS every, r.weekday, r.day, r.at, r.zone,
              r.members, r.next_at, r.made_by""",
    source="saved_reports r",
    where="r.organizer_id = :organizer AND r.sheet = ANY(:sheets)",
    sort="name",
    tie="r.id",
    words="r.name ILIKE :like",
    words_head="Name",
    sieves=(
        Sieve(
            *("sheet", "Report", "r.sheet = :sheet"),
            tuple((key, sheet.title) for key, sheet in SHEETS.items()),
            every="Every report",
        ),
        Sieve(
            *("every", "Mailed", "r.cadence = :every"),
            (("daily", "Every day"), ("weekly", "Every week"), ("monthly", "Every month"), ("never", "Not")),
            every="Mailed or not",
        ),
    ),
)

RUNS = Table(
    name="mailed",
    row=Run,
    columns=(
        Column("due_at", "Due", sort="r.due_at"),
        Column("made_at", "Made", sort="r.made_at", shown=False),
        Column("mails", "Mails", sort="m.mails", number=True),
        Column("done", "Done", sort="m.done", number=True),
    ),
    select="r.due_at, r.made_at, m.mails, m.done",
    source="report_runs r",
    joins="""CROSS JOIN LATERAL (
                 SELECT count(d.id)::int AS mails, count(d.done_at)::int AS done
                 FROM outbox b JOIN deliveries d ON d.outbox_id = b.id
                 WHERE b.topic = 'ReportDue' AND b.payload->>'run_id' = CAST(r.id AS text)
             ) m""",
    where="r.report_id = :report",
    sort="-due_at",
    tie="r.id",
    per_page=20,
    sieves=(
        Sieve("since", "From", "r.due_at >= :since", kind="day"),
        Sieve("until", "Until", "r.due_at < CAST(:until AS date) + 1", kind="day"),
    ),
)


def of(organizer_id: UUID) -> dict[str, Any]:
    """What `KEPT` is asked with: a report that there is no more is not shown."""
    return {"organizer": organizer_id, "sheets": list(SHEETS)}


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


def form_page(db: Session, organizer_id: UUID, report_id: UUID) -> FormPage:
    kept = tables.find(db, KEPT, "r.id = :report", {**of(organizer_id), "report": report_id})
    return FormPage(readers(db, organizer_id), kept)


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
        every=row.cadence,
        weekday=row.weekday,
        day=row.day,
        at=row.at,
        zone=row.zone,
        members=row.members,
        next_at=row.next_at,
        made_by=row.made_by,
    )
