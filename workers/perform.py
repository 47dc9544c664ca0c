"""Runs one delivery: once is enough, and a failure is remembered where the relay will see it.

The job works outside first, without a transaction, and gives back its effect on our database; the effect
and the done mark are one transaction. Nothing here knows the queue: whoever calls says which delivery.
"""

import random
import traceback
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any, Literal
from uuid import UUID

import structlog
from sqlalchemy import func, null, text, update

from webapp.core.events import event_of
from webapp.core.outbox import Delivery
from workers.context import Context
from workers.routing import Job, Routing

log = structlog.get_logger()

Outcome = Literal["done", "failed", "skipped"]

FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(hours=1)
# The queue stops a job when its time is over; this much later it has ended for sure.
MARGIN = timedelta(seconds=10)
LONGEST_ERROR = 4_000

# Every job passes these, so they are written once and not built from parts each time.
BEGIN = text("""
    UPDATE deliveries d SET started_at = now(), due_at = now() + :limit, attempts = d.attempts + 1
    FROM outbox o
    WHERE d.id = :id AND o.id = d.outbox_id AND d.done_at IS NULL AND d.dead_at IS NULL
      AND d.sent_at IS NOT NULL AND (d.started_at IS NULL OR d.due_at <= now())
    RETURNING d.attempts, o.topic, o.payload
""")
END = text("""
    UPDATE deliveries SET done_at = now(), dead_at = NULL, error = NULL
    WHERE id = :id AND done_at IS NULL RETURNING id
""")


@dataclass(frozen=True)
class Attempt:
    number: int
    topic: str
    payload: dict[str, Any]


_process: list[tuple[Context, Routing]] = []


def install(context: Context, routing: Routing) -> None:
    """Called when a worker begins, because a queue hands over names only."""
    _process[:] = [(context, routing)]


def perform(delivery_id: str, job_name: str) -> None:
    """What the queue calls."""
    context, routing = _process[0]
    job = routing.find(job_name) or Job(_unknown, "default", timeout=10, attempts=15)
    outcome = run(context, job, UUID(delivery_id))
    log.info("job.ran", job=job_name, delivery=delivery_id, outcome=outcome)


def run(context: Context, job: Job, delivery_id: UUID) -> Outcome:
    """One attempt; does nothing when it was done already or another worker has it in hand."""
    attempt = _begin(context, job, delivery_id)
    if attempt is None:
        return "skipped"
    try:
        _do(context, job, delivery_id, attempt)
    except Exception as error:  # noqa: BLE001  # whatever a job raises is its failure, kept for who looks
        _note_failure(context, job, delivery_id, attempt, error)
        return "failed"
    return "done"


def pause(attempts: int) -> timedelta:
    """How long to wait after so many attempts: at random below a bound that doubles each time."""
    bound: timedelta = min(FIRST_PAUSE * 2 ** min(attempts - 1, 20), LONGEST_PAUSE)
    return bound * random.random()  # noqa: S311  # nosec B311  # spreads load, guards nothing


def _begin(context: Context, job: Job, delivery_id: UUID) -> Attempt | None:
    # A crash that forgets that an attempt began costs a repeat, which is safe; a disk flush costs time.
    with context.database.writing(durable=False) as db:
        limit = timedelta(seconds=job.timeout) + MARGIN
        row = db.execute(BEGIN, {"id": delivery_id, "limit": limit}).one_or_none()
    return Attempt(row.attempts, row.topic, row.payload) if row else None


def _do(context: Context, job: Job, delivery_id: UUID, attempt: Attempt) -> None:
    event = event_of(attempt.topic, attempt.payload)
    facts = {field.name: getattr(event, field.name) for field in fields(event)}
    effect = job.run(context.of(delivery_id), **facts)
    with context.database.writing() as db:
        first = db.execute(END, {"id": delivery_id}).one_or_none()
        if first is not None and effect is not None:
            effect(db)


def _unknown(_: Context, **facts: object) -> None:  # noqa: ARG001  # whatever the event knows
    """Another release sent it: a later attempt may come to a worker of that release."""
    raise LookupError("This release knows no job of this name.")


def _note_failure(context: Context, job: Job, delivery_id: UUID, attempt: Attempt, error: Exception) -> None:
    is_last = attempt.number >= job.attempts
    log.warning("job.failed", job=job.name, attempt=attempt.number, dead=is_last, error=repr(error))
    with context.database.writing() as db:
        db.execute(
            update(Delivery)
            # A later attempt may have begun when this one took too long; then its word counts.
            .where(
                Delivery.id == delivery_id, Delivery.attempts == attempt.number, Delivery.done_at.is_(None)
            )
            .values(
                error="".join(traceback.format_exception(error))[-LONGEST_ERROR:],
                sent_at=null(),
                started_at=null(),
                due_at=func.now() + pause(attempt.number),
                dead_at=func.now() if is_last else null(),
            )
            .execution_options(synchronize_session=False)
        )
