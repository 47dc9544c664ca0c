"""The design of a plan: what `plan.toml` says and the designer keeps. Seats are made from it. Pure.

Lengths are in centimetres, x to the right and y away from the stage; where zero lies does not matter.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails

from webapp.core.errors import Invalid

Form = Literal["marquee seat plan 1"]
FORM: Form = "marquee seat plan 1"
MOST_SECTIONS, MOST_LABELS, MOST_ROWS, MOST_IN_ROW = 200, 100, 200, 400
FAR = 1_000_000

# pydantic's error type -> our sentence; `{…}` are the values pydantic gives with it.
SENTENCES: Mapping[str, str] = {
    "missing": "this is needed",
    "extra_forbidden": "there is no such setting",
    "string_too_short": "write at least {min_length} letter",
    "string_too_long": "up to {max_length} letters fit here",
    "string_type": "write it as text, in quotes",
    "int_type": "write a whole number",
    "int_parsing": "write a whole number",
    "int_from_float": "write a whole number",
    "greater_than_equal": "the least is {ge}",
    "less_than_equal": "the most is {le}",
    "literal_error": "choose one of {expected}",
    "list_type": "write a list in brackets",
    "too_long": "up to {max_length} fit here",
    "too_short": "at least {min_length} is needed",
    "bool_type": "write true or false",
}


def _word(text: Any) -> Any:
    """A name as it is printed: without spaces around it."""
    return " ".join(text.split()) if isinstance(text, str) else text


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("leave out signs that cannot be printed")
    return text


Name = Annotated[str, BeforeValidator(_word), Field(min_length=1, max_length=60), AfterValidator(_printable)]
Short = Annotated[str, BeforeValidator(_word), Field(max_length=120), AfterValidator(_printable)]
Spot = Annotated[int, Field(ge=-FAR, le=FAR)]
Picks = Annotated[str, Field(max_length=20_000)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Stage(_Part):
    """What everybody looks at; x and y are its middle."""

    label: Short = "Stage"
    x: Spot = 0
    y: Spot = 0
    width: Annotated[int, Field(ge=10, le=100_000)] = 1000
    height: Annotated[int, Field(ge=10, le=100_000)] = 300


class Label(_Part):
    """A word on the plan, such as Bar or Entrance; x and y are its middle."""

    text: Name
    x: Spot = 0
    y: Spot = 0


class ListedRow(_Part):
    """A row whose seats stand where a drawing had them, by their place in the section."""

    name: Name
    numbers: list[Name] = Field(min_length=1, max_length=MOST_IN_ROW)
    x: list[Spot]
    y: list[Spot]

    @model_validator(mode="after")
    def _is_even(self) -> "ListedRow":
        if not len(self.numbers) == len(self.x) == len(self.y):
            raise ValueError(
                f"row {self.name} has {len(self.numbers)} numbers, {len(self.x)} x and {len(self.y)} y;"
                " each seat needs one of each"
            )
        return self


class Section(_Part):
    """Rows by a formula, or listed. x and y are the middle of the first row, where it is turned about.

    `curve` is how many degrees the longest row would go round as the first one, on top of how listed rows are
    bent already; `gangways` are after so many seats of the longest row from the left, each `gangway` wider
    than a step from seat to seat.
    """

    name: Name
    level: Name
    x: Spot = 0
    y: Spot = 0
    turn: Annotated[int, Field(ge=-180, le=180)] = 0
    curve: Annotated[int, Field(ge=-180, le=180)] = 0
    rows: Annotated[int, Field(ge=0, le=MOST_ROWS)] = 0
    seats: int | list[int] = 0
    spacing: Annotated[int, Field(ge=20, le=1000)] = 55
    row_spacing: Annotated[int, Field(ge=20, le=2000)] = 95
    align: Literal["middle", "left", "right"] = "middle"
    gangways: list[Annotated[int, Field(ge=1, le=MOST_IN_ROW)]] = Field(default=[], max_length=20)
    gangway: Annotated[int, Field(ge=10, le=2000)] = 110
    numbers: Literal["all", "odd", "even"] = "all"
    numbers_from: Literal["left", "right"] = "left"
    first_number: Annotated[int, Field(ge=0, le=9999)] | None = None
    row_names: Literal["letters", "numbers"] = "letters"
    rows_from: Literal["stage", "back"] = "stage"
    first_row: Name | None = None
    skip: Annotated[str, Field(max_length=60)] = ""
    levels: dict[Name, Picks] = Field(default={}, max_length=20)
    wheelchair: Picks = ""
    companions: Picks = ""
    restricted: Picks = ""
    without: Picks = ""
    row: list[ListedRow] = Field(default=[], max_length=MOST_ROWS)

    @model_validator(mode="after")
    def _has_rows(self) -> "Section":
        if self.row:
            if self.rows or self.seats:
                raise ValueError("a section has a formula (rows, seats) or listed rows, not both")
        elif isinstance(self.seats, list) and self.rows != len(self.seats):
            raise ValueError(f"seats lists {len(self.seats)} rows, rows says {self.rows}: make them agree")
        if not self.row and not self.rows:
            raise ValueError("say how many rows it has")
        if any(not 1 <= count <= MOST_IN_ROW for count in self.counts):
            raise ValueError(f"seats: a row has 1 to {MOST_IN_ROW} seats")
        return self

    @property
    def counts(self) -> list[int]:
        """The seats of each row, the first one first, before any is left out."""
        if self.row:
            return [len(row.numbers) for row in self.row]
        return self.seats if isinstance(self.seats, list) else [self.seats] * self.rows

    @property
    def is_listed(self) -> bool:
        return bool(self.row)


class Design(_Part):
    form: Form = FORM
    name: Annotated[Short, Field(min_length=1)]
    stage: Stage | None = None
    label: list[Label] = Field(default=[], max_length=MOST_LABELS)
    section: list[Section] = Field(default=[], max_length=MOST_SECTIONS)

    def find(self, name: str) -> Section | None:
        return next((part for part in self.section if part.name == name), None)

    @property
    def seats(self) -> int:
        """How many the formulas say, before any is left out."""
        return sum(sum(part.counts) for part in self.section)


@dataclass(frozen=True)
class Flaw:
    """What is wrong: the way there, such as `("section", 2, "rows")`, whose it is, and a sentence."""

    way: tuple[str | int, ...]
    where: str
    sentence: str

    @property
    def said(self) -> str:
        words = f"{self.where}: {self.sentence}" if self.where else self.sentence
        return f"{words[:1].upper()}{words[1:]}."


class Flawed(Invalid):
    """A design that cannot be read, with everything that is wrong in it."""

    def __init__(self, flaws: Sequence[Flaw]) -> None:
        super().__init__(" ".join(flaw.said for flaw in flaws[:3]), title="This plan cannot be used")
        self.flaws = tuple(flaws)


def read(values: Mapping[str, Any]) -> Design:
    """The design in parsed TOML or JSON; `Flawed` says everything that is wrong."""
    try:
        return Design.model_validate(values)
    except ValidationError as error:
        raise Flawed(list(dict.fromkeys(_flaw(values, item) for item in error.errors()))) from None


def read_section(values: Mapping[str, Any]) -> Section:
    """One section as a form gives it; `Invalid` has a sentence for each field."""
    try:
        return Section.model_validate(values, strict=False)
    except ValidationError as error:
        said = {
            str(item["loc"][0]) if item["loc"] else "seats": sentence(item).removeprefix("seats: ")
            for item in error.errors()
        }
        fields = {name: f"{words[:1].upper()}{words[1:]}." for name, words in said.items()}
        raise Invalid("We kept everything you typed.", fields=fields) from None


def kept(design: Design) -> dict[str, Any]:
    """The design as it is kept and written: without what goes without saying."""
    return design.model_dump(exclude_defaults=True) | {"form": FORM}


def sentence(item: ErrorDetails) -> str:
    if item["type"] == "value_error":
        return str(item["ctx"]["error"])
    words = SENTENCES.get(item["type"], "this cannot be read")
    return words.format(**item.get("ctx", {}))


def _flaw(values: Mapping[str, Any], item: ErrorDetails) -> Flaw:
    # Which of the kinds of `seats` was tried says nothing to who wrote it.
    way = tuple(step for step in item["loc"] if step not in ("int", "list[int]"))
    if "seats" in way:
        return Flaw(way[: way.index("seats") + 1], _where(values, way), "write a number or a list of numbers")
    return Flaw(way, _where(values, way), sentence(item))


def _where(values: Any, way: Sequence[str | int]) -> str:
    """The way to what is wrong in words: `section “Stalls”, row “A”, numbers`."""
    said: list[str] = []
    for step in way:
        try:
            values = values[step]
        except (KeyError, IndexError, TypeError):
            values = None
        if isinstance(step, int) and said:
            named = values.get("name") or values.get("text") if isinstance(values, Mapping) else ""
            said[-1] += f" “{named}”" if isinstance(named, str) and named else f" {step + 1}"
        else:
            said.append(str(step))
    return ", ".join(said)
