"""iCalendar files for tests, written as short as they can be, and what the reader makes of them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from webapp.importing.readers import calendars
from webapp.importing.rules.found import Asked, Found, Reading, Window

UNTIL = datetime(2028, 1, 1, tzinfo=UTC)


def asked(zone: str | None = None, start: datetime | None = None, until: datetime = UNTIL) -> Asked:
    """What whoever imports says."""
    return Asked(Window(start, until), ZoneInfo(zone) if zone else None)


def calendar(*parts: str) -> bytes:
    """A calendar around its parts; a part that is no component or property is the inside of an event."""
    outer = ("BEGIN:", "X-WR-TIMEZONE", "METHOD")
    wrapped = (
        part.strip() if part.startswith(outer) else f"BEGIN:VEVENT\n{part.strip()}\nEND:VEVENT"
        for part in parts
    )
    text = "\n".join(("BEGIN:VCALENDAR", "VERSION:2.0", *wrapped, "END:VCALENDAR", ""))
    return text.replace("\n", "\r\n").encode()


def reading(
    *parts: str, zone: str | None = None, start: datetime | None = None, until: datetime = UNTIL
) -> Reading:
    """What the reader says of a calendar of these parts."""
    return calendars.read(calendar(*parts), asked(zone, start, until))


def only(
    *parts: str, zone: str | None = None, start: datetime | None = None, until: datetime = UNTIL
) -> Found:
    """The one event of a calendar."""
    (event,) = reading(*parts, zone=zone, start=start, until=until).events
    return event


def starts(found: Found) -> list[str]:
    """When its dates begin, on their own clock."""
    return [said(one.starts) for one in found.occurrences]


def said(when: object) -> str:
    """A day, or a reading of its own clock."""
    return f"{when:%Y-%m-%d %H:%M}" if isinstance(when, datetime) else f"{when}"


def codes(read: Reading) -> list[str]:
    """What is doubtful."""
    return [remark.code for remark in read.remarks]


def utc(moment: object) -> str:
    """A moment in UTC."""
    assert isinstance(moment, datetime)
    assert moment.tzinfo is not None
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M}Z"
