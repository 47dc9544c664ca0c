"""What is remembered of imports: each run over a file, and what each event of a source became."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from webapp.core.db import Base, id_column


class Import(Base):
    """One file that went in. `undo` says what it did, as `service.undoing` takes it back."""

    __tablename__ = "imports"
    __table_args__ = (Index("ix_imports_organizer", "organizer_id", "id"),)

    id: Mapped[UUID] = id_column()
    organizer_id: Mapped[UUID] = mapped_column(ForeignKey("organizers.id"))
    file: Mapped[str]
    outcome: Mapped[str]
    report: Mapped[dict[str, Any]] = mapped_column(doc="counts, warnings and notes, as they were told")
    undo: Mapped[dict[str, Any]]
    made_by: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())
    undone_at: Mapped[datetime | None]


class ImportedEvent(Base):
    """An event of a source and the event that it became; what the source last said, field for field.

    What stands in the catalog and differs from `said` was changed by hand.
    """

    __tablename__ = "imported_events"
    __table_args__ = (UniqueConstraint("organizer_id", "name"),)

    id: Mapped[UUID] = id_column()
    organizer_id: Mapped[UUID] = mapped_column(ForeignKey("organizers.id"))
    name: Mapped[str] = mapped_column(doc="by what the source calls it")
    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    import_id: Mapped[UUID] = mapped_column(
        ForeignKey("imports.id"), index=True, doc="the last one that changed something"
    )
    said: Mapped[dict[str, Any]]
