"""Messages to guests: what is written to whom, what came of each mail, and who is not written to."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

import webapp.waitinglist.models  # noqa: F401  # the tables that these refer to, and those of booking
from webapp.core.db import Base, id_column


class Message(Base):
    """One text to many guests: `draft → scheduled → sending → sent | stopped`; a trigger refuses other steps.

    `audience` is who gets it (`messages.rules.audience`). `tended_at` is when a worker last took one of its
    mails in hand. `trial` is the key of the form that last asked for a test mail.
    """

    __tablename__ = "messages"
    __table_args__ = (
        CheckConstraint("purpose IN ('booking', 'news')", name="purpose"),
        CheckConstraint("state IN ('draft', 'scheduled', 'sending', 'sent', 'stopped')", name="state"),
        CheckConstraint("(state = 'scheduled') <= (send_at IS NOT NULL)", name="send_at"),
        Index("ix_messages_organizer", "organizer_id", "id"),
        Index("ix_messages_open", "send_at", postgresql_where=text("state IN ('scheduled', 'sending')")),
    )

    id: Mapped[UUID] = id_column()
    organizer_id: Mapped[UUID] = mapped_column(ForeignKey("organizers.id"))
    purpose: Mapped[str] = mapped_column(default="booking", server_default="booking")
    subject: Mapped[str]
    body: Mapped[str]
    audience: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(default="draft", server_default="draft")
    send_at: Mapped[datetime | None]
    zone: Mapped[str] = mapped_column(default="UTC", server_default="UTC", doc="IANA name, of send_at")
    trial: Mapped[str] = mapped_column(default="", server_default="")
    made_by: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())
    started_at: Mapped[datetime | None]
    tended_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class Recipient(Base):
    """One address of one message, which is unique: nobody is written to twice.

    `waiting → sending → sent | failed | unknown`, `waiting → skipped`, and back to `waiting` only when the
    mail server has said that it did not take it; a trigger refuses other steps. `sending` is written down
    before the mail leaves. One that is still `sending` when its worker has died becomes `unknown`: it may
    have arrived, and so is not sent again. `secret` ends the news for its address.
    """

    __tablename__ = "message_recipients"
    __table_args__ = (
        CheckConstraint(
            "state IN ('waiting', 'sending', 'sent', 'failed', 'skipped', 'unknown')", name="state"
        ),
        Index("uq_message_recipients_address", "message_id", text("lower(address)"), unique=True),
        Index(
            "ix_message_recipients_open",
            "message_id",
            "due_at",
            postgresql_where=text("state IN ('waiting', 'sending')"),
        ),
        Index("ix_message_recipients_address", text("lower(address)")),
    )

    id: Mapped[UUID] = id_column()
    message_id: Mapped[UUID] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"))
    address: Mapped[str]
    name: Mapped[str]
    order_id: Mapped[UUID | None] = mapped_column(ForeignKey("orders.id"))
    entry_id: Mapped[UUID | None] = mapped_column(ForeignKey("waitlist_entries.id", ondelete="SET NULL"))
    date_id: Mapped[UUID | None] = mapped_column(ForeignKey("event_dates.id", ondelete="SET NULL"))
    secret: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(default="waiting", server_default="waiting")
    reason: Mapped[str] = mapped_column(default="", server_default="")
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    due_at: Mapped[datetime] = mapped_column(server_default=func.now())
    begun_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class Bounce(Base):
    """An address that sent mail back. A hard one is not written to until staff clear it."""

    __tablename__ = "mail_bounces"
    __table_args__ = (
        CheckConstraint("kind IN ('hard', 'soft', 'complaint')", name="kind"),
        CheckConstraint("source IN ('mail server', 'webhook')", name="source"),
        Index("uq_mail_bounces_address", "organizer_id", text("lower(address)"), unique=True),
    )

    id: Mapped[UUID] = id_column()
    organizer_id: Mapped[UUID] = mapped_column(ForeignKey("organizers.id"))
    address: Mapped[str]
    kind: Mapped[str]
    reason: Mapped[str]
    source: Mapped[str]
    times: Mapped[int] = mapped_column(default=1, server_default="1")
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    cleared_at: Mapped[datetime | None]


class NewsChoice(Base):
    """Whether an address wants an organizer's news, said after buying; append-only, the newest counts.

    That somebody wanted them when they bought is written in the order itself (`orders.wants_news`).
    """

    __tablename__ = "news_choices"
    __table_args__ = (
        CheckConstraint("source IN ('link', 'one click', 'complaint')", name="source"),
        Index("ix_news_choices_address", "organizer_id", text("lower(address)"), "id"),
    )

    id: Mapped[UUID] = id_column()
    organizer_id: Mapped[UUID] = mapped_column(ForeignKey("organizers.id"))
    address: Mapped[str]
    wants: Mapped[bool]
    source: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.now())


class Pace(Base):
    """When the next mail may leave: one row that every worker moves on, so all together keep the pace."""

    __tablename__ = "mail_pace"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    next_at: Mapped[datetime]
