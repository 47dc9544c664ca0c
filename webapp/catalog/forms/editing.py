"""What staff type about their programme. Times are clock readings at the venue; money is in whole units."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
)

from webapp.core import clock, money
from webapp.core.text import one_line
from webapp.web.forms import Name

Line = Annotated[str, BeforeValidator(lambda text: one_line(str(text))), Field(max_length=200)]
Text = Annotated[str, Field(max_length=20_000)]
Category = Literal["music", "sport", "conference", "festival", "theatre", "talk", "family", "food"]
Country = Annotated[
    str, BeforeValidator(lambda text: str(text).strip().upper()), Field(pattern=r"^[A-Z]{2}$")
]


def _reading(reading: datetime) -> datetime:
    if reading.tzinfo is not None or not 2000 <= reading.year <= 2100:
        raise ValueError("Write a day and time such as 2026-12-05 18:15.")
    return reading.replace(microsecond=0)


def _zone(name: str) -> str:
    if not clock.is_zone(name):
        raise ValueError("Write a zone's name such as Europe/Berlin or America/Toronto.")
    return name


Reading = Annotated[datetime, AfterValidator(_reading)]
Zone = Annotated[str, AfterValidator(_zone)]


class Form(BaseModel):
    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)


class EventForm(Form):
    id: UUID
    version: int = Field(default=0, ge=0)
    title: Name
    summary: Line = ""
    description: Text = ""
    category: Category
    tax_percent: Annotated[float, Field(ge=0, le=50)] = 0
    tax_name: Line = "VAT"

    def values(self) -> dict[str, object]:
        return {
            "title": self.title,
            "summary": self.summary,
            "description": self.description,
            "category": self.category,
            "tax_bp": round(self.tax_percent * 100),
            "tax_name": self.tax_name or "VAT",
        }


class DateForm(Form):
    id: UUID
    venue_id: UUID
    starts_at: Reading
    ends_at: Reading
    doors_at: Reading | None = None
    typed: Line = ""
    message: Annotated[str, Field(max_length=4_000)] = ""

    def times(self) -> dict[str, datetime | None]:
        return {"starts_at": self.starts_at, "ends_at": self.ends_at, "doors_at": self.doors_at}


class SaleForm(Form):
    step: Literal["on_sale", "paused", "scheduled"]
    opens: Reading | None = None


class PlanForm(Form):
    at: Reading | None = None


class PoolForm(Form):
    id: UUID
    name: Name
    capacity: int = Field(ge=0, le=1_000_000)


class ReserveForm(Form):
    pool_id: UUID
    voucher_id: UUID
    places: int = Field(ge=0, le=1_000_000)


class TypeForm(Form):
    id: UUID
    pool_id: UUID
    also_pools: list[UUID] = Field(default=[], max_length=20)
    name: Name
    description: Line = ""
    price: str
    sale_starts_at: Reading | None = None
    sale_ends_at: Reading | None = None
    min_per_order: int = Field(default=1, ge=1, le=100)
    max_per_order: int = Field(default=10, ge=1, le=100)
    max_per_buyer: int | None = Field(default=None, ge=1, le=1000)
    approval: Literal["none", "ask", "hold"] = "none"
    hidden: bool = False
    position: int = Field(default=0, ge=0, le=1000)

    def values(self, currency: str, zone: str) -> dict[str, object]:
        """The row's values; raises ValueError with a sentence for what does not fit together."""
        if self.min_per_order > self.max_per_order:
            raise ValueError("The least per order is not more than the most.")
        if self.max_per_buyer is not None and self.min_per_order > self.max_per_buyer:
            raise ValueError("The least per order is not more than one buyer may have.")
        opens = clock.instant(self.sale_starts_at, zone) if self.sale_starts_at else None
        closes = clock.instant(self.sale_ends_at, zone) if self.sale_ends_at else None
        if opens and closes and closes <= opens:
            raise ValueError("The sale ends after it begins.")
        return {
            "pool_id": self.pool_id,
            "also_pools": sorted({*self.also_pools} - {self.pool_id}),
            "name": self.name,
            "description": self.description,
            "price": money.parsed(self.price, currency),
            "sale_starts_at": opens,
            "sale_ends_at": closes,
            "min_per_order": self.min_per_order,
            "max_per_order": self.max_per_order,
            "max_per_buyer": self.max_per_buyer,
            "approval": self.approval,
            "hidden": self.hidden,
            "position": self.position,
        }


class QuestionForm(Form):
    id: UUID
    label: Name
    hint: Line = ""
    kind: Literal["text", "long", "choice", "many", "yes_no", "number", "date", "file"]
    scope: Literal["ticket", "order"] = "ticket"
    type_names: list[Line] = Field(default=[], max_length=100)
    options: Text = ""
    least: float | None = Field(default=None, ge=-1e12, le=1e12)
    most: float | None = Field(default=None, ge=-1e12, le=1e12)
    required: bool = False
    position: int = Field(default=0, ge=0, le=1000)

    def values(self) -> dict[str, object]:
        """Options are one to a line."""
        options = [one_line(line)[:120] for line in self.options.splitlines() if line.strip()][:50]
        is_list, is_number = self.kind in ("choice", "many"), self.kind == "number"
        if is_list and len(options) < 2:
            raise ValueError("Give a choice at least two answers, one to a line.")
        if self.least is not None and self.most is not None and self.least > self.most:
            raise ValueError("The least number is not more than the most.")
        return {
            "label": self.label,
            "hint": self.hint,
            "kind": self.kind,
            "scope": self.scope,
            "type_names": self.type_names if self.scope == "ticket" else [],
            "options": options if is_list else [],
            "least": self.least if is_number else None,
            "most": self.most if is_number else None,
            "required": self.required,
            "position": self.position,
        }


class AnswersForm(Form):
    """Until how many hours before a date guests may change their answers; nothing is never."""

    hours: int | None = Field(default=None, ge=0, le=8760)


class VenueForm(Form):
    id: UUID
    name: Name
    address: Line = ""
    city: Name
    country: Country
    latitude: float | None = Field(default=None, ge=-90, le=90)
    longitude: float | None = Field(default=None, ge=-180, le=180)
    zone: Zone

    def values(self) -> dict[str, object]:
        return self.model_dump(exclude={"id"})
