"""What happened to reports, in the past tense."""

from dataclasses import dataclass
from uuid import UUID

from webapp.core.events import Event


@dataclass(frozen=True)
class ReportDue(Event):
    """The time of a saved report has come: this member of the team is to have it for this period."""

    run_id: UUID
    user_id: UUID
