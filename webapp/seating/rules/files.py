"""A plan as a file: zones of rows of seats in JSON, as seat map editors write it. Pure.

Row names repeat in such files, and so do ids; what is unique is row and number within a block of rows that
lie together. A zone of several blocks becomes several sections.
"""

from collections.abc import Sequence
from dataclasses import replace
from math import dist
from statistics import median
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from webapp.core.errors import Invalid
from webapp.seating.rules.draft import Draft, DraftSeat, Stage
from webapp.seating.rules.lines import Block, Line, Placed, apart, blocks, steps

# Neighbours further apart than so many seats have a gangway between them.
GANGWAY = 1.5
# What parts of a file are called.
NAMED = ("name", "row_number", "seat_number")

Text = Annotated[str, Field(min_length=1, max_length=40)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True, str_strip_whitespace=True)


class _Position(_Part):
    x: float = Field(default=0, ge=-100_000, le=100_000)
    y: float = Field(default=0, ge=-100_000, le=100_000)


class _Seat(_Part):
    seat_number: Text
    category: Text
    position: _Position
    kind: Literal["standard", "wheelchair", "companion"] = "standard"
    restricted_view: bool = False
    seat_guid: str = ""


class _Category(_Part):
    name: Text


class _Row(_Part):
    row_number: Text
    position: _Position = _Position()
    seats: list[_Seat] = Field(min_length=1)


class _Rectangle(_Part):
    width: float = Field(ge=0, le=100_000)
    height: float = Field(ge=0, le=100_000)


class _Area(_Part):
    position: _Position
    rectangle: _Rectangle | None = None


class _Zone(_Part):
    name: Text
    position: _Position = _Position()
    rows: list[_Row] = Field(min_length=1)
    areas: list[_Area] = []


class _Plan(_Part):
    categories: list[_Category]
    zones: list[_Zone] = Field(min_length=1)


def read(document: Any) -> Draft:
    """The plan in a parsed JSON document; `Invalid` names what is wrong and where."""
    if not isinstance(document, dict):
        raise _wrong("The file holds no plan: an object with “categories” and “zones” is expected.")
    try:
        plan = _Plan.model_validate(document)
    except ValidationError as error:
        raise _unreadable(document, error) from None
    _require_categories(plan)
    lines = [(zone, [_line(zone, row) for row in zone.rows]) for zone in plan.zones]
    between = [step for _, rows in lines for row in rows for step in steps(row)]
    pitch = median(between) if between else 1.0
    found = [block for zone, rows in lines for block in blocks(zone.name, rows, pitch)]
    placed, moved = apart(found, pitch)
    return _draft(placed, _stage(plan.zones), pitch, (*_repeated(plan, found), *moved))


def _line(zone: _Zone, row: _Row) -> Line:
    left, top = zone.position.x + row.position.x, zone.position.y + row.position.y
    placed = [
        Placed(
            seat.seat_number,
            seat.category,
            seat.kind,
            seat.restricted_view,
            (left + seat.position.x, top + seat.position.y),
        )
        for seat in row.seats
    ]
    far = max(placed, key=lambda one: dist(one.at, placed[0].at)).at
    near = max(placed, key=lambda one: dist(one.at, far)).at
    along = (placed[-1].at[0] - placed[0].at[0], placed[-1].at[1] - placed[0].at[1])
    start = min(near, far, key=lambda end: end[0] * along[0] + end[1] * along[1])
    return Line(row.row_number, tuple(sorted(placed, key=lambda one: dist(one.at, start))))


def _stage(zones: Sequence[_Zone]) -> Stage | None:
    """The first area that is drawn as a rectangle is what everybody looks at."""
    for zone in zones:
        for area in zone.areas:
            if area.rectangle:
                x, y = zone.position.x + area.position.x, zone.position.y + area.position.y
                return Stage(round(x), round(y), round(area.rectangle.width), round(area.rectangle.height))
    return None


def _draft(found: Sequence[Block], stage: Stage | None, pitch: float, remarks: tuple[str, ...]) -> Draft:
    points = [one.at for block in found for line in block.lines for one in line.seats]
    if stage:
        points += [(stage.x, stage.y), (stage.x + stage.width, stage.y + stage.height)]
    left, top, right, bottom = (
        *(min(at[axis] for at in points) - 2 * pitch for axis in (0, 1)),
        *(max(at[axis] for at in points) + 2 * pitch for axis in (0, 1)),
    )
    looked_at = (
        (stage.x + stage.width / 2, stage.y + stage.height / 2) if stage else ((left + right) / 2, top)
    )
    seats: list[DraftSeat] = []
    for block in found:
        outwards = sorted(block.lines, key=lambda line: dist(line.middle, looked_at))
        for row_position, line in enumerate(outwards):
            seats += _seats(block.section, line, row_position, pitch, len(seats))
    x, y = round(left), round(top)
    drawn = tuple(replace(seat, x=seat.x - x, y=seat.y - y) for seat in seats)
    moved = replace(stage, x=stage.x - x, y=stage.y - y) if stage else None
    return Draft(round(right) - x, round(bottom) - y, moved, drawn, remarks)


def _seats(section: str, line: Line, row_position: int, pitch: float, first: int) -> list[DraftSeat]:
    """The seats of a row, neighbours in neighbouring positions; `first` is how many were before."""
    position, made = 0, []
    places = [at for at, one in enumerate(line.seats) if one.kind == "wheelchair"]
    for at, (one, step) in enumerate(zip(line.seats, [0.0, *steps(line)], strict=True)):
        position += 0 if not at else 1 if step <= GANGWAY * pitch else 2
        company = None
        if one.kind == "companion":
            if not places:
                said = f"{section}, row {line.name}, seat {one.number}"
                raise _wrong(f"{said} is a companion’s seat, and its row has no wheelchair place.")
            company = first + min(places, key=lambda place: abs(place - at))
        made.append(
            DraftSeat(
                section=section,
                level=one.level,
                row=line.name,
                number=one.number,
                row_position=row_position,
                position=position,
                x=round(one.at[0]),
                y=round(one.at[1]),
                kind=one.kind,
                companion_of=company,
                restricted_view=one.restricted_view,
            )
        )
    return made


def _repeated(plan: _Plan, found: Sequence[Block]) -> list[str]:
    """What an import passes over, to be known."""
    ids = [seat.seat_guid for zone in plan.zones for row in zone.rows for seat in row.seats if seat.seat_guid]
    again = len(ids) - len(set(ids))
    remarks = [f"{again} seats repeat the id of another; zone, block, row and number say which is which."]
    split = [zone.name for zone in plan.zones if sum(block.zone == zone.name for block in found) > 1]
    remarks_of_blocks = [
        f"{name} has rows of the same name in several blocks; each is a section." for name in split
    ]
    return (remarks if again else []) + remarks_of_blocks


def _require_categories(plan: _Plan) -> None:
    known = {category.name for category in plan.categories}
    for zone in plan.zones:
        for row in zone.rows:
            for seat in row.seats:
                if seat.category not in known:
                    said = f"{zone.name}, row {row.row_number}, seat {seat.seat_number}"
                    raise _wrong(f"{said}: its category “{seat.category}” is not in the list of categories.")


def _unreadable(document: Any, error: ValidationError) -> Invalid:
    """The first thing that is wrong, by the names that the file gives to the way there."""
    first = error.errors()[0]
    said: list[str] = []
    here = document
    for step in first["loc"]:
        try:
            here = here[step]
        except (KeyError, IndexError, TypeError):
            here = None
        if isinstance(step, int):
            name = next((here[key] for key in NAMED if isinstance(here, dict) and here.get(key)), "")
            said[-1] = f"{said[-1].removesuffix('s').removesuffix('ie')} {step + 1}" + (
                f" ({name})" if name else ""
            )
        else:
            said.append(str(step).replace("_", " "))
    where = ", ".join(said) or "the file"
    return _wrong(f"{where[:1].upper()}{where[1:]}: {first['msg'][:1].lower()}{first['msg'][1:]}.")


def _wrong(sentence: str) -> Invalid:
    return Invalid(f"{sentence} Nothing was imported.", title="This plan cannot be used")
