"""What happened to the programme."""

from dataclasses import dataclass
from uuid import UUID

from webapp.core.events import Event


@dataclass(frozen=True)
class DateAdded(Event):
    """An event has one more date; what holds for all its dates holds for this one."""

    event_id: UUID
    date_id: UUID


@dataclass(frozen=True)
class DateMoved(Event):
    """A date that guests have tickets for is at another time or place; `was` says where they expect it."""

    date_id: UUID
    was: str
    message: str


@dataclass(frozen=True)
class DateCancelled(Event):
    """A date does not take place: everyone who has tickets gets the money back and is told."""

    date_id: UUID
    by_id: UUID
    by_name: str


@dataclass(frozen=True)
class PlacesCameBack(Event):
    """Places of a pool are free that somebody of the waiting list wants."""

    pool_id: UUID
