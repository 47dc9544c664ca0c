"""Who waits for which places, and what was offered to them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

import webapp.booking.models  # noqa: F401  # the tables that these refer to
from webapp.core.db import Base, id_column


class WaitlistEntry(Base):
    """Somebody who waits for places of one event: `places` together or none, or up to so many.

    A trigger refuses wrong steps of `state`. `secret` opens the entry's page without an account; `joined_at`
    is the place in the line. `ticket_type_ids` is what was chosen, in the order of preference.
    """

    __tablename__ = "waitlist_entries"
    __table_args__ = (
        CheckConstraint(
            "state IN ('unconfirmed', 'waiting', 'offered', 'taken', 'bought', 'lapsed', 'left', 'ended')",
            name="state",
        ),
        CheckConstraint("places BETWEEN 1 AND 100", name="places"),
        CheckConstraint("state IN ('unconfirmed', 'left') OR joined_at IS NOT NULL", name="joined_at"),
        Index(
            "uq_waitlist_entries_email",
            "event_id",
            text("lower(email)"),
            unique=True,
            postgresql_where=text("state IN ('unconfirmed', 'waiting', 'offered', 'taken')"),
        ),
        Index(
            "ix_waitlist_entries_sought",
            text("sought_person(name, email)"),
            postgresql_using="gin",
            postgresql_with={"fastupdate": "off"},
        ),
        Index("ix_waitlist_entries_event", "event_id", "joined_at"),
        Index("ix_waitlist_entries_offered", "id", postgresql_where=text("state IN ('offered', 'taken')")),
    )

    id: Mapped[UUID] = id_column()
    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    secret: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    email: Mapped[str]
    places: Mapped[int]
    together: Mapped[bool]
    ticket_type_ids: Mapped[list[UUID]] = mapped_column(ARRAY(PG_UUID(as_uuid=True)))
    state: Mapped[str] = mapped_column(default="unconfirmed", server_default="unconfirmed")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    asked_at: Mapped[datetime] = mapped_column(doc="when the address was last written to about joining")
    joined_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class WaitlistWish(Base):
    """The line itself: one row for each type that a waiting entry would take, and none for any other entry.

    `least` is how many places it takes to make an offer of it; `pools.awaited` is the least of all.
    """

    __tablename__ = "waitlist_wishes"
    __table_args__ = (
        CheckConstraint("least > 0", name="least"),
        Index("ix_waitlist_wishes_line", "pool_id", "joined_at", "entry_id"),
        Index("ix_waitlist_wishes_least", "pool_id", "least"),
    )

    entry_id: Mapped[UUID] = mapped_column(
        ForeignKey("waitlist_entries.id", ondelete="CASCADE"), primary_key=True
    )
    ticket_type_id: Mapped[UUID] = mapped_column(ForeignKey("ticket_types.id"), primary_key=True)
    pool_id: Mapped[UUID] = mapped_column(ForeignKey("pools.id"))
    least: Mapped[int]
    joined_at: Mapped[datetime]


class WaitlistOffer(Base):
    """Places held for an entry. `taken_at` is when somebody opened it in a basket; `made_by` is empty when it
    went out by itself."""

    __tablename__ = "waitlist_offers"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        Index("ix_waitlist_offers_entry", "entry_id", "id"),
    )

    id: Mapped[UUID] = id_column()
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("waitlist_entries.id", ondelete="CASCADE"))
    hold_id: Mapped[UUID] = mapped_column(ForeignKey("holds.id"), unique=True)
    ticket_type_id: Mapped[UUID] = mapped_column(ForeignKey("ticket_types.id"))
    quantity: Mapped[int]
    made_by: Mapped[str] = mapped_column(default="", server_default="")
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]
    taken_at: Mapped[datetime | None]
