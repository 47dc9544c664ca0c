"""The map of a hall: one symbol for each kind, one use for each seat, and small enough for ten thousand."""

import re
from collections.abc import Sequence
from dataclasses import replace
from math import cos, sin
from uuid import uuid4

from webapp.seating.drawing import PITCH, Drawing
from webapp.seating.queries.plans import Part, Plan
from webapp.seating.rules.names import PlacedSeat


def a_plan(
    *, sections: int = 1, rows: int = 3, seats: int = 6, apart: int = 10, kinds: Sequence[str] = ()
) -> Plan:
    """Straight rows, whose seats are `apart` units from each other; `kinds` are of the first row."""
    placed = [
        PlacedSeat(
            id=uuid4(),
            ordinal=(section * rows + row) * seats + at,
            section=section,
            level=row % 3,
            row=chr(65 + row % 26),
            number=str(at + 1),
            row_position=row,
            position=at,
            rank=0,
            x=apart * at,
            y=apart * (section * (rows + 2) + row + 4),
            kind=kinds[at] if at < len(kinds) and not section and not row else "standard",
            companion_of=None,
            restricted_view=False,
        )
        for section in range(sections)
        for row in range(rows)
        for at in range(seats)
    ]
    stage = {"x": 0, "y": 0, "width": apart * seats, "height": 20, "label": "<Stage>"}
    parts = tuple(Part(uuid4(), f"Block {number}") for number in range(sections))
    levels = tuple(Part(uuid4(), name) for name in ("Front", "Middle", "Rear"))
    return Plan(uuid4(), 1, "Hall", uuid4(), 100, 100, stage, parts, levels, tuple(placed))


def bent(plan: Plan) -> Plan:
    """The same around the stage, so that no two seats share a coordinate by themselves."""
    seats = []
    for seat in plan.seats:
        away, angle = 800 + seat.y, seat.x / 700 - 0.8
        seats.append(replace(seat, x=round(3000 + away * sin(angle)), y=round(away * cos(angle))))
    return replace(plan, seats=tuple(seats))


def test_a_map_of_ten_thousand_seats_is_sent_in_at_most_150_kb() -> None:
    file = Drawing(bent(a_plan(sections=20, rows=20, seats=25))).file

    assert file.body.count(b"<use ") == 10_000
    assert {
        encoding: len(body) // 1000 for encoding, body in file.encoded.items() if len(body) > 150_000
    } == {}


def test_every_plan_is_drawn_in_the_same_scale() -> None:
    for apart in (3, 10, 120):
        said = Drawing(a_plan(apart=apart)).file.body.decode()
        xs = [int(x) for x in re.findall(r'<use id="s[012]" href="#l1" x="(-?\d+)"', said)]
        assert xs == [0, PITCH, 2 * PITCH]


def test_each_level_has_its_symbol_and_a_special_seat_a_mark_on_it() -> None:
    drawing = Drawing(a_plan(kinds=("wheelchair", "companion")))

    assert set(re.findall(r'id="(l\w+)"', drawing.symbols)) == {"l1", "l1w", "l1c", "l2", "l3"}
    assert 'id="s0" href="#l1w"' in drawing.section(drawing.blocks[0])


def test_from_far_a_section_is_a_band_along_each_row() -> None:
    block = Drawing(a_plan(rows=2)).blocks[0]

    assert block.bands == "M0 112L140 112L140 112M0 140L140 140L140 140"


def test_a_file_has_one_line_for_each_section_and_escapes_what_people_wrote() -> None:
    lines = Drawing(a_plan(sections=3)).file.body.decode().splitlines()

    assert sum(line.startswith('<g data-section="') for line in lines) == 3
    assert "&lt;STAGE&gt;" in "".join(lines)
