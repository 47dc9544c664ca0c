"""To-dos that somebody puts aside until a day, and takes up again."""

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from webapp.core import audit
from webapp.core.audit import Actor
from webapp.core.errors import Invalid
from webapp.reports.models import TodoAside
from webapp.reports.rules.todos import Todo

LONGEST = timedelta(days=365)


def put_aside(
    db: Session, todo: Todo, *, organizer_id: UUID, until: date, note: str, today: date, by: Actor
) -> None:
    """Hide it until that day, for everybody in the team; done twice, the last word counts."""
    if not today < until <= today + LONGEST:
        raise Invalid(
            "Choose a day after today and within a year.",
            fields={"until": "A day after today, within a year."},
        )
    row = db.get(TodoAside, (organizer_id, todo.key))
    before = {"what": todo.what, "until": row.until.isoformat() if row else None}
    db.merge(
        TodoAside(
            organizer_id=organizer_id,
            key=todo.key,
            until=until,
            number=todo.number,
            note=note,
            made_by=by.name,
        )
    )
    said = {"what": todo.what, "until": until.isoformat(), "note": note}
    subject = ("organizer", organizer_id)
    audit.note(db, by, "To-do put aside", subject, organizer_id=organizer_id, before=before, after=said)


def take_up(db: Session, todo: Todo, *, organizer_id: UUID, by: Actor) -> None:
    """Show it again at once."""
    row = db.get(TodoAside, (organizer_id, todo.key))
    if row is None:
        return
    db.delete(row)
    audit.note(
        db,
        by,
        "To-do taken up again",
        ("organizer", organizer_id),
        organizer_id=organizer_id,
        before={"what": todo.what, "until": row.until.isoformat()},
        after={"what": todo.what, "until": None},
    )
