"""Money that changes hands over a counter: taken and given back by people, and written down as it happened.

It is in the same ledger as the gateway's. Nobody is asked for it, so nothing waits.
"""

from typing import Literal
from uuid import UUID

from sqlalchemy import func, select

from webapp.core import outbox
from webapp.core.db import Session
from webapp.core.errors import Conflict, NotFound
from webapp.core.ids import uuid7
from webapp.payments import events
from webapp.payments.models import Payment, Refund
from webapp.payments.rules import OVER_COUNTER
from webapp.payments.service import refunds
from webapp.payments.service.ledger import entry

Means = Literal["cash", "terminal"]


def take(  # each is a fact of its own, and all are named
    db: Session, *, reference: UUID, amount: int, currency: str, means: Means, said: str, key: str
) -> UUID:
    """Write down that so much came; the same key is the same payment, told once.

    `said` is what the history of the money shows: `In cash`, or the slip of the card terminal.
    """
    if known := db.scalar(select(Payment.id).where(Payment.idempotency_key == key)):
        return known
    payment = Payment(
        id=uuid7(),
        reference=reference,
        provider=means,
        state="succeeded",
        amount=amount,
        currency=currency,
        description=said,
        return_url="",
        expires_at=func.now(),
        succeeded_at=func.now(),
        idempotency_key=key,
    )
    db.add(payment)
    db.flush()
    db.add(entry(payment, "payment", amount))
    db.flush()
    outbox.record(db, events.PaymentSucceeded(payment.id, reference, amount))
    return payment.id


def pay_out(db: Session, *, refund_id: UUID, said: str) -> int:
    """Write down that a refund was given back over the counter; returns how much. Refused a second time."""
    refund = db.get(Refund, refund_id, with_for_update=True)
    if refund is None or refund.payment.provider not in OVER_COUNTER:
        raise NotFound("There is no such refund to be paid out here.")
    if refund.state != "requested":
        raise Conflict("This was paid out before. Look at the order's history.")
    refund.reason = f"{refund.reason}. {said}".strip(". ")
    refunds.record(db, refund_id, "succeeded", None)
    return refund.amount
