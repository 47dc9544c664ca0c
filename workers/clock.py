"""The process that looks at the time: it sends what is due and runs the timers. Two copies are safe."""

import signal
import threading
import time
from types import FrameType

import structlog
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from webapp.config import Settings
from webapp.core import logs
from workers import health
from workers.context import Context, make_context
from workers.heartbeat import beating
from workers.leader import Leadership, leadership
from workers.relay import Relay
from workers.routing import Routing
from workers.timers import TIMERS, Timer

log = structlog.get_logger()

POLL_SECONDS = 0.1
PAUSE_SECONDS = 1.0


def run(settings: Settings, routing: Routing, probed_at: health.Address | None = None) -> None:
    """Lead, or wait to lead, until SIGTERM."""
    logs.configure(as_json=settings.environment == "production")
    stopping = threading.Event()

    def stop(signum: int, frame: FrameType | None) -> None:  # noqa: ARG001  # the shape of a handler
        stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    context = make_context(settings)
    if probed_at:
        health.serve(health.Health(context.database, context.live, settings.version), probed_at)
    with beating(context, "clock"):
        while not stopping.is_set():
            try:
                _lead_if_possible(context, routing, stopping)
            except SQLAlchemyError as error:
                log.warning("clock.waits", error=str(error))
            stopping.wait(PAUSE_SECONDS)
    context.database.close()


def _lead_if_possible(context: Context, routing: Routing, stopping: threading.Event) -> None:
    with leadership(context.database) as leads:
        if leads is None:
            return
        log.info("clock.leads")
        over = threading.Event()
        threads = [threading.Thread(target=_tick, args=(context, timer, over)) for timer in TIMERS]
        for thread in threads:
            thread.start()
        try:
            _relay(context, leads, routing, stopping)
        finally:
            over.set()
            for thread in threads:
                thread.join()


def _relay(context: Context, leads: Leadership, routing: Routing, stopping: threading.Event) -> None:
    relay = Relay(leads.writing, context.redis, routing, ring=context.live.orders_changed)
    while not stopping.is_set():
        try:
            sent = relay.round()
        except RedisError as error:
            log.warning("relay.waits", error=str(error))
            stopping.wait(PAUSE_SECONDS)
            continue
        # A full round is followed at once by the next.
        stopping.wait(0 if sent else POLL_SECONDS)


def _tick(context: Context, timer: Timer, over: threading.Event) -> None:
    """Run one timer again and again; a failure is told and does not end it."""
    while not over.is_set():
        began = time.monotonic()
        try:
            timer.run(context)
        except Exception:
            log.exception("timer.failed", timer=timer.name)
        over.wait(max(0.0, timer.every_seconds - (time.monotonic() - began)))
