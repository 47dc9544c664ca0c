"""What is true of the best seats in any hall, however full it is."""

from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from tests.webapp.seating.halls import a_house
from webapp.seating.rules.best import Wish, best, nearest
from webapp.seating.rules.house import House, are_neighbours

ROWS = st.lists(st.text(".... r", min_size=1, max_size=9), min_size=1, max_size=4)
RANDOMS = st.randoms(use_true_random=False)


@st.composite
def houses(draw: st.DrawFn) -> tuple[House, bytearray]:
    """A small hall, and what is free in it."""
    house = a_house(*draw(ROWS))
    chance, share = draw(RANDOMS), draw(st.floats(0, 1))
    return house, house.free([seat.ordinal for seat in house.seats if chance.random() < share])


def free_ones(house: House, free: bytearray) -> list[int]:
    return [seat.ordinal for seat in house.seats if free[house.slot_of[seat.ordinal]]]


def pieces(house: House, ordinals: list[int] | tuple[int, ...]) -> list[list[int]]:
    """Seats as groups of neighbours."""
    in_line = sorted(ordinals, key=lambda at: house.slot_of[at])
    found: list[list[int]] = []
    for at in in_line:
        if found and are_neighbours(house.seats[found[-1][-1]], house.seats[at]):
            found[-1].append(at)
        else:
            found.append([at])
    return found


def lonely(house: House, free: bytearray) -> int:
    """Free seats without a free neighbour."""
    return sum(len(piece) == 1 for piece in pieces(house, free_ones(house, free)))


def after(house: House, free: bytearray, taking: tuple[int, ...]) -> bytearray:
    rest = bytearray(free)
    for at in taking:
        rest[house.slot_of[at]] = 0
    return rest


@given(houses(), st.integers(1, 6))
def test_all_of_a_group_get_different_free_seats_or_nobody_does(hall, together: int) -> None:
    house, free = hall
    found = best(house, free, Wish(together))
    if len(free_ones(house, free)) < together:
        assert found == ()
    else:
        assert len(set(found)) == len(found) == together
        assert set(found) <= set(free_ones(house, free))


@given(houses(), st.integers(1, 6))
def test_a_group_is_split_into_as_few_pieces_as_the_free_seats_allow(hall, together: int) -> None:
    house, free = hall
    found = best(house, free, Wish(together))
    if found:
        lengths = sorted(map(len, pieces(house, free_ones(house, free))), reverse=True)
        fewest = next(n for n in range(1, len(lengths) + 1) if sum(lengths[:n]) >= together)
        assert len(pieces(house, found)) == fewest


@given(houses(), st.integers(1, 4))
def test_no_more_lonely_seats_are_left_than_by_any_other_run_with_as_good_a_view(hall, together: int) -> None:
    house, free = hall
    found = best(house, free, Wish(together))
    if not found or len(pieces(house, found)) > 1:
        return
    runs = [
        tuple(piece[at : at + together])
        for piece in pieces(house, free_ones(house, free))
        for at in range(len(piece) - together + 1)
    ]
    restricted = {run: any(house.seats[at].restricted_view for at in run) for run in runs}
    chosen = tuple(sorted(found, key=lambda at: house.slot_of[at]))
    assert restricted[chosen] == min(restricted.values())
    as_good = [run for run in runs if restricted[run] == restricted[chosen]]
    left = lonely(house, after(house, free, chosen))
    made = left - lonely(house, free)
    assert made <= min(
        max(0, lonely(house, after(house, free, run)) - lonely(house, free)) for run in as_good
    )


@given(houses())
def test_pairs_are_sold_until_no_two_neighbours_are_left(hall) -> None:
    house, free = hall
    while True:
        found = best(house, free, Wish(2))
        if not found or len(pieces(house, found)) > 1:
            break
        free = after(house, free, found)
    assert not any(
        are_neighbours(house.seats[one], house.seats[other])
        for one, other in pairwise(sorted(free_ones(house, free), key=lambda at: house.slot_of[at]))
    )


@given(houses(), st.integers(0, 30), st.integers(1, 4))
def test_passing_over_the_best_never_finds_nothing_where_something_is(hall, skip: int, together: int) -> None:
    house, free = hall
    assert bool(best(house, free, Wish(together))) == bool(best(house, free, Wish(together, skip=skip)))


@given(houses(), st.data())
def test_what_is_offered_instead_is_free_and_as_many(hall, data: st.DataObject) -> None:
    house, free = hall
    every = [seat.ordinal for seat in house.seats]
    if not every:
        return
    wanted = data.draw(st.lists(st.sampled_from(every), min_size=1, max_size=4, unique=True))
    found = nearest(house, free, wanted)
    enough = len(free_ones(house, free)) >= len(wanted)
    assert len(found) == len(wanted) if enough else found == ()
    assert set(found) <= set(free_ones(house, free))


@given(houses(), st.integers(2, 3))
def test_the_best_run_is_as_near_the_stage_as_any_equal_one(hall, together: int) -> None:
    house, free = hall
    found = best(house, free, Wish(together))
    if not found or len(pieces(house, found)) > 1:
        return
    ranked = sum(house.seats[at].rank for at in found)
    for group in combinations(free_ones(house, free), together):
        if len(pieces(house, group)) > 1 or any(house.seats[at].restricted_view for at in group):
            continue
        if lonely(house, after(house, free, group)) <= lonely(house, free):
            assert ranked <= sum(house.seats[at].rank for at in group)
