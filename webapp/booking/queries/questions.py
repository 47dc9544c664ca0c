"""What organizers ask for each ticket."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Asked:
    """A question of an event; `options` are the answers of a choice."""

    id: UUID
    event_id: UUID
    label: str
    hint: str
    kind: str
    options: tuple[str, ...]
    required: bool


QUESTIONS = text("""
    SELECT id, event_id, label, hint, kind, options, required FROM questions
    WHERE event_id = ANY(:events) ORDER BY event_id, position, id
""")


def questions(db: Session, event_ids: Collection[UUID]) -> list[Asked]:
    rows = db.execute(QUESTIONS, {"events": list(event_ids)})
    return [
        Asked(r.id, r.event_id, r.label, r.hint, r.kind, tuple(map(str, r.options)), r.required) for r in rows
    ]
