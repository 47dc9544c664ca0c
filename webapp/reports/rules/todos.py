"""What needs a person: a to-do, until when it may be put aside, and when a date sells too slowly."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median
from typing import Literal

from webapp.core import clock


@dataclass(frozen=True)
class Todo:
    """One thing that a person has to look at, and where it is done.

    `key` stays the same from day to day; `action` is what one must be allowed to do it. `number` is how many,
    or how much with its `unit`; `path` begins behind the organizer's address, at the root when it is `away`.
    """

    key: str
    kind: Literal["bad", "warn"]
    number: int
    what: str
    why: str
    link: str
    path: str
    action: str
    unit: str = ""
    away: bool = False


@dataclass(frozen=True)
class Aside:
    """A to-do that somebody put aside until a day. `number` is how many it was then."""

    key: str
    until: date
    number: int
    note: str
    made_by: str


def is_aside(todo: Todo, aside: Aside | None, today: date) -> bool:
    """Whether it may wait: until its day, and not when it has grown worse since."""
    return aside is not None and today < aside.until and (todo.unit != "" or todo.number <= aside.number)


# Days before a date at which the sold share of dates that have been is known.
POINTS = (1, 2, 3, 5, 7, 10, 14, 21, 30, 45)
# What of a house ought to be sold so many days before, where nothing comparable has been.
CUSTOMARY = {1: 50, 2: 45, 3: 40, 5: 35, 7: 30, 10: 25, 14: 20, 21: 15, 30: 10, 45: 5}
# So many comparable dates say more than custom.
ENOUGH = 3


@dataclass(frozen=True)
class Expected:
    """The percentage of the places that is sold at this time elsewhere: of `dates` like it, 0 by custom."""

    percent: int
    dates: int


def expected(days_left: int, curves: Sequence[Sequence[int]]) -> Expected:
    """What could be sold by now. `curves` are the sold percentages of comparable dates at `POINTS`.

    The point before is taken, when less was sold, so that nobody is worried too early.
    """
    place = next((n for n, point in enumerate(POINTS) if point >= days_left), len(POINTS) - 1)
    if len(curves) < ENOUGH:
        return Expected(CUSTOMARY[POINTS[place]], 0)
    return Expected(round(median(curve[place] for curve in curves)), len(curves))


def is_slow(percent: int, usual: Expected) -> bool:
    """Less than half of what is usual, and at least five points less."""
    return percent * 2 < usual.percent and usual.percent - percent >= 5


def said_at(instant: datetime, zone: str) -> str:
    """`Sat 5 Dec, 18:15` on the clock there."""
    local = clock.local(instant, zone)
    return f"{local:%a} {local.day} {local:%b}, {local:%H:%M}"
