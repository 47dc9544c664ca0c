"""What staff put aside on their first page."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, func
from sqlalchemy.orm import Mapped, mapped_column

import webapp.accounts.models  # noqa: F401  # the tables that these refer to
from webapp.core.db import Base


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
