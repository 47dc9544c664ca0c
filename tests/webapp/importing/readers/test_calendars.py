"""What else calendars say of events, and what is no calendar of events at all."""

import pytest

from tests.factories.calendars import asked, calendar, codes, only, reading
from webapp.importing.readers import calendars
from webapp.importing.rules.found import Place, Refused

START = "DTSTART:20240601T180000Z\n"


def test_texts_are_unescaped_and_clean() -> None:
    event = only(
        START
        + r"SUMMARY;LANGUAGE=en:Rock\, Pop\; more"
        + "\n"
        + r"DESCRIPTION:One\nTwo \\ three <script>alert(1)</script>"
    )
    assert event.title == "Rock, Pop; more"
    assert "script" not in event.description
    assert event.description.startswith("One")


def test_outlooks_rich_description_stands_in_for_a_missing_one() -> None:
    rich = "X-ALT-DESC;FMTTYPE=text/html:<html><body><p>Doors <b>7 pm</b></p></body></html>"
    event = only(START + f"SUMMARY:X\nDESCRIPTION:\\n\n{rich}")
    assert event.description == "<p>Doors <strong>7 pm</strong></p>"


@pytest.mark.parametrize(
    ("location", "place"),
    [
        ("The Colonial Theatre", Place(name="The Colonial Theatre")),
        (r"Colonial Theatre\, 95 Main Street\, Keene\, NH 03431",
         Place("Colonial Theatre", None, "95 Main Street, Keene, NH 03431")),
        (r"Stadthalle\nHauptstraße 1\n10115 Berlin",
         Place("Stadthalle", None, "Hauptstraße 1, 10115 Berlin")),
        (r"Project Tempe (1415 E University Dr. #103A\, Tempe\, AZ 85281)",
         Place("Project Tempe", None, "1415 E University Dr. #103A, Tempe, AZ 85281")),
        (r"Room 5\, second floor", Place(name="Room 5, second floor")),
        ("https://zoom.us/j/123?pwd=a.b", Place(online_url="https://zoom.us/j/123?pwd=a.b")),
        ("Main Hall; https://meet.google.com/abc-defg-hij",
         Place("Main Hall", None, None, "https://meet.google.com/abc-defg-hij")),
        ("", None),
    ],
)  # fmt: skip
def test_places(location: str, place: Place | None) -> None:
    assert only(START + f"SUMMARY:X\nLOCATION:{location}\nGEO:1.0;2.0").venue == place


@pytest.mark.parametrize(
    ("line", "link"),
    [
        ("CONFERENCE;VALUE=URI;FEATURE=VIDEO:https://video.example/room", "https://video.example/room"),
        ("X-GOOGLE-CONFERENCE:https://meet.google.com/abc", "https://meet.google.com/abc"),
        ("X-MICROSOFT-SKYPETEAMSMEETINGURL:https://teams.microsoft.com/l/meetup-join/1",
         "https://teams.microsoft.com/l/meetup-join/1"),
        ("URL:https://us02web.zoom.us/j/1", "https://us02web.zoom.us/j/1"),
        (r"DESCRIPTION:Join: https://meet.jit.si/room\nBye", "https://meet.jit.si/room"),
        ("URL:https://band.example/tour", None),
        ("CONFERENCE:tel:+1-412-555-0123", None),
        ("URL:javascript:alert(1)", None),
    ],
)  # fmt: skip
def test_meetings_online(line: str, link: str | None) -> None:
    venue = only(START + f"SUMMARY:X\n{line}").venue
    assert (venue.online_url if venue else None) == link


@pytest.mark.parametrize(
    ("status", "said"),
    [("CONFIRMED", "confirmed"), ("TENTATIVE", "tentative"), ("CANCELLED", "cancelled"),
     ("Canceled", "cancelled"), ("X", "confirmed")],
)  # fmt: skip
def test_statuses(status: str, said: str) -> None:
    event = only(START + f"SUMMARY:X\nSTATUS:{status}")
    assert (event.status, event.occurrences[0].status) == (said, said)


def test_a_calendar_that_calls_off_calls_off_all() -> None:
    assert only("METHOD:CANCEL", START + "SUMMARY:X\nSTATUS:CONFIRMED").status == "cancelled"


def test_guests_and_organizers_are_not_performers() -> None:
    event = only(START + 'SUMMARY:X\nORGANIZER;CN="A":mailto:a@x.example\nATTENDEE;CN=B:mailto:b@x.example')
    assert event.people == ()


def test_the_newest_version_of_an_event_wins_also_across_calendars() -> None:
    old = calendar("UID:1\nSUMMARY:Old\nSEQUENCE:1\n" + START)
    new = calendar("UID:1\nSUMMARY:New\nSEQUENCE:2\n" + START)
    for content in (old + new, new + old):
        read = calendars.read(content, asked())
        assert [event.title for event in read.events] == ["New"]
        assert codes(read) == ["older-version"]


def test_the_newest_change_of_a_date_wins() -> None:
    series = "UID:1\nSUMMARY:X\nRRULE:FREQ=DAILY;COUNT=2\n" + START
    change = "UID:1\nSUMMARY:{}\nSEQUENCE:{}\nRECURRENCE-ID:20240601T180000Z\n" + START
    read = reading(series, change.format("New", 3), change.format("Old", 2))
    assert read.events[0].occurrences[0].title == "New"


def test_other_events_with_the_same_uid_stay() -> None:
    read = reading("UID:1\nSUMMARY:A\n" + START, "UID:1\nSUMMARY:B\nDTSTART:20240701T180000Z")
    assert [(event.title, event.uid) for event in read.events] == [("A", "1"), ("B", "")]
    assert codes(read) == ["uid-repeated"]


def test_events_without_a_uid_stay_apart() -> None:
    assert len(reading("SUMMARY:A\n" + START, "SUMMARY:B\n" + START).events) == 2


def test_an_event_without_a_title_asks_for_one() -> None:
    read = reading(START + "DESCRIPTION:Open house\\nAll day")
    assert read.events[0].title == "Open house"
    assert codes(read) == ["no-title"]


@pytest.mark.parametrize("kind", ["VTODO", "VJOURNAL", "VFREEBUSY"])
def test_what_holds_no_events_is_refused(kind: str) -> None:
    part = f"BEGIN:{kind}\nSUMMARY:X\nEND:{kind}"
    with pytest.raises(Refused, match=kind) as refused:
        reading(part)
    assert refused.value.code == "no-events"
    read = reading(part, START + "SUMMARY:X")
    assert (len(read.events), codes(read)) == (1, ["not-an-event"])


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b" \r\n\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"<!DOCTYPE html><html><body>404</body></html>", "not-a-calendar"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not-a-calendar"),
        (b"Hello", "not-a-calendar"),
        (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "no-events"),
        (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20240601T180000Z\r\nSUMM", "truncated"),
        (b"BEGIN:VCALENDAR\r\n" + b"BEGIN:X\r\n" * 1000, "not-a-calendar"),
    ],
)
def test_what_is_no_calendar_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        calendars.read(content, asked())
    assert refused.value.code == code


def test_events_outside_the_window_are_not_listed() -> None:
    assert reading("SUMMARY:X\nDTSTART:20300101T000000Z").events == ()
