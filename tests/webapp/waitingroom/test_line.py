"""The line in Redis: who goes in when. Time is what the test says it is."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from redis import Redis

from webapp.core.ids import secret, uuid7
from webapp.waitingroom import rules
from webapp.waitingroom.line import Line, LineAway, Look, Member
from webapp.waitingroom.rules import Pace

SEED = "a seed"
OPEN = Pace(is_open=True, per_minute=60, most_inside=100)
CLOSED = Pace(is_open=False, per_minute=60, most_inside=100)


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def drawn(line: Line, draw: UUID, now: datetime, number: int) -> list[Member]:
    """So many who wait before the start, in the order that they are drawn in."""
    people = [Member(join, rules.drawn_place(SEED, join)) for join in (uuid7() for _ in range(number))]
    for one in people:
        line.join(draw, CLOSED, now, join_id=one.join_id, place=one.place)
    return sorted(people, key=lambda one: one.place or 0)


def late(line: Line, draw: UUID, now: datetime, pace: Pace = OPEN) -> Member:
    """Somebody who comes after the start."""
    join = uuid7()
    return Member(join, line.join(draw, pace, now, join_id=join, place=None).place)


def looks(
    line: Line, draw: UUID, now: datetime, people: Sequence[Member], pace: Pace = OPEN
) -> dict[UUID, Look]:
    return {one.join_id: line.look(draw, pace, now, one) for one in people}


def inside(line: Line, draw: UUID, now: datetime, people: Sequence[Member], pace: Pace = OPEN) -> list[int]:
    """Who is in, by their number in the list."""
    seen = looks(line, draw, now, people, pace)
    return [number for number, one in enumerate(people) if seen[one.join_id].state == "inside"]


@pytest.fixture
def draw() -> UUID:
    return uuid7()


def test_nobody_goes_in_before_the_start(line: Line, draw: UUID, now: datetime) -> None:
    people = drawn(line, draw, now, 5)

    assert inside(line, draw, now + seconds(600), people, CLOSED) == []


def test_who_waits_before_the_start_goes_in_as_drawn_and_not_as_they_came(
    line: Line, draw: UUID, now: datetime
) -> None:
    people = drawn(line, draw, now, 20)
    line.look(draw, CLOSED, now + seconds(100))

    assert inside(line, draw, now + seconds(104), people) == [0, 1, 2, 3, 4]


def test_later_comers_stand_behind_everybody_in_the_order_they_came(
    line: Line, draw: UUID, now: datetime
) -> None:
    people = drawn(line, draw, now, 3)
    people += [late(line, draw, now + seconds(1), CLOSED) for _ in range(3)]
    seen = looks(line, draw, now + seconds(1), people, CLOSED)

    assert [seen[one.join_id].ahead for one in people] == [0, 1, 2, 3, 4, 5]


def test_a_process_whose_clock_is_behind_puts_nobody_before_who_was_there(
    line: Line, draw: UUID, now: datetime
) -> None:
    first = late(line, draw, now, CLOSED)
    second = late(line, draw, now - seconds(90), CLOSED)

    assert line.look(draw, CLOSED, now, first).ahead == 0
    assert line.look(draw, CLOSED, now, second).ahead == 1


def test_people_go_in_at_the_dialled_pace(line: Line, draw: UUID, now: datetime) -> None:
    people = drawn(line, draw, now, 300)
    counts = []
    for second in range(0, 121, 5):
        line.look(draw, OPEN, now + seconds(second))
        counts.append(line.look(draw, OPEN, now + seconds(second)).admitted)

    assert len(people) == 300
    assert counts[0] == 1
    assert all(after - before == 5 for before, after in pairwise(counts) if after < 100)


def test_no_process_has_to_tick_what_nobody_saw_is_made_up_for(line: Line, draw: UUID, now: datetime) -> None:
    drawn(line, draw, now, 100)

    assert line.look(draw, OPEN, now + seconds(30)).admitted == 31


def test_an_empty_line_saves_no_pace_for_a_crowd_that_comes_later(
    line: Line, draw: UUID, now: datetime
) -> None:
    late(line, draw, now)
    crowd = [late(line, draw, now + seconds(3600)) for _ in range(50)]

    assert len(inside(line, draw, now + seconds(3600), crowd)) == 1


def test_no_more_shop_at_once_than_may(line: Line, draw: UUID, now: datetime) -> None:
    people = drawn(line, draw, now, 50)
    few = Pace(is_open=True, per_minute=60_000, most_inside=7)

    assert inside(line, draw, now + seconds(60), people, few) == list(range(7))


def test_the_place_of_who_leaves_goes_to_the_next(line: Line, draw: UUID, now: datetime) -> None:
    people = drawn(line, draw, now, 10)
    few = Pace(is_open=True, per_minute=60_000, most_inside=2)
    inside(line, draw, now + seconds(1), people, few)

    line.end(draw, people[0].join_id)

    seen = looks(line, draw, now + seconds(2), people, few)
    assert [seen[one.join_id].state for one in people[:4]] == ["over", "inside", "inside", "waiting"]


def test_who_does_not_come_in_within_five_minutes_makes_room(line: Line, draw: UUID, now: datetime) -> None:
    people = drawn(line, draw, now, 3)
    one = Pace(is_open=True, per_minute=60_000, most_inside=1)
    assert inside(line, draw, now + seconds(1), people, one) == [0]

    assert inside(line, draw, now + seconds(302), people, one) == [1]
    assert line.look(draw, one, now + seconds(303), people[0]).state == "over"


def test_who_came_in_shops_ten_minutes_after_each_step(line: Line, draw: UUID, now: datetime) -> None:
    [who] = drawn(line, draw, now, 1)
    line.look(draw, OPEN, now, who)
    assert line.enter(draw, who.join_id, "basket", now + seconds(299)) == (True, True)

    assert line.look(draw, OPEN, now + seconds(299 + 599), who).state == "inside"
    assert line.look(draw, OPEN, now + seconds(299 + 601), who).state == "over"


def test_nobody_enters_who_was_not_called(line: Line, draw: UUID, now: datetime) -> None:
    people = drawn(line, draw, now, 2)

    assert line.enter(draw, people[0].join_id, "basket", now) == (False, False)


def test_a_pause_lets_nobody_in_and_is_not_made_up_for(line: Line, draw: UUID, now: datetime) -> None:
    people = drawn(line, draw, now, 50)
    inside(line, draw, now, people)
    for second in range(1, 100):
        line.look(draw, CLOSED, now + seconds(second))

    assert line.look(draw, OPEN, now + seconds(100)).admitted <= 3


def test_who_bought_with_a_basket_makes_room(line: Line, draw: UUID, now: datetime) -> None:
    [who] = drawn(line, draw, now, 1)
    line.look(draw, OPEN, now, who)
    line.enter(draw, who.join_id, "basket", now)

    line.end_of_baskets(draw, ["basket", "another"])

    assert line.look(draw, OPEN, now, who).state == "over"


def test_an_emptied_redis_costs_nobody_their_place_in_line(
    line: Line, draw: UUID, now: datetime, redis: Redis
) -> None:
    people = [*drawn(line, draw, now, 10), late(line, draw, now, CLOSED)]
    redis.flushdb()

    # The last ones come back first, and still nobody goes in before all had the time to come back.
    assert inside(line, draw, now + seconds(60), list(reversed(people))) == []
    assert inside(line, draw, now + seconds(82), people)[:2] == [0, 1]


def test_who_shops_goes_on_after_redis_was_emptied(
    line: Line, draw: UUID, now: datetime, redis: Redis
) -> None:
    [who] = drawn(line, draw, now, 1)
    line.look(draw, OPEN, now, who)
    line.enter(draw, who.join_id, "basket", now)
    redis.flushdb()

    assert line.renew(draw, who.join_id, "basket", now + seconds(5))
    assert line.look(draw, OPEN, now + seconds(6), who).state == "inside"


def test_who_left_cannot_come_back_with_an_old_pass(line: Line, draw: UUID, now: datetime) -> None:
    [who] = drawn(line, draw, now, 1)
    line.look(draw, OPEN, now, who)
    line.enter(draw, who.join_id, "basket", now)
    line.end(draw, who.join_id)

    assert not line.renew(draw, who.join_id, "basket", now)


def test_a_line_that_does_not_answer_says_so_and_is_not_asked_each_time(draw: UUID, now: datetime) -> None:
    line = Line(Redis(port=1, socket_connect_timeout=0.2))
    for _ in range(2):
        with pytest.raises(LineAway):
            line.look(draw, OPEN, now)


def test_the_draw_is_the_same_whoever_computes_it() -> None:
    join = UUID("019a0000-0000-7000-8000-000000000001")

    assert rules.drawn_place("seed", join) == rules.drawn_place("seed", join)
    assert 0 <= rules.drawn_place(secret(), join) < 1
    assert rules.is_drawn(rules.drawn_place(secret(), join))
