"""One HTTP/2 connection, frame by frame, that obeys GOAWAY as browsers do.

hyper-h2, and all that is built on it, treats each frame after a GOAWAY as an error, so answers that are
still on their way look lost. Here a connection that is to go away brings its open answers to their end.
"""

import asyncio
import contextlib
import ssl
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import hpack
from hyperframe import frame as frames

from bench.browser import Answer

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
# Whole pages at once: nobody here waits for a window. Forms are smaller than the server's first window.
WINDOW = 2**31 - 1
FIRST_WINDOW = 65_535


class NotLookedAt(ConnectionError):
    """The server says that it did not begin with this request: whoever sent it sends it again elsewhere."""


class ClosedBefore(ConnectionError):
    """The connection ended before the first byte of the answer."""


class CutShort(ConnectionError):
    """The answer had begun and did not come to its end."""


@dataclass
class Stream:
    """One question on its way; `done` gets the answer or why there is none."""

    done: asyncio.Future[Answer]
    headers: dict[str, str] = field(default_factory=dict)
    body: bytearray = field(default_factory=bytearray)


@dataclass
class Line:
    """A connection to one host; `is_reused` once it has answered something."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    open: dict[int, Stream] = field(default_factory=dict)
    is_reused: bool = False
    is_leaving: bool = False
    _next: int = 1
    _block: bytes = b""
    _out: hpack.Encoder = field(default_factory=hpack.Encoder)
    _in: hpack.Decoder = field(default_factory=hpack.Decoder)
    _task: asyncio.Task[None] | None = None

    @classmethod
    async def to(cls, base: str, tls: ssl.SSLContext, address: str) -> "Line":
        """A new connection from one of this machine's own addresses."""
        parts = urlsplit(base)
        reader, writer = await asyncio.open_connection(
            parts.hostname, parts.port, ssl=tls, local_addr=(address, 0)
        )
        line = cls(reader, writer)
        settings = frames.SettingsFrame(0, {frames.SettingsFrame.INITIAL_WINDOW_SIZE: WINDOW})
        wider = frames.WindowUpdateFrame(0, window_increment=WINDOW - FIRST_WINDOW)
        writer.write(PREFACE + settings.serialize() + wider.serialize())
        line._task = asyncio.create_task(line._listen())
        return line

    async def ask(self, headers: list[tuple[str, str]], body: bytes = b"") -> Answer:
        """One question and its answer."""
        if self.is_leaving:
            raise ClosedBefore("The connection ended while nobody used it.")
        number, self._next = self._next, self._next + 2
        stream = self.open[number] = Stream(asyncio.get_running_loop().create_future())
        head = frames.HeadersFrame(number, self._out.encode(headers), flags=["END_HEADERS"])
        if not body:
            head.flags.add("END_STREAM")
        content = frames.DataFrame(number, body, flags=["END_STREAM"]).serialize() if body else b""
        self.writer.write(head.serialize() + content)
        try:
            return await stream.done
        finally:
            self.open.pop(number, None)

    def close(self) -> None:
        self.is_leaving = True
        if self._task:
            self._task.cancel()
        self.writer.close()

    async def _listen(self) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while True:
                frame, length = frames.Frame.parse_frame_header(memoryview(await self.reader.readexactly(9)))
                frame.parse_body(memoryview(await self.reader.readexactly(length)))
                self._take(frame)
        self.is_leaving = True
        for stream in self.open.values():
            _fail(
                stream, CutShort("cut short") if stream.headers else ClosedBefore("closed before an answer")
            )

    def _take(self, frame: frames.Frame) -> None:
        match frame:
            case frames.HeadersFrame() | frames.ContinuationFrame():
                self._block += frame.data
                if "END_HEADERS" in frame.flags:
                    self._take_headers(frame.stream_id)
            case frames.DataFrame() if frame.stream_id in self.open:
                self.open[frame.stream_id].body += frame.data
            case frames.RstStreamFrame() if frame.stream_id in self.open:
                refused = frame.error_code == 7
                _fail(self.open[frame.stream_id], NotLookedAt("refused") if refused else CutShort("reset"))
            case frames.GoAwayFrame():
                self._leave(frame.last_stream_id)
            case frames.SettingsFrame() if "ACK" not in frame.flags:
                self.writer.write(frames.SettingsFrame(0, flags=["ACK"]).serialize())
            case frames.PingFrame() if "ACK" not in frame.flags:
                self.writer.write(frames.PingFrame(0, frame.opaque_data, flags=["ACK"]).serialize())
        if "END_STREAM" in frame.flags and frame.stream_id in self.open:
            self._answer(self.open[frame.stream_id])

    def _take_headers(self, number: int) -> None:
        """Decoded even where nobody waits any more: the table of names is shared by all answers."""
        fields, self._block = self._in.decode(self._block), b""
        if number in self.open:
            headers = self.open[number].headers
            for name, value in fields:
                headers[name] = f"{headers[name]}\n{value}" if name in headers else value

    def _answer(self, stream: Stream) -> None:
        self.is_reused = True
        if not stream.done.done():
            stream.done.set_result(Answer(int(stream.headers[":status"]), stream.headers, bytes(stream.body)))

    def _leave(self, last: int) -> None:
        self.is_leaving = True
        for number, stream in self.open.items():
            if number > last:
                _fail(stream, NotLookedAt("The server goes away and did not look at it."))


def _fail(stream: Stream, why: ConnectionError) -> None:
    if not stream.done.done():
        stream.done.set_exception(why)
