"""What is taken is asked for seldom, and at once for a page that is ahead."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest

from webapp.booking.views.taken import TakenSeats


@pytest.fixture
def date_id() -> UUID:
    return uuid4()


def answers(*states: set[int]) -> Callable[[], frozenset[int]]:
    """Says these one after the other."""
    left = iter(states)
    return lambda: frozenset(next(left))


def test_what_was_just_asked_is_not_asked_again(date_id: UUID) -> None:
    known = TakenSeats(fresh_for=3600)
    ask = answers({1})

    assert known.of(date_id, ask) is known.of(date_id, ask)


def test_a_page_that_has_seen_what_is_not_known_here_is_told_the_newest(date_id: UUID) -> None:
    known = TakenSeats(fresh_for=3600)
    ask = answers({1}, {1, 2})
    first = known.of(date_id, ask)

    assert known.of(date_id, ask, seen=first.version).numbers == {1}
    assert known.of(date_id, ask, seen="from-afar").numbers == {1, 2}


def test_states_are_remembered_until_there_are_too_many(date_id: UUID) -> None:
    known = TakenSeats(fresh_for=0.0, most_states=2)
    ask = answers({1}, {2}, {3})
    first, second, _ = (known.of(date_id, ask) for _ in range(3))

    assert known.known(date_id, first.version) is None
    assert known.known(date_id, second.version) == second
