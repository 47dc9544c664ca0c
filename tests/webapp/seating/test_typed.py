"""Seats are meant as they are typed."""

import pytest

from tests.webapp.seating.halls import a_house, said
from webapp.core.errors import Invalid
from webapp.seating.rules.typed import ordinals

HOUSE = a_house("....", "....", "... .")


def meant(typed: str) -> str:
    return said(HOUSE, ordinals(typed, HOUSE.seats, ["Stalls"]))


@pytest.mark.parametrize(
    ("typed", "seats"),
    [
        ("Stalls A 2", "A2"),
        ("stalls a 1-3", "A1 A2 A3"),
        ("Stalls A 3-1", "A1 A2 A3"),
        ("Stalls A 1, 4; Stalls B 2", "A1 A4 B2"),
        ("Stalls A 1–2\nStalls A 2", "A1 A2"),
        ("Stalls C", "C1 C2 C3 C5"),
        ("", ""),
    ],
)
def test_seats_rows_and_ranges(typed: str, seats: str) -> None:
    assert meant(typed) == seats


def test_a_whole_section() -> None:
    assert len(ordinals("Stalls", HOUSE.seats, ["Stalls"])) == 12


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("Circle A 1", "No section is named at the beginning of “Circle A 1”. There are Stalls."),
        ("Stalls Q 1", "Stalls has no row Q; its rows are A, B, C."),
        ("Stalls A 9", "Stalls, row A has no seat 9."),
    ],
)
def test_what_is_not_there_is_named(typed: str, sentence: str) -> None:
    with pytest.raises(Invalid) as refusal:
        meant(typed)
    assert refusal.value.fields == {"seats": sentence}
