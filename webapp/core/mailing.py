"""Which mails were sent, so that a resend can be told from a repeat and no order misses its tickets."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.orm import Mapped, mapped_column

from webapp.core.db import Base, id_column


class SentMail(Base):
    """One mail the SMTP server took from us; `reference` is the order or account it is about."""

    __tablename__ = "sent_mails"

    id: Mapped[UUID] = id_column()
    message_id: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(doc="the folder of its templates, such as order_paid")
    reference: Mapped[UUID | None] = mapped_column(index=True)
    recipient: Mapped[str]
    subject: Mapped[str]
    sent_at: Mapped[datetime] = mapped_column(server_default=func.now())
