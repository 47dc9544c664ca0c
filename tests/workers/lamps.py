"""A small house with jobs of its own, so that the machinery is tested and not the box office.

Run as `python -m tests.workers.lamps worker urgent` it is a real worker process with these jobs.
"""

import os
import signal
import sys
import time
from dataclasses import dataclass

from sqlalchemy import text

from webapp.config import Settings
from webapp.core.db import Session
from webapp.core.events import Event
from workers import clock, worker
from workers.context import Context, Effect
from workers.routing import Job, Routing


@dataclass(frozen=True)
class LampLit(Event):
    lamp: str


@dataclass(frozen=True)
class LampBroken(Event):
    lamp: str


@dataclass(frozen=True)
class LampPassed(Event):
    """Nothing follows from it."""

    lamp: str


def write_down(context: Context, *, lamp: str) -> Effect:
    """Outside work is counted in Redis, the effect is a row."""
    context.redis.incr(f"outside:{lamp}")

    def effect(db: Session) -> None:
        db.execute(text("INSERT INTO lamps (name) VALUES (:lamp)"), {"lamp": lamp})

    return effect


def glow(context: Context, *, lamp: str) -> None:
    """A consequence without a row of its own."""
    context.redis.incr(f"glow:{lamp}")


def repair(context: Context, *, lamp: str) -> Effect:
    """Fails until somebody allowed it, dies once when told so, takes its time when told so."""
    if context.redis.getdel(f"kill:{lamp}"):
        os.kill(os.getpid(), signal.SIGKILL)
    context.redis.incr(f"tried:{lamp}")
    if not context.redis.exists(f"allowed:{lamp}"):
        raise RuntimeError(f"{lamp} is still broken")
    time.sleep(float(context.redis.get(f"seconds:{lamp}") or 0))
    return write_down(context, lamp=lamp)


ROUTING = Routing(
    {
        LampLit: (
            Job(write_down, "urgent", timeout=10, attempts=5),
            Job(glow, "default", timeout=10, attempts=5),
        ),
        LampBroken: (Job(repair, "urgent", timeout=2, attempts=3),),
    }
)


if __name__ == "__main__":
    role, *queues = sys.argv[1:]
    if role == "worker":
        worker.run(Settings.from_env(), ROUTING, queues)
    else:
        clock.run(Settings.from_env(), ROUTING)
