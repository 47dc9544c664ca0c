"""From the outbox to the queues. PostgreSQL knows what must be done; Redis only carries names.

Each round expands new outbox rows into deliveries, claims what is due, and puts it on the queues once the
claim is committed, so that no lock waits for Redis. Whatever is lost between the claim and a worker's
beginning is sent again: at once when a relay begins or Redis came back empty, else after `LOST_AFTER`.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy import func, insert, null, select, update

from webapp.core.db import Session
from webapp.core.ids import uuid7
from webapp.core.outbox import Delivery, Outbox
from workers.routing import QUEUES, QueueName, Routing

log = structlog.get_logger()

BATCH = 500
# So few wait in Redis that what was sent is begun long before it counts as lost; PostgreSQL keeps the rest.
MOST_WAITING = 400
LOST_AFTER = timedelta(seconds=90)
# A key that vanishes with everything else when Redis loses its memory.
MEMORY = "relay:memory"
PERFORM = "workers.perform.perform"


@dataclass(frozen=True)
class Sent:
    id: UUID
    job: str
    attempts: int

    @property
    def name(self) -> str:
        """What Redis knows it by: the same when the same attempt is sent twice."""
        return f"outbox-{self.id}-{self.attempts + 1}"


class Relay:
    """`writing` opens a transaction: the clock gives one on the connection that makes it the leader."""

    def __init__(
        self,
        writing: Callable[[], AbstractContextManager[Session]],
        redis: Redis,
        routing: Routing,
        *,
        lost_after: timedelta = LOST_AFTER,
    ) -> None:
        self._writing = writing
        self._redis = redis
        self._routing = routing
        self._lost_after = lost_after
        self._queues = {name: Queue(name, connection=redis, serializer=JSONSerializer) for name in QUEUES}
        self._has_recalled = False

    def round(self) -> int:
        """Send what is due and say how much it was; raises `RedisError` when Redis is away."""
        expanded = self.expand()
        room = self._look()
        return expanded + sum(self._send(name, room[name]) for name in QUEUES if room[name] > 0)

    def expand(self) -> int:
        """Make a delivery of each job that follows from an event, exactly once."""
        with self._writing() as db:
            waiting = db.execute(
                select(Outbox.id, Outbox.topic)
                .where(Outbox.sent_at.is_(None))
                .order_by(Outbox.id)
                .limit(BATCH)
                .with_for_update(skip_locked=True)
            ).all()
            if not waiting:
                return 0
            deliveries = [
                {"id": uuid7(), "outbox_id": row.id, "job": job.name, "queue": job.queue}
                for row in waiting
                for job in self._routing.jobs_after(row.topic)
            ]
            if deliveries:
                db.execute(insert(Delivery), deliveries)
            db.execute(
                update(Outbox).where(Outbox.id.in_([row.id for row in waiting])).values(sent_at=func.now())
            )
            return len(waiting)

    def recall(self) -> None:
        """Everything that was sent and not begun is due now: it may be lost, and sent twice does no harm."""
        with self._writing() as db:
            db.execute(
                update(Delivery)
                .where(
                    Delivery.done_at.is_(None),
                    Delivery.dead_at.is_(None),
                    Delivery.sent_at.is_not(None),
                    Delivery.started_at.is_(None),
                )
                .values(due_at=func.now())
            )

    def _look(self) -> dict[QueueName, int]:
        """How much room each queue has; what was sent is recalled when Redis does not remember it."""
        with self._redis.pipeline(transaction=False) as pipe:
            pipe.get(MEMORY)
            for queue in self._queues.values():
                pipe.llen(queue.key)
            remembers, *lengths = pipe.execute()
        if not remembers or not self._has_recalled:
            self.recall()
            self._redis.set(MEMORY, "1")
            self._has_recalled = True
        return {name: MOST_WAITING - length for name, length in zip(QUEUES, lengths, strict=True)}

    def _send(self, queue: QueueName, room: int) -> int:
        claimed = self._claim(queue, room)
        if not claimed:
            return 0
        try:
            self._enqueue(queue, claimed)
        except RedisError:
            self._release(claimed)
            raise
        return len(claimed)

    def _claim(self, queue: QueueName, room: int) -> list[Sent]:
        with self._writing() as db:
            due = (
                select(Delivery.id)
                .where(
                    Delivery.done_at.is_(None),
                    Delivery.dead_at.is_(None),
                    Delivery.due_at <= func.now(),
                    Delivery.queue == queue,
                )
                .order_by(Delivery.due_at)
                .limit(min(room, BATCH))
                .with_for_update(skip_locked=True)
            )
            rows = db.execute(
                update(Delivery)
                .where(Delivery.id.in_(due.scalar_subquery()))
                .values(sent_at=func.now(), started_at=null(), due_at=func.now() + self._lost_after)
                .returning(Delivery.id, Delivery.job, Delivery.attempts)
                .execution_options(synchronize_session=False)
            ).all()
            claimed = sorted((Sent(*row) for row in rows), key=lambda sent: sent.id)
            hopeless = [sent for sent in claimed if self._is_used_up(sent)]
            if hopeless:
                self._give_up(db, hopeless)
        return [sent for sent in claimed if sent not in hopeless]

    def _is_used_up(self, sent: Sent) -> bool:
        job = self._routing.find(sent.job)
        return job is not None and sent.attempts >= job.attempts

    def _give_up(self, db: Session, hopeless: Sequence[Sent]) -> None:
        db.execute(
            update(Delivery)
            .where(Delivery.id.in_([sent.id for sent in hopeless]))
            .values(
                dead_at=func.now(), error="Every attempt was begun and none ended: its worker died each time."
            )
            .execution_options(synchronize_session=False)
        )

    def _enqueue(self, queue: QueueName, claimed: Sequence[Sent]) -> None:
        self._queues[queue].enqueue_many(
            [
                Queue.prepare_data(
                    PERFORM,
                    args=[str(sent.id), sent.job],
                    job_id=sent.name,
                    timeout=self._timeout(sent.job),
                    result_ttl=0,
                    failure_ttl=3600,
                    description=sent.job,
                )
                for sent in claimed
            ]
        )

    def _timeout(self, job_name: str) -> int:
        job = self._routing.find(job_name)
        return job.timeout if job else 60

    def _release(self, claimed: Sequence[Sent]) -> None:
        with self._writing() as db:
            db.execute(
                update(Delivery)
                .where(Delivery.id.in_([sent.id for sent in claimed]), Delivery.started_at.is_(None))
                .values(sent_at=null(), due_at=func.now())
                .execution_options(synchronize_session=False)
            )
