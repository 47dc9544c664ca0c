"""Keeping a report with a name, and mailing it when its time comes: once for each period."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from webapp.core import clock, outbox
from webapp.core.audit import Actor, note
from webapp.core.errors import Invalid, NotFound
from webapp.core.ids import uuid7
from webapp.reports.events import ReportDue
from webapp.reports.models import ReportRun, SavedReport
from webapp.reports.queries import saved as queries
from webapp.reports.rules.cadence import Cadence

ONE_NAME = "uq_saved_reports_name"


@dataclass(frozen=True)
class Wish:
    """What is kept: `asked` of the report, when it is mailed, as which file, and to whom."""

    name: str
    sheet: str
    asked: dict[str, Any]
    form: str
    cadence: Cadence
    members: Collection[UUID]


def lock(db: Session, organizer_id: UUID, report_id: UUID) -> bool:
    """Two changes come one after the other; False when there is no such report yet."""
    own = (SavedReport.id == report_id, SavedReport.organizer_id == organizer_id)
    return db.scalar(select(SavedReport.id).where(*own).with_for_update()) is not None


def save(db: Session, *, organizer_id: UUID, report_id: UUID, wish: Wish, by: Actor, now: datetime) -> None:
    """Keep a new report or change one; sent twice with one id it is one report."""
    _require_readers(db, organizer_id, wish)
    row = db.scalar(select(SavedReport).where(SavedReport.id == report_id).with_for_update())
    if row is not None and row.organizer_id != organizer_id:
        raise NotFound("There is no such report here.")
    action, before = "Report changed" if row else "Report kept", _told(row) if row else None
    if row is None:
        row = SavedReport(id=report_id, organizer_id=organizer_id, made_by=by.name)
        db.add(row)
    row.name, row.sheet, row.asked, row.form = wish.name, wish.sheet, wish.asked, wish.form
    when = wish.cadence
    row.cadence, row.weekday, row.day, row.at, row.zone = (
        *(when.cadence, when.weekday, when.day),
        *(when.at, when.zone),
    )
    row.members, row.next_at = list(wish.members), when.next_after(now)
    try:
        db.flush()
    except IntegrityError as error:
        if ONE_NAME in str(error):
            said = "Another report has this name. Choose a name of its own."
            raise Invalid("We kept everything you typed.", fields={"name": said}) from error
        raise
    after = _told(row)
    if before != after:
        note(db, by, action, ("report", row.id), organizer_id=organizer_id, before=before, after=after)


def delete(db: Session, *, organizer_id: UUID, report_id: UUID, by: Actor) -> None:
    """Keep it no more; twice is once."""
    row = db.get(SavedReport, report_id, with_for_update=True)
    if row is None:
        return
    if row.organizer_id != organizer_id:
        raise NotFound("There is no such report here.")
    db.delete(row)
    before = _told(row)
    note(db, by, "Report deleted", ("report", row.id), organizer_id=organizer_id, before=before, after=None)


def mail_due(db: Session, now: datetime) -> int:
    """Let every report be mailed whose time has come, late rather than never.

    The run is unique for its period, so two clocks, or one that dies here, mail it once.
    """
    due = db.scalars(
        select(SavedReport)
        .where(SavedReport.next_at <= now)
        .order_by(SavedReport.id)
        .with_for_update(skip_locked=True)
    ).all()
    for row in due:
        _mail(db, row)
    return len(due)


def _told(row: SavedReport) -> dict[str, Any]:
    """What the history says of a kept report."""
    mailed = _cadence(row).said()
    asked = {name: value for name, value in row.asked.items() if value}
    told = {"name": row.name, "report": row.sheet, "file": row.form, "mailed": mailed}
    return {**told, **asked, "people": len(row.members)}


def _cadence(row: SavedReport) -> Cadence:
    return Cadence(row.cadence, row.weekday, row.day, row.at, row.zone)


def _mail(db: Session, row: SavedReport) -> None:
    at = row.next_at
    if at is None:
        return
    period = clock.local(at, row.zone).date()
    made = db.execute(
        insert(ReportRun)
        .values(id=uuid7(), report_id=row.id, period=period, due_at=at)
        .on_conflict_do_nothing(index_elements=[ReportRun.report_id, ReportRun.period])
        .returning(ReportRun.id)
    ).scalar_one_or_none()
    if made is not None:
        for user_id in row.members:
            outbox.record(db, ReportDue(made, user_id))
    row.next_at = _cadence(row).next_after(at)
    db.flush()


def _require_readers(db: Session, organizer_id: UUID, wish: Wish) -> None:
    readers = {reader.id for reader in queries.readers(db, organizer_id)}
    if set(wish.members) - readers:
        said = "Somebody of these may not see reports any more. Choose again."
        raise Invalid("We kept everything you typed.", fields={"members": said})
    if wish.cadence.cadence != "never" and not wish.members:
        said = "Choose at least one person to mail it to."
        raise Invalid("We kept everything you typed.", fields={"members": said})
