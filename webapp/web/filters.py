"""How values read on a page: money, days, times, counts. Usable with any Jinja environment, without Flask."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from typing import Any

from jinja2 import Environment

from webapp.core import clock, money

CATEGORIES = {
    "music": "Music",
    "sport": "Sport",
    "conference": "Conference",
    "festival": "Festival",
    "theatre": "Theatre",
    "talk": "Talk",
    "family": "Family",
    "food": "Food",
}

A_LONG_NIGHT = timedelta(hours=12)

# Fields that show only what fits them, and how that is read.
PICKERS: dict[str, Callable[[str], object]] = {
    "date": date.fromisoformat,
    "time": clock_time.fromisoformat,
    "datetime-local": datetime.fromisoformat,
}


def register(app: Any) -> None:
    """For the Flask app, which is not named here: workers use these filters and do without Flask."""
    install(app.jinja_env)


def install(environment: Environment) -> None:
    environment.filters.update(
        money=amount,
        day=day,
        long_day=long_day,
        time=time,
        until=until,
        moment=moment,
        short_moment=short_moment,
        soon=soon,
        seconds=seconds,
        iso=iso,
        count=count,
        ago=ago,
        since=since,
        duration=duration,
        zone_city=zone_city,
        day_number=day_number,
        weekday_day=weekday_day,
        day_of=day_of,
        day_after=day_after,
        clock_name=clock_name,
        digits=money.digits,
        typed=money.typed,
        holding=holding,
        rounded=money.rounded,
        category=CATEGORIES.__getitem__,
    )


def amount(minor: int, currency: str, *, free: bool = False) -> str:
    """`CA$22.00`; with `free`, nothing to pay reads `Free`."""
    if free and minor == 0:
        return "Free"
    return money.shown(minor, currency).replace("-", "−")


def day(instant: datetime, zone: str) -> str:
    """`Sat 5 Dec`."""
    local = clock.local(instant, zone)
    return f"{local:%a} {local.day} {local:%b}"


def long_day(instant: datetime, zone: str) -> str:
    """`Saturday 5 December 2026`."""
    local = clock.local(instant, zone)
    return f"{local:%A} {local.day} {local:%B} {local.year}"


def day_number(instant: datetime, zone: str) -> str:
    """`5`, the big figure in a list of dates."""
    return str(clock.local(instant, zone).day)


def weekday_day(instant: datetime, zone: str) -> str:
    """`Sat 5 December`."""
    local = clock.local(instant, zone)
    return f"{local:%a} {local.day} {local:%B}"


def day_of(instant: datetime, zone: str) -> str:
    """`2026-12-05`, as fields and addresses have it."""
    return clock.local(instant, zone).date().isoformat()


def day_after(instant: datetime, zone: str) -> str:
    """The next day there: `2026-12-06`."""
    return (clock.local(instant, zone).date() + timedelta(days=1)).isoformat()


def time(instant: datetime, zone: str) -> str:
    """`18:15` on the clock there."""
    return f"{clock.local(instant, zone):%H:%M}"


def until(ends: datetime, starts: datetime, zone: str) -> str:
    """When something ends: `22:30`, and with its day what does not end in the night after it began."""
    if ends - starts < A_LONG_NIGHT:
        return time(ends, zone)
    return f"{day(ends, zone)}, {time(ends, zone)}"


def moment(instant: datetime, zone: str = "UTC") -> str:
    """`Sat 5 Dec 2026, 18:15`."""
    local = clock.local(instant, zone)
    return f"{local:%a} {local.day} {local:%b} {local.year}, {local:%H:%M}"


def short_moment(instant: datetime, zone: str = "UTC") -> str:
    """`5 Dec, 18:15`, for rows of a history."""
    local = clock.local(instant, zone)
    return f"{local.day} {local:%b}, {local:%H:%M}"


def soon(instant: datetime, now: datetime, zone: str) -> str:
    """`at 10:00`, or `on Sat 5 Dec at 10:00` when that is not within a day."""
    if abs((instant - now).total_seconds()) < 20 * 3600:
        return f"at {time(instant, zone)}"
    return f"on {day(instant, zone)} at {time(instant, zone)}"


def seconds(instant: datetime, zone: str) -> str:
    """`10:07:15` on the clock there."""
    return f"{clock.local(instant, zone):%H:%M:%S}"


def iso(instant: datetime, zone: str = "UTC") -> str:
    """ISO 8601 with the offset of that zone at that time."""
    return clock.local(instant, zone).isoformat(timespec="seconds")


def count(number: int, one: str, many: str) -> str:
    """`1 ticket`, `1,200 tickets`."""
    return f"{number:,} {one if number == 1 else many}"


# What is younger was a moment ago for everybody who reads it.
JUST_NOW = 10


def ago(seconds: float) -> str:
    """An age as people say it: `12 s`, `4 min`, `3 h`, `2 days`."""
    for size, unit in ((86_400, "days"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * size or (size < 86_400 and seconds >= size):
            return f"{int(seconds // size)} {unit}"
    return f"{int(seconds)} s"


def since(seconds: float) -> str:
    """When something was, as people say it: `just now`, `4 min ago`."""
    return "just now" if seconds < JUST_NOW else f"{ago(seconds)} ago"


def duration(seconds: float) -> str:
    """What a countdown shows: `8:41`, with hours `1:59:41`."""
    minutes, rest = divmod(max(0, int(seconds)), 60)
    if minutes < 60:
        return f"{minutes}:{rest:02d}"
    return f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}"


def clock_name(instant: datetime, zone: str) -> str:
    """What the clock there is called at that time: `EST`, `CEST`, `UTC+8`."""
    name = clock.local(instant, zone).tzname() or ""
    if name[:1] not in "+-":
        return name
    return f"UTC{name[0]}{name[1:3].lstrip('0') or '0'}{':' + name[3:] if len(name) > 3 else ''}"


def zone_city(zone: str) -> str:
    """`America/New_York` reads `New York`."""
    return zone.rsplit("/", 1)[-1].replace("_", " ")


def holding(kind: str, value: object) -> str:
    """`date`, or `text` where a picker would drop what was typed because it is no day or time."""
    if kind not in PICKERS or not value:
        return kind
    try:
        PICKERS[kind](str(value))
    except ValueError:
        return "text"
    return kind
