"""Where people sit: the plan of a hall, its seats, and what each costs on a date."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

import webapp.catalog.models  # noqa: F401  # the tables that these refer to
from webapp.core.db import Base, id_column


class SeatPlan(Base):
    """The drawing of one venue; several dates share it. Lengths are in the plan's own units, y goes down.

    `version` goes up with every change of its sections, levels or seats; drawings are kept by it.
    `stage` is `{"x", "y", "width", "height", "label"}`, or empty where there is none; `signs` are words on
    the plan as `[text, x, y]`. `design` is what the seats were made from, null for plans from other files.
    `replaces_id` is the version before this one, which dates keep that had it.
    """

    __tablename__ = "seat_plans"
    __table_args__ = (
        CheckConstraint("width > 0 AND height > 0", name="size"),
        UniqueConstraint("venue_id", "name"),
    )

    id: Mapped[UUID] = id_column()
    organizer_id: Mapped[UUID] = mapped_column(ForeignKey("organizers.id"), index=True)
    venue_id: Mapped[UUID] = mapped_column(ForeignKey("venues.id"))
    name: Mapped[str]
    width: Mapped[int]
    height: Mapped[int]
    stage: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    signs: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    design: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("seat_plans.id"), index=True)
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    sections: Mapped[list["Section"]] = relationship(order_by="Section.position")
    levels: Mapped[list["PriceLevel"]] = relationship(order_by="PriceLevel.position")


class PlanDesign(Base):
    """A plan on the drawing board: `design` is what `plan.toml` says, before any seat is made of it.

    `version` goes up with every step, so that who saw an older one is told. `plan_id` is the plan that was
    last made of it, in `made_version`.
    """

    __tablename__ = "plan_designs"

    id: Mapped[UUID] = id_column()
    organizer_id: Mapped[UUID] = mapped_column(ForeignKey("organizers.id"), index=True)
    venue_id: Mapped[UUID] = mapped_column(ForeignKey("venues.id"))
    plan_id: Mapped[UUID | None] = mapped_column(ForeignKey("seat_plans.id"), index=True)
    made_version: Mapped[int | None]
    design: Mapped[dict[str, Any]]
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    changed_by: Mapped[str]
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())


class DesignStep(Base):
    """What was done to a design, with how it was before, to be taken back; only the last ones are kept."""

    __tablename__ = "design_steps"

    design_id: Mapped[UUID] = mapped_column(
        ForeignKey("plan_designs.id", ondelete="CASCADE"), primary_key=True
    )
    version: Mapped[int] = mapped_column(primary_key=True, doc="of the design after the step")
    did: Mapped[str]
    done_by: Mapped[str]
    done_at: Mapped[datetime] = mapped_column(server_default=func.now())
    before: Mapped[dict[str, Any]]


class Section(Base):
    """A part of the house as people say it: Stalls, Circle, Block C."""

    __tablename__ = "sections"
    __table_args__ = (UniqueConstraint("plan_id", "name"),)

    id: Mapped[UUID] = id_column()
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("seat_plans.id", ondelete="CASCADE"))
    name: Mapped[str]
    position: Mapped[int] = mapped_column(default=0, server_default="0")


class PriceLevel(Base):
    """Seats of a plan that cost the same: Front, Stalls, Circle. Its mark and colour go by `position`."""

    __tablename__ = "price_levels"
    __table_args__ = (UniqueConstraint("plan_id", "name"),)

    id: Mapped[UUID] = id_column()
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("seat_plans.id", ondelete="CASCADE"))
    name: Mapped[str]
    position: Mapped[int] = mapped_column(default=0, server_default="0")


class Seat(Base):
    """One seat. `ordinal` is its short name in pages and addresses, 0 and up within the plan.

    `row_position` counts rows away from the stage within the section. Two seats of a row are neighbours when
    their `position` differs by one: a gangway is a gap in `position`. `rank` orders all seats of the plan,
    the best first. A wheelchair place's companion seat names it in `companion_of`.
    """

    __tablename__ = "seats"
    __table_args__ = (
        CheckConstraint("kind IN ('standard', 'wheelchair', 'companion')", name="kind"),
        CheckConstraint("(kind = 'companion') = (companion_of IS NOT NULL)", name="companion"),
        UniqueConstraint("plan_id", "ordinal"),
        UniqueConstraint("section_id", "row", "number"),
        UniqueConstraint("section_id", "row_position", "position"),
    )

    id: Mapped[UUID] = id_column()
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("seat_plans.id", ondelete="CASCADE"))
    section_id: Mapped[UUID] = mapped_column(ForeignKey("sections.id", ondelete="CASCADE"))
    level_id: Mapped[UUID] = mapped_column(ForeignKey("price_levels.id"))
    ordinal: Mapped[int]
    row: Mapped[str]
    number: Mapped[str]
    row_position: Mapped[int]
    position: Mapped[int]
    rank: Mapped[int]
    x: Mapped[int]
    y: Mapped[int]
    kind: Mapped[str] = mapped_column(default="standard", server_default="standard")
    companion_of: Mapped[UUID | None] = mapped_column(
        ForeignKey("seats.id", deferrable=True, initially="DEFERRED")
    )
    restricted_view: Mapped[bool] = mapped_column(default=False, server_default="false")


class PoolLevel(Base):
    """On this date, the seats of this level are sold from this pool, at the prices of its ticket types."""

    __tablename__ = "pool_levels"
    __table_args__ = (Index("ix_pool_levels_pool_id", "pool_id"),)

    date_id: Mapped[UUID] = mapped_column(ForeignKey("event_dates.id", ondelete="CASCADE"), primary_key=True)
    level_id: Mapped[UUID] = mapped_column(ForeignKey("price_levels.id"), primary_key=True)
    pool_id: Mapped[UUID] = mapped_column(ForeignKey("pools.id", ondelete="CASCADE"))


class SeatBlock(Base):
    """Seats held back on a date, for staff or sponsors; the pool's capacity is so many places less."""

    __tablename__ = "seat_blocks"
    __table_args__ = (UniqueConstraint("date_id", "name"),)

    id: Mapped[UUID] = id_column()
    date_id: Mapped[UUID] = mapped_column(ForeignKey("event_dates.id", ondelete="CASCADE"))
    name: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
