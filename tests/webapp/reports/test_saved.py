"""Kept reports come at their local time, once for each period, to members who may see them."""

from datetime import UTC, datetime, time, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from tests.factories.accounts import a_member
from tests.factories.booking import Sale, a_sale
from webapp.accounts.models import Organizer
from webapp.core import clock
from webapp.core.audit import SYSTEM
from webapp.core.db import Database
from webapp.core.errors import Invalid
from webapp.core.ids import uuid7
from webapp.reports.rules.cadence import Cadence
from webapp.reports.service import saving
from webapp.reports.service.saving import Wish

SEVEN = time(7)


def due(cadence: str, after: str, *, at: time = SEVEN, weekday: int = 1, day: int = 1) -> str:
    """The next local reading in Oslo after this one."""
    when = Cadence(cadence, weekday, day, at, "Europe/Oslo")
    moment = when.next_after(clock.instant(datetime.fromisoformat(after), "Europe/Oslo"))
    assert moment is not None
    return f"{clock.local(moment, 'Europe/Oslo'):%Y-%m-%d %H:%M}"


def test_a_report_comes_at_its_local_time_through_summer_time_and_short_months() -> None:
    assert due("daily", "2027-03-27 07:00") == "2027-03-28 07:00"
    assert due("daily", "2027-03-27 12:00", at=time(2, 30)) == "2027-03-28 03:30"
    assert due("daily", "2027-10-31 01:00", at=time(2, 30)) == "2027-10-31 02:30"
    assert due("daily", "2027-10-31 02:30", at=time(2, 30)) == "2027-11-01 02:30"
    assert due("weekly", "2027-03-01 07:00", weekday=1) == "2027-03-08 07:00"
    assert due("monthly", "2027-01-31 07:00", day=31) == "2027-02-28 07:00"


@pytest.fixture
def sale(database: Database) -> Sale:
    return a_sale(database)


def member(database: Database, sale: Sale, role: str) -> UUID:
    with database.reading() as db:
        organizer = db.get_one(Organizer, sale.organizer_id)
    return a_member(database, organizer, role).id


def keep(database: Database, sale: Sale, *members: UUID, now: datetime) -> UUID:
    report_id, when = uuid7(), Cadence("daily", 1, 1, SEVEN, "Europe/Oslo")
    wish = Wish(f"Daily {report_id}", "sales", {"by": "day", "period": "yesterday"}, "csv", when, members)
    with database.writing() as db:
        saving.save(db, organizer_id=sale.organizer_id, report_id=report_id, wish=wish, by=SYSTEM, now=now)
    return report_id


def told(database: Database, report_id: UUID) -> list[str]:
    """Which periods were told to the workers, one entry for each member."""
    with database.reading() as db:
        rows = db.scalars(
            text(
                "SELECT r.period::text FROM outbox b JOIN report_runs r ON r.id::text = b.payload->>'run_id'"
                " WHERE b.topic = 'ReportDue' AND r.report_id = :id ORDER BY 1"
            ),
            {"id": report_id},
        )
        return list(rows)


def test_each_period_is_mailed_once_however_often_the_clock_looks(database: Database, sale: Sale) -> None:
    began = datetime(2027, 5, 1, 12, tzinfo=UTC)
    report = keep(
        database, sale, member(database, sale, "owner"), member(database, sale, "finance"), now=began
    )

    # Nobody looked for two days; then two clocks look at once, and one of them begins the same period again.
    for _ in range(4):
        with database.writing() as db:
            saving.mail_due(db, began + timedelta(days=2))
    with database.writing() as db:
        db.execute(
            text("UPDATE saved_reports SET next_at = next_at - interval '1 day' WHERE id = :id"),
            {"id": report},
        )
    for _ in range(2):
        with database.writing() as db:
            saving.mail_due(db, began + timedelta(days=2))

    assert told(database, report) == ["2027-05-02", "2027-05-02", "2027-05-03", "2027-05-03"]


def test_nobody_is_chosen_who_may_not_see_reports(database: Database, sale: Sale) -> None:
    with pytest.raises(Invalid):
        keep(database, sale, member(database, sale, "door"), now=clock.now())
