"""A plan as a table: a line for each seat, with its section, row and number, and where it stands. Pure."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import replace

from webapp.core.errors import Invalid
from webapp.seating.rules.draft import MOST_SEATS
from webapp.seating.rules.listed import STEP, Found, in_rows

# The heads that mean the same, in small letters without signs.
HEADS: Mapping[str, tuple[str, ...]] = {
    "section": ("section", "zone", "block", "area", "sector"),
    "row": ("row", "rowname", "rownumber", "line"),
    "number": ("seat", "number", "seatnumber", "no", "place"),
    "level": ("level", "pricelevel", "category", "price", "pricecategory"),
    "x": ("x", "left"),
    "y": ("y", "top"),
    "kind": ("kind", "type"),
    "restricted": ("restricted", "restrictedview", "view"),
}
NEEDED = ("row", "number")
KINDS: Mapping[str, str] = {
    "": "standard",
    "standard": "standard",
    "seat": "standard",
    "wheelchair": "wheelchair",
    "accessible": "wheelchair",
    "companion": "companion",
}
YES, NO = ("yes", "true", "1", "y", "x", "restricted"), ("", "no", "false", "0", "n")
ROW, SECTION = 95, 250
LONGEST_HEAD = 10_000


def is_table(text: str) -> bool:
    """Whether its first line is the head of such a table."""
    return set(NEEDED) <= set(_columns(_split(text.splitlines()[0][:LONGEST_HEAD], text)).values())


def read(text: str) -> tuple[list[Found], tuple[str, ...]]:
    """The seats in the table’s order, and what was left out; without x and y rows stand behind each other."""
    lines = text.splitlines()
    rows = csv.reader(lines, delimiter=_delimiter(text))
    heads = next(rows)
    columns = _columns(heads)
    unknown = [head for at, head in enumerate(heads) if at not in columns and head.strip()]
    remarks = [f"Columns that are not used: {', '.join(unknown[:10])}."] if unknown else []
    values: list[tuple[dict[str, str], int]] = []
    try:
        for cells in rows:
            if any(cell.strip() for cell in cells):
                values.append(
                    (
                        {name: cells[at].strip() for at, name in columns.items() if at < len(cells)},
                        rows.line_num,
                    )
                )
            if len(values) > MOST_SEATS:
                raise Invalid(f"The table has more than {MOST_SEATS:,} seats, which is the most of a plan.")
    except csv.Error as error:
        raise Invalid(f"Line {rows.line_num}: {error}.", title="This table cannot be read") from None
    if not values:
        raise Invalid("The table has a head and no seat.", title="This table cannot be read")
    found = [_seat(cells, line) for cells, line in values]
    if not {"x", "y"} <= set(columns.values()):
        remarks.append("There is no x and y: rows stand behind each other as the table has them.")
        return _placed(found), tuple(remarks)
    return in_rows(found), tuple(remarks)


def _seat(cells: Mapping[str, str], line: int) -> Found:
    for name in NEEDED:
        if not cells.get(name):
            raise _wrong(line, f"the {name} is empty; each seat needs one")
    kind = KINDS.get(cells.get("kind", "").casefold())
    if kind is None:
        raise _wrong(line, f"the kind “{cells['kind']}” is none of standard, wheelchair, companion")
    restricted = cells.get("restricted", "").casefold()
    if restricted not in (*YES, *NO):
        raise _wrong(line, f"restricted is “{cells['restricted']}”; write yes or no")
    section = cells.get("section") or "Hall"
    return Found(
        section=section,
        level=cells.get("level") or section,
        row=cells["row"],
        number=cells["number"],
        x=_length(cells.get("x", "0"), "x", line),
        y=_length(cells.get("y", "0"), "y", line),
        kind=kind,
        restricted_view=restricted in YES,
    )


def _length(typed: str, name: str, line: int) -> float:
    try:
        length = float(typed.replace(",", ".") or "x")
    except ValueError:
        raise _wrong(line, f"{name} is “{typed[:20]}”; write a number") from None
    if not abs(length) <= 100_000:
        raise _wrong(line, f"{name} is {typed[:20]}; a plan reaches from -100000 to 100000")
    return length


def _placed(found: Sequence[Found]) -> list[Found]:
    """Sections and rows in the order in which they first come, whatever is between their lines."""
    sections: dict[str, dict[str, list[Found]]] = {}
    for seat in found:
        sections.setdefault(seat.section, {}).setdefault(seat.row, []).append(seat)
    placed, y = [], 0
    for rows in sections.values():
        for row in rows.values():
            left = -(len(row) - 1) * STEP / 2
            placed += [replace(seat, x=left + at * STEP, y=y) for at, seat in enumerate(row)]
            y += ROW
        y += SECTION - ROW
    return placed


def _columns(heads: Sequence[str]) -> dict[int, str]:
    """The meaning of each column whose head is known, the first of each meaning."""
    columns: dict[int, str] = {}
    for at, head in enumerate(heads):
        plain = "".join(sign for sign in head.casefold() if sign.isalnum())
        name = next((name for name, heads in HEADS.items() if plain in heads), None)
        if name and name not in columns.values():
            columns[at] = name
    return columns


def _delimiter(text: str) -> str:
    head = text.splitlines()[0]
    return max(",;\t", key=head.count)


def _split(line: str, text: str) -> list[str]:
    return next(csv.reader([line], delimiter=_delimiter(text)), [])


def _wrong(line: int, sentence: str) -> Invalid:
    return Invalid(f"Line {line}: {sentence}.", title="This table cannot be used")
