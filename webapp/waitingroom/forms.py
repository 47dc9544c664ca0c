"""What staff type about a waiting room. Times are clock readings at the venue."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field, field_validator

from webapp.catalog.forms.editing import Form, Reading
from webapp.core import clock
from webapp.waitingroom.rehearsal.run import MOST_VISITORS
from webapp.waitingroom.service import Scope, Step


class ScopeForm(Form):
    """`scope` is an event's id, or an event's and a date's with a slash between them."""

    scope: str = Field(pattern=r"^[0-9a-f-]{36}(/[0-9a-f-]{36})?$")

    @field_validator("scope")
    @classmethod
    def _ids(cls, scope: str) -> str:
        for part in scope.split("/"):
            UUID(part)
        return scope

    def chosen(self) -> Scope:
        event_id, _, date_id = self.scope.partition("/")
        return Scope(UUID(event_id), UUID(date_id) if date_id else None)


class DialForm(Form):
    per_minute: int = Field(ge=1, le=100_000)
    most_inside: int = Field(ge=1, le=1_000_000)


class RoomForm(Form):
    mode: Literal["off", "on", "auto"]
    opens_at: Reading | None = None
    starts_at: Reading | None = None
    auto_per_second: int = Field(default=100, ge=1, le=100_000)
    entrance: Literal["open", "work"] = "open"

    def values(self, zone: str) -> dict[str, Any]:
        """The room's values; raises ValueError with a sentence for what does not fit together."""
        opens, starts = _instant(self.opens_at, zone), _instant(self.starts_at, zone)
        if opens and starts and opens > starts:
            raise ValueError("The room opens before the sale begins.")
        return self.model_dump(exclude={"opens_at", "starts_at"}) | {"opens_at": opens, "starts_at": starts}


class RehearsalForm(Form):
    id: UUID
    visitors: int = Field(default=1000, ge=1, le=MOST_VISITORS)


class SteerForm(Form):
    step: Step


def _instant(reading: datetime | None, zone: str) -> datetime | None:
    return clock.instant(reading, zone) if reading else None
