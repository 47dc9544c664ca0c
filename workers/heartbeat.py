"""A sign of life every ten seconds, written beside the work so that a long job does not look like a death."""

import os
import resource
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from sqlalchemy import delete
from sqlalchemy.exc import SQLAlchemyError

from webapp.ops.models import Heartbeat
from webapp.ops.service.signs import note_circuit, note_sign, process_name
from workers.context import Context

log = structlog.get_logger()

EVERY_SECONDS = 10


@contextmanager
def beating(context: Context, role: str, *, ends_with: int | None = None) -> Iterator[None]:
    """Tell that this process lives; when process `ends_with` is gone, ask this one to end as well."""
    ending = threading.Event()
    pulse = Pulse(context, role)
    thread = threading.Thread(target=_beat, args=(pulse, ends_with, ending), name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ending.set()
        thread.join(timeout=2)
        pulse.stop()


def _beat(pulse: "Pulse", ends_with: int | None, ending: threading.Event) -> None:
    seconds = 0
    while True:
        if seconds % EVERY_SECONDS == 0:
            pulse.beat()
        if ending.wait(1):
            return
        seconds += 1
        if ends_with is not None and os.getppid() != ends_with:
            os.kill(os.getpid(), signal.SIGTERM)
            return


class Pulse:
    """The rows of one process: itself, and a circuit to the outside once it has opened."""

    def __init__(self, context: Context, role: str) -> None:
        self._context = context
        self._role = role
        self._name = process_name(role)
        self._circuits = dict.fromkeys(self._states(), "closed")

    def beat(self) -> None:
        detail = {"role": self._role, "memory_mib": memory_mib()}
        note_sign(self._context.database, self._name, self._role.split(maxsplit=1)[0], detail)
        for circuit, state in self._states().items():
            if state != self._circuits[circuit]:
                self._circuits[circuit] = state
                note_circuit(self._context.database, circuit, self._role, state)

    def stop(self) -> None:
        """Who ends in order is not missed."""
        names = [self._name, *(f"{circuit} of {self._name}" for circuit in self._circuits)]
        try:
            with self._context.database.writing() as db:
                db.execute(delete(Heartbeat).where(Heartbeat.name.in_(names)))
        except SQLAlchemyError as error:
            log.warning("heartbeat.unwritten", error=str(error))

    def _states(self) -> dict[str, str]:
        return {"mail server": self._context.smtp.current_state, "provider": self._context.gateway.circuit}


def memory_mib() -> int:
    """The most this process has had in memory, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
