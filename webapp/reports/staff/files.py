"""A report as a file; that it was taken away stands in the history."""

from flask import Response

from webapp.core.audit import Actor, note
from webapp.core.errors import NotFound
from webapp.core.ids import uuid7
from webapp.reports import documents
from webapp.reports.queries import sheets as queries
from webapp.reports.queries.sheets import Query
from webapp.web import current, downloads


def answer(query: Query, form: str, name: str, by: Actor) -> Response:
    """The whole report as CSV or workbook; TooMany while others are read."""
    if form not in downloads.TYPES:
        raise NotFound("Reports come as .csv and .xlsx.")
    view, title = query.view, queries.SHEETS[query.wanted.sheet].title
    response = downloads.sent(
        name,
        documents.heads(view),
        lambda db: documents.rows(view, queries.stream(db, query)),
        form=form,
        title=title,
    )
    _note(query, name, by)
    return response


def _note(query: Query, name: str, by: Actor) -> None:
    subject = ("organizer", query.organizer_id) if query.organizer_id else ("user", by.id or uuid7())
    said = {"report": name, **query.wanted.said()}
    with current.database().writing() as db:
        note(db, by, "Report exported", subject, organizer_id=query.organizer_id, before=None, after=said)
