"""What happened on the waiting list."""

from dataclasses import dataclass
from uuid import UUID

from webapp.core.events import Event


@dataclass(frozen=True)
class EntryAsked(Event):
    """Somebody wants to join with an address that must be confirmed, or asked once more."""

    entry_id: UUID


@dataclass(frozen=True)
class EntryJoined(Event):
    """The entry has its place in the line."""

    entry_id: UUID


@dataclass(frozen=True)
class OfferMade(Event):
    """Places are held for an entry, and its mail goes out."""

    offer_id: UUID


@dataclass(frozen=True)
class OfferLapsed(Event):
    """The time of an offer ran out before it was paid; the entry left the list with it."""

    offer_id: UUID


@dataclass(frozen=True)
class ListClosed(Event):
    """Nothing that the entry waited for is sold any more, or not so many in one order."""

    entry_id: UUID
