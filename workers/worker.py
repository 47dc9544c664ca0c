"""The processes that take jobs from the queues: one for each queue, forked from a parent that only watches.

A job runs in the worker's own process (docs/decisions says why there is no fork for each job). SIGTERM ends
it after the job in hand; when Redis is away it waits and goes on by itself.
"""

import gc
import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from types import FrameType

import structlog
from redis import Redis
from redis.client import Pipeline
from redis.exceptions import RedisError
from rq import Queue, SimpleWorker
from rq.exceptions import StopRequested
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.timeouts import JobTimeoutException
from rq.worker import WorkerStatus

from webapp.config import Settings
from webapp.core import logs
from workers import health, perform
from workers.context import make_context
from workers.heartbeat import beating
from workers.routing import Routing

log = structlog.get_logger()

PAUSE_SECONDS = 1
NICENESS = 10
HEARTBEAT = timedelta(seconds=10)


class QueueWorker(SimpleWorker):
    """Takes jobs and forgets them: what RQ would write down about each, its delivery says already."""

    was_asked_to_stop = False

    def execute_job(self, job: Job, queue: Queue) -> None:
        self.set_state(WorkerStatus.BUSY)
        try:
            with self.death_penalty_class(job.timeout, JobTimeoutException, job_id=job.id):
                job.perform()
        except Exception:
            # Not even its failure could be kept: the relay sends it again when its time is over.
            log.exception("job.lost", job=job.id)
        with self.connection.pipeline() as pipe:
            pipe.lrem(queue.intermediate_queue_key, 1, job.id)
            pipe.delete(job.key)
            pipe.execute()

    def heartbeat(self, timeout: int | None = None, pipeline: Pipeline | None = None) -> None:
        """Asked several times for each job; now and then is enough."""
        if self.last_heartbeat is None or datetime.now(UTC) - self.last_heartbeat > HEARTBEAT:
            super().heartbeat(timeout, pipeline)

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        self.was_asked_to_stop = True
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]  # rq leaves it untyped


def run(
    settings: Settings, routing: Routing, queues: Sequence[str], probed_at: health.Address | None = None
) -> None:
    """Work on these queues until SIGTERM; several are worked on, and probes answered, by one child each."""
    logs.configure(as_json=settings.environment == "production")
    logging.getLogger("rq.worker").setLevel(logging.WARNING)
    if len(queues) == 1 and not probed_at:
        take_jobs(settings, routing, queues[0])
        return
    parent = os.getpid()
    work = {queue: partial(take_jobs, settings, routing, queue, parent=parent) for queue in queues}
    if probed_at:
        work["health"] = partial(answer_probes, settings, probed_at, parent)
    Family(work).watch()


def take_jobs(settings: Settings, routing: Routing, queue: str, *, parent: int | None = None) -> None:
    # Where cores are scarce, people who wait for a page come before what may take a moment.
    os.nice(NICENESS)
    context = make_context(settings)
    perform.install(context, routing)
    with beating(context, f"worker {queue}", ends_with=parent):
        while not _worked_until_stopped(context.redis, queue):
            time.sleep(PAUSE_SECONDS)
    context.database.close()


def answer_probes(settings: Settings, address: health.Address, parent: int) -> None:
    context = make_context(settings)
    health.serve_beside(health.Health(context.database, context.live, settings.version), address, parent)


def _worked_until_stopped(redis: Redis, queue: str) -> bool:
    """False when Redis was lost; what was in hand is safe in PostgreSQL, so begin again."""
    worker = None
    try:
        worker = QueueWorker(
            [queue], connection=redis, serializer=JSONSerializer, worker_ttl=60, log_job_description=False
        )
        worker.work(logging_level="WARNING")
    except StopRequested:
        return True
    except RedisError as error:
        log.warning("worker.waits", queue=queue, error=str(error))
    return worker is not None and worker.was_asked_to_stop


class Family:
    """A parent that has loaded everything, and its children, who share that memory: one for each work."""

    def __init__(self, work: Mapping[str, Callable[[], None]]) -> None:
        self._work = work
        self._children: dict[int, str] = {}
        self._is_ending = False

    def watch(self) -> None:
        """Raise a child for each work, and another when one dies, until SIGTERM; then wait for them all."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._end)
        # What is loaded now is never collected, so that the children do not copy it by counting it.
        gc.freeze()
        for name in self._work:
            self._raise_child(name)
        while self._children:
            pid, status = os.wait()
            name = self._children.pop(pid)
            if not self._is_ending:
                log.error("worker.died", work=name, status=status)
                time.sleep(PAUSE_SECONDS)
            if not self._is_ending:
                self._raise_child(name)

    def _end(self, signum: int, frame: FrameType | None) -> None:  # noqa: ARG002  # the shape of a handler
        self._is_ending = True
        for pid in self._children:
            os.kill(pid, signal.SIGTERM)

    def _raise_child(self, name: str) -> None:
        pid = os.fork()
        if pid:
            self._children[pid] = name
            return
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        status = 1
        try:
            self._work[name]()
            status = 0
        except Exception:
            log.exception("worker.failed", work=name)
        finally:
            sys.stdout.flush()
            os._exit(status)
