"""What happened to messages, in the past tense."""

from dataclasses import dataclass
from uuid import UUID

from webapp.core.events import Event


@dataclass(frozen=True)
class MessageDue(Event):
    """It is time to send some of it; the rest is told again."""

    message_id: UUID


@dataclass(frozen=True)
class TrialAsked(Event):
    """Staff want to see it in their own mailbox."""

    message_id: UUID
    user_id: UUID
