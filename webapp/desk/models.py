"""What staff sell and give away themselves: tills at the counter, guest lists, requests to approve."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

import webapp.booking.models  # noqa: F401  # the tables that these refer to
from webapp.core.db import Base, id_column


class Till(Base):
    """One person's drawer at the counter: opened with a float, closed with what was counted.

    One is open for each person. `expected` is what the entries said when it was closed.
    """

    __tablename__ = "tills"
    __table_args__ = (
        CheckConstraint("start_amount >= 0", name="start_amount"),
        CheckConstraint("counted >= 0", name="counted"),
        CheckConstraint(
            "(closed_at IS NULL) = (counted IS NULL) AND (closed_at IS NULL) = (expected IS NULL)",
            name="closed",
        ),
        Index(
            "uq_tills_open",
            "organizer_id",
            "user_id",
            unique=True,
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = id_column()
    organizer_id: Mapped[UUID] = mapped_column(ForeignKey("organizers.id"), index=True)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    name: Mapped[str] = mapped_column(doc="whose it was, also when the account is gone")
    currency: Mapped[str]
    start_amount: Mapped[int] = mapped_column(doc="the float in it when it was opened")
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    expected: Mapped[int | None]
    counted: Mapped[int | None]
    note: Mapped[str] = mapped_column(default="", server_default="")


class TillEntry(Base):
    """One thing that happened at a till; append-only. Cash of it is what the drawer should hold.

    The id is that of the hold that was sold, or comes with the form, so that a resend is the same entry. What
    was taken and paid out stands in the ledger, too: `payment_id` and `refund_id` lead there.
    """

    __tablename__ = "till_entries"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('cash', 'card', 'comp', 'cash_refund', 'card_refund', 'moved')", name="kind"
        ),
        CheckConstraint(
            "CASE kind WHEN 'comp' THEN amount = 0 WHEN 'cash_refund' THEN amount < 0"
            " WHEN 'card_refund' THEN amount < 0 WHEN 'moved' THEN amount <> 0 ELSE amount > 0 END",
            name="amount",
        ),
        CheckConstraint("(kind IN ('cash', 'card')) = (payment_id IS NOT NULL)", name="payment"),
        CheckConstraint("(kind IN ('cash_refund', 'card_refund')) = (refund_id IS NOT NULL)", name="refund"),
        CheckConstraint("tendered IS NULL OR kind = 'cash' AND tendered >= amount", name="tendered"),
        Index("uq_till_entries_payment_id", "payment_id", unique=True),
        Index("uq_till_entries_refund_id", "refund_id", unique=True),
        Index("ix_till_entries_till", "till_id", "id"),
    )

    id: Mapped[UUID] = id_column()
    till_id: Mapped[UUID] = mapped_column(ForeignKey("tills.id"))
    kind: Mapped[str]
    amount: Mapped[int] = mapped_column(doc="minor units; below zero went out of the drawer")
    tendered: Mapped[int | None] = mapped_column(doc="what was handed over, change included")
    reference: Mapped[str] = mapped_column(default="", server_default="", doc="of the card terminal's slip")
    reason: Mapped[str] = mapped_column(default="", server_default="")
    order_id: Mapped[UUID | None] = mapped_column(ForeignKey("orders.id"), index=True)
    payment_id: Mapped[UUID | None] = mapped_column(ForeignKey("payments.id"))
    refund_id: Mapped[UUID | None] = mapped_column(ForeignKey("refunds.id"))
    at: Mapped[datetime] = mapped_column(server_default=func.now())


class GuestEntry(Base):
    """Somebody on the guest list of a date, with so many more; the order has their tickets."""

    __tablename__ = "guest_entries"
    __table_args__ = (
        CheckConstraint("more BETWEEN 0 AND 49", name="more"),
        Index("ix_guest_entries_date", "date_id", "id"),
    )

    id: Mapped[UUID] = id_column()
    organizer_id: Mapped[UUID] = mapped_column(ForeignKey("organizers.id"), index=True)
    date_id: Mapped[UUID] = mapped_column(ForeignKey("event_dates.id"))
    name: Mapped[str]
    email: Mapped[str] = mapped_column(default="", server_default="", doc="empty: known by name only")
    more: Mapped[int] = mapped_column(default=0, server_default="0")
    note: Mapped[str] = mapped_column(default="", server_default="")
    made_by: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"), unique=True)
    removed_at: Mapped[datetime | None]


class TicketRequest(Base):
    """Somebody asks for tickets that staff approve: `asked → approved | declined | withdrawn`, by a trigger.

    One that nobody has answered by `answer_by` is over, by that time alone. `hold_id` is there where a
    request keeps its places; an approved one has become an order that is paid by `pay_by`.
    """

    __tablename__ = "ticket_requests"
    __table_args__ = (
        CheckConstraint("state IN ('asked', 'approved', 'declined', 'withdrawn')", name="state"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("(state = 'approved') = (order_id IS NOT NULL)", name="approved"),
        Index("ix_ticket_requests_organizer", "organizer_id", "state", "id"),
        Index("ix_ticket_requests_date_id", "date_id"),
        Index("ix_ticket_requests_email", text("lower(email)")),
        Index(
            "uq_ticket_requests_open",
            "ticket_type_id",
            text("lower(email)"),
            unique=True,
            postgresql_where=text("state = 'asked'"),
        ),
    )

    id: Mapped[UUID] = id_column()
    organizer_id: Mapped[UUID] = mapped_column(ForeignKey("organizers.id"))
    date_id: Mapped[UUID] = mapped_column(ForeignKey("event_dates.id"))
    ticket_type_id: Mapped[UUID] = mapped_column(ForeignKey("ticket_types.id"), index=True)
    quantity: Mapped[int]
    name: Mapped[str]
    email: Mapped[str]
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    words: Mapped[str] = mapped_column(default="", server_default="", doc="why, as the guest wrote it")
    answers: Mapped[dict[str, Any]] = mapped_column(
        default=dict, server_default="{}", doc="`order`, and `tickets`: name and answers of each"
    )
    secret: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(default="asked", server_default="asked")
    asked_at: Mapped[datetime]
    answer_by: Mapped[datetime]
    hold_id: Mapped[UUID | None] = mapped_column(ForeignKey("holds.id"), unique=True)
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str] = mapped_column(default="", server_default="")
    note: Mapped[str] = mapped_column(default="", server_default="", doc="staff's words to the guest")
    pay_by: Mapped[datetime | None]
    order_id: Mapped[UUID | None] = mapped_column(ForeignKey("orders.id"), unique=True)
