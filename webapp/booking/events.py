"""What happened to orders and tickets."""

from dataclasses import dataclass
from uuid import UUID

from webapp.core.events import Event


@dataclass(frozen=True)
class OrderPaid(Event):
    """The order has its tickets, whether it was paid in time, late, or cost nothing."""

    order_id: UUID


@dataclass(frozen=True)
class OrderPaidTooLate(Event):
    """The money came after the places had gone to somebody else; it is on its way back."""

    order_id: UUID


@dataclass(frozen=True)
class OrderCancelled(Event):
    """Cancelled before it was paid, or free and given back."""

    order_id: UUID


@dataclass(frozen=True)
class OrderRefunded(Event):
    """Tickets were made void and `amount` goes back; 0 for free tickets."""

    order_id: UUID
    amount: int


@dataclass(frozen=True)
class TicketsResold(Event):
    """Tickets that were given back were sold to the waiting list; their face value goes back."""

    order_id: UUID
    amount: int


@dataclass(frozen=True)
class OrderChanged(Event):
    """What the order's page shows has changed: a payment failed, a refund arrived, a name was given."""

    order_id: UUID


@dataclass(frozen=True)
class TicketsResent(Event):
    """Somebody asked for the mail with the tickets once more."""

    order_id: UUID
    request_id: UUID


@dataclass(frozen=True)
class VisitMoved(Event):
    """A date of the order is at another time or place; `was` says where its guests expect it."""

    order_id: UUID
    date_id: UUID
    was: str
    message: str
