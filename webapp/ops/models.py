"""Signs of life."""

from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlalchemy.orm import Mapped, mapped_column

from webapp.core.db import Base


class Heartbeat(Base):
    """The last sign of life of one process, or of one circuit to the outside (`name` says which)."""

    __tablename__ = "heartbeats"

    name: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
