"""Calendars as programs and people break them."""

import pytest

from tests.factories.calendars import asked, calendar, codes, utc
from webapp.importing.readers import calendars
from webapp.importing.rules.found import Reading

TITLE = "Größe – „Ein Fest“ für alle"
GOOD = calendar(
    f"UID:1\nSUMMARY:{TITLE}\nDTSTART;TZID=Europe/Berlin:20240601T180000\nDESCRIPTION:Erste\\nZweite"
)


def read(content: bytes) -> Reading:
    return calendars.read(content, asked())


@pytest.mark.parametrize(
    "content",
    [
        GOOD,
        b"\xef\xbb\xbf" + GOOD,
        GOOD.decode().encode("utf-16"),
        GOOD.decode().encode("utf-16-be"),
        GOOD.decode().encode("cp1252"),
        GOOD.replace(b"\r\n", b"\n"),
        GOOD.replace(b"\r\n", b"\r"),
        GOOD.replace(b"\r\n", b"\r\r\n"),
        GOOD.replace(b"\r\n", b"\r\n\r\n"),
        GOOD.replace(b"\r\n", b"\r\n    "),
        b"      " + GOOD,
        b"HTTP/1.1 200 OK\r\nContent-Type: text/calendar\r\n\r\n" + GOOD,
        GOOD.replace("Größe".encode(), "Gr\r\n öße".encode()),
        GOOD.replace("ö".encode(), b"\xc3\r\n \xb6"),
        GOOD.replace("„Ein".encode(), "„E\r\n\tin".encode()),
        GOOD.replace(b"BEGIN:VEVENT", b"begin:vevent").replace(b"SUMMARY", b"Summary"),
        GOOD.replace(b"SUMMARY:", b"item1.SUMMARY:"),
        GOOD.replace(b"SUMMARY:", b"SUMMARY\r\n :").replace(b"DTSTART;", b"DTSTART\r\n\r\n ;"),
        GOOD.replace(b"UID:1", b"UID:1\r\nSTATUS=CONFIRMED"),
        GOOD.replace(b"UID:1", b'UID:1\r\nATTENDEE;CN="A: B":mailto:a@x.example\r\nORGANIZER;CN=:mailto'),
    ],
)  # fmt: skip
def test_what_can_be_read_is_read(content: bytes) -> None:
    (event,) = read(content).events
    assert (event.title, utc(event.starts), event.description) == (
        TITLE,
        "2024-06-01 16:00Z",
        "Erste\nZweite",
    )


def test_several_calendars_in_one_file() -> None:
    both = read(GOOD + GOOD.replace(b"UID:1", b"UID:2"))
    assert [event.uid for event in both.events] == ["1", "2"]


def test_line_breaks_inside_a_text_are_kept_and_warned_of() -> None:
    content = GOOD.replace(b"Erste\\nZweite", b"Erste\r\nNote: Zweite\r\nund <b>mehr</b>")
    found = read(content)
    assert "Note: Zweite" in found.events[0].description
    assert codes(found) == ["bad-fold"]
    assert found.remarks[0].where == "line 8 and 1 more"


def test_a_fold_that_lost_its_space_is_mended() -> None:
    long = "x" * 75
    found = read(GOOD.replace(b"Erste\\nZweite", f"{long[:60]}\r\nyyy".encode().replace(b"DESC", b"DESC")))
    assert found.events[0].description == long[:60] + "yyy"


@pytest.mark.parametrize("lost", [b"END:VEVENT\r\n", b"END:VCALENDAR\r\n", b"BEGIN:VCALENDAR\r\n"])
def test_a_lost_begin_or_end_is_warned_of(lost: bytes) -> None:
    found = read(GOOD.replace(lost, b""))
    assert len(found.events) == 1
    assert found.remarks


def test_an_event_without_its_end_ends_where_the_next_begins() -> None:
    second = GOOD.replace(b"UID:1", b"UID:2").replace(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n", b"")
    found = read(GOOD.replace(b"END:VEVENT\r\nEND:VCALENDAR\r\n", b"") + second)
    assert [event.uid for event in found.events] == ["1", "2"]
    assert codes(found) == ["missing-end"]


def test_properties_of_alarms_are_not_the_events() -> None:
    alarm = (
        b"BEGIN:VALARM\r\nDESCRIPTION:Reminder\r\nSUMMARY:Alarm\r\nDURATION:PT5M\r\nEND:VALARM\r\nEND:VEVENT"
    )
    (event,) = read(GOOD.replace(b"END:VEVENT", alarm)).events
    assert (event.title, event.description) == (TITLE, "Erste\nZweite")


def test_quoted_printable_of_vcalendar_one() -> None:
    old = GOOD.replace(b"VERSION:2.0", b"VERSION:1.0").replace(
        f"SUMMARY:{TITLE}".encode(),
        b"SUMMARY;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Gr=C3=B6=C3=9Fe =E2=80=93 "
        b"=E2=80=9EEin =\r\nFest=E2=80=9C f=C3=BCr alle",
    )
    assert read(old).events[0].title == TITLE
