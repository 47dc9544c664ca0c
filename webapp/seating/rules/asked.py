"""A section as a form has it: what is typed there, and what stands there. Pure."""

import re
from collections.abc import Mapping
from typing import Any

from webapp.core.errors import Invalid
from webapp.seating.rules import design as designs
from webapp.seating.rules.design import Design, Section

# What one types as a list or a table; the rest is text and numbers.
LISTS, TABLES = ("seats", "gangways"), ("levels",)
GAP = 250


def section(typed: Mapping[str, str], before: Section | None) -> Section:
    """The section that was typed, with the listed rows of `before`; `Invalid` names the fields."""
    values: dict[str, Any] = {
        name: typed[name].strip()
        for name in Section.model_fields
        if name not in (*LISTS, *TABLES, "row") and typed.get(name, "").strip()
    }
    values["levels"] = _levels(typed.get("levels", ""))
    if before and before.is_listed:
        values["row"] = [row.model_dump() for row in before.row]
        return designs.read_section(values)
    values["gangways"] = _numbers("gangways", typed.get("gangways", ""))
    seats = _seats(typed.get("seats", ""), values.get("rows", ""))
    if isinstance(seats, list):
        values.setdefault("rows", str(len(seats)))
    return designs.read_section(values | {"seats": seats})


def shown(part: Section) -> dict[str, str]:
    """The same as text, to be changed."""
    values = part.model_dump(exclude={"row", "levels"})
    texts = {name: "" if value is None else str(value) for name, value in values.items()}
    for name in LISTS:
        if isinstance(values[name], list):
            texts[name] = ", ".join(map(str, values[name]))
    return texts | {"levels": "\n".join(f"{level}: {said}" for level, said in part.levels.items())}


def fresh(design: Design, lowest: int) -> dict[str, str]:
    """What a new section begins with: behind all others, at the price of the last one."""
    last = design.section[-1] if design.section else None
    number = len(design.section) + 1
    stage_end = design.stage.y + design.stage.height // 2 if design.stage else 0
    return {
        "name": f"Section {number}" if last else "Stalls",
        "level": last.level if last else "Stalls",
        "x": str(last.x if last else design.stage.x if design.stage else 0),
        "y": str((lowest if last else stage_end) + GAP),
        "rows": "10",
        "seats": "20",
        "skip": "I O",
        "spacing": "55",
        "row_spacing": "95",
        "gangway": "110",
        "turn": "0",
        "curve": "0",
    }


def _seats(typed: str, rows: str) -> int | list[int]:
    """`20`, `18, 20, 22`, or `18, 20, …`, which goes on in the same way for all rows."""
    goes_on = typed.strip().endswith(("…", "..."))
    numbers = _numbers("seats", typed.strip().rstrip("….").rstrip(", "))
    if not goes_on:
        return numbers[0] if len(numbers) == 1 else numbers or 0
    if len(numbers) < 2 or not rows.isdecimal() or int(rows) > designs.MOST_ROWS:
        said = "Write two numbers before the dots, such as 18, 20, …, and how many rows there are."
        raise Invalid("We kept everything you typed.", fields={"seats": said})
    step = numbers[-1] - numbers[-2]
    more = range(1, int(rows) - len(numbers) + 1)
    return [*numbers, *(numbers[-1] + step * at for at in more)]


def _numbers(field: str, typed: str) -> list[int]:
    words = [word for word in re.split(r"[\s,;]+", typed) if word]
    if any(not word.isascii() or not word.isdecimal() or len(word) > 6 for word in words):
        said = "Write whole numbers, such as 20, or 18, 20, 22."
        raise Invalid("We kept everything you typed.", fields={field: said})
    return [int(word) for word in words]


def _levels(typed: str) -> dict[str, str]:
    levels: dict[str, str] = {}
    for line in filter(str.strip, typed.splitlines()):
        level, colon, said = line.rpartition(":")
        if not colon or not level.strip() or not said.strip():
            raise Invalid(
                "We kept everything you typed.",
                fields={"levels": "Write a line for each level, such as Front stalls: A-C."},
            )
        levels[level.strip()] = said.strip()
    return levels
