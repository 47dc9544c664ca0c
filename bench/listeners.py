"""Thousands of pages that listen: one plain connection each, which notes when something came."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import urlsplit

# So many open at once; the others wait for their turn, as people come one after the other.
OPENING = 50


@dataclass(eq=False)
class Listener(asyncio.Protocol):
    """One stream. `heard` are the instants at which messages of `event` came; `broken` says why it ended."""

    request: bytes
    event: bytes
    is_open: asyncio.Future[bool]
    heard: list[float] = field(default_factory=list)
    broken: str = ""
    transport: asyncio.Transport | None = None
    _rest: bytes = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        if not self.is_open.done():
            status = data.partition(b"\r\n")[0].decode()
            if " 200 " not in status:
                self.broken = status
            self.is_open.set_result(not self.broken)
        # A name may be cut in two by the network; what is left of it is looked at again with what follows.
        data = self._rest + data
        self.heard += [time.monotonic()] * data.count(self.event)
        self._rest = data[-len(self.event) + 1 :]

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  # the shape of a protocol
        self.broken = self.broken or "closed"
        if not self.is_open.done():
            self.is_open.set_result(False)

    def close(self) -> None:
        if self.transport:
            self.transport.close()


async def listen(url: str, event: str, many: int) -> list[Listener]:
    """Open so many streams of one address; those that were refused are broken from the start."""
    parts = urlsplit(url)
    host, port = parts.netloc.split(":")
    lines = (f"GET {parts.path} HTTP/1.1", f"Host: {parts.netloc}", "Accept: text/event-stream", "", "")
    request = "\r\n".join(lines).encode()
    turns = asyncio.Semaphore(OPENING)
    loop = asyncio.get_running_loop()

    async def one() -> Listener:
        listener = Listener(request, f"event: {event}\n".encode(), loop.create_future())
        async with turns:
            try:
                await loop.create_connection(lambda: listener, host, int(port))
                await asyncio.wait_for(listener.is_open, timeout=60)
            except (OSError, TimeoutError) as error:
                listener.broken = type(error).__name__
        return listener

    return list(await asyncio.gather(*(one() for _ in range(many))))
