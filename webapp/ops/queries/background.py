"""How background work stands: queues, the outbox, and what was given up."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.core.harm import Harm
from webapp.core.tables import Column, Sieve, Table


@dataclass(frozen=True)
class Queue:
    """`late` are those that should have been done by now; `age` is of the oldest that waits, in seconds."""

    name: str
    waiting: int
    late: int
    dead: int
    done_last_hour: int
    age: float


@dataclass(frozen=True)
class DeadLetter:
    id: UUID
    topic: str
    job: str
    queue: str
    payload: dict[str, Any]
    attempts: int
    error: str
    created_at: datetime
    dead_at: datetime

    @property
    def dropping(self) -> Harm:
        return Harm(
            title=f"Drop {self.job} for good?",
            name=self.job,
            effects=("It counts as done and is never tried again; its error is kept.",),
        )


QUEUES = """
    SELECT q.name,
           count(d.id) FILTER (WHERE d.done_at IS NULL AND d.dead_at IS NULL) AS waiting,
           count(d.id) FILTER (WHERE d.done_at IS NULL AND d.dead_at IS NULL AND d.due_at < clock.now)
               AS late,
           count(d.id) FILTER (WHERE d.dead_at IS NOT NULL) AS dead,
           count(d.id) FILTER (WHERE d.done_at > clock.now - interval '1 hour') AS done_last_hour,
           coalesce(extract(epoch FROM clock.now - min(b.created_at)
                    FILTER (WHERE d.done_at IS NULL AND d.dead_at IS NULL)), 0)::float AS age
    FROM unnest(ARRAY['urgent', 'default', 'slow']) WITH ORDINALITY AS q(name, place)
    CROSS JOIN (SELECT CAST(:now AS timestamptz) AS now) clock
    LEFT JOIN deliveries d ON d.queue = q.name
         AND (d.done_at IS NULL OR d.done_at > clock.now - interval '1 hour')
    LEFT JOIN outbox b ON b.id = d.outbox_id
    GROUP BY q.name, q.place, clock.now ORDER BY q.place
"""

DEAD = Table(
    name="dead",
    row=DeadLetter,
    columns=(
        Column("dead_at", "Given up", sort="d.dead_at"),
        Column("job", "Job", sort="d.job"),
        Column("topic", "After", sort="b.topic"),
        Column("queue", "Queue", shown=False),
        Column("attempts", "Tries", sort="d.attempts", number=True),
        Column("error", "Error", sort="d.error"),
        Column("payload", "Facts", cell=lambda letter: json.dumps(letter.payload), shown=False),
        Column("do", ""),
    ),
    select="""d.id, b.topic, d.job, d.queue, b.payload, d.attempts, coalesce(d.error, '') AS error,
              b.created_at, d.dead_at""",
    source="deliveries d JOIN outbox b ON b.id = d.outbox_id",
    where="d.dead_at IS NOT NULL",
    sort="-dead_at",
    tie="d.id",
    words="d.job ILIKE :like OR b.topic ILIKE :like OR d.error ILIKE :like OR b.payload::text ILIKE :like",
    words_head="Job, error or fact",
    sieves=(
        Sieve("since", "From", "d.dead_at >= :since", kind="day"),
        Sieve("until", "Until", "d.dead_at < CAST(:until AS date) + 1", kind="day"),
        Sieve(
            *("queue", "Queue", "d.queue"),
            (("urgent", "Urgent"), ("default", "Default"), ("slow", "Slow")),
            kind="tabs",
        ),
    ),
)


def queues(db: Session, now: datetime) -> list[Queue]:
    return [Queue(**row._mapping) for row in db.execute(text(QUEUES), {"now": now})]


def outbox_age(db: Session, now: datetime) -> tuple[int, float]:
    """How many events wait for the relay, and the age of the oldest in seconds."""
    row = db.execute(
        text(
            "SELECT count(*), coalesce(extract(epoch FROM CAST(:now AS timestamptz) - min(created_at)), 0)"
            " FROM outbox WHERE sent_at IS NULL"
        ),
        {"now": now},
    ).one()
    return int(row[0]), float(row[1])
