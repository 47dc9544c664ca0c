"""Dates that repeat by a rule, as schema.org's Schedule says it. Pure; always within the window asked for."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from dateutil import rrule

from webapp.importing.readers.notes import Notes
from webapp.importing.readers.words import plain
from webapp.importing.rules.found import When, Window

MARGIN = timedelta(days=1)
MOST = 5_000  # dates of one event: nobody announces more
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_EVERY = re.compile(r"P(\d{1,3})([DWMY])", re.IGNORECASE)
_WORDS = {
    "daily": "P1D",
    "weekly": "P1W",
    "biweekly": "P2W",
    "monthly": "P1M",
    "yearly": "P1Y",
    "annually": "P1Y",
}
_UNITS = {"D": rrule.DAILY, "W": rrule.WEEKLY, "M": rrule.MONTHLY, "Y": rrule.YEARLY}
_BY_LETTERS = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)", re.IGNORECASE)
_LETTERS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True)
class Rule:
    """How often, on which days, and until when. Each day is a weekday and its number in the month, or 0."""

    unit: int
    interval: int
    days: tuple[tuple[int, int], ...] = ()
    month_days: tuple[int, ...] = ()
    months: tuple[int, ...] = ()
    count: int | None = None
    until: date | None = None

    @classmethod
    def of(
        cls, *, frequency: str, days: list[str], month_days: list[int], months: list[int], weeks: list[int],
        count: int | None, until: date | None,
    ) -> "Rule":  # fmt: skip
        """The rule; `ValueError` says what is not to be understood."""
        match = _EVERY.fullmatch(_WORDS.get(plain(frequency), frequency.strip()) or "P1W")
        if not match or int(match[1]) == 0:
            raise ValueError(f"“{frequency}” is no repeatFrequency: P1W is every week.")
        weekdays = [_day(name) for name in days]
        if weeks:
            weekdays = [(day, week) for day, _ in weekdays for week in weeks]
        if any(not 1 <= abs(day) <= 31 for day in month_days) or any(
            not 1 <= month <= 12 for month in months
        ):
            raise ValueError("A day or month of the schedule does not exist.")
        if any(abs(week) > 5 for _, week in weekdays) or (count is not None and count < 1):
            raise ValueError("A week or the count of the schedule does not exist.")
        if month_days and months and all(_is_never(day, month) for day in month_days for month in months):
            raise ValueError("The schedule is on no day that exists.")
        unit = _UNITS[match[2].upper()]
        if any(week for _, week in weekdays) and unit in {rrule.DAILY, rrule.WEEKLY}:
            unit = rrule.MONTHLY
        return cls(unit, int(match[1]), tuple(weekdays), tuple(month_days), tuple(months), count, until)


def _is_never(day: int, month: int) -> bool:
    return abs(day) > {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}.get(month, 31)


def _day(name: str) -> tuple[int, int]:
    """A weekday by its name, its address at schema.org or its letters in calendars."""
    word = re.split(r"[/#:]", name.strip())[-1]
    if word.casefold() in _DAYS:
        return _DAYS.index(word.casefold()), 0
    if match := _BY_LETTERS.fullmatch(word):
        return _LETTERS.index(match[2].upper()), int(match[1] or 0)
    raise ValueError(f"“{name}” is no day of the week.")


def first(rule: Rule, start: When, window: Window) -> When:
    """The first date of the rule at or after a start; the start itself where the rule never comes."""
    moment: datetime | None = next(iter(_made(rule, start, window) or ()), None)
    if moment is None:
        return start
    return moment if isinstance(start, datetime) else moment.date()


def starts(rule: Rule, start: When, window: Window, notes: Notes, where: str) -> list[When]:
    """Clock readings, or days, of the rule inside the window; a day more on both sides, for zones."""
    made = _made(rule, start, window)
    opening = window.start.replace(tzinfo=None) - MARGIN if window.start else None
    found: list[When] = []
    for number, moment in enumerate(made or ()):
        if rule.count is not None and number >= rule.count:
            break
        if len(found) == MOST:
            notes.add(where, "too-many-dates", f"It has more than {MOST:,} dates; only the first are taken.")
            break
        if opening is None or moment >= opening:
            found.append(moment if isinstance(start, datetime) else moment.date())
    return found


def _made(rule: Rule, start: When, window: Window) -> rrule.rrule | None:
    """All dates from a start to the end of the rule or of the window; none where it begins later."""
    begin = start if isinstance(start, datetime) else datetime.combine(start, time())
    if rule.until or rule.count:
        window = window.of_finite()
    stop = window.until.replace(tzinfo=None) + MARGIN
    if rule.until:
        stop = min(stop, datetime.combine(rule.until, time(23, 59, 59)))
    if begin > stop:
        return None
    return rrule.rrule(
        rule.unit, dtstart=begin, interval=rule.interval, bymonthday=rule.month_days or None,
        bymonth=rule.months or None, byweekday=[_weekday(day) for day in rule.days] or None, until=stop,
    )  # fmt: skip


def _weekday(day: tuple[int, int]) -> rrule.weekday:
    number, week = day
    return rrule.weekday(number, week or None)
