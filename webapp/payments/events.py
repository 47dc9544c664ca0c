"""What payments tells the rest of the house."""

from dataclasses import dataclass
from uuid import UUID

from webapp.core.events import Event


@dataclass(frozen=True)
class PaymentSucceeded(Event):
    """Money arrived. Told once for each payment, in the transaction that wrote it into the ledger."""

    payment_id: UUID
    reference: UUID
    amount: int


@dataclass(frozen=True)
class PaymentFailed(Event):
    """The provider said no, or the guest turned back; nothing was charged and another try is possible."""

    payment_id: UUID
    reference: UUID


@dataclass(frozen=True)
class RefundRequested(Event):
    refund_id: UUID
    reference: UUID


@dataclass(frozen=True)
class RefundSucceeded(Event):
    refund_id: UUID
    reference: UUID
    amount: int


@dataclass(frozen=True)
class RefundFailed(Event):
    refund_id: UUID
    reference: UUID


@dataclass(frozen=True)
class PaymentDelayed(Event):
    """The provider did not answer when the guest wanted to pay. Told once for each payment."""

    payment_id: UUID
    reference: UUID
