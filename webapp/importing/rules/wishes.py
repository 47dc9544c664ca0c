"""What whoever imports may say: a zone, a stretch of time, a mapping of columns. Pure."""

import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from webapp.core import clock
from webapp.importing.rules.found import Asked, Refused, Window
from webapp.importing.rules.settled import Limits

# How far rules without an end are followed.
YEARS_AHEAD = 2
LARGEST_MAP = 200_000


def asked(
    *,
    zone: str | None,
    start: str | None,
    until: str | None,
    mapping: bytes | Mapping[str, str] | None,
    today: date,
) -> tuple[Asked, Limits]:
    """What is asked of readers, and which dates are wanted of what they find; refused where it is unclear."""
    limits = Limits(_moment("--from", start), _moment("--until", until))
    if limits.start and limits.until and limits.until <= limits.start:
        raise Refused("bad-time", f"--until {until} is not after --from {start}, so no date is between them.")
    window = Window(limits.start, limits.until or _years_after(today), is_asked=limits.until is not None)
    return Asked(window, _zone(zone), _mapping(mapping)), limits


def _zone(name: str | None) -> ZoneInfo | None:
    if name is None:
        return None
    if clock.is_zone(name):
        return ZoneInfo(name)
    raise Refused(
        "unknown-zone", f"--zone {name[:60]} is no IANA time zone. Write one such as Europe/Berlin."
    )


def _moment(option: str, text: str | None) -> datetime | None:
    """A day's beginning in UTC, or an instant with its offset."""
    if text is None:
        return None
    try:
        if len(text) == 10:
            return datetime.combine(date.fromisoformat(text), time(), UTC)
        moment = datetime.fromisoformat(text)
        if moment.tzinfo:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    right = "Write a date such as 2027-01-31, or an instant in UTC such as 2027-01-31T18:00:00Z."
    raise Refused("bad-time", f"{option} {text[:60]} is no time. {right}")


def _years_after(today: date) -> datetime:
    year = today.year + YEARS_AHEAD
    is_leap_day = (today.month, today.day) == (2, 29)
    day = date(year, 3, 1) if is_leap_day else today.replace(year=year)
    return datetime.combine(day, time(), UTC)


def _mapping(content: bytes | Mapping[str, str] | None) -> dict[str, str]:
    """Lines of field = column or template."""
    if not isinstance(content, bytes):
        return dict(content or {})
    if len(content) > LARGEST_MAP:
        raise Refused("bad-map", f"The mapping has {len(content):,} bytes; {LARGEST_MAP:,} are the most.")
    try:
        table = tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Refused("bad-map", "The mapping is not UTF-8. Save it as UTF-8.") from None
    except (tomllib.TOMLDecodeError, RecursionError) as problem:
        message = f'The mapping is no TOML: {problem}. Write lines such as title = "Name of the event".'
        raise Refused("bad-map", message) from None
    for name, value in table.items():
        if not isinstance(value, str):
            message = (
                f'The mapping\'s “{name}” is no text. Write {name} = "Column", or a template "{{A}} {{B}}".'
            )
            raise Refused("bad-map", message)
    return table
