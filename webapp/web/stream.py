"""Server-sent events: one subscription for the process, one short queue for each open page."""

import queue
import threading
from collections import defaultdict
from collections.abc import Iterator

import structlog
from flask import Response
from redis.exceptions import RedisError

from webapp.core.errors import Unavailable
from webapp.core.live import Live
from webapp.web import current

log = structlog.get_logger()

PING_SECONDS = 15
# A page that does not read fast enough loses old fragments: the next one shows the newest state anyway.
QUEUE_LENGTH = 16


class Streams:
    """Forwards what is published to the pages that look at it; refuses more than `most` open pages.

    The cap is what keeps open pages from starving the threads that answer requests. When Redis is
    away every page is told to ask for itself (`event: lost`), and the subscription is tried again.
    """

    def __init__(self, live: Live, *, most: int) -> None:
        self._live = live
        self._most = most
        self._open = 0
        self._listeners: dict[str, set[queue.Queue[str]]] = defaultdict(set)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closing = threading.Event()

    def close(self) -> None:
        """End the subscription, before its connection is closed."""
        self._closing.set()
        if self._thread:
            self._thread.join(timeout=5)

    def response(self, channel: str) -> Response:
        """An endless answer with the messages of `channel`; Unavailable when too many pages are open."""
        listener: queue.Queue[str] = queue.Queue(QUEUE_LENGTH)
        with self._lock:
            if self._open >= self._most:
                raise Unavailable(
                    "Too many pages are open here: this one asks again by itself.", retry_after=15
                )
            self._open += 1
            self._listeners[channel].add(listener)
            if self._thread is None:
                self._thread = threading.Thread(target=self._forward, name="live", daemon=True)
                self._thread.start()
        response = Response(_messages(listener), mimetype="text/event-stream")
        # Called also when the page goes away before the first message, where a generator's finally is not.
        response.call_on_close(lambda: self._leave(channel, listener))
        response.headers["Cache-Control"] = "no-cache"
        response.headers["X-Accel-Buffering"] = "no"
        return response

    def _leave(self, channel: str, listener: "queue.Queue[str]") -> None:
        with self._lock:
            self._open -= 1
            self._listeners[channel].discard(listener)
            if not self._listeners[channel]:
                del self._listeners[channel]

    def _forward(self) -> None:
        while not self._closing.is_set():
            try:
                for message in self._live.messages():
                    if self._closing.is_set():
                        return
                    if message:
                        channel, event, html = message
                        self._send(self._listeners.get(channel, ()), _framed(event, html))
            except RedisError as error:
                log.warning("live.lost", error=str(error))
                with self._lock:
                    everybody = [listener for those in self._listeners.values() for listener in those]
                self._send(everybody, _framed("lost", ""))
                self._closing.wait(2)

    def _send(
        self, listeners: "set[queue.Queue[str]] | list[queue.Queue[str]] | tuple[()]", frame: str
    ) -> None:
        for listener in tuple(listeners):
            if listener.full():
                listener.get_nowait()
            listener.put_nowait(frame)


def let_pages_read(response: Response) -> Response:
    """Pages of the house may read this answer where the live process has another origin, refusals too."""
    if current.settings().live_url:
        response.headers["Access-Control-Allow-Origin"] = current.settings().base_url
        response.headers["Access-Control-Allow-Credentials"] = "true"
    return response


def live_url(path: str) -> str:
    """Where a page listens: its own origin, or the live process's where that has another."""
    return (current.settings().live_url or "") + path


def _messages(listener: "queue.Queue[str]") -> Iterator[str]:
    yield "retry: 2000\n\n"
    while True:
        try:
            yield listener.get(timeout=PING_SECONDS)
        except queue.Empty:
            yield ": still here\n\n"


def _framed(event: str, html: str) -> str:
    data = "\n".join(f"data: {line}" for line in html.splitlines() or [""])
    return f"event: {event}\n{data}\n\n"
