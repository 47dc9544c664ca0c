"""Series as they come, read by us and by recurring-ical-events: the dates are the same."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories.calendars import UNTIL, asked, calendar
from webapp.importing.readers import calendars

ZONES = ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "UTC", "Australia/Sydney"]
UNITS = ["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]
ENDS = ["", ";COUNT=1", ";COUNT=12", ";UNTIL=20240601T235959Z", ";UNTIL=20250101T000000Z"]
STARTS = st.datetimes(datetime(2023, 1, 1), datetime(2024, 3, 31, 23)).map(
    lambda moment: moment.replace(minute=moment.minute // 30 * 30, second=0, microsecond=0)
)


def written(moment: datetime, zone: str) -> str:
    """A time as a property's parameters and value, in UTC or a zone."""
    there = moment.astimezone(ZoneInfo(zone))
    return f":{there:%Y%m%dT%H%M%SZ}" if zone == "UTC" else f";TZID={zone}:{there:%Y%m%dT%H%M%S}"


def ours(content: bytes) -> list[datetime]:
    """The dates that we find."""
    dates: list[Any] = [
        one.starts for event in calendars.read(content, asked()).events for one in event.occurrences
    ]
    return sorted(date.astimezone(UTC) for date in dates)


def theirs(content: bytes) -> list[datetime]:
    """The dates that the other library finds."""
    query = recurring_ical_events.of(icalendar.Calendar.from_ical(content))
    return sorted(
        event.start.astimezone(UTC) for event in query.between(datetime(2020, 1, 1, tzinfo=UTC), UNTIL)
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    start=STARTS,
    zone=st.sampled_from(ZONES),
    rule=st.tuples(st.sampled_from(UNITS), st.integers(1, 4), st.sampled_from(ENDS)),
    changes=st.lists(
        st.tuples(
            st.integers(0, 8), st.sampled_from(["EXDATE", "RDATE", "RECURRENCE-ID"]), st.sampled_from(ZONES)
        ),
        max_size=4,
        unique_by=lambda change: change[0],
    ),
)
def test_two_ways_lead_to_the_same_dates(
    start: datetime, zone: str, rule: tuple[str, int, str], changes: list[tuple[int, str, str]]
) -> None:
    unit, interval, end = rule
    master = (
        f"UID:1\nSUMMARY:X\nDTSTART{written(start.replace(tzinfo=ZoneInfo(zone)), zone)}\nDURATION:PT1H\n"
        f"RRULE:FREQ={unit};INTERVAL={interval}{end}\n"
    )
    plain = ours(calendar(master))
    others = []
    for place, name, other in changes:
        if place >= len(plain):
            continue
        date = plain[place]
        if name == "RECURRENCE-ID":
            moved = written(date + timedelta(hours=3), other)
            others.append(
                f"UID:1\nSUMMARY:Y\nRECURRENCE-ID{written(date, other)}\nDTSTART{moved}\nDURATION:PT2H"
            )
        else:
            master += f"{name}{written(date + timedelta(hours=5 * (name == 'RDATE')), other)}\n"
    content = calendar(master, *others)
    assert ours(content) == theirs(content)
