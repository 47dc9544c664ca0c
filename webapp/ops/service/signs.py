"""What operators can do about background work, and the signs of life they look at."""

import os
import socket
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from webapp.core import outbox
from webapp.core.audit import Actor, note
from webapp.core.db import Database
from webapp.ops.models import Heartbeat

log = structlog.get_logger()


def process_name(role: str) -> str:
    """How this process is called on the health page."""
    return f"{role} on {socket.gethostname()} {os.getpid()}"


def note_sign(database: Database, name: str, kind: str, detail: dict[str, Any]) -> None:
    """Write down the newest sign of a process or circuit; what cannot be written is no reason to fail."""
    row = insert(Heartbeat).values(name=name, kind=kind, at=func.now(), detail=detail)
    renewed = {"at": func.now(), "detail": row.excluded.detail}
    try:
        with database.writing() as db:
            db.execute(row.on_conflict_do_update(index_elements=[Heartbeat.name], set_=renewed))
    except SQLAlchemyError as error:
        log.warning("heartbeat.unwritten", error=str(error))


def note_circuit(database: Database, circuit: str, role: str, state: str) -> None:
    """Write down that a circuit to the outside opened or closed in this process."""
    note_sign(database, f"{circuit} of {process_name(role)}", "circuit", {"state": state})


def retry_dead_letter(db: Session, *, delivery_id: UUID, by: Actor, now: datetime) -> None:
    """Let the relay send it again, with all its attempts."""
    delivery = outbox.retry_delivery(db, delivery_id, now)
    before = {"state": "dead", "error": delivery.error}
    _noted(db, by, "Dead letter retried", delivery.id, before=before, after={"state": "waiting"})


def drop_dead_letter(db: Session, *, delivery_id: UUID, by: Actor, now: datetime) -> None:
    """Give it up for good."""
    delivery = outbox.drop_delivery(db, delivery_id, now)
    after = {"state": "dropped", "error": delivery.error}
    _noted(db, by, "Dead letter dropped", delivery.id, before={"state": "dead"}, after=after)


def _noted(
    db: Session, by: Actor, action: str, delivery_id: UUID, *, before: dict[str, Any], after: dict[str, Any]
) -> None:
    note(db, by, action, ("delivery", delivery_id), before=before, after=after)
