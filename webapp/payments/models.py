"""Money that moves for a reference and an amount. What the reference is, payments does not know."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.core.db import Base, id_column

# What may still be paid at the provider: also what it declined, since its page lets a guest try again, and
# what we gave up, until it was asked once after its time was over.
PAYABLE = (
    "state IN ('created', 'pending')"
    " OR (state IN ('failed', 'cancelled') AND (asked_at IS NULL OR asked_at < expires_at))"
)


class Payment(Base):
    """One attempt to be paid: `created → pending → succeeded | failed | cancelled`; a trigger guards it."""

    __tablename__ = "payments"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("state IN ('created', 'pending', 'succeeded', 'failed', 'cancelled')", name="state"),
        CheckConstraint("(state = 'succeeded') = (succeeded_at IS NOT NULL)", name="succeeded_at"),
        UniqueConstraint("provider", "provider_id"),
        Index("ix_payments_payable", "asked_at", postgresql_where=text(PAYABLE)),
    )

    id: Mapped[UUID] = id_column()
    reference: Mapped[UUID] = mapped_column(index=True)
    provider: Mapped[str]
    provider_id: Mapped[str | None]
    url: Mapped[str | None] = mapped_column(doc="the provider's payment page")
    state: Mapped[str] = mapped_column(default="created", server_default="created")
    amount: Mapped[int]
    currency: Mapped[str]
    description: Mapped[str] = mapped_column(default="", server_default="")
    email: Mapped[str] = mapped_column(default="", server_default="")
    return_url: Mapped[str]
    expires_at: Mapped[datetime]
    idempotency_key: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    asked_at: Mapped[datetime | None] = mapped_column(doc="when the provider was last asked how it stands")
    succeeded_at: Mapped[datetime | None]

    events: Mapped[list["PaymentEvent"]] = relationship(back_populates="payment", order_by="PaymentEvent.id")


class PaymentEvent(Base):
    """What the provider told us, once, as it said it."""

    __tablename__ = "payment_events"
    __table_args__ = (UniqueConstraint("provider", "provider_event_id"),)

    id: Mapped[UUID] = id_column()
    payment_id: Mapped[UUID | None] = mapped_column(ForeignKey("payments.id"), index=True)
    provider: Mapped[str]
    provider_event_id: Mapped[str]
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]]
    received_at: Mapped[datetime] = mapped_column(server_default=func.now())

    payment: Mapped[Payment | None] = relationship(back_populates="events")


class Refund(Base):
    """Money that goes back. `requested → succeeded | failed`, a failed one may be requested again."""

    __tablename__ = "refunds"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("state IN ('requested', 'succeeded', 'failed')", name="state"),
        Index("ix_refunds_open", "payment_id", postgresql_where=text("state <> 'succeeded'")),
    )

    id: Mapped[UUID] = id_column()
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payments.id"), index=True)
    amount: Mapped[int]
    reason: Mapped[str] = mapped_column(default="", server_default="")
    state: Mapped[str] = mapped_column(default="requested", server_default="requested")
    provider_id: Mapped[str | None] = mapped_column(unique=True)
    idempotency_key: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    settled_at: Mapped[datetime | None]

    payment: Mapped[Payment] = relationship()


class LedgerEntry(Base):
    """Every change of money, in order. A trigger refuses to change or delete it."""

    __tablename__ = "ledger_entries"
    __table_args__ = (
        CheckConstraint("(kind = 'payment' AND amount > 0) OR (kind = 'refund' AND amount < 0)", name="sign"),
        UniqueConstraint("payment_id", "kind", "refund_id", postgresql_nulls_not_distinct=True),
    )

    id: Mapped[UUID] = id_column()
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    reference: Mapped[UUID] = mapped_column(index=True)
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payments.id"))
    refund_id: Mapped[UUID | None] = mapped_column(ForeignKey("refunds.id"))
    kind: Mapped[str]
    amount: Mapped[int] = mapped_column(doc="minor units; refunds are negative")
    currency: Mapped[str]
