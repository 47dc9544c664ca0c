"""How dates recur, as people say it: every second Tuesday, the last Friday of the month, not on holidays."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import islice
from typing import Literal

import holidays
from dateutil.rrule import DAILY, FR, MO, MONTHLY, SA, SU, TH, TU, WE, WEEKLY, rrule

Unit = Literal["day", "week", "month"]

MOST = 400
SKIPPED = "skipped"
FURTHEST = timedelta(days=366 * 30)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WHICH = {1: "first", 2: "second", 3: "third", 4: "fourth", -1: "last"}

_UNITS = {"day": DAILY, "week": WEEKLY, "month": MONTHLY}
_DAYS = (MO, TU, WE, TH, FR, SA, SU)
_NTH = {2: "second", 3: "third", 4: "fourth", 5: "fifth", 6: "sixth"}


@dataclass(frozen=True)
class Rule:
    """Which days. `weekdays` count from Monday, 0; without any, that of `first` is meant.

    A month's day is that of `first`, or with `which` the first to fourth (1 to 4) or last (-1) of its
    weekdays. It ends with `until`, or after `number` days not left out; a remembered rule has `until`.
    `skipped` are left out by hand, and the public holidays of `country` (ISO 3166 alpha-2) if one is named,
    with those of its region where that is named, too: `CA-ON`.
    """

    every: Unit
    first: date
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    which: int = 0
    until: date | None = None
    number: int | None = None
    skipped: frozenset[date] = frozenset()
    country: str = ""

    def chosen_weekdays(self) -> tuple[int, ...]:
        return tuple(sorted(set(self.weekdays))) or (self.first.weekday(),)


@dataclass(frozen=True)
class Day:
    """A day that the rule names; `left_out` says why there is no date on it, empty where there is one."""

    day: date
    left_out: str = ""


def days(rule: Rule) -> tuple[Day, ...]:
    """All days of a rule in order, with those that are left out; at most MOST of those that are not."""
    return tuple(_bounded(rule))


def following(rule: Rule, number: int, after: date) -> tuple[Day, ...]:
    """The days that a rule would name after a day if it had no end, until `number` are not left out."""
    longer = replace(rule, until=None, number=number)
    return tuple(_kept(longer, (day for day in _endless(rule, None) if day > after)))


def holiday_names(country: str, year: int) -> dict[date, str]:
    """The public holidays of a country or region; empty for one that nobody has listed."""
    return _holiday_names(country, year)


def said_days(rule: Rule) -> str:
    """`every second week on Tuesday and Thursday`, `on the last Friday of every month`."""
    if rule.every == "day":
        return f"every {_each(rule.interval, 'day')}"
    names = joined([WEEKDAYS[day] for day in rule.chosen_weekdays()])
    if rule.every == "week":
        return f"every {names}" if rule.interval == 1 else f"every {_each(rule.interval, 'week')} on {names}"
    months = f"every {_each(rule.interval, 'month')}"
    if rule.which:
        return f"on the {WHICH[rule.which]} {names} of {months}"
    lacking = " that has one" if rule.first.day > 28 else ""
    return f"on the {_ordinal(rule.first.day)} of {months}{lacking}"


def said_end(rule: Rule, number: int) -> str:
    """` until 30 June 2027, 24 dates`."""
    until = f" until {long_day(rule.until)}" if rule.until else ""
    return f"{until}, {number} {'date' if number == 1 else 'dates'}"


def long_day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def joined(words: list[str]) -> str:
    """`Tuesday`, `Tuesday and Thursday`, `Monday, Tuesday and Thursday`."""
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]])) if words else ""


def _bounded(rule: Rule) -> Iterator[Day]:
    return _kept(rule, _endless(rule, rule.until))


def _kept(rule: Rule, named: Iterator[date]) -> Iterator[Day]:
    """With reasons, until `number` days (or MOST) are not left out."""
    left = min(rule.number or MOST, MOST)
    for day in islice(named, 4 * MOST):
        if not left:
            return
        why = _left_out(rule, day)
        left -= not why
        yield Day(day, why)


def _endless(rule: Rule, until: date | None) -> Iterator[date]:
    begin = datetime.combine(rule.first, datetime.min.time())
    weekdays = [_DAYS[day] for day in rule.chosen_weekdays()]
    by = {}
    if rule.every == "week":
        by["byweekday"] = weekdays
    if rule.every == "month" and rule.which:
        by["byweekday"] = [day(rule.which) for day in weekdays]
    last = until or rule.first + FURTHEST
    repeated = rrule(
        _UNITS[rule.every],
        dtstart=begin,
        interval=rule.interval,
        until=datetime.combine(last, datetime.min.time()),
        **by,
    )
    return (moment.date() for moment in repeated)


def _left_out(rule: Rule, day: date) -> str:
    if day in rule.skipped:
        return SKIPPED
    return holiday_names(rule.country, day.year).get(day, "") if rule.country else ""


@lru_cache(maxsize=256)
def _holiday_names(country: str, year: int) -> dict[date, str]:
    country, _, region = country.partition("-")
    regions = holidays.list_supported_countries(include_aliases=False).get(country)
    if regions is None or (region and region not in regions):
        return {}
    return dict(holidays.country_holidays(country, subdiv=region or None, years=year, language="en_US"))


def _each(interval: int, unit: str) -> str:
    if interval == 1:
        return unit
    return f"{_NTH[interval]} {unit}" if interval in _NTH else f"{interval} {unit}s"


def _ordinal(number: int) -> str:
    ending = "th" if 11 <= number <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
