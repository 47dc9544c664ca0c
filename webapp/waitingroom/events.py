"""What is asked of waiting rooms and follows later."""

from dataclasses import dataclass
from uuid import UUID

from webapp.core.events import Event


@dataclass(frozen=True)
class RehearsalAsked(Event):
    """Staff want to know how a sale would go."""

    rehearsal_id: UUID
