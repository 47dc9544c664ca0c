"""Dates that were made together: the rule they follow is remembered, so that more can follow it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

import webapp.catalog.models  # noqa: F401  # the tables that these refer to
from webapp.core.db import Base, id_column


class Series(Base):
    """Dates of an event that recur at a venue; `pattern` is `webapp.planning.rules.sentences.Pattern`."""

    __tablename__ = "series"

    id: Mapped[UUID] = id_column()
    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    venue_id: Mapped[UUID] = mapped_column(ForeignKey("venues.id"), index=True)
    pattern: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class SeriesDate(Base):
    """A date of a series, with the day that the rule names for it, whatever staff have made of it since."""

    __tablename__ = "series_dates"
    __table_args__ = (UniqueConstraint("series_id", "day"),)

    date_id: Mapped[UUID] = mapped_column(ForeignKey("event_dates.id", ondelete="CASCADE"), primary_key=True)
    series_id: Mapped[UUID] = mapped_column(ForeignKey("series.id", ondelete="CASCADE"))
    day: Mapped[date]
