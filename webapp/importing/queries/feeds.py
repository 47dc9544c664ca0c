"""Feeds as pages and the job that looks at them ask for them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.core.harm import Harm
from webapp.core.tables import Column, Sieve, Table
from webapp.importing.models import Draft, Feed
from webapp.importing.queries.drafts import stopped


@dataclass(frozen=True)
class FeedView:
    """A feed as staff see it; `draft_id` is what waits for them, `state` one of STATES."""

    id: UUID
    url: str
    file: str
    mode: str
    is_paused: bool
    due_at: datetime
    looked_at: datetime | None
    failures: int
    said: str
    draft_id: UUID | None
    state: str

    @property
    def forgetting(self) -> Harm:
        waits = "What it brought and nobody has confirmed is thrown away. " if self.draft_id else ""
        return Harm(
            title=f"Forget {self.file}?",
            name=self.file,
            effects=(f"Nobody looks at its address any more. {waits}Events that it brought stay.",),
            undo="The same address can be made a feed again.",
        )


WAITS = """(SELECT i.id FROM import_drafts i WHERE i.feed_id = f.id AND i.state = 'ready'
            ORDER BY i.id DESC LIMIT 1)"""
STATE = f"""CASE WHEN f.is_paused THEN 'paused' WHEN f.failures > 0 THEN 'fails'
                WHEN {WAITS} IS NOT NULL THEN 'waits' ELSE 'well' END"""
STATES = (
    ("waits", "Waits for you"),
    ("fails", "Fails"),
    ("well", "Looked at every hour"),
    ("paused", "Paused"),
)
MODES = (("ask", "Wait for you"), ("apply", "Go in by themselves"))

FEEDS = Table(
    name="feeds",
    prefix="feed_",
    row=FeedView,
    columns=(
        Column("file", "Feed", sort="lower(f.file)"),
        Column("url", "Address", shown=False),
        Column("state", "State", sort=STATE, cell=lambda row: dict(STATES)[row.state], shown=False),
        Column("said", "What came of it"),
        Column("looked_at", "Answered", sort="f.looked_at {way} NULLS LAST"),
        Column("failures", "Failed in a row", shown=False),
        Column("due_at", "Next look", sort="f.due_at", shown=False),
        Column("mode", "Its changes", sort="f.mode", cell=lambda row: dict(MODES)[row.mode]),
        Column("do", "What can be done", filed=False),
    ),
    select=f"""f.id, f.url, f.file, f.mode, f.is_paused, f.due_at, f.looked_at, f.failures, f.said,
               {WAITS} AS draft_id, {STATE} AS state""",
    source="import_feeds f",
    where="f.organizer_id = :organizer",
    sort="file",
    tie="f.id",
    per_page=20,
    words="f.file ILIKE :like OR f.url ILIKE :like OR f.said ILIKE :like",
    words_head="Name, address or words",
    sieves=(
        Sieve("mode", "Its changes", "f.mode = :mode", MODES, every="Any"),
        Sieve("state", "State", STATE, STATES, kind="tabs"),
    ),
)


@dataclass(frozen=True)
class Look:
    """What a job needs to look at a feed."""

    id: UUID
    url: str
    etag: str | None
    last_modified: str | None
    read_at: datetime | None


def is_busy(db: Session, organizer_id: UUID) -> bool:
    """Whether one of its feeds is looked at, or what it brought goes in, just now."""
    unread = select(Feed.id).where(Feed.organizer_id == organizer_id, Feed.said == "").limit(1)
    if db.scalar(unread):
        return True
    under_way = select(Draft.id).where(
        Draft.organizer_id == organizer_id,
        Draft.feed_id.is_not(None),
        Draft.state.in_(("reading", "importing")),
    )
    return bool(set(db.scalars(under_way)) - stopped(db, organizer_id))


def look(db: Session, feed_id: UUID) -> Look | None:
    """The feed, unless it was forgotten or paused."""
    row = db.get(Feed, feed_id)
    if row is None or row.is_paused:
        return None
    return Look(row.id, row.url, row.etag, row.last_modified, row.read_at)
