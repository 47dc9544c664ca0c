"""Public pages kept rendered in memory: compressed, with an ETag, until what they show has changed.

A page is kept under a key with the *state* it was rendered from, a short text such as the event's
version and what is left. Within `fresh_for` seconds it is answered without asking; after that the
state is asked for (one small query) and only a changed state renders again.
"""

import gzip
import hashlib
import hmac
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from flask import Response, g, request

from webapp.web import current


@dataclass
class Page:
    state: str
    body: bytes
    etag: str
    nonce: str
    asked_at: float


class KeptPages:
    """At most `max_bytes` of compressed pages; those not asked for longest go first."""

    def __init__(self, *, max_bytes: int = 24_000_000, fresh_for: float = 0.5) -> None:
        self._max_bytes = max_bytes
        self._fresh_for = fresh_for
        self._pages: OrderedDict[str, Page] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()
        self._rendering: dict[str, threading.Lock] = {}

    def answer(self, key: str, state: Callable[[], str], render: Callable[[], str]) -> Response:
        """The page for `key`; `state` and `render` are called only when they are needed."""
        page = self._pages.get(key)
        if page is None or time.monotonic() - page.asked_at > self._fresh_for:
            page = self._look_again(key, state(), render)
        return _respond(page)

    def clear(self) -> None:
        with self._lock:
            self._pages.clear()
            self._bytes = 0

    def _look_again(self, key: str, state: str, render: Callable[[], str]) -> Page:
        page = self._pages.get(key)
        if page is None or page.state != state:
            # One thread renders a page that everybody wants; the others wait for it.
            with self._lock:
                turn = self._rendering.setdefault(key, threading.Lock())
            with turn:
                page = self._pages.get(key)
                if page is None or page.state != state:
                    page = self._keep(key, _rendered(key, state, render))
            with self._lock:
                self._rendering.pop(key, None)
        page.asked_at = time.monotonic()
        return page

    def _keep(self, key: str, page: Page) -> Page:
        with self._lock:
            old = self._pages.pop(key, None)
            self._bytes += len(page.body) - (len(old.body) if old else 0)
            self._pages[key] = page
            while self._bytes > self._max_bytes:
                _, dropped = self._pages.popitem(last=False)
                self._bytes -= len(dropped.body)
        return page


def _rendered(key: str, state: str, render: Callable[[], str]) -> Page:
    # The nonce belongs to the rendering: a copy confirmed by 304 must carry the nonce it was made with.
    secret = current.settings().secret_key.encode()
    g.csp_nonce = hmac.new(secret, f"{key}\n{state}".encode(), hashlib.sha256).hexdigest()[:32]
    html = render().encode()
    return Page(
        state=state,
        body=gzip.compress(html, 9, mtime=0),
        etag=hashlib.sha256(html).hexdigest()[:24],
        nonce=g.csp_nonce,
        asked_at=time.monotonic(),
    )


def _respond(page: Page) -> Response:
    g.csp_nonce = page.nonce
    if page.etag in request.if_none_match:
        response = Response(status=304)
    elif "gzip" in request.headers.get("Accept-Encoding", ""):
        response = Response(page.body, headers={"Content-Encoding": "gzip"})
    else:
        response = Response(gzip.decompress(page.body))
    response.mimetype = "text/html"
    response.set_etag(page.etag)
    response.headers["Cache-Control"] = "public, max-age=0, s-maxage=1, must-revalidate"
    response.headers["Vary"] = "Accept-Encoding, HX-Request"
    return response
