"""Files of others, fetched: from public addresses only, so large, so long and over so many hops at most.

A name is looked up once for each hop and that answer is what we connect to, so that a name that means
something else a moment later leads nowhere.
"""

import http.client
import socket
import ssl
import threading
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from webapp.core.db import require_no_transaction
from webapp.importing.rules import addresses
from webapp.importing.rules.addresses import Address
from webapp.importing.rules.found import Refused
from webapp.importing.rules.sizes import LARGEST, too_large

SECONDS = 30
MOST_HOPS = 5
PIECE = 64 * 1024
AGENT = "Marquee/1 (event import)"
WANTED = "text/calendar, application/ld+json, application/json, text/csv, text/html;q=0.8, */*;q=0.5"
MOVED = {301, 302, 303, 307, 308}
UNCHANGED = 304
Lookup = Callable[[str, int], list[str]]


@dataclass(frozen=True)
class Fetched:
    """What an address gave; `content` is None where it says that nothing changed since."""

    file: str
    content: bytes | None
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True)
class Known:
    """What an address said of itself the last time."""

    etag: str | None = None
    last_modified: str | None = None

    def headers(self) -> dict[str, str]:
        given = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in given.items() if value}


@dataclass(frozen=True)
class Outside:
    """The world outside. `private` lets tests and development ask their own machine."""

    private: bool = False
    seconds: float = SECONDS
    largest: int = LARGEST
    lookup: Lookup | None = None

    def fetch(self, text: str, known: Known | None = None) -> Fetched:
        """What is at an address; refused where it is not public, not there, too large or too slow."""
        require_no_transaction()
        first = here = addresses.address(text)
        clock = _Deadline(self.seconds)
        try:
            for _ in range(MOST_HOPS + 1):
                said = self._ask(here, (known or Known()).headers(), clock)
                if isinstance(said, Fetched):
                    return said
                here = addresses.address(said, base=here.text)
        except (OSError, http.client.HTTPException, zlib.error) as problem:
            raise _away(first, problem, clock) from None
        finally:
            clock.end()
        raise Refused("too-many-hops", f"{first.host} sends us on more than {MOST_HOPS} times.")

    def _ask(self, at: Address, headers: dict[str, str], clock: "_Deadline") -> "Fetched | str":
        """The answer, or the address that it sends us on to."""
        connection = _Connection(at, self._resolved(at), clock)
        try:
            connection.request(
                "GET", at.path, headers={
                    "Host": at.netloc, "User-Agent": AGENT, "Accept": WANTED, "Accept-Encoding": "gzip",
                    "Connection": "close", **headers,
                },
            )  # fmt: skip
            answer = connection.getresponse()
            if answer.status in MOVED and (onward := answer.headers.get("Location")):
                return onward
            said = self._read(at, answer)
            # Who is cut off in the middle has said something that looks whole.
            if clock.is_over:
                raise TimeoutError
            return said
        finally:
            connection.close()

    def _resolved(self, at: Address) -> str:
        """The machine of a name; refused unless all that it may be are public."""
        found = (self.lookup or _looked_up)(at.host, at.port)
        if not found:
            raise Refused("unknown-host", f"There is no host {at.host}. Look at the address once more.")
        if not self.private and not all(addresses.is_public(one) for one in found):
            message = f"{at.host} is not on the public internet, so nothing is fetched from it."
            raise Refused("private-address", message)
        return found[0]

    def _read(self, at: Address, answer: http.client.HTTPResponse) -> Fetched:
        if answer.status == UNCHANGED:
            return Fetched(at.file, None)
        if answer.status != 200:
            raise Refused(
                "not-there", f"{at.host} answers {answer.status} {answer.reason[:60]}".strip() + "."
            )
        length = answer.headers.get("Content-Length", "")
        if length.isdecimal() and int(length[:20]) > self.largest:
            raise Refused("too-large", too_large(int(length[:20]), self.largest))
        content = self._body(answer)
        return Fetched(
            at.file, content, _short(answer.headers.get("ETag")), _short(answer.headers.get("Last-Modified"))
        )

    def _body(self, answer: http.client.HTTPResponse) -> bytes:
        """All of it, unpacked where it is packed, never more than may be."""
        is_packed = answer.headers.get("Content-Encoding", "").strip().lower() in {"gzip", "x-gzip"}
        unpack = zlib.decompressobj(zlib.MAX_WBITS | 16) if is_packed else None
        content = bytearray()
        while piece := answer.read(PIECE):
            content += unpack.decompress(piece, self.largest + 1 - len(content)) if unpack else piece
            if len(content) > self.largest:
                raise Refused("too-large", too_large(len(content), self.largest))
        if answer.length or (unpack and not unpack.eof):
            raise http.client.IncompleteRead(bytes(content[:100]))
        return bytes(content)


class _Deadline:
    """Ends a conversation when its time is over, however slowly the other side speaks."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.is_over = False
        self._sockets: list[socket.socket] = []
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True
        self._timer.start()

    def watch(self, wire: socket.socket) -> None:
        self._sockets.append(wire)

    def end(self) -> None:
        self._timer.cancel()

    def _cut(self) -> None:
        self.is_over = True
        for wire in self._sockets:
            try:
                wire.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # it has ended by itself


class _Connection(http.client.HTTPConnection):
    """One to the machine that was looked up, and to no other; encrypted for the name that was asked for."""

    def __init__(self, at: Address, machine: str, clock: _Deadline) -> None:
        super().__init__(at.host, at.port, timeout=clock.seconds)
        self._at, self._machine, self._clock = at, machine, clock

    def connect(self) -> None:
        wire = socket.create_connection((self._machine, self.port), self.timeout)
        self._clock.watch(wire)
        if self._at.scheme == "https":
            secured = ssl.create_default_context().wrap_socket(
                wire, server_hostname=self._at.host, do_handshake_on_connect=False
            )
            self._clock.watch(secured)
            self.sock = secured
            secured.do_handshake()
            return
        self.sock = wire


def _looked_up(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return [str(one[4][0]) for one in found]


def _short(text: str | None) -> str | None:
    return text if text and len(text) <= 500 and text.isprintable() else None


def _away(at: Address, problem: Exception, clock: _Deadline) -> Refused:
    if clock.is_over or isinstance(problem, TimeoutError):
        return Refused("too-slow", f"{at.host} did not send it within {clock.seconds:.0f} seconds.")
    if isinstance(problem, ssl.SSLError):
        return Refused("bad-certificate", f"The connection to {at.host} cannot be trusted: {problem.reason}.")
    if isinstance(problem, http.client.HTTPException | zlib.error):
        return Refused("bad-answer", f"{at.host} answers in a way that no web server does.")
    said = problem.strerror if isinstance(problem, OSError) else ""
    return Refused("not-there", f"{at.host} does not answer{f': {said}' if said else ''}.")
