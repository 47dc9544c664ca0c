"""What happened to requests for tickets."""

from dataclasses import dataclass
from uuid import UUID

from webapp.core.events import Event


@dataclass(frozen=True)
class TicketsAsked(Event):
    """Somebody asked for tickets that staff approve."""

    request_id: UUID


@dataclass(frozen=True)
class RequestApproved(Event):
    """It is an order now, and waits to be paid; what costs nothing is told as OrderPaid alone."""

    request_id: UUID


@dataclass(frozen=True)
class RequestDeclined(Event):
    request_id: UUID
