"""Reports that are kept with a name and mailed, and what staff put aside on their first page."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

import webapp.booking.models  # noqa: F401  # the tables that these refer to
from webapp.core.db import Base, id_column


class TodoAside(Base):
    """A to-do that may wait until a day; it comes back earlier when there is more of it than `number`."""

    __tablename__ = "todos_aside"
    __table_args__ = (CheckConstraint("number >= 0", name="number"),)

    organizer_id: Mapped[UUID] = mapped_column(ForeignKey("organizers.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    until: Mapped[date]
    number: Mapped[int]
    note: Mapped[str] = mapped_column(default="", server_default="")
    made_by: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())


class SavedReport(Base):
    """What was asked of a report, under a name; with a cadence it is mailed to members of the team.

    `asked` is what stands in its address. `next_at` is when it is due; empty when it is not mailed. `weekday`
    counts from Monday as 1, `day` is that of the month, or its last one where a month is shorter.
    """

    __tablename__ = "saved_reports"
    __table_args__ = (
        CheckConstraint("cadence IN ('never', 'daily', 'weekly', 'monthly')", name="cadence"),
        CheckConstraint("form IN ('csv', 'xlsx')", name="form"),
        CheckConstraint("weekday BETWEEN 1 AND 7", name="weekday"),
        CheckConstraint("day BETWEEN 1 AND 31", name="day"),
        CheckConstraint("(cadence = 'never') = (next_at IS NULL)", name="next_at"),
        Index("uq_saved_reports_name", "organizer_id", text("lower(name)"), unique=True),
        Index("ix_saved_reports_due", "next_at", postgresql_where=text("next_at IS NOT NULL")),
    )

    id: Mapped[UUID] = id_column()
    organizer_id: Mapped[UUID] = mapped_column(ForeignKey("organizers.id"))
    name: Mapped[str]
    sheet: Mapped[str]
    asked: Mapped[dict[str, Any]]
    form: Mapped[str] = mapped_column(default="csv", server_default="csv")
    cadence: Mapped[str] = mapped_column(default="never", server_default="never")
    weekday: Mapped[int] = mapped_column(default=1, server_default="1")
    day: Mapped[int] = mapped_column(default=1, server_default="1")
    at: Mapped[time]
    zone: Mapped[str] = mapped_column(doc="IANA name, of `at`")
    members: Mapped[list[UUID]] = mapped_column(ARRAY(PG_UUID(as_uuid=True)), server_default="{}")
    next_at: Mapped[datetime | None]
    made_by: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())


class ReportRun(Base):
    """One mailing of a saved report. Unique for its period, so that each period is mailed once."""

    __tablename__ = "report_runs"
    __table_args__ = (UniqueConstraint("report_id", "period"),)

    id: Mapped[UUID] = id_column()
    report_id: Mapped[UUID] = mapped_column(ForeignKey("saved_reports.id", ondelete="CASCADE"))
    period: Mapped[date] = mapped_column(doc="the local day on which it was due")
    due_at: Mapped[datetime]
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())
