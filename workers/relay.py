"""From the outbox to the queues. PostgreSQL knows what must be done; Redis only carries names.

Each round expands new outbox rows into deliveries, claims what is due, and puts it on the queues once the
claim is committed, so that no lock waits for Redis. Whatever is lost between the claim and a worker's
beginning is sent again: at once when a relay begins or Redis came back empty, else after `LOST_AFTER`.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy import func, null, text, update

from webapp.core.db import Session
from webapp.core.ids import uuid7
from webapp.core.outbox import Delivery
from workers.routing import QUEUES, QueueName, Routing

log = structlog.get_logger()

BATCH = 500
# So few wait in Redis that what was sent is begun long before it counts as lost; PostgreSQL keeps the rest.
MOST_WAITING = 400
LOST_AFTER = timedelta(seconds=90)
# A key that vanishes with everything else when Redis loses its memory.
MEMORY = "relay:memory"
PERFORM = "workers.perform.perform"


WAITING = text("""
    SELECT id, topic, payload FROM outbox WHERE sent_at IS NULL ORDER BY id
    LIMIT :most FOR UPDATE SKIP LOCKED
""")
EXPAND = text("""
    WITH made AS (
        INSERT INTO deliveries (id, outbox_id, job, queue)
        SELECT * FROM unnest(CAST(:id AS uuid[]), CAST(:outbox AS uuid[]), CAST(:job AS text[]),
                             CAST(:queue AS text[]))
    )
    UPDATE outbox SET sent_at = now() WHERE id = ANY(:waiting)
""")

# The longest due of every queue, as many as it has room for, in one round trip.
CLAIM = text("""
    UPDATE deliveries SET sent_at = now(), started_at = NULL, due_at = now() + :lost_after
    WHERE id IN (
        SELECT due.id FROM unnest(CAST(:queues AS text[]), CAST(:rooms AS int[])) AS wanted(queue, room)
        CROSS JOIN LATERAL (
            SELECT d.id FROM deliveries d
            WHERE d.queue = wanted.queue AND d.done_at IS NULL AND d.dead_at IS NULL AND d.due_at <= now()
            ORDER BY d.due_at LIMIT wanted.room FOR UPDATE SKIP LOCKED
        ) AS due
    )
    RETURNING id, queue, job, attempts
""")


@dataclass(frozen=True)
class Sent:
    id: UUID
    queue: QueueName
    job: str
    attempts: int

    @property
    def name(self) -> str:
        """What Redis knows it by: the same when the same attempt is sent twice."""
        return f"outbox-{self.id}-{self.attempts + 1}"


class Relay:
    """`writing` opens a transaction: the clock gives one on the connection that makes it the leader.

    `ring` is told which orders look different now.
    """

    def __init__(
        self,
        writing: Callable[[], AbstractContextManager[Session]],
        redis: Redis,
        routing: Routing,
        *,
        lost_after: timedelta = LOST_AFTER,
        ring: Callable[[Collection[str]], None] | None = None,
    ) -> None:
        self._writing = writing
        self._redis = redis
        self._routing = routing
        self._lost_after = lost_after
        self._ring = ring
        self._queues = {name: Queue(name, connection=redis, serializer=JSONSerializer) for name in QUEUES}
        self._has_recalled = False

    def round(self) -> int:
        """Send what is due and say how much it was; raises `RedisError` when Redis is away."""
        return self.expand() + self._send(self._look())

    def expand(self) -> int:
        """Make a delivery of each job that follows from an event, exactly once."""
        with self._writing() as db:
            waiting = db.execute(WAITING, {"most": BATCH}).all()
            if not waiting:
                return 0
            deliveries = [
                {"id": uuid7(), "outbox": row.id, "job": job.name, "queue": job.queue}
                for row in waiting
                for job in self._routing.jobs_after(row.topic)
            ]
            columns = {name: [one[name] for one in deliveries] for name in ("id", "outbox", "job", "queue")}
            db.execute(EXPAND, {"waiting": [row.id for row in waiting], **columns})
        changed = {row.payload["order_id"] for row in waiting if self._routing.is_redrawn(row.topic)}
        if changed and self._ring:
            self._ring(changed)
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

    def _send(self, room: Mapping[QueueName, int]) -> int:
        claimed = self._claim(room)
        if not claimed:
            return 0
        try:
            for queue in QUEUES:
                self._enqueue(queue, [sent for sent in claimed if sent.queue == queue])
        except RedisError:
            self._release(claimed)
            raise
        return len(claimed)

    def _claim(self, room: Mapping[QueueName, int]) -> list[Sent]:
        with self._writing() as db:
            rows = db.execute(
                CLAIM,
                {
                    "queues": list(room),
                    "rooms": [max(0, min(free, BATCH)) for free in room.values()],
                    "lost_after": self._lost_after,
                },
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
        if not claimed:
            return
        self._queues[queue].enqueue_many(
            [
                Queue.prepare_data(
                    PERFORM,
                    args=[str(sent.id), sent.job],
                    job_id=sent.name,
                    timeout=self._timeout(sent.job),
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
