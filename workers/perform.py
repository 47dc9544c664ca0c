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
from sqlalchemy import func, null, or_, text, update

from webapp.core.events import event_of
from webapp.core.outbox import Delivery, Outbox
from workers.context import Context
from workers.routing import Job, Routing

log = structlog.get_logger()

Outcome = Literal["done", "failed", "skipped"]

FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(hours=1)
# The queue stops a job when its time is over; this much later it has ended for sure.
MARGIN = timedelta(seconds=10)
LONGEST_ERROR = 4_000


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
    with context.database.writing() as db:
        # A crash that forgets that an attempt began costs a repeat, which is safe; a disk flush costs time.
        db.execute(text("SET LOCAL synchronous_commit = off"))
        row = db.execute(
            update(Delivery)
            .where(
                Delivery.id == delivery_id,
                Delivery.outbox_id == Outbox.id,
                Delivery.done_at.is_(None),
                Delivery.dead_at.is_(None),
                Delivery.sent_at.is_not(None),
                or_(Delivery.started_at.is_(None), Delivery.due_at <= func.now()),
            )
            .values(
                started_at=func.now(),
                due_at=func.now() + timedelta(seconds=job.timeout) + MARGIN,
                attempts=Delivery.attempts + 1,
            )
            .returning(Delivery.attempts, Outbox.topic, Outbox.payload)
            .execution_options(synchronize_session=False)
        ).one_or_none()
    return Attempt(row.attempts, row.topic, row.payload) if row else None


def _do(context: Context, job: Job, delivery_id: UUID, attempt: Attempt) -> None:
    event = event_of(attempt.topic, attempt.payload)
    facts = {field.name: getattr(event, field.name) for field in fields(event)}
    effect = job.run(context.of(delivery_id), **facts)
    with context.database.writing() as db:
        first = db.execute(
            update(Delivery)
            .where(Delivery.id == delivery_id, Delivery.done_at.is_(None))
            .values(done_at=func.now(), dead_at=null(), error=null())
            .returning(Delivery.id)
            .execution_options(synchronize_session=False)
        ).one_or_none()
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
