"""Plans from tables and drawings: what is understood, what is said of the rest, and what is refused."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.core.errors import Refusal
from webapp.seating.rules import making, sources

SVG = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 300">
<rect id="stage" x="100" y="0" width="200" height="40"/>
<g data-section="Stalls" data-level="Front" transform="translate(20 60)"><g data-row="A">
<circle cx="0" cy="0" r="8" data-seat="1"/><circle cx="20" cy="0" r="8" data-seat="2" class="wheelchair"/>
<circle cx="40" cy="0" r="8" data-seat="3" class="companion"/></g>
<rect x="-8" y="20" width="16" height="16"><title>Row B, seat 1</title></rect>
<circle cx="20" cy="28" r="8" class="restricted"><title>Stalls, row B, seat 2</title></circle></g>
<circle id="Circle-A-1" cx="20" cy="200" r="5"/><circle id="Circle-A-2" cx="40" cy="200" r="5"/>
<circle cx="3" cy="4" r="5" id="lamp"/><text x="10" y="280">Entrance</text></svg>"""
CSV = "Section;Row;Seat;Category;Kind\nStalls;A;1;Front;\nStalls;A;2;Front;wheelchair\nStalls;B;1;Rear;\n"


def test_shapes_that_say_what_they_are_become_seats_and_the_others_are_told() -> None:
    source = sources.read(SVG.encode(), "Hall")

    made = making.sound(source.design)
    assert [(s.said, s.kind, s.restricted_view) for s in made.seats][1:5] == [
        ("Stalls, row A, seat 2", "wheelchair", False),
        ("Stalls, row A, seat 3", "companion", False),
        ("Stalls, row B, seat 1", "standard", False),
        ("Stalls, row B, seat 2", "standard", True),
    ]
    assert (made.levels[0], made.sections, made.signs[0].text) == ("Front", ("Stalls", "Circle"), "Entrance")
    assert made.stage is not None
    assert source.remarks == (
        "1 × <circle> without a row and a seat, left out; the first is “lamp” at 3, 4.",
    )


def test_a_table_without_places_puts_rows_behind_each_other() -> None:
    source = sources.read(CSV.encode("utf-8-sig"), "Hall")

    seats = making.sound(source.design).seats
    assert [(s.said, s.level, s.kind) for s in seats] == [
        ("Stalls, row A, seat 1", "Front", "standard"),
        ("Stalls, row A, seat 2", "Front", "wheelchair"),
        ("Stalls, row B, seat 1", "Rear", "standard"),
    ]
    assert seats[2].y > seats[0].y
    assert "There is no x and y" in source.remarks[0]


@pytest.mark.parametrize("has_places", [False, True], ids=["without places", "with places"])
def test_a_table_in_any_order_has_the_same_rows_and_neighbours(has_places: bool) -> None:
    seats = [(row, number) for number in range(1, 13) for row in "AB"]  # as a database sorts 1, 10, 11, 2 …
    if has_places:
        seats.sort(key=lambda seat: (seat[0], str(seat[1])))
    place = {seat: f",{seat[1] * 50},{'AB'.index(seat[0]) * 90}" if has_places else "" for seat in seats}
    head = "row,seat,x,y" if has_places else "row,seat"
    content = "\n".join([head, *(f"{row},{number}{place[row, number]}" for row, number in seats)])

    made = making.sound(sources.read(content.encode(), "Hall").design)

    assert [(s.row, s.number, s.position) for s in made.seats] == [
        (row, str(number), number - 1) for row in "AB" for number in range(1, 13)
    ]
    assert [len({s.y for s in made.seats if s.row == row}) for row in "AB"] == [1, 1]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\x89PNG\0\0", "UTF-8"),
        (b"<svg><g></svg>", "not XML"),
        (b"<html/>", "begins with <html>"),
        (b"<svg/>", "No circle or rectangle says its row and seat"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><svg>&b;</svg>', "defines entities"),
        (b"<svg>" + b"<g>" * 100 + b"</g>" * 100 + b"</svg>", "60 groups in each other"),
        (b"row,seat\n", "no seat"),
        (b"row,seat,x,y\nA,1,q,2\n", "Line 2: x is “q”; write a number"),
        (b"row,seat\nA,\n", "Line 2: the number is empty"),
        (b"row,seat\n" + b"A,1\n" * 30_001, "more than 30,000 seats"),
        (b"name = 1", "the first line of a seat plan is form"),
        (b"x" * 4_000_001, "a plan has up to 4 MB"),
    ],
)
def test_what_is_no_plan_is_refused_with_what_would_be_right(content: bytes, said: str) -> None:
    with pytest.raises(Refusal) as refused:
        sources.read(content, "Hall")

    assert said.casefold() in refused.value.sentence.casefold()


@given(st.data())
def test_no_mutation_of_a_file_is_more_than_refused(data: st.DataObject) -> None:
    original = data.draw(st.sampled_from([SVG, CSV]))
    at = data.draw(st.integers(0, len(original)))
    cut = data.draw(st.integers(0, 20))
    content = original[:at] + data.draw(st.text(max_size=8)) + original[at + cut :]
    with suppress(Refusal):
        making.make(sources.read(content.encode("utf-8", "replace"), "Hall").design)
