"""What is remembered of imports: files under way, each run over a file, and what each event became."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.core.db import Base, id_column

DRAFT_STATES = ("reading", "ready", "refused", "importing", "done")


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


class Draft(Base):
    """A file that staff look at before it goes in: what was asked, what was read, what became of it.

    `version` counts how it was asked for, so that what a job read for an older asking is not kept. The bytes
    stay here, so that any process may end at any time; they go when the file is in, or after some days.
    """

    __tablename__ = "import_drafts"
    __table_args__ = (
        CheckConstraint(f"state IN {DRAFT_STATES}", name="state"),
        Index("ix_import_drafts_organizer", "organizer_id", "id"),
    )

    id: Mapped[UUID] = id_column()
    organizer_id: Mapped[UUID] = mapped_column(ForeignKey("organizers.id"))
    feed_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("import_feeds.id", ondelete="SET NULL"), index=True
    )
    file: Mapped[str]
    url: Mapped[str | None]
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    size: Mapped[int] = mapped_column(default=0)
    asks: Mapped[dict[str, Any]] = mapped_column(
        default=dict, doc="zone, start, until, mapping, houses: as they were asked"
    )
    state: Mapped[str] = mapped_column(default="reading")
    version: Mapped[int] = mapped_column(default=1)
    progress: Mapped[int] = mapped_column(default=0, doc="events that went in")
    found: Mapped[dict[str, Any]] = mapped_column(
        default=dict, doc="counts, notes, columns, houses, zones and moves of the preview, or the error"
    )
    agreed: Mapped[dict[str, Any]] = mapped_column(
        default=dict, doc="dates whose guests are told, and the words to them"
    )
    import_id: Mapped[UUID | None] = mapped_column(ForeignKey("imports.id"))
    made_by: Mapped[dict[str, Any]] = mapped_column(doc="who acts, as audit.Actor")
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())


class DraftLine(Base):
    """One line of a preview: an event of the file, or what is said of something that is no event."""

    __tablename__ = "import_lines"

    draft_id: Mapped[UUID] = mapped_column(
        ForeignKey("import_drafts.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(doc="new, changed, same, doubtful or refused")
    change: Mapped[str] = mapped_column(doc="new, changed or same, also of a doubtful event; else empty")
    title: Mapped[str]
    at: Mapped[str] = mapped_column(doc="when, as a person reads it")
    place: Mapped[str]
    reasons: Mapped[list[Any]] = mapped_column(doc="pairs of code and message")


class KnownPlace(Base):
    """What sources call a venue of the organizer, as staff once said."""

    __tablename__ = "import_places"
    __table_args__ = (UniqueConstraint("organizer_id", "name", "place"),)

    id: Mapped[UUID] = id_column()
    organizer_id: Mapped[UUID] = mapped_column(ForeignKey("organizers.id"))
    name: Mapped[str]
    place: Mapped[str]
    venue_id: Mapped[UUID] = mapped_column(ForeignKey("venues.id", ondelete="CASCADE"), index=True)


class Feed(Base):
    """An address that is looked at every hour. What is new waits for staff, or goes in by itself."""

    __tablename__ = "import_feeds"
    __table_args__ = (
        UniqueConstraint("organizer_id", "url"),
        CheckConstraint("mode IN ('ask', 'apply')", name="mode"),
        Index("ix_import_feeds_due", "due_at", postgresql_where=text("NOT is_paused")),
    )

    id: Mapped[UUID] = id_column()
    organizer_id: Mapped[UUID] = mapped_column(ForeignKey("organizers.id"))
    url: Mapped[str]
    file: Mapped[str]
    asks: Mapped[dict[str, Any]] = mapped_column(default=dict)
    mode: Mapped[str]
    is_paused: Mapped[bool] = mapped_column(default=False)
    due_at: Mapped[datetime]
    looked_at: Mapped[datetime | None] = mapped_column(doc="when it last answered")
    read_at: Mapped[datetime | None] = mapped_column(doc="when it was last read whole")
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]
    digest: Mapped[str | None]
    failures: Mapped[int] = mapped_column(default=0, doc="in a row")
    said: Mapped[str] = mapped_column(
        default="", doc="what came of the last look; empty while it is looked at"
    )
    made_by: Mapped[dict[str, Any]]
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())
