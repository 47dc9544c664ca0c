"""Waiting rooms before a sale: what staff set, the draws, and who was let in."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

import webapp.booking.models  # noqa: F401  # the tables that these refer to, and those of the catalog
from webapp.core.db import Base, id_column


class WaitingRoom(Base):
    """The room before one date, or before all dates of an event that have none of their own.

    It is in force since `in_force_since`: the dates behind it carry its id (`event_dates.room_id`), and their
    sale is opened by a pass only. `auto` comes into force by itself, when more than `auto_per_second` holds
    are tried. The line itself is in Redis; what stands here is all that must survive.
    """

    __tablename__ = "waiting_rooms"
    __table_args__ = (
        CheckConstraint("mode IN ('off', 'on', 'auto')", name="mode"),
        CheckConstraint(
            "CASE mode WHEN 'on' THEN in_force_since IS NOT NULL WHEN 'off' THEN in_force_since IS NULL"
            " ELSE true END",
            name="in_force",
        ),
        CheckConstraint("opens_at IS NULL OR starts_at IS NULL OR opens_at <= starts_at", name="opens_first"),
        CheckConstraint("per_minute BETWEEN 1 AND 100000", name="per_minute"),
        CheckConstraint("most_inside BETWEEN 1 AND 1000000", name="most_inside"),
        CheckConstraint("auto_per_second BETWEEN 1 AND 100000", name="auto_per_second"),
        CheckConstraint("entrance IN ('open', 'work')", name="entrance"),
        Index("uq_waiting_rooms_event", "event_id", unique=True, postgresql_where=text("date_id IS NULL")),
        Index("uq_waiting_rooms_date", "date_id", unique=True, postgresql_where=text("date_id IS NOT NULL")),
    )

    id: Mapped[UUID] = id_column()
    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    date_id: Mapped[UUID | None] = mapped_column(ForeignKey("event_dates.id", ondelete="CASCADE"))
    mode: Mapped[str] = mapped_column(default="off", server_default="off")
    in_force_since: Mapped[datetime | None]
    opens_at: Mapped[datetime | None] = mapped_column(doc="people may wait from then on; null is at once")
    starts_at: Mapped[datetime | None] = mapped_column(doc="the draw; null is when it came into force")
    per_minute: Mapped[int] = mapped_column(default=100, server_default="100", doc="people let in a minute")
    most_inside: Mapped[int] = mapped_column(
        default=500, server_default="500", doc="people who shop at the same time"
    )
    paused: Mapped[bool] = mapped_column(default=False, server_default="false")
    stopped_at: Mapped[datetime | None] = mapped_column(doc="staff said: sold out")
    auto_per_second: Mapped[int] = mapped_column(default=100, server_default="100")
    entrance: Mapped[str] = mapped_column(default="open", server_default="open", doc="what joining asks for")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class RoomDraw(Base):
    """The seed by which everybody who waits before the start is drawn; the newest one of a room counts.

    A start that has been can be foretold, so a new start gets a new draw, and with it an empty line.
    """

    __tablename__ = "room_draws"
    __table_args__ = (Index("ix_room_draws_room", "room_id", "id"),)

    id: Mapped[UUID] = id_column()
    room_id: Mapped[UUID] = mapped_column(ForeignKey("waiting_rooms.id", ondelete="CASCADE"))
    seed: Mapped[str]
    shown_at: Mapped[datetime | None] = mapped_column(doc="left after its start: all know the seed")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class RoomAdmission(Base):
    """Somebody went in: once for each joining, whatever Redis has forgotten.

    `place` orders the line: below one it was drawn, else it is the time of joining in seconds.
    """

    __tablename__ = "room_admissions"
    __table_args__ = (Index("uq_room_admissions_join_id", "join_id", unique=True),)

    id: Mapped[UUID] = id_column()
    draw_id: Mapped[UUID] = mapped_column(ForeignKey("room_draws.id", ondelete="CASCADE"), index=True)
    join_id: Mapped[UUID]
    place: Mapped[float]
    admitted_at: Mapped[datetime]


class Rehearsal(Base):
    """A synthetic sale of a copy of an event: how far it is, and what came of it.

    The copy belongs to a house of its own, `copy_organizer_id`, with which everything is removed again.
    """

    __tablename__ = "rehearsals"
    __table_args__ = (
        CheckConstraint("state IN ('asked', 'running', 'done', 'failed')", name="state"),
        CheckConstraint("visitors BETWEEN 1 AND 20000", name="visitors"),
        CheckConstraint("progress BETWEEN 0 AND 100", name="progress"),
        Index("ix_rehearsals_event", "event_id", "id"),
    )

    id: Mapped[UUID] = id_column()
    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    visitors: Mapped[int]
    state: Mapped[str] = mapped_column(default="asked", server_default="asked")
    progress: Mapped[int] = mapped_column(default=0, server_default="0", doc="per cent")
    copy_organizer_id: Mapped[UUID | None]
    report: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    finished_at: Mapped[datetime | None]
