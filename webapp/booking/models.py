"""Holds, orders and tickets: who has which place, and since when."""

# budget: the tables of one sale are read together

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

import webapp.seating.models  # noqa: F401  # the tables that these refer to, and those of the catalog
from webapp.catalog.models import also_pools_column
from webapp.core.db import Base, id_column


class Hold(Base):
    """Places kept for one basket until `expires_at`, which is a predicate: nobody has to sweep.

    It stays active while its order waits for the payment, so a place is always either in an active
    hold or in a live ticket. `basket` is the fingerprint of the cookie's token.
    """

    __tablename__ = "holds"
    __table_args__ = (
        CheckConstraint("state IN ('active', 'converted', 'released')", name="state"),
        Index(
            "uq_holds_basket",
            "basket",
            "organizer_id",
            unique=True,
            postgresql_where=text("state = 'active'"),
        ),
        Index("ix_holds_expiry", "expires_at", postgresql_where=text("state = 'active'")),
        CheckConstraint("donation >= 0", name="donation"),
    )

    id: Mapped[UUID] = id_column()
    basket: Mapped[str]
    organizer_id: Mapped[UUID] = mapped_column(ForeignKey("organizers.id"))
    state: Mapped[str] = mapped_column(default="active", server_default="active")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]
    extended_at: Mapped[datetime | None]
    voucher_id: Mapped[UUID | None] = mapped_column(ForeignKey("vouchers.id", ondelete="SET NULL"))
    donation: Mapped[int] = mapped_column(default=0, server_default="0")
    donation_event_id: Mapped[UUID | None] = mapped_column(ForeignKey("events.id", ondelete="SET NULL"))

    lines: Mapped[list["HoldLine"]] = relationship(back_populates="hold", cascade="all, delete-orphan")


class HoldLine(Base):
    """So many of one ticket type. It says which pools it took its places of, and gives them back there.

    `returned` of them took none: they are tickets that other guests would give back, which change hands when
    the order is paid. `price` is what each of its tickets was promised for that is at no price step.
    """

    __tablename__ = "hold_lines"
    __table_args__ = (
        CheckConstraint("price >= 0", name="price"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("returned BETWEEN 0 AND quantity", name="returned"),
        UniqueConstraint("hold_id", "ticket_type_id"),
        Index("ix_hold_lines_pool_id", "pool_id"),
    )

    id: Mapped[UUID] = id_column()
    hold_id: Mapped[UUID] = mapped_column(ForeignKey("holds.id", ondelete="CASCADE"))
    ticket_type_id: Mapped[UUID] = mapped_column(ForeignKey("ticket_types.id"))
    pool_id: Mapped[UUID] = mapped_column(ForeignKey("pools.id"))
    also_pools: Mapped[list[UUID]] = also_pools_column()
    quantity: Mapped[int]
    returned: Mapped[int] = mapped_column(default=0, server_default="0")
    price: Mapped[int | None]

    hold: Mapped[Hold] = relationship(back_populates="lines")

    @property
    def pools(self) -> tuple[UUID, ...]:
        return (self.pool_id, *self.also_pools)


class HoldLineStep(Base):
    """So many tickets of a line are promised at a price step; the step's counter counts them."""

    __tablename__ = "hold_line_steps"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("price >= 0", name="price"),
    )

    hold_line_id: Mapped[UUID] = mapped_column(
        ForeignKey("hold_lines.id", ondelete="CASCADE"), primary_key=True
    )
    step_id: Mapped[UUID] = mapped_column(ForeignKey("price_steps.id"), primary_key=True, index=True)
    quantity: Mapped[int]
    price: Mapped[int]


class SeatClaim(Base):
    """Who has a seat of a date: a line of an active hold, a live ticket, or a block held back by staff.

    The primary key is the promise that nobody else has it. A hold's claims end with the hold, so a seat is
    free when its hold has run out, by the same rule as a place of a pool.
    """

    __tablename__ = "seat_claims"
    __table_args__ = (
        CheckConstraint("num_nonnulls(hold_line_id, ticket_id, block_id) = 1", name="one_owner"),
        Index(
            "ix_seat_claims_hold_line_id", "hold_line_id", postgresql_where=text("hold_line_id IS NOT NULL")
        ),
        Index(
            "ix_seat_claims_ticket_id",
            "ticket_id",
            unique=True,
            postgresql_where=text("ticket_id IS NOT NULL"),
        ),
        Index("ix_seat_claims_block_id", "block_id", postgresql_where=text("block_id IS NOT NULL")),
    )

    date_id: Mapped[UUID] = mapped_column(ForeignKey("event_dates.id", ondelete="CASCADE"), primary_key=True)
    seat_id: Mapped[UUID] = mapped_column(ForeignKey("seats.id"), primary_key=True)
    hold_line_id: Mapped[UUID | None] = mapped_column(ForeignKey("hold_lines.id", ondelete="CASCADE"))
    ticket_id: Mapped[UUID | None] = mapped_column(ForeignKey("tickets.id"))
    block_id: Mapped[UUID | None] = mapped_column(ForeignKey("seat_blocks.id", ondelete="CASCADE"))


class Order(Base):
    """What somebody buys from one organizer; unique for its hold. A trigger refuses wrong steps of `state`.

    `secret` opens the order's page without an account; a deleted account leaves `buyer_*` empty.
    """

    __tablename__ = "orders"
    __table_args__ = (
        CheckConstraint(
            "state IN ('awaiting_payment', 'paid', 'part_refunded', 'refunded', 'expired', 'auto_refunded',"
            " 'cancelled', 'needs_review')",
            name="state",
        ),
        CheckConstraint(
            "subtotal >= 0 AND discount >= 0 AND fee >= 0 AND tax >= 0 AND donation >= 0"
            " AND total = subtotal - discount + fee + donation",
            name="sums",
        ),
        CheckConstraint("refunded BETWEEN 0 AND total", name="refunded"),
        CheckConstraint("channel IN ('web', 'counter', 'guest_list')", name="channel"),
        Index("ix_orders_organizer", "organizer_id", "id"),
        Index("ix_orders_buyer_email", text("lower(buyer_email)")),
        Index("ix_orders_buyer", text("folded_address(buyer_email)")),
        Index(
            "ix_orders_sought",
            text("sought_order(code, buyer_name, buyer_email)"),
            postgresql_using="gin",
            postgresql_with={"fastupdate": "off"},
        ),
        Index("ix_orders_review", "organizer_id", postgresql_where=text("state = 'needs_review'")),
        Index("ix_orders_awaiting", "id", postgresql_where=text("state = 'awaiting_payment'")),
    )

    id: Mapped[UUID] = id_column()
    code: Mapped[str] = mapped_column(unique=True)
    secret: Mapped[str] = mapped_column(unique=True)
    hold_id: Mapped[UUID] = mapped_column(ForeignKey("holds.id"), unique=True)
    organizer_id: Mapped[UUID] = mapped_column(ForeignKey("organizers.id"))
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    basket: Mapped[str] = mapped_column(index=True)
    channel: Mapped[str] = mapped_column(default="web", server_default="web")
    state: Mapped[str] = mapped_column(default="awaiting_payment", server_default="awaiting_payment")
    buyer_name: Mapped[str]
    buyer_email: Mapped[str]
    currency: Mapped[str]
    subtotal: Mapped[int]
    discount: Mapped[int] = mapped_column(default=0, server_default="0")
    fee: Mapped[int] = mapped_column(default=0, server_default="0")
    tax: Mapped[int] = mapped_column(default=0, server_default="0", doc="included in the total")
    total: Mapped[int]
    refunded: Mapped[int] = mapped_column(default=0, server_default="0")
    donation: Mapped[int] = mapped_column(default=0, server_default="0", doc="on top; no tax is in it")
    donation_event_id: Mapped[UUID | None] = mapped_column(ForeignKey("events.id", ondelete="SET NULL"))
    donation_returned: Mapped[bool] = mapped_column(default=False, server_default="false")
    voucher_id: Mapped[UUID | None] = mapped_column(ForeignKey("vouchers.id", ondelete="SET NULL"))
    wants_news: Mapped[bool] = mapped_column(
        default=False, server_default="false", doc="the buyer ticked that the organizer may send news"
    )
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    paid_at: Mapped[datetime | None]
    answers: Mapped[dict[str, Any]] = mapped_column(
        default=dict, server_default="{}", doc="to questions about the whole order, by question id"
    )

    lines: Mapped[list["OrderLine"]] = relationship(back_populates="order", order_by="OrderLine.position")
    tickets: Mapped[list["Ticket"]] = relationship(back_populates="order", order_by="Ticket.id")


class OrderLine(Base):
    """So many of one ticket type at the price they were sold for, by the price step they were promised.

    `attendees` holds one entry for each ticket: `{"name": str, "answers": {question id: str}, "price": int}`,
    and `"seat": seat id` where seats are reserved.
    """

    __tablename__ = "order_lines"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("unit_price >= 0", name="unit_price"),
        UniqueConstraint("order_id", "ticket_type_id", "step_id", postgresql_nulls_not_distinct=True),
    )

    id: Mapped[UUID] = id_column()
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    ticket_type_id: Mapped[UUID] = mapped_column(ForeignKey("ticket_types.id"))
    date_id: Mapped[UUID] = mapped_column(ForeignKey("event_dates.id"), index=True)
    pool_id: Mapped[UUID] = mapped_column(ForeignKey("pools.id"))
    also_pools: Mapped[list[UUID]] = also_pools_column()
    step_id: Mapped[UUID | None] = mapped_column(ForeignKey("price_steps.id"))
    quantity: Mapped[int]
    unit_price: Mapped[int] = mapped_column(
        doc="what one ticket was sold for, its voucher applied, without fee"
    )
    attendees: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    position: Mapped[int] = mapped_column(default=0, server_default="0")

    order: Mapped[Order] = relationship(back_populates="lines")


class Ticket(Base):
    """The right to one place. `valid → used → valid`, `valid → void`; a trigger refuses other steps.

    `secret` is what the QR code says. (order_line_id, number) is unique, so a place of an order can
    have one ticket only, however often its payment is told. A seat of a date has one live ticket only.
    """

    __tablename__ = "tickets"
    __table_args__ = (
        CheckConstraint("state IN ('valid', 'used', 'void')", name="state"),
        CheckConstraint("(state = 'used') = (used_at IS NOT NULL)", name="used_at"),
        UniqueConstraint("order_line_id", "number"),
        Index("ix_tickets_date", "date_id", "state"),
        Index(
            "ix_tickets_sought",
            text("sought(holder_name)"),
            postgresql_using="gin",
            postgresql_with={"fastupdate": "off"},
        ),
        Index("ix_tickets_step_id", "step_id", postgresql_where=text("step_id IS NOT NULL")),
        Index("ix_tickets_pool_live", "pool_id", postgresql_where=text("state <> 'void'")),
        Index(
            "uq_tickets_seat",
            "date_id",
            "seat_id",
            unique=True,
            postgresql_where=text("seat_id IS NOT NULL AND state <> 'void'"),
        ),
    )

    id: Mapped[UUID] = id_column()
    secret: Mapped[str] = mapped_column(unique=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"), index=True)
    order_line_id: Mapped[UUID] = mapped_column(ForeignKey("order_lines.id"))
    number: Mapped[int]
    date_id: Mapped[UUID] = mapped_column(ForeignKey("event_dates.id"))
    ticket_type_id: Mapped[UUID] = mapped_column(ForeignKey("ticket_types.id"))
    pool_id: Mapped[UUID] = mapped_column(ForeignKey("pools.id"))
    also_pools: Mapped[list[UUID]] = also_pools_column()
    seat_id: Mapped[UUID | None] = mapped_column(ForeignKey("seats.id"))
    step_id: Mapped[UUID | None] = mapped_column(ForeignKey("price_steps.id"))
    price: Mapped[int] = mapped_column(doc="what goes back when this ticket alone is refunded")
    holder_name: Mapped[str]
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    state: Mapped[str] = mapped_column(default="valid", server_default="valid")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    used_at: Mapped[datetime | None]
    voided_at: Mapped[datetime | None] = mapped_column(
        doc="written by a trigger, in the refund's transaction"
    )

    order: Mapped[Order] = relationship(back_populates="tickets")


class TicketReturn(Base):
    """A paid ticket that its owner would give back. It is valid until somebody of the waiting list has paid.

    `open → sold | withdrawn`; a trigger refuses other steps. `hold_line_id` is the offer that may become its
    sale; one whose hold is over binds nothing.
    """

    __tablename__ = "ticket_returns"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'sold', 'withdrawn')", name="state"),
        Index("uq_ticket_returns_open", "ticket_id", unique=True, postgresql_where=text("state = 'open'")),
        Index("ix_ticket_returns_pool", "pool_id", "id", postgresql_where=text("state = 'open'")),
        Index(
            "ix_ticket_returns_hold_line_id",
            "hold_line_id",
            postgresql_where=text("hold_line_id IS NOT NULL"),
        ),
    )

    id: Mapped[UUID] = id_column()
    ticket_id: Mapped[UUID] = mapped_column(ForeignKey("tickets.id"), index=True)
    pool_id: Mapped[UUID] = mapped_column(ForeignKey("pools.id"))
    hold_line_id: Mapped[UUID | None] = mapped_column(ForeignKey("hold_lines.id", ondelete="SET NULL"))
    state: Mapped[str] = mapped_column(default="open", server_default="open")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    ended_at: Mapped[datetime | None]
