"""Saved reports as mails: what there is to say in the mail, and the whole of it as a file."""

import tempfile
from pathlib import Path
from uuid import UUID

from webapp.core.db import Session
from webapp.reports import documents
from webapp.reports.queries import saved, sheets
from webapp.reports.queries.saved import Due
from workers.context import Context, Effect
from workers.mail.compose import Attachment, compose
from workers.mail.send import send

TYPES = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
# Mail servers refuse what is larger, so the mail leads to the page instead.
MOST_ATTACHED = 8_000_000


def mail_report(context: Context, *, run_id: UUID, user_id: UUID) -> Effect | None:
    """Mail one member of the team what they may see of it; nothing to who may see nothing any more."""
    with context.database.streaming() as db:
        due = saved.find_due(db, run_id, user_id)
        if due is None:
            return None
        table = sheets.table(db, due.query)
        content = _file(db, due)
    name = f"{due.organizer_slug}-{due.saved.sheet}.{due.saved.form}"
    mail = compose(
        context,
        "report",
        (due.reader.name, due.reader.email),
        attachments=(Attachment(name, TYPES[due.saved.form], content),) if content else (),
        category="",
        due=due,
        columns=[column for column in due.query.view.columns if column.summed],
        table=table,
        is_attached=bool(content),
        link=context.address(f"/staff/{due.organizer_slug}/reports/{due.saved.path}"),
    )
    return send(context, mail, kind="report", reference=None)


def _file(db: Session, due: Due) -> bytes | None:
    """The file, or None when it is too large to be mailed; written beside, so that memory stays flat."""
    rows = sheets.stream(db, due.query)
    with tempfile.TemporaryDirectory(prefix="report-") as folder:
        target = Path(folder) / "report"
        with target.open("wb") as file:
            file.writelines(documents.pieces(due.query.view, due.saved.title, rows, due.saved.form))
        return target.read_bytes() if target.stat().st_size <= MOST_ATTACHED else None
