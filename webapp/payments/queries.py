"""What is known about money that moves."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from webapp.core.errors import NotFound
from webapp.payments.models import PAYABLE, Payment, Refund
from webapp.payments.rules import OVER_COUNTER, next_question


@dataclass(frozen=True)
class PaymentFacts:
    id: UUID
    reference: UUID
    state: str
    url: str | None
    amount: int
    currency: str
    description: str
    email: str
    return_url: str
    expires_at: datetime
    idempotency_key: str
    has_session: bool


@dataclass(frozen=True)
class RefundFacts:
    """A refund, and the session at the provider's that it belongs to."""

    id: UUID
    reference: UUID
    state: str
    amount: int
    session_id: str
    idempotency_key: str


@dataclass(frozen=True)
class MoneyLine:
    """One step in an order's history of money; `amount` is negative when it went back."""

    at: datetime
    kind: str
    state: str
    amount: int
    currency: str
    provider_id: str | None
    reason: str


PAYMENT = text("""
    SELECT id, reference, state, url, amount, currency, description, email, return_url, expires_at,
           idempotency_key, provider_id IS NOT NULL AS has_session
    FROM payments WHERE id = :id
""")


def payment(db: Session, payment_id: UUID) -> PaymentFacts:
    row = db.execute(PAYMENT, {"id": payment_id}).one_or_none()
    if row is None:
        raise NotFound("There is no such payment.")
    return PaymentFacts(**row._mapping)


def refund(db: Session, refund_id: UUID) -> RefundFacts:
    row = db.execute(select(Refund, Payment).join(Refund.payment).where(Refund.id == refund_id)).one_or_none()
    if row is None:
        raise NotFound("There is no such refund.")
    found, paid = row
    return RefundFacts(
        id=found.id,
        reference=paid.reference,
        state=found.state,
        amount=found.amount,
        session_id=paid.provider_id or "",
        idempotency_key=found.idempotency_key,
    )


def history(db: Session, reference: UUID) -> list[MoneyLine]:
    """Every payment and refund for this reference, in order of time."""
    payments = db.scalars(select(Payment).where(Payment.reference == reference)).all()
    refunds = db.scalars(select(Refund).join(Refund.payment).where(Payment.reference == reference)).all()
    currency = {paid.id: paid.currency for paid in payments}
    lines = [
        MoneyLine(
            p.succeeded_at or p.created_at,
            "payment",
            p.state,
            p.amount,
            p.currency,
            p.provider_id,
            p.description if p.provider in OVER_COUNTER else "",
        )
        for p in payments
    ] + [
        MoneyLine(
            r.settled_at or r.created_at,
            "refund",
            r.state,
            -r.amount,
            currency[r.payment_id],
            r.provider_id,
            r.reason,
        )
        for r in refunds
    ]
    return sorted(lines, key=lambda line: line.at)


def returned(db: Session, reference: UUID) -> dict[UUID, int]:
    """What has gone back, or is on its way back, of each payment."""
    rows = db.execute(
        select(Refund.payment_id, func.sum(Refund.amount))
        .join(Refund.payment)
        .where(Payment.reference == reference, Refund.state != "failed")
        .group_by(Refund.payment_id)
    )
    return {row[0]: int(row[1]) for row in rows}


def remaining(db: Session, reference: UUID) -> int:
    """What came in for it and has neither gone back nor is on its way back."""
    came = db.scalar(
        select(func.coalesce(func.sum(Payment.amount), 0)).where(
            Payment.reference == reference, Payment.state == "succeeded"
        )
    )
    return int(came or 0) - sum(returned(db, reference).values())


def due_questions(db: Session, now: datetime, *, most: int) -> list[UUID]:
    """What may have been paid, and of which the provider has said nothing for so long that we ask."""
    rows = db.execute(
        select(Payment.id, Payment.created_at, Payment.asked_at)
        .where(text(PAYABLE))
        .order_by(Payment.asked_at.asc().nulls_first(), Payment.id)
        .limit(most * 10)
    )
    return [row.id for row in rows if next_question(row.created_at, row.asked_at) <= now][:most]
