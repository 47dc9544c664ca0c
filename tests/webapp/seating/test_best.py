"""Which seats a guest is given who asks for the best."""

from tests.webapp.seating.halls import a_house, said, taken
from webapp.seating.rules.best import Wish, best, nearest
from webapp.seating.rules.house import House


def the_best(house: House, together: int, *rows: str, **wish: object) -> str:
    """The seats for a wish, in a house where those drawn as `x` are taken."""
    found = best(house, house.free(taken(*rows)), Wish(together, **wish))  # type: ignore[arg-type]
    return said(house, found)


def test_two_sit_in_the_middle_of_the_first_row() -> None:
    assert the_best(a_house("......", "......"), 2) == "A3 A4"


def test_nobody_sits_across_a_gangway() -> None:
    assert the_best(a_house("... ...", "........"), 4) == "B3 B4 B5 B6"


def test_a_pair_leaves_no_lonely_seat_in_front_while_there_is_another_way() -> None:
    assert the_best(a_house("...", "...."), 2) == "B1 B2"


def test_a_lonely_seat_is_left_when_there_is_no_other_way() -> None:
    assert the_best(a_house("..."), 2) == "A1 A2"


def test_a_lonely_seat_is_the_first_for_who_comes_alone() -> None:
    assert the_best(a_house("....", "...."), 1, "xx.x", "xxxx") == "A3"


def test_restricted_view_comes_last_however_near() -> None:
    assert the_best(a_house("rrrr", "...."), 2) == "B1 B2"
    assert the_best(a_house("rrrr", "...."), 2, "....", "xxxx") == "A1 A2"


def test_one_price_comes_before_two() -> None:
    house = a_house("..", "..", levels="12")
    assert the_best(house, 2, levels=frozenset({2})) == "B1 B2"


def test_only_the_levels_that_were_wished_for() -> None:
    house = a_house("....", "....", levels="01")
    assert the_best(house, 5, levels=frozenset({0})) == ""
    assert the_best(house, 2, levels=frozenset({1})) == "B1 B2"


def test_four_who_cannot_sit_together_sit_two_and_two_in_rows_behind_each_other() -> None:
    house = a_house("....", "....", "....", "....")
    assert the_best(house, 4, "xx..", "xx..", "x..x", "xxxx") == "A3 A4 B3 B4"


def test_three_who_cannot_sit_together_make_two_pieces_and_not_three() -> None:
    house = a_house(".....", ".....")
    assert the_best(house, 3, ".x.x.", "xxx..") == "A5 B4 B5"


def test_more_than_are_free_get_none() -> None:
    assert the_best(a_house("..", ".."), 3, "x.", ".x") == ""


def test_wheelchair_places_are_kept_for_who_needs_them() -> None:
    house = a_house("wc..", "....")
    assert the_best(house, 3) == "B1 B2 B3"
    assert the_best(house, 2, accessible=True) == "A1 A2"
    assert the_best(house, 1, accessible=True) == "A1"


def test_company_beyond_the_companions_seat_sits_near() -> None:
    house = a_house("wc....", "......")
    assert the_best(house, 3, accessible=True) == "A1 A2 A3"


def test_without_a_free_wheelchair_place_there_is_none() -> None:
    assert the_best(a_house("wc..", "...."), 2, "x...", accessible=True) == ""


def test_buyers_of_one_moment_are_offered_different_seats_until_there_are_no_others() -> None:
    house = a_house("....", "....")
    first, second = the_best(house, 2), the_best(house, 2, skip=1)
    assert not set(first.split()) & set(second.split())
    assert the_best(house, 2, "xxxx", "xx..", skip=5) == "B3 B4"


def test_whose_seats_are_gone_is_offered_those_beside_them() -> None:
    house = a_house("......", "......")
    free = house.free(taken("..x...", "......"))
    assert said(house, nearest(house, free, [2, 3])) == "A4 A5"


def test_what_is_offered_instead_costs_the_same_while_it_can() -> None:
    house = a_house("....", "....", "....", levels="010")
    free = house.free(taken("xxxx", "....", "...."))
    assert said(house, nearest(house, free, [1, 2])) == "C1 C2"


def test_who_chose_a_wheelchair_place_is_offered_another_one() -> None:
    house = a_house("wc....", "wc....")
    free = house.free(taken("xx....", "......"))
    assert said(house, nearest(house, free, [0, 1])) == "B1 B2"
