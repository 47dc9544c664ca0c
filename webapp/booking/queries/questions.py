"""What organizers ask for each ticket, or once for an order."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.core.answers import bounds_text


@dataclass(frozen=True)
class Asked:
    """A question of an event; `options` are the answers of a choice, `type_names` whose tickets it is for."""

    id: UUID
    event_id: UUID
    label: str
    hint: str
    kind: str
    options: tuple[str, ...]
    required: bool
    scope: str = "ticket"
    type_names: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None

    @property
    def help(self) -> str:
        """The organizer's hint, and the bounds of a number."""
        bounds = bounds_text(self.least, self.most) if self.kind == "number" else ""
        return ". ".join(filter(None, (self.hint.rstrip("."), bounds.capitalize())))

    def is_for(self, type_name: str) -> bool:
        """Whether tickets of this type are asked."""
        return self.scope == "ticket" and (not self.type_names or type_name in self.type_names)


QUESTIONS = text("""
    SELECT id, event_id, label, hint, kind, options, required, scope, type_names, least, most FROM questions
    WHERE event_id = ANY(:events) ORDER BY event_id, position, id
""")


def questions(db: Session, event_ids: Collection[UUID]) -> list[Asked]:
    rows = db.execute(QUESTIONS, {"events": list(event_ids)})
    return [_asked(dict(row._mapping)) for row in rows]


def _asked(row: dict[str, Any]) -> Asked:
    lists: dict[str, Any] = {name: tuple(map(str, row.pop(name))) for name in ("options", "type_names")}
    return Asked(**row, **lists)
