"""A report as a file: sent as it is read, so that a million rows need no more memory than a few."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from flask import Response

from webapp.core.audit import Actor, note
from webapp.core.db import Database
from webapp.core.errors import NotFound, TooMany
from webapp.core.ids import uuid7
from webapp.reports import documents
from webapp.reports.queries import sheets as queries
from webapp.reports.queries.sheets import Query
from webapp.web import current

# Each keeps a connection for as long as it is read; others need the rest.
MOST_AT_ONCE = 2
_room = threading.BoundedSemaphore(MOST_AT_ONCE)

PIECE = 256 * 1024


def answer(query: Query, form: str, name: str, by: Actor) -> Response:
    """The whole report as CSV or workbook, which the history notes; TooMany while others are read."""
    if form not in documents.TYPES:
        raise NotFound("Reports come as .csv and .xlsx.")
    if not _room.acquire(blocking=False):
        raise TooMany("Two files are being made just now. Ask again in a moment.", retry_after=20)
    ending = ExitStack()
    ending.callback(_room.release)
    try:
        _note(query, name, by)
        pieces = _csv(current.database(), query, ending) if form == "csv" else _workbook(query, ending)
    except BaseException:
        ending.close()
        raise
    response = Response(_until_read(pieces, ending), content_type=documents.TYPES[form])
    # Called also when whoever asked goes away before the end.
    response.call_on_close(ending.close)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _until_read(pieces: Iterator[bytes], ending: ExitStack) -> Iterator[bytes]:
    try:
        yield from pieces
    finally:
        ending.close()


def _note(query: Query, name: str, by: Actor) -> None:
    subject = ("organizer", query.organizer_id) if query.organizer_id else ("user", by.id or uuid7())
    said = {"report": name, **query.wanted.said()}
    with current.database().writing() as db:
        note(db, by, "Report exported", subject, organizer_id=query.organizer_id, after=said)


def _csv(database: Database, query: Query, ending: ExitStack) -> Iterator[bytes]:
    db = ending.enter_context(database.streaming())
    return documents.csv_lines(query.view, queries.stream(db, query))


def _workbook(query: Query, ending: ExitStack) -> Iterator[bytes]:
    """A workbook is a packed archive, so it is whole before its first byte leaves."""
    sheet = queries.SHEETS[query.wanted.sheet]
    with current.database().streaming() as db:
        made = documents.workbook(query.view, sheet.title, queries.stream(db, query))
    ending.callback(made.unlink, missing_ok=True)
    return _pieces(made)


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece
