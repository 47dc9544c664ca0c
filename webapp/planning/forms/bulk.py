"""What is to be different on many dates; empty fields leave everything as it is."""

from datetime import time
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, ValidationInfo, field_validator

from webapp.catalog.forms.editing import Form, Line, Reading
from webapp.core import money
from webapp.planning.rules import meanwhile
from webapp.planning.rules.facts import Place
from webapp.planning.rules.proposals import Opening, Wanted
from webapp.planning.service.changing import Word

Message = Annotated[str, Field(max_length=4_000)]


class WordForm(Form):
    """What a change of dates asks for; `go` is whether to look or to do it, `seen` what the dates were."""

    go: Literal["look", "change"] = "look"
    typed: Line = ""
    message: Message = ""
    seen: Annotated[str, Field(max_length=400_000)] = ""

    def word(self) -> Word:
        return Word(self.typed, self.message, meanwhile.read(self.seen))


class BulkForm(WordForm):
    date: list[UUID] = Field(default=[], max_length=1000)
    begins: time | None = None
    ends: time | None = None
    doors: time | None = None
    days_later: int = Field(default=0, ge=-365, le=365)
    venue_id: UUID | None = None
    step: Literal["on_sale", "paused", "scheduled"] | None = None
    opens: Literal["now", "at", "before"] | None = None
    opens_on: Reading | None = None
    opens_days: int = Field(default=0, ge=0, le=400)
    opens_at: time | None = None
    like: UUID | None = None
    type_name: Line = ""
    price: Line = ""
    pool_name: Line = ""
    capacity: int | None = Field(default=None, ge=0, le=1_000_000)

    @field_validator("price", "capacity")
    @classmethod
    def _are_not_both(cls, given: object, info: ValidationInfo) -> object:
        if given not in {"", None} and info.data.get("like"):
            raise ValueError("They get those of the date that they are like. Change them after that.")
        return given

    def wanted(self, place: Place | None, currency: str) -> Wanted:
        """Money is in the currency's whole units; `ValueError` says what is wrong with it."""
        return Wanted(
            begins=self.begins,
            ends=self.ends,
            doors=self.doors,
            days_later=self.days_later,
            place=place,
            step=self.step,
            opening=self._opening(),
            like=self.like,
            price=(self.type_name, money.parsed(self.price, currency)) if self.price else None,
            capacity=(self.pool_name, self.capacity) if self.capacity is not None else None,
        )

    def _opening(self) -> Opening | None:
        if self.opens == "now":
            return Opening()
        if self.opens == "at" and self.opens_on:
            return Opening(reading=self.opens_on)
        if self.opens == "before" and self.opens_at:
            return Opening(at=self.opens_at, days_before=self.opens_days)
        return None
