"""What happened to files on their way in."""

from dataclasses import dataclass
from uuid import UUID

from webapp.core.events import Event


@dataclass(frozen=True)
class ImportAsked(Event):
    """A file is to be read for a preview; `version` says as it was asked for by then."""

    draft_id: UUID
    version: int


@dataclass(frozen=True)
class ImportConfirmed(Event):
    """Staff looked at the preview, and the file goes in."""

    draft_id: UUID
    version: int


@dataclass(frozen=True)
class FeedDue(Event):
    """It is time to look at a feed, or somebody asked for it."""

    feed_id: UUID
