"""Feeds as pages and the job that looks at them ask for them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.core.harm import Harm
from webapp.importing.models import Draft, Feed
from webapp.importing.queries.drafts import stopped


@dataclass(frozen=True)
class FeedView:
    """A feed as staff see it; `draft_id` is what waits for them."""

    id: UUID
    url: str
    file: str
    mode: str
    is_paused: bool
    due_at: datetime
    looked_at: datetime | None
    failures: int
    said: str
    asks: dict[str, Any]
    draft_id: UUID | None
    is_busy: bool

    @property
    def forgetting(self) -> Harm:
        waits = "What it brought and nobody has confirmed is thrown away. " if self.draft_id else ""
        return Harm(
            title=f"Forget {self.file}?",
            name=self.file,
            effects=(f"Nobody looks at its address any more. {waits}Events that it brought stay.",),
            undo="The same address can be made a feed again.",
        )


@dataclass(frozen=True)
class Look:
    """What a job needs to look at a feed."""

    id: UUID
    url: str
    etag: str | None
    last_modified: str | None
    read_at: datetime | None


def feeds(db: Session, organizer_id: UUID) -> list[FeedView]:
    """All feeds of an organizer, by name."""
    drafts = db.execute(
        select(Draft.feed_id, Draft.id, Draft.state).where(
            Draft.organizer_id == organizer_id, Draft.feed_id.is_not(None), Draft.state != "done"
        )
    ).all()
    waiting = {feed_id: draft_id for feed_id, draft_id, state in drafts if state == "ready"}
    given_up = stopped(db, organizer_id)
    busy = {feed_id for feed_id, id_, state in drafts if state != "ready" and id_ not in given_up}
    rows = db.scalars(select(Feed).where(Feed.organizer_id == organizer_id).order_by(Feed.file, Feed.id))
    return [
        FeedView(
            row.id, row.url, row.file, row.mode, row.is_paused, row.due_at, row.looked_at, row.failures,
            row.said, row.asks, waiting.get(row.id), row.id in busy or not row.said,
        )
        for row in rows
    ]  # fmt: skip


def look(db: Session, feed_id: UUID) -> Look | None:
    """The feed, unless it was forgotten or paused."""
    row = db.get(Feed, feed_id)
    if row is None or row.is_paused:
        return None
    return Look(row.id, row.url, row.etag, row.last_modified, row.read_at)
