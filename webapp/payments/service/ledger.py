"""The ledger: what came in and what went out, written once and never changed."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row

from webapp.payments.models import LedgerEntry, Payment


def entry(payment: Payment | Row[Any], kind: str, amount: int, refund_id: UUID | None = None) -> LedgerEntry:
    """One line of it; `amount` in minor units, below zero when it went out."""
    return LedgerEntry(
        reference=payment.reference,
        payment_id=payment.id,
        refund_id=refund_id,
        kind=kind,
        amount=amount,
        currency=payment.currency,
    )
