"""What staff type about plans and seats."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from werkzeug.datastructures import FileStorage, MultiDict

from webapp.core import money
from webapp.core.errors import Invalid
from webapp.core.text import one_line
from webapp.seating.rules.design import FAR
from webapp.seating.rules.steps import NUDGE
from webapp.seating.service.dates import LevelSale
from webapp.web.forms import Name

MOST_TICKS = 5000

ShortName = Annotated[
    str, BeforeValidator(lambda text: one_line(str(text))), Field(min_length=1, max_length=60)
]


class AttachForm(BaseModel):
    model_config = ConfigDict(extra="ignore")

    plan_id: UUID


class BlockForm(BaseModel):
    """Seats that are typed, ticked one by one, or by whole rows of one section."""

    model_config = ConfigDict(extra="ignore")

    name: Name
    seats: Annotated[str, Field(max_length=4000)] = ""
    seat: list[int] = Field(default=[], max_length=MOST_TICKS)
    row: list[str] = Field(default=[], max_length=MOST_TICKS)
    section: UUID | None = None


def level_sales(form: MultiDict[str, str], currency: str) -> list[LevelSale]:
    """The `price-<level>` fields, empty for a level that is not sold, each with its `pool-<level>`."""
    sales = []
    for field, typed in form.items():
        if not field.startswith("price-"):
            continue
        level = field.removeprefix("price-")
        try:
            level_id = UUID(level)
        except ValueError:
            raise Invalid("One of the price levels is not known. Open the page again.") from None
        try:
            price = money.parsed(typed, currency) if typed.strip() else None
        except ValueError as error:
            raise Invalid("We kept everything you typed.", fields={field: str(error)}) from None
        pool = one_line(form.get(f"pool-{level}", ""))[:120]
        if price is not None and not pool:
            raise Invalid("We kept everything you typed.", fields={f"pool-{level}": "Name the pool."})
        sales.append(LevelSale(level_id, pool, price))
    return sales


class BeginForm(BaseModel):
    """A plan that begins, empty or from a file."""

    model_config = ConfigDict(extra="ignore")

    venue_id: UUID
    name: Name


class SeenForm(BaseModel):
    """The version of the drawing that the person saw."""

    model_config = ConfigDict(extra="ignore")

    version: int


class QuickForm(BaseModel):
    """One of the steps that a button does; `by` is how far an arrow goes, in centimetres, else `x`.

    `thing` is what is no section: `stage`, or `label-2` for the third label.
    """

    model_config = ConfigDict(extra="ignore")

    do: Annotated[str, Field(max_length=20)]
    section: Annotated[str, Field(max_length=60)] = ""
    thing: Annotated[str, Field(pattern=r"^(stage|label-\d{1,3})?$")] = ""
    x: Annotated[int, Field(ge=-FAR, le=FAR)] = NUDGE
    y: Annotated[int, Field(ge=-FAR, le=FAR)] = 0
    by: Annotated[int, Field(ge=-FAR, le=FAR)] | None = None


class StageForm(BaseModel):
    model_config = ConfigDict(extra="ignore")

    label: Annotated[str, Field(max_length=120)] = ""
    x: Annotated[int, Field(ge=-FAR, le=FAR)] = 0
    y: Annotated[int, Field(ge=-FAR, le=FAR)] = 0
    width: Annotated[int, Field(ge=10, le=100_000)] = 1000
    height: Annotated[int, Field(ge=10, le=100_000)] = 300


class LabelForm(BaseModel):
    model_config = ConfigDict(extra="ignore")

    text: ShortName
    x: Annotated[int, Field(ge=-FAR, le=FAR)] = 0
    y: Annotated[int, Field(ge=-FAR, le=FAR)] = 0


class WhichLabelForm(BaseModel):
    """`at` is which label is changed, or with `gone` deleted; nothing for a new one."""

    model_config = ConfigDict(extra="ignore")

    at: Annotated[int, Field(ge=0, le=1000)] | None = None
    gone: bool = False


def uploaded(file: FileStorage | None) -> bytes:
    """The file that was chosen."""
    if file is None or not file.filename:
        raise Invalid("We kept everything you typed.", fields={"file": "Choose the plan’s file."})
    return bytes(file.read())
