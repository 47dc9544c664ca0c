"""Rules of recurrence, read leniently and expanded on a clock without a zone. Always within bounds."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from dateutil import rrule

from webapp.importing.readers.ical import old_rules
from webapp.importing.readers.ical.faults import BadItem

UNITS = {
    "YEARLY": rrule.YEARLY,
    "MONTHLY": rrule.MONTHLY,
    "WEEKLY": rrule.WEEKLY,
    "DAILY": rrule.DAILY,
    "HOURLY": rrule.HOURLY,
    "MINUTELY": rrule.MINUTELY,
    "SECONDLY": rrule.SECONDLY,
}
SECONDS = {rrule.HOURLY: 3600, rrule.MINUTELY: 60, rrule.SECONDLY: 1}
DAYS = {
    "MO": rrule.MO,
    "TU": rrule.TU,
    "WE": rrule.WE,
    "TH": rrule.TH,
    "FR": rrule.FR,
    "SA": rrule.SA,
    "SU": rrule.SU,
}
# Each part with the numbers that it may hold and what dateutil calls it. Negative ones count from the end.
PARTS = {
    "BYSECOND": (0, 60, "bysecond"),
    "BYMINUTE": (0, 59, "byminute"),
    "BYHOUR": (0, 23, "byhour"),
    "BYMONTHDAY": (1, 31, "bymonthday"),
    "BYYEARDAY": (1, 366, "byyearday"),
    "BYWEEKNO": (1, 53, "byweekno"),
    "BYMONTH": (1, 12, "bymonth"),
    "BYSETPOS": (1, 366, "bysetpos"),
}
KNOWN = frozenset([*PARTS, "FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "WKST", "RSCALE", "SKIP"])
FROM_THE_END = {"BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS"}
ENDS = frozenset(["UNTIL", "COUNT"])  # of which an empty one makes a series endless
OF_THE_DAY = ("BYSECOND", "BYMINUTE", "BYHOUR")
DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
MOST_DATES = 20_000
MOST_READINGS = 400_000  # of one rule, with those before the window
MOST_STEPS = 2_000_000
# The calendar repeats after so many years, weekdays and weeks included.
CYCLE = 400


@dataclass(frozen=True)
class Rule:
    """One RRULE or EXRULE: what dateutil takes, and the end as written."""

    unit: int
    options: dict[str, Any]
    count: int | None
    until: str | None
    line: int
    unknown: tuple[str, ...] = ()

    def readings(self, start: datetime, end: datetime) -> Iterator[datetime]:
        """The clock readings from `start` to `end`, both included; very many end at some point."""
        if end < start:
            return
        bound = self._bounded(start, end)
        is_cut, end = bound < end, bound
        # Far in the future the search for days that never come ends soon, and the days are the same.
        years = CYCLE * ((9999 - end.year) // CYCLE)
        try:
            rule = rrule.rrule(
                self.unit,
                dtstart=_shifted(start.replace(microsecond=0), years),
                until=_shifted(end, years),
                **self.options,
            )
            number = 0
            for reading in islice(rule, min(self.count or MOST_READINGS, MOST_READINGS)):
                number += 1
                yield _shifted(reading, -years)
            if is_cut and number < (self.count or 0):
                raise too_many(self.line)
        except (ValueError, TypeError, OverflowError, IndexError) as error:
            raise BadItem("bad-recurrence", f"The recurrence has no dates ({error}).", self.line) from error

    def _bounded(self, start: datetime, end: datetime) -> datetime:
        """Up to when short steps are followed: to the end, or to where a COUNT has to be full."""
        seconds = SECONDS.get(self.unit)
        if seconds is None:
            return end
        step = seconds * self.options.get("interval", 1)
        if (end - start).total_seconds() / step <= MOST_STEPS:
            return end
        if not self.count:
            raise too_many(self.line)
        return start + timedelta(seconds=step * MOST_STEPS)


def too_many(line: int) -> BadItem:
    """The refusal of a series without measure."""
    return BadItem(
        "too-many-dates",
        f"The recurrence makes more than {MOST_DATES:,} dates. Give it an end (COUNT or UNTIL), or ask for "
        "fewer days at once.",
        line,
    )


def read(text: str, line: int, *, is_day: bool) -> Rule:
    """A rule as written; `BadItem` says what cannot be understood."""
    parts = _parts(old_rules.modern(text) or text, line)
    unit = UNITS.get(parts.get("FREQ", ""))
    if unit is None:
        raise BadItem("bad-recurrence", f"“{text[:80]}” has no FREQ such as FREQ=WEEKLY.", line)
    if parts.get("RSCALE", "GREGORIAN") != "GREGORIAN" or parts.get("SKIP", "OMIT") != "OMIT":
        raise BadItem("bad-recurrence", "Only the Gregorian calendar is understood in recurrences.", line)
    options: dict[str, Any] = {}
    for name, (least, most, option) in PARTS.items():
        if name in parts and not (is_day and name in OF_THE_DAY):
            options[option] = _numbers(name, parts[name], least, most, line)
    if "BYDAY" in parts:
        options["byweekday"] = [_day(day, line) for day in parts["BYDAY"].split(",") if day]
    if parts.get("WKST") in DAYS:
        options["wkst"] = DAYS[parts["WKST"]]
    options["interval"] = _positive("INTERVAL", parts.get("INTERVAL", "1"), line)
    count = parts.get("COUNT", "")
    # Some programs write COUNT=-1 for a series without an end.
    endless = not count or count.startswith("-")
    return Rule(
        unit, options, None if endless else _positive("COUNT", count, line), parts.get("UNTIL") or None, line,
        tuple(name for name, value in parts.items() if not value or not (name in KNOWN or name[:2] == "X-")),
    )  # fmt: skip


def _parts(text: str, line: int) -> dict[str, str]:
    parts: dict[str, str] = {}
    for part in re.sub(r"[\s\\]", "", text).upper().removeprefix("RRULE:").split(";"):
        name, is_one, value = part.partition("=")
        if part and (not is_one or name in ENDS) and not value:
            parts.setdefault(name, "")
        if value and parts.setdefault(name, value) != value:
            raise BadItem("bad-recurrence", f"The recurrence says {name[:20]} twice.", line)
    return parts


def _numbers(name: str, text: str, least: int, most: int, line: int) -> list[int]:
    numbers = []
    for written in text.strip(",").split(",")[:400]:
        if not re.fullmatch(r"[+-]?\d{1,3}", written):
            raise BadItem("bad-recurrence", f"{name}={text[:40]} is not a list of numbers.", line)
        number = int(written)
        if not least <= (abs(number) if name in FROM_THE_END else number) <= most:
            raise BadItem("bad-recurrence", f"{name}={text[:40]} goes beyond {most}.", line)
        numbers.append(number)
    return numbers


def _day(text: str, line: int) -> Any:
    found = DAY.fullmatch(text)
    if not found or (found[1] and int(found[1]) == 0):
        raise BadItem("bad-recurrence", f"BYDAY={text[:40]} is no day such as MO or 1MO.", line)
    return DAYS[found[2]](int(found[1])) if found[1] else DAYS[found[2]]


def _positive(name: str, text: str, line: int) -> int:
    if not re.fullmatch(r"\+?\d{1,9}", text) or int(text) == 0:
        raise BadItem("bad-recurrence", f"{name}={text[:40]} is no number from 1.", line)
    return int(text)


def _shifted(reading: datetime, years: int) -> datetime:
    return reading.replace(year=reading.year + years)


def last_moment(day: datetime) -> datetime:
    """The end of a day, for an UNTIL that names a day only."""
    return day.replace(hour=0, minute=0, second=0) + timedelta(days=1, seconds=-1)
