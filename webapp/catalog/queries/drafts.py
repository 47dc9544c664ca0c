"""Drafts that were deleted and can still be taken out of the bin."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from webapp.core.reach import within
from webapp.core.tables import Column, Sieve, Table
from webapp.web.filters import CATEGORIES


@dataclass(frozen=True)
class Deleted:
    id: UUID
    title: str
    category: str
    dates: int
    deleted_at: datetime


BIN = Table(
    name="bin",
    row=Deleted,
    columns=(
        Column("title", "Draft", sort="lower(e.title)"),
        Column("category", "Kind", sort="e.category"),
        Column("dates", "Dates", sort="dates", number=True),
        Column("deleted_at", "Deleted", sort="e.deleted_at"),
        Column("until", "Removed for good", filed=False),
        Column("out", ""),
    ),
    select="""e.id, e.title, e.category, e.deleted_at,
              (SELECT count(*) FROM event_dates WHERE event_id = e.id)::int AS dates""",
    source="events e",
    where=f"e.organizer_id = :organizer AND e.deleted_at > :since AND {within('e.id')}",
    sort="-deleted_at",
    tie="e.id",
    words="e.title ILIKE :like",
    words_head="Title",
    sieves=(Sieve("kind", "Kind", "e.category = :kind", tuple(CATEGORIES.items()), every="Every kind"),),
)
