"""Seats are made from a design by rules, and the design is a text that people write."""

from itertools import pairwise
from typing import Any

import pytest

from local.paths import ROOT
from webapp.core.errors import Invalid
from webapp.seating.rules import asked, design, halls, listed, making, steps, written
from webapp.seating.rules.design import Design, Flawed
from webapp.seating.rules.draft import DraftSeat

STALLS: dict[str, Any] = {
    "name": "Stalls",
    "level": "Stalls",
    "y": 500,
    "rows": 10,
    "seats": 20,
    "curve": 40,
    "gangways": [10],
    "skip": "I O",
    "wheelchair": "A 1",
    "companions": "A 2",
    "restricted": "K",
    "levels": {"Front stalls": "A-C"},
    "without": "B 1",
}
CIRCLE: dict[str, Any] = {
    "name": "Circle",
    "level": "Circle",
    "y": 1700,
    "rows": 3,
    "seats": [20, 22, 24],
    "numbers": "odd",
    "numbers_from": "right",
    "row_names": "numbers",
}


def hall(*sections: dict[str, Any], **more: Any) -> Design:
    stage = {"x": 0, "y": 0, "width": 900}
    return design.read(
        {
            "form": design.FORM,
            "name": "Great Hall",
            "stage": stage,
            "label": [{"text": "Bar", "x": 900, "y": 900}],
            "section": list(sections or (STALLS, CIRCLE)),
        }
        | more
    )


def row(made: Design, section: str, name: str) -> list[DraftSeat]:
    return [s for s in making.sound(made).seats if (s.section, s.row) == (section, name)]


def test_a_formula_names_rows_and_seats_as_it_says() -> None:
    seats = making.sound(hall()).seats

    rows = list(dict.fromkeys(seat.row for seat in seats if seat.section == "Stalls"))
    assert rows == list("ABCDEFGHJK")
    assert [seat.number for seat in row(hall(), "Circle", "1")][:3] == ["39", "37", "35"]
    assert len(seats) == 10 * 20 - 1 + 20 + 22 + 24
    assert {seat.level for seat in row(hall(), "Stalls", "C")} == {"Front stalls"}


@pytest.mark.parametrize(
    ("setting", "first"),
    [
        ({"rows_from": "back"}, "C"),
        ({"first_row": "Y"}, "Y"),
        ({"first_row": "AA"}, "AA"),
        ({"row_names": "numbers", "first_row": "5", "skip": "6"}, "5"),
    ],
)
def test_the_first_row_is_called_as_was_asked(setting: dict[str, Any], first: str) -> None:
    made = hall({"name": "S", "level": "S", "rows": 3, "seats": 4} | setting)

    assert making.sound(made).seats[0].row == first


def test_a_bent_section_goes_round_the_stage_and_keeps_the_space_between_neighbours() -> None:
    first = row(hall(STALLS), "Stalls", "A")

    assert first[0].y < first[9].y
    assert first[-1].y < first[10].y
    steps_along = [((a.x - b.x) ** 2 + (a.y - b.y) ** 2) ** 0.5 for a, b in pairwise(first[:10])]
    assert max(steps_along) - min(steps_along) < 3


def test_a_gangway_parts_neighbours_and_a_companion_knows_its_place() -> None:
    made = making.sound(hall(STALLS))
    first = [seat for seat in made.seats if seat.row == "A"]

    assert first[10].position - first[9].position == 2
    assert made.seats[first[1].companion_of or 0].kind == "wheelchair"


def test_the_text_reads_as_the_same_design_again() -> None:
    for one in (hall(), listed.of_draft("Made up", halls.generate(700)), Design(name="Empty “hall”")):
        assert written.read(written.write(one)) == one


def test_a_plan_of_listed_seats_keeps_every_seat() -> None:
    draft = halls.generate(1500)

    made = making.sound(listed.of_draft("Hall", draft))

    def facts(seats: tuple[DraftSeat, ...]) -> set[tuple[Any, ...]]:
        return {(s.section, s.row, s.number, s.level, s.kind, s.restricted_view) for s in seats}

    assert facts(made.seats) == facts(draft.seats)


TEXT = written.write(hall())


@pytest.mark.parametrize(
    ("wrong", "right", "said"),
    [
        ("rows = 3", "rows = 4", "section “Circle”: seats lists 3 rows, rows says 4: make them agree"),
        ("curve = 40", "curve = 400", "section “Stalls”, curve: the most is 180"),
        ('"A-C"', '"A-X"', "section “Stalls”: levels: the section has no row X; there is A to K"),
        ('name = "Circle"', 'name = "stalls"', "two sections are called “stalls”"),
        ("y = 1700", "y = 700", "are drawn on each other; move them apart"),
        ("seats = 20", 'seats = "20"', "section “Stalls”, seats: write a number or a list of numbers"),
        ("rows = 10", "row = 10", "section “Stalls”, row: write a list in brackets"),
        ('companions = "A 2"', 'companions = "D 2"', "companions: row D has no wheelchair place"),
    ],
)
def test_what_is_wrong_in_a_text_is_told_with_its_line(wrong: str, right: str, said: str) -> None:
    assert wrong in TEXT
    with pytest.raises(Flawed) as refused:
        written.checked(TEXT.replace(wrong, right, 1))

    told = [flaw.said for flaw in refused.value.flaws]
    found = next(one for one in told if said in one)
    line = int(found.split()[1].rstrip(":,"))
    lines = TEXT.replace(wrong, right, 1).splitlines()
    assert right in lines[line - 1] or lines[line - 1] == "[[section]]"


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"seats": "twenty"}, "seats"),
        ({"rows": "0"}, "seats"),
        ({"rows": "200", "seats": "400"}, "seats"),
        ({"name": "Circle"}, "name"),
        ({"curve": "-180", "row_spacing": "900"}, "curve"),
        ({"wheelchair": "Q 1"}, "wheelchair"),
        ({"first_number": "2", "numbers": "odd"}, "first_number"),
        ({"first_row": "I", "skip": "I O"}, "first_row"),
        ({"levels": "Front"}, "levels"),
    ],
)
def test_a_section_that_cannot_be_made_is_told_at_its_field(typed: dict[str, str], field: str) -> None:
    values = {"name": "Gallery", "level": "Gallery", "rows": "4", "seats": "10"} | typed

    with pytest.raises(Invalid) as refused:
        steps.put(hall(), asked.section(values, None))

    assert field in refused.value.fields


def test_a_mirrored_section_has_each_seat_on_the_other_side() -> None:
    left = {"name": "Left", "level": "L", "x": -900, "y": 500, "rows": 3, "seats": [8, 9, 10]}
    side = hall(left | {"turn": -20, "curve": 15, "align": "right", "gangways": [3], "wheelchair": "A 2"})

    seats = making.sound(steps.mirror(side, "Left").design).seats

    middle = making.sound(side).stage
    assert middle is not None
    sides = [{(s.row, s.number): s for s in seats if s.section == name} for name in ("Left", "Left 2")]
    centres = {round((sides[0][seat].x + sides[1][seat].x) / 2, -1) for seat in sides[0]}
    assert len(centres) == 1
    assert {(seat, one.y, one.kind) for seat, one in sides[0].items()} == {
        (seat, one.y, one.kind) for seat, one in sides[1].items()
    }


def test_listed_rows_are_bent_and_mirrored_as_a_formula_is() -> None:
    ruled = hall({"name": "Left", "level": "L", "x": -900, "y": 500, "turn": -20, "rows": 3, "seats": 9})
    part = ruled.section[0]
    rows = [
        {"name": name, "numbers": numbers, "x": [55 * at - 220 for at in range(9)], "y": [95 * down] * 9}
        for down, name in enumerate("ABC")
        for numbers in [[str(number) for number in range(1, 10)]]
    ]
    told = design.read_section({"name": "Left", "level": "L", "x": -900, "y": 500, "turn": -20, "row": rows})
    drawn = ruled.model_copy(update={"section": [told]})
    assert making.section_seats(told) == making.section_seats(part)

    both = [steps.mirror(steps.bend(one, "Left", 40).design, "Left").design for one in (ruled, drawn)]

    places = [{(s.section, s.row, s.number): (s.x, s.y) for s in making.sound(one).seats} for one in both]
    assert places[0] == places[1]


def test_seats_go_on_in_the_same_way() -> None:
    values = {"name": "Fan", "level": "Fan", "rows": "4", "seats": "10, 12, …"}

    assert asked.section(values, None).counts == [10, 12, 14, 16]


def test_a_section_in_the_form_is_the_section_again() -> None:
    for part in hall().section:
        assert asked.section(asked.shown(part), part) == part


def test_the_example_of_the_document_can_be_used() -> None:
    document = (ROOT / "docs" / "seat-plans.md").read_text()
    example = document.split("```toml\n")[1].split("```")[0]

    assert len(making.sound(written.checked(example)).seats) == 200
