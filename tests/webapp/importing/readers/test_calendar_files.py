"""Real calendars. What is in them is counted by a plain script here and by recurring-ical-events."""

import random
import re
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from time import monotonic, process_time

import icalendar
import pytest
import recurring_ical_events
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories.calendars import UNTIL, asked, calendar
from tests.factories.sources import SHARED
from webapp.importing.readers import calendars
from webapp.importing.rules.found import Refused

FILES = sorted(SHARED.glob("ics-*/*.ics"))
needs_files = pytest.mark.skipif(not FILES, reason=f"the shared files are not at {SHARED}")
# Items that are wrong in their files, found by reading them.
WRONG = {"lanyrd-nodejs-2011.ics": 1}
# Where the other library stops, or makes midnights of days that have a TZID.
NOT_READ_BY_OTHERS = {"lanyrd-nodejs-2011.ics", "chicago-housing-trust.ics", "japan-west-festivals.ics"}


@needs_files
def test_the_files_are_those_that_were_looked_at() -> None:
    assert len(FILES) == 17


@needs_files
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_event_of_a_file_comes_in(path: Path) -> None:
    content = path.read_bytes()
    begun = len(re.findall(rb"^\s*BEGIN:VEVENT\s*$", content, re.MULTILINE))
    changes = len(re.findall(rb"^RECURRENCE-ID", content, re.MULTILINE))
    read = calendars.read(content, asked())
    assert len(read.events) == begun - changes - WRONG.get(path.name, 0)
    titles = {re.sub(r"\s", "", event.title) for event in read.events}
    assert "" not in titles


@needs_files
@pytest.mark.parametrize(
    "path", [path for path in FILES if path.name not in NOT_READ_BY_OTHERS], ids=lambda path: path.name
)
def test_the_dates_are_those_of_another_library(path: Path) -> None:
    calendar_text = path.read_bytes().lstrip()
    other = recurring_ical_events.of(icalendar.Calendar.from_ical(calendar_text), components=["VEVENT"])
    expected = sorted(
        str(event.start.astimezone(UTC) if _has_zone(event.start) else event.start)
        for event in other.between(datetime(2000, 1, 1, tzinfo=UTC), UNTIL)
    )
    read = calendars.read(path.read_bytes(), asked())
    made = sorted(
        str(one.starts.astimezone(UTC) if _has_zone(one.starts) else one.starts)
        for event in read.events
        for one in event.occurrences
    )
    assert made == expected


def _has_zone(when: object) -> bool:
    return isinstance(when, datetime) and when.tzinfo is not None


@needs_files
def test_what_was_read_by_eye() -> None:
    outlook = calendars.read(
        (SHARED / "ics-outlook-2010/outlook-2010-meeting.ics").read_bytes(), asked()
    ).events[0]
    assert (outlook.title, outlook.zone) == ("Team Meeting", "America/New_York")
    assert outlook.starts == datetime(2013, 6, 10, 16, tzinfo=UTC)
    assert outlook.description.startswith(
        "Meeting will discuss objectives for next project.\nWill include a presentation"
    )
    folds = calendars.read(
        (SHARED / "ics-community-keene/outlook-2007-folds.ics").read_bytes(), asked()
    ).events[0]
    assert folds.venue is not None
    end = "Wraps Over Several Lines When Exported From Leading Calendar and Office Software Application"
    assert str(folds.venue.name).endswith(f"{end} Microsoft Office 2007")
    assert (folds.starts, folds.ends) == (date(2009, 6, 21), date(2009, 6, 21))


@pytest.mark.slow
@needs_files
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_mutations_of_real_files_are_read_or_refused(path: Path) -> None:
    whole = path.read_bytes()[:8_000]
    chance = random.Random(path.name)
    ends = monotonic() + 1
    for _ in count():
        if monotonic() > ends:
            break
        _is_answered(_mutated(bytearray(whole), chance))


def _mutated(content: bytearray, chance: random.Random) -> bytes:
    for _ in range(chance.randint(1, 12)):
        at, length = chance.randrange(len(content) or 1), chance.choice([1, 2, 8, 60])
        kind = chance.randrange(5)
        if kind == 0:
            del content[at : at + length]
        elif kind == 1:
            content[at:at] = bytes(chance.randrange(256) for _ in range(length))
        elif kind == 2:
            content[at : at + 1] = chance.choice(
                [b"9", b"0", b"-", b";", b":", b"\n", b"T", b"Z", b",", b"\xff"]
            )
        elif kind == 3:
            other = chance.randrange(len(content) or 1)
            content[at:at] = content[other : other + length * 4]
        else:
            old, new = chance.choice(
                [(b"2", b"99"), (b"BEGIN", b"END"), (b"WEEKLY", b"SECONDLY"), (b"=", b"")]
            )
            content[at:] = content[at:].replace(old, new, 3)
    return bytes(content)


def _is_answered(content: bytes) -> None:
    try:
        read = calendars.read(content, asked())
    except Refused as refused:
        said = refused.code + refused.message
    else:
        said = "" if read.events is None else "read"
    assert said


WORDS = st.sampled_from(
    [
        *(
            "20240101",
            "20240101T000000",
            "00010101",
            "99991231T235959Z",
            "99999999",
            "T",
            "Z",
            "P1D",
            "INTERVAL=0",
        ),
        *(
            "FREQ=",
            "DAILY",
            "SECONDLY",
            "COUNT=",
            "UNTIL=",
            "BYDAY=MO",
            "TZID=",
            "VALUE=DATE",
            "Europe/Berlin",
        ),
        *(";", ":", ",", "=", "/", '"', "-", "\n ", "\n", "é", "\\"),
    ]
)
NAMES = st.sampled_from(
    ["DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID", "UID", "LOCATION"]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(NAMES, st.sampled_from(";:"), st.lists(WORDS, max_size=6).map("".join)), max_size=8)
)
def test_any_properties_are_read_or_refused(properties: list[tuple[str, str, str]]) -> None:
    lines = "\n".join(map("".join, properties))
    _is_answered(calendar("DTSTART:20240101T100000Z\nSUMMARY:X\n" + lines, lines))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    _is_answered(content)
    _is_answered(b"BEGIN:VCALENDAR\nBEGIN:VEVENT\n" + content + b"\nEND:VEVENT\nEND:VCALENDAR")


@pytest.mark.slow
def test_five_thousand_events_come_in_soon() -> None:
    rules = ["", "RRULE:FREQ=WEEKLY;COUNT=20", "", "", "RRULE:FREQ=MONTHLY;BYDAY=2TU"]
    events = [
        f"UID:{number}\nSUMMARY:Event {number}\nDURATION:PT2H\n{rules[number % 5]}\n"
        f"DTSTART;TZID=Europe/Berlin:2024{number % 12 + 1:02}{number % 28 + 1:02}T200000\n"
        f"LOCATION:Hall {number % 50}\\, Main Street 1\\, Berlin\nDESCRIPTION:{'Words and words. ' * 20}"
        for number in range(5_000)
    ]
    began = process_time()
    read = calendars.read(calendar(*events), asked())
    assert len(read.events) == 5_000
    assert process_time() - began < 8
