"""The times of a recurring date: readings of the clock at the venue, the same in summer and in winter."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from webapp.core import clock


@dataclass(frozen=True)
class Times:
    """When each date begins, ends and opens its doors. What ends before it begins ends on the next day.

    `later` is how many days later it ends, for what lasts longer than a night. Doors after the beginning are
    those of the evening before.
    """

    begins: time
    ends: time
    doors: time | None = None
    later: int = 0


@dataclass(frozen=True)
class Span:
    """One date's instants in UTC, and what must be said of them."""

    starts_at: datetime
    ends_at: datetime
    doors_at: datetime | None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Readings:
    """One date as the clock at the venue reads: naive."""

    begins: datetime
    ends: datetime
    doors: datetime | None


def span(day: date, times: Times, zone: str) -> Span:
    """The instants of a date on `day`."""
    ends_on = day + timedelta(days=times.later or times.ends <= times.begins)
    return at(
        Readings(
            datetime.combine(day, times.begins),
            datetime.combine(ends_on, times.ends),
            doors_before(datetime.combine(day, times.begins), times.doors) if times.doors else None,
        ),
        zone,
    )


def doors_before(begins: datetime, doors: time) -> datetime:
    """The last such reading that is not after the beginning."""
    return datetime.combine(begins.date() - timedelta(days=doors > begins.time()), doors)


def at(readings: Readings, zone: str) -> Span:
    """The instants of readings of which the end is after the beginning and the doors are not; so are they."""
    notes: list[str] = []
    starts = _placed(readings.begins, zone, notes)
    ends = _placed(readings.ends, zone, notes)
    if ends <= starts:
        # The clocks are put forward over all of it: it lasts as long as its readings are apart.
        ends = starts + (readings.ends - readings.begins)
    doors = min(_placed(readings.doors, zone, notes), starts) if readings.doors else None
    return Span(starts, ends, doors, tuple(dict.fromkeys(notes)))


def moved_by(readings: Readings, days: timedelta | None, zone: str) -> Span:
    """The same readings so many days later; None is none."""
    later = days or timedelta()
    doors = readings.doors + later if readings.doors else None
    return at(Readings(readings.begins + later, readings.ends + later, doors), zone)


def shifted(instant: datetime, old: datetime, old_zone: str, new: datetime, new_zone: str) -> datetime:
    """`instant` as many days and the same clock reading from `new` as it was from `old`."""
    days = new.astimezone(ZoneInfo(new_zone)).date() - old.astimezone(ZoneInfo(old_zone)).date()
    reading = instant.astimezone(ZoneInfo(old_zone)).replace(tzinfo=None, fold=0) + days
    return reading.replace(tzinfo=ZoneInfo(new_zone)).astimezone(UTC)


def said_times(times: Times) -> str:
    """` at 20:00`."""
    return f" at {times.begins:%H:%M}"


def _placed(reading: datetime, zone: str, notes: list[str]) -> datetime:
    """The instant of a reading; one that does not exist is as much later as the clocks are put forward."""
    instant = reading.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    read = clock.local(instant, zone).replace(tzinfo=None)
    if read != reading:
        notes.append(
            f"{reading:%H:%M} does not exist on {reading.day} {reading:%B}, "
            f"the clocks are put forward over it: it is {read:%H:%M}."
        )
    elif clock.is_twice(reading, zone):
        notes.append(f"{reading:%H:%M} comes twice on {reading.day} {reading:%B}: the first is meant.")
    return instant
