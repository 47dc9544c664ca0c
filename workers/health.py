"""Health and figures of a process without pages: `/livez`, `/readyz`, `/metrics` on an address of its own."""

import json
import os
import threading
from collections.abc import Callable, Iterable
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Protocol

from prometheus_client import generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import CollectorRegistry
from sqlalchemy.exc import SQLAlchemyError

from webapp.core import clock
from webapp.core.db import Database
from webapp.core.live import Live
from webapp.ops.queries import background

Address = tuple[str, int]


class Answering(Protocol):
    """Whoever is asked about a process."""

    def answer(self, path: str) -> tuple[int, str, bytes]:
        """Status, media type and body."""
        ...


class Health:
    """What is asked about this process. It is ready with the database; Redis away is told, and survived."""

    def __init__(self, database: Database, live: Live, version: str) -> None:
        self._database, self._live, self._version = database, live, version
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(Queues(database))

    def answer(self, path: str) -> tuple[int, str, bytes]:
        """Status, media type and body."""
        if path == "/livez":
            return _json(200, alive=True)
        if path == "/readyz":
            is_ready, redis = self._database.is_reachable(), self._live.is_reachable()
            return _json(200 if is_ready else 503, database=is_ready, redis=redis, version=self._version)
        if path == "/metrics":
            return 200, "text/plain; version=0.0.4; charset=utf-8", generate_latest(self._registry)
        return _json(404, error="There is /livez, /readyz and /metrics.")


class Queues:
    """How long the oldest job of each queue waits, and how many wait; nothing while the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def collect(self) -> Iterable[Metric]:
        age = GaugeMetricFamily(
            "marquee_queue_age_seconds", "Age of the oldest job that waits.", labels=["queue"]
        )
        waiting = GaugeMetricFamily("marquee_queue_waiting", "Jobs that wait.", labels=["queue"])
        try:
            with self._database.reading() as db:
                for queue in background.queues(db, clock.now()):
                    age.add_metric([queue.name], queue.age)
                    waiting.add_metric([queue.name], queue.waiting)
        except SQLAlchemyError:
            return ()
        return age, waiting


def serve(health: Answering, address: Address) -> ThreadingHTTPServer:
    """Answer in a thread from now on; `shutdown()` ends it."""
    server = ThreadingHTTPServer(address, partial(_Handler, health.answer))
    threading.Thread(target=server.serve_forever, name="health", daemon=True).start()
    return server


def serve_beside(health: Answering, address: Address, parent: int) -> None:
    """Answer as long as the parent lives."""
    server = serve(health, address)
    waiting = threading.Event()
    while os.getppid() == parent:
        waiting.wait(1)
    server.shutdown()


def address(said: str) -> Address:
    """`127.0.0.1:8080`; ValueError for anything else."""
    host, _, port = said.rpartition(":")
    if not host or not port.isdecimal():
        raise ValueError(said)
    return host, int(port)


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, answer: Callable[[str], tuple[int, str, bytes]], *connection: object) -> None:
        self._answer = answer
        super().__init__(*connection)  # type: ignore[arg-type]  # the server gives what its handler takes

    def do_GET(self) -> None:
        status, kind, body = self._answer(self.path)
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """A question each second is no news."""


def _json(status: int, **said: object) -> tuple[int, str, bytes]:
    return status, "application/json", json.dumps(said).encode()
