"""Whether the platform is well, as one page can say it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from webapp.ops.models import Heartbeat
from webapp.ops.queries import background

# A process writes every 10 seconds; three missed beats mean that it is gone.
SILENT_AFTER = timedelta(seconds=35)


@dataclass(frozen=True)
class Sign:
    """The last sign of life of a process or circuit."""

    name: str
    kind: str
    at: datetime
    is_alive: bool
    detail: dict[str, Any]


@dataclass(frozen=True)
class Health:
    processes: list[Sign]
    circuits: list[Sign]
    outbox_waiting: int
    outbox_age: float
    dead: int
    last_mail: datetime | None
    last_webhook: datetime | None

    @property
    def workers_alive(self) -> int:
        return sum(sign.is_alive for sign in self.processes if sign.kind == "worker")

    @property
    def clocks_alive(self) -> int:
        return sum(sign.is_alive for sign in self.processes if sign.kind == "clock")


def health(db: Session, now: datetime) -> Health:
    signs = [
        Sign(beat.name, beat.kind, beat.at, now - beat.at < SILENT_AFTER, beat.detail)
        for beat in db.scalars(
            select(Heartbeat)
            .where(Heartbeat.at > now - timedelta(days=1))
            .order_by(Heartbeat.kind, Heartbeat.name)
        )
    ]
    waiting, age = background.outbox_age(db, now)
    return Health(
        processes=[sign for sign in signs if sign.kind != "circuit"],
        circuits=[sign for sign in signs if sign.kind == "circuit"],
        outbox_waiting=waiting,
        outbox_age=age,
        dead=db.scalar(text("SELECT count(*) FROM deliveries WHERE dead_at IS NOT NULL")) or 0,
        last_mail=db.scalar(text("SELECT max(sent_at) FROM sent_mails")),
        last_webhook=db.scalar(text("SELECT max(received_at) FROM payment_events")),
    )
