"""What staff type about a report that is kept."""

from datetime import time
from typing import Literal
from urllib.parse import parse_qsl
from uuid import UUID

from pydantic import Field, field_validator

from webapp.catalog.forms.editing import Form, Zone
from webapp.reports.queries.sheets import SHEETS
from webapp.reports.rules.asking import wanted
from webapp.reports.rules.cadence import Cadence
from webapp.reports.service.saving import Wish
from webapp.web.forms import Name


class SavedForm(Form):
    """`asked` is the query of the report's address."""

    id: UUID
    name: Name
    sheet: str
    asked: str = Field(default="", max_length=500)
    form: Literal["csv", "xlsx"] = "csv"
    cadence: Literal["never", "daily", "weekly", "monthly"] = "never"
    weekday: int = Field(default=1, ge=1, le=7)
    day: int = Field(default=1, ge=1, le=31)
    at: time = time(7)
    zone: Zone = "UTC"
    members: list[UUID] = Field(default_factory=list)

    @field_validator("sheet")
    @classmethod
    def _known(cls, sheet: str) -> str:
        if sheet not in SHEETS:
            raise ValueError("There is no such report. Open one, and keep it from there.")
        return sheet

    def wish(self) -> Wish:
        said = wanted(SHEETS[self.sheet], dict(parse_qsl(self.asked))).said()
        said.pop("page", None)
        at = self.at.replace(second=0, microsecond=0, tzinfo=None)
        when = Cadence(self.cadence, self.weekday, self.day, at, self.zone)
        return Wish(self.name, self.sheet, said, self.form, when, tuple(dict.fromkeys(self.members)))
