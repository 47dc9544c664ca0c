"""What staff type about plans and seats."""

import json
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from werkzeug.datastructures import FileStorage, MultiDict

from webapp.core import money
from webapp.core.errors import Invalid
from webapp.core.text import one_line
from webapp.seating.service.dates import LevelSale
from webapp.web.forms import Name

MOST_TICKS = 5000


class UploadForm(BaseModel):
    model_config = ConfigDict(extra="ignore")

    venue_id: UUID
    name: Name


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


def document(file: FileStorage | None) -> Any:
    """The JSON that was uploaded."""
    if file is None or not file.filename:
        raise Invalid("We kept everything you typed.", fields={"file": "Choose the plan's file."})
    try:
        return json.loads(file.read())
    except (ValueError, RecursionError) as error:
        said = f"{one_line(file.filename)[:60]} is not JSON: {error}."
        raise Invalid("Nothing was imported.", fields={"file": said}) from None
