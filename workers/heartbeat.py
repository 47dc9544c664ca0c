"""A sign of life every ten seconds, written beside the work so that a long job does not look like a death."""

import os
import resource
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from sqlalchemy import delete, func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError

from webapp.ops.models import Heartbeat
from workers.context import Context

log = structlog.get_logger()

EVERY_SECONDS = 10


@contextmanager
def beating(context: Context, role: str, *, ends_with: int | None = None) -> Iterator[None]:
    """Tell that this process lives; when process `ends_with` is gone, ask this one to end as well."""
    ending = threading.Event()
    thread = threading.Thread(
        target=_beat, args=(context, role, ends_with, ending), name="heartbeat", daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        ending.set()
        thread.join(timeout=2)
        _erase(context, role)


def _beat(
    context: Context,
    role: str,
    ends_with: int | None,
    ending: threading.Event,
) -> None:
    seconds = 0
    while True:
        if seconds % EVERY_SECONDS == 0:
            _write(context, role)
        if ending.wait(1):
            return
        seconds += 1
        if ends_with is not None and os.getppid() != ends_with:
            os.kill(os.getpid(), signal.SIGTERM)
            return


def _write(context: Context, role: str) -> None:
    name, circuit = _names(role)
    rows = [
        (name, role.split(maxsplit=1)[0], {"role": role, "memory_mib": memory_mib()}),
        (circuit, "circuit", {"state": context.smtp.current_state}),
    ]
    try:
        with context.database.writing() as db:
            for key, kind, said in rows:
                row = insert(Heartbeat).values(name=key, kind=kind, at=func.now(), detail=said)
                db.execute(
                    row.on_conflict_do_update(
                        index_elements=[Heartbeat.name],
                        set_={"at": func.now(), "detail": row.excluded.detail},
                    )
                )
    except SQLAlchemyError as error:
        log.warning("heartbeat.unwritten", error=str(error))


def _erase(context: Context, role: str) -> None:
    """Who ends in order is not missed."""
    try:
        with context.database.writing() as db:
            db.execute(delete(Heartbeat).where(Heartbeat.name.in_(_names(role))))
    except SQLAlchemyError as error:
        log.warning("heartbeat.unwritten", error=str(error))


def _names(role: str) -> tuple[str, str]:
    """Of the process, and of its circuit to the mail server."""
    name = f"{role} on {socket.gethostname()} {os.getpid()}"
    return name, f"smtp of {name}"


def memory_mib() -> int:
    """The most this process has had in memory, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
