"""Files that staff take away: sent as they are read, so that a million rows need the memory of a few."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack

from flask import Response

from webapp.core.db import Session
from webapp.core.errors import TooMany
from webapp.core.sheets import Rows, csv_pieces
from webapp.core.workbooks import book_pieces
from webapp.web import current

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

# Each keeps a connection for as long as it is read; others need the rest.
MOST_AT_ONCE = 4
_room = threading.BoundedSemaphore(MOST_AT_ONCE)


def sent(
    name: str, heads: Sequence[str], rows: Callable[[Session], Rows], *, form: str = "csv", title: str = ""
) -> Response:
    """The file `name.form` of these rows, read from one snapshot; TooMany while others are read."""
    if not _room.acquire(blocking=False):
        raise TooMany("Other files are being made just now. Ask again in a moment.", retry_after=20)
    ending = ExitStack()
    ending.callback(_room.release)
    try:
        found = rows(ending.enter_context(current.database().streaming()))
    except BaseException:
        ending.close()
        raise
    pieces = book_pieces(title, heads, found) if form == "xlsx" else csv_pieces(heads, found)
    response = Response(_until_read(pieces, ending), content_type=TYPES[form])
    # Called also when whoever asked goes away before the end.
    response.call_on_close(ending.close)
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}.{form}")
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _until_read(pieces: Iterator[bytes], ending: ExitStack) -> Iterator[bytes]:
    try:
        yield from pieces
    finally:
        ending.close()
