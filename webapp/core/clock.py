"""What time it is, and how an instant reads on a wall clock somewhere."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones


def now() -> datetime:
    """This instant in UTC. Called by views, commands and jobs only; below them time is an argument."""
    return datetime.now(UTC)


def local(instant: datetime, zone: str) -> datetime:
    """The clock reading of `instant` in the IANA zone `zone`."""
    return instant.astimezone(ZoneInfo(zone))


def is_zone(name: str) -> bool:
    return name in _zones()


@cache
def _zones() -> frozenset[str]:
    """All names: Python walks through all files of zones for them."""
    return frozenset(available_timezones())


def instant(reading: datetime, zone: str) -> datetime:
    """The instant in UTC of a naive clock reading in `zone`.

    Of a reading that happens twice (autumn) the first is meant. A reading that never happens
    (spring) raises `ValueError`.
    """
    aware = reading.replace(tzinfo=ZoneInfo(zone))
    if aware.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) != reading:
        raise ValueError(
            f"{reading:%d %B %Y %H:%M} does not exist in {zone}: the clocks are put forward over it."
        )
    return aware.astimezone(UTC)


def is_twice(reading: datetime, zone: str) -> bool:
    """Whether a naive clock reading comes twice in `zone`, because the clocks are put back over it."""
    first, second = (reading.replace(tzinfo=ZoneInfo(zone), fold=fold).utcoffset() for fold in (0, 1))
    return first is not None and second is not None and first > second


def shown_again(reading: datetime, zone: str, known: datetime | None, known_zone: str) -> datetime | None:
    """`known` itself if `reading` is what a page shows of it to the minute, else None.

    So a form sent back unchanged changes nothing: no second, and not the second of two equal readings.
    """
    if known is None or zone != known_zone:
        return None
    return known if local(known, zone).replace(tzinfo=None, second=0, microsecond=0) == reading else None


def day_bounds(day: date, zone: str) -> tuple[datetime, datetime]:
    """The instants at which `day` begins and ends in `zone`; 23 to 25 hours apart."""
    midnight = datetime.combine(day, time(), ZoneInfo(zone))
    following = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone))
    return midnight.astimezone(UTC), following.astimezone(UTC)
