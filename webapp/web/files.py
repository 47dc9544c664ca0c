"""Kept files, sent small: a drawing is text and compresses to a third."""

import gzip
from functools import lru_cache
from pathlib import Path

from flask import Response, request, send_file


def send(path: Path, *, max_age: int, immutable: bool = False) -> Response:
    """A picture that browsers may keep; whatever is in it can do nothing."""
    if path.suffix == ".svg" and "gzip" in request.headers.get("Accept-Encoding", ""):
        response = Response(_compressed(path), mimetype="image/svg+xml")
        response.headers["Content-Encoding"] = "gzip"
    else:
        response = send_file(path, etag=False)
    if path.suffix == ".svg":
        response.vary.add("Accept-Encoding")
    # Files are named by their content, so the name is the tag.
    response.set_etag(path.stem)
    response.headers["Cache-Control"] = f"public, max-age={max_age}{', immutable' if immutable else ''}"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.make_conditional(request)
    return response


@lru_cache(maxsize=512)
def _compressed(path: Path) -> bytes:
    return gzip.compress(path.read_bytes(), 9, mtime=0)
