"""Halls that are made up are sound, whatever their size."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.seating.rules import draft as drafts
from webapp.seating.rules.halls import generate, row_name


@given(st.integers(20, 3000))
@settings(max_examples=30, deadline=None)
def test_a_hall_has_exactly_the_seats_asked_for_and_is_sound(seats: int) -> None:
    draft = generate(seats)
    drafts.require_sound(draft)
    assert len(draft.seats) == seats


def test_ten_thousand_seats_have_everything_a_large_hall_has() -> None:
    draft = generate(10_000)

    drafts.require_sound(draft)
    assert len(draft.seats) == 10_000
    assert draft.levels == ("Front stalls", "Stalls", "Circle", "Gallery")
    assert len(draft.sections) > 10
    assert sum(seat.kind == "wheelchair" for seat in draft.seats) == 37
    assert sum(seat.kind == "companion" for seat in draft.seats) == 37
    assert any(seat.restricted_view for seat in draft.seats)


@pytest.mark.parametrize("seats", [300, 1200])
def test_rows_are_curved_and_have_gangways(seats: int) -> None:
    draft = generate(seats)
    row = [seat for seat in draft.seats if (seat.section, seat.row) == ("Stalls", "H")]
    assert len({seat.y for seat in row}) > 2
    assert any(right.position - left.position == 2 for left, right in pairwise(row))


def test_no_two_seats_are_drawn_on_each_other() -> None:
    draft = generate(2000)
    places = {(seat.x // 14, seat.y // 14) for seat in draft.seats}
    assert len(places) == 2000


def test_rows_are_named_without_i_and_o_and_doubled_after_z() -> None:
    names = [row_name(number) for number in range(26)]
    assert names == [*"ABCDEFGHJKLMNPQRSTUVWXYZ", "AA", "BB"]
