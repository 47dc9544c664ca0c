"""Seats that stand somewhere already, from a kept plan or a file, as the design of listed rows. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from math import dist
from statistics import median

from pydantic import ValidationError

from webapp.core.errors import Invalid
from webapp.seating.rules import design as designs
from webapp.seating.rules import picks
from webapp.seating.rules.design import Design, ListedRow, Section
from webapp.seating.rules.draft import Draft

# A step from seat to seat, as wide as a drawing of unknown scale is taken to be.
STEP = 55


@dataclass(frozen=True)
class Found:
    """A seat of a drawing; neighbours follow each other."""

    section: str
    level: str
    row: str
    number: str
    x: float
    y: float
    kind: str = "standard"
    restricted_view: bool = False


def design(
    name: str,
    seats: Sequence[Found],
    stage: tuple[str, float, float, float, float] | None = None,
    labels: Sequence[tuple[str, float, float]] = (),
) -> Design:
    """Sections and rows in the order in which they come; `stage` is its label, middle and size."""
    scale = STEP / (median(steps) if (steps := _steps(seats)) else STEP)
    by_section: dict[str, dict[str, list[Found]]] = {}
    for seat in seats:
        by_section.setdefault(seat.section, {}).setdefault(seat.row, []).append(seat)
    label, x, y, width, height = stage or ("", 0.0, 0.0, 0.0, 0.0)
    values = {
        "name": name,
        "stage": {
            "label": label,
            "x": round(x * scale),
            "y": round(y * scale),
            "width": max(10, round(width * scale)),
            "height": max(10, round(height * scale)),
        }
        if stage
        else None,
        "label": [{"text": text, "x": round(x * scale), "y": round(y * scale)} for text, x, y in labels],
        "section": [_section(part, rows, scale) for part, rows in by_section.items()],
    }
    return designs.read(values)


def in_rows(seats: Sequence[Found]) -> list[Found]:
    """Rows from the stage, and each from one end to the other, however the file was made."""
    by_row: dict[tuple[str, str], list[Found]] = {}
    for seat in seats:
        by_row.setdefault((seat.section, seat.row), []).append(seat)
    sections = {seat.section: at for at, seat in reversed(list(enumerate(seats)))}
    ordered = sorted(by_row, key=lambda row: (sections[row[0]], min(seat.y for seat in by_row[row])))
    return [seat for row in ordered for seat in sorted(by_row[row], key=_along(by_row[row]))]


def _along(row: Sequence[Found]) -> Callable[[Found], float]:
    """Rows that are wider than deep go from left to right, others from the stage."""
    xs, ys = [seat.x for seat in row], [seat.y for seat in row]
    is_wide = max(xs) - min(xs) >= max(ys) - min(ys)
    return (lambda seat: seat.x) if is_wide else (lambda seat: seat.y)


def of_draft(name: str, draft: Draft) -> Design:
    """The design of a plan that was kept without one."""
    stage = draft.stage
    sections = {section: at for at, section in enumerate(draft.sections)}
    seats = sorted(draft.seats, key=lambda seat: (sections[seat.section], seat.row_position, seat.position))
    return design(
        name,
        [
            Found(
                seat.section,
                seat.level,
                seat.row,
                seat.number,
                seat.x,
                seat.y,
                seat.kind,
                seat.restricted_view,
            )
            for seat in seats
        ],
        (
            stage.label,
            stage.x + stage.width / 2,
            stage.y + stage.height / 2,
            stage.width,
            stage.height,
        )
        if stage
        else None,
        [(sign.text, sign.x, sign.y) for sign in draft.signs],
    )


def _section(name: str, rows: Mapping[str, Sequence[Found]], scale: float) -> Section:
    """The middle of the first row is the place of the section, and its rows are told from there."""
    first = next(iter(rows.values()))
    x = round(sum(seat.x for seat in first) * scale / len(first))
    y = round(sum(seat.y for seat in first) * scale / len(first))
    everyone = [seat for seats in rows.values() for seat in seats]
    levels = [seat.level for seat in everyone]
    usual = max(dict.fromkeys(levels), key=levels.count)

    def said(is_it: Callable[[Found], bool]) -> str:
        numbers = [(row, [seat.number for seat in seats]) for row, seats in rows.items()]
        return picks.said([(seat.row, seat.number) for seat in everyone if is_it(seat)], numbers)

    others = [level for level in dict.fromkeys(levels) if level != usual]
    try:
        return Section(
            name=name,
            level=usual,
            x=x,
            y=y,
            levels={level: said(partial(_costs, level)) for level in others},
            wheelchair=said(lambda seat: seat.kind == "wheelchair"),
            companions=said(lambda seat: seat.kind == "companion"),
            restricted=said(lambda seat: seat.restricted_view),
            row=[_row(row, seats, scale, (x, y)) for row, seats in rows.items()],
        )
    except ValidationError as error:
        sentence = designs.sentence(error.errors()[0])
        raise Invalid(f"Section “{name}”: {sentence}.", title="This plan cannot be used") from None


def _costs(level: str, seat: Found) -> bool:
    return seat.level == level


def _row(name: str, seats: Sequence[Found], scale: float, middle: tuple[int, int]) -> ListedRow:
    return ListedRow(
        name=name,
        numbers=[seat.number for seat in seats],
        x=[round(seat.x * scale) - middle[0] for seat in seats],
        y=[round(seat.y * scale) - middle[1] for seat in seats],
    )


def _steps(seats: Sequence[Found]) -> list[float]:
    return [
        dist((one.x, one.y), (two.x, two.y))
        for one, two in pairwise(seats)
        if (one.section, one.row) == (two.section, two.row) and (one.x, one.y) != (two.x, two.y)
    ]
