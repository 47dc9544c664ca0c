"""What happened at the door."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from webapp.core.db import Base, id_column


class CheckIn(Base):
    """One scan that let somebody in, or one undo. `nonce` comes with the form: a resend is the same scan."""

    __tablename__ = "check_ins"
    __table_args__ = (
        CheckConstraint("kind IN ('entry', 'undo')", name="kind"),
        Index("ix_check_ins_ticket", "ticket_id", "id"),
    )

    id: Mapped[UUID] = id_column()
    ticket_id: Mapped[UUID] = mapped_column(ForeignKey("tickets.id"))
    kind: Mapped[str]
    gate: Mapped[str]
    device: Mapped[str] = mapped_column(default="", server_default="")
    by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    nonce: Mapped[str] = mapped_column(unique=True)
