"""An event made again: its title, its first day, and which dates come along."""

from uuid import UUID

from pydantic import Field

from webapp.catalog.forms.editing import Form
from webapp.planning.forms.series import Ahead
from webapp.planning.service.cloning import Wish
from webapp.web.forms import Name


class CloneForm(Form):
    id: UUID
    title: Name
    first: Ahead | None = None
    date: list[UUID] = Field(default=[], max_length=400)

    def wish(self) -> Wish:
        return Wish(self.id, self.title, frozenset(self.date), self.first)
