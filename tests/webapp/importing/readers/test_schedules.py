"""Conference programmes in XML and JSON."""

import json
import time
from collections import Counter
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

import pytest
from lxml import etree

from tests.factories.sources import asked, codes, only, real, utc
from webapp.importing.readers import schedules
from webapp.importing.rules.found import Place, Reading, Refused


def talk(body: str = "", *, title: str = "A", start: str = "10:30", attributes: str = 'id="7"') -> str:
    inside = f"<title>{title}</title><start>{start}</start><duration>1:00</duration>{body}"
    return f"<event {attributes}>{inside}</event>"


def xml(*talks: str, more: str = "", day: str = 'date="2026-05-01"') -> bytes:
    about = f"<conference><acronym>conf</acronym><city>Brussels</city>{more}</conference>"
    room = f'<day index="1" {day}><room name="Hall">{"".join(talks)}</room></day>'
    return f"<?xml version='1.0' encoding='utf-8'?><schedule>{about}{room}</schedule>".encode()


BRUSSELS = "<time_zone_name>Europe/Brussels</time_zone_name>"


def read(content: bytes, zone: str | None = None) -> Reading:
    return schedules.read(content, asked(zone))


def test_a_talk_is_an_entry_with_room_people_and_texts() -> None:
    body = (
        "<room>Hall</room><subtitle>More</subtitle><abstract>&lt;p&gt;Why&lt;/p&gt;</abstract><description>How</description>"
        "<persons><person id='1'>Ada</person><person><name>Bob</name></person></persons>"
    )
    found = only(read(xml(talk(body), more="<venue>ULB</venue>" + BRUSSELS)))
    assert (found.title, found.uid, found.zone) == ("A", "7@conf", "Europe/Brussels")
    assert (utc(found.starts), utc(found.ends)) == ("2026-05-01T08:30Z", "2026-05-01T09:30Z")
    assert found.venue == Place(name="ULB", room="Hall", place="Brussels")
    assert found.people == ("Ada", "Bob")
    assert all(word in found.description for word in ("More", "Why", "How"))


def test_a_clock_reading_without_a_zone_is_floating_until_one_is_asked() -> None:
    reading = read(xml(talk(), talk()))
    assert reading.events[0].starts == datetime(2026, 5, 1, 10, 30)
    assert codes(reading) == ["no-zone"]
    assert "Europe/Brussels" in reading.remarks[0].message
    assert reading.remarks[0].where == "talk 7 “A” and 1 more"
    assert utc(read(xml(talk()), "Europe/Brussels").events[0].starts) == "2026-05-01T08:30Z"


def test_after_midnight_it_is_still_the_same_day_of_the_programme() -> None:
    night = talk(start="01:15")
    changed = only(read(xml(night, more=BRUSSELS + "<day_change>09:00:00</day_change>")))
    assert utc(changed.starts) == "2026-05-01T23:15Z"
    begun = only(read(xml(night, more=BRUSSELS, day='date="2026-05-01" start="2026-05-01T09:00:00+02:00"')))
    assert utc(begun.starts) == "2026-05-01T23:15Z"
    dated = only(read(xml(talk("<date>2026-05-02T01:15:00+02:00</date>", start="01:15"), more=BRUSSELS)))
    assert utc(dated.starts) == "2026-05-01T23:15Z"


def test_a_date_with_an_offset_wins_over_a_clock_that_contradicts_it() -> None:
    reading = read(xml(talk("<date>2026-05-01T09:00:00+00:00</date>"), more=BRUSSELS))
    assert (utc(only(reading).starts), codes(reading)) == ("2026-05-01T09:00Z", ["times-differ"])
    same = read(xml(talk("<date>2026-05-01T08:30:00+00:00</date>"), more=BRUSSELS))
    assert same.remarks == ()


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("0:45", "09:15"),
        ("00:45:00", "09:15"),
        ("1:02:00", "10:30"),
        ("PT45M", "09:15"),
        ("45", "09:15"),
        ("x", None),
    ],
)
def test_durations_are_written_in_many_ways(text: str, end: str | None) -> None:
    content = xml(talk(), more=BRUSSELS).replace(b"<duration>1:00<", f"<duration>{text}<".encode())
    ends = only(read(content)).ends
    assert (utc(ends)[11:16] if ends else None) == end


def test_guids_are_the_talks_own_names_and_never_the_same_twice() -> None:
    twice = talk(attributes='id="7" guid="abc"')
    assert [found.uid for found in read(xml(twice, twice)).events] == ["abc", "abc/2"]


def test_talks_without_title_or_start_are_left_out() -> None:
    reading = read(xml(talk(title=" "), talk(start="soon"), talk()), "Europe/Brussels")
    assert (len(reading.events), codes(reading)) == (1, ["no-title", "bad-date"])


def test_namespaces_and_an_unknown_zone_do_no_harm() -> None:
    content = xml(talk(), more="<time_zone_name>Mars</time_zone_name>").replace(
        b"<schedule>", b'<schedule xmlns="urn:x">'
    )
    assert codes(read(content)) == ["unknown-zone", "no-zone"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b'<!DOCTYPE a [<!ENTITY x "y">]><schedule>&x;</schedule>', "xml-entities"),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><schedule>&x;</schedule>', "xml-entities"),
        (xml(talk())[:-40], "bad-xml"),
        (b"<html><body>Not found</body></html>", "no-programme"),
        (b"<schedule><conference/></schedule>", "no-events"),
        (b"", "bad-xml"),
        (b"\x00\x01\x02", "bad-xml"),
        (b"<?xml version='1.0' encoding='nonsense'?><schedule/>", "bad-xml"),
        (b'{"schedule": 1}', "no-programme"),
        (b'{"schedule": ', "bad-json"),
    ],
)
def test_what_is_no_programme_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        read(content)
    assert refusal.value.code == code


def document(**more: Any) -> dict[str, Any]:
    one = {
        "id": 7, "guid": "abc", "title": "A", "date": "2026-05-01T10:30:00+02:00", "start": "10:30",
        "duration": "00:30", "room": "Hall", "do_not_record": True,
        "persons": [{"public_name": "Ada"}, {"name": "Bob"}], "abstract": "Why",
    }  # fmt: skip
    days = [
        {
            "index": 1,
            "date": "2026-05-01",
            "day_start": "2026-05-01T09:00:00+02:00",
            "rooms": {"Hall": [one | more]},
        }
    ]
    return {
        "schedule": {"conference": {"acronym": "conf", "time_zone_name": "Europe/Brussels", "days": days}}
    }


def test_a_schedule_json_says_the_same() -> None:
    found = only(read(json.dumps(document()).encode()))
    assert (found.uid, found.title, found.people, found.description) == ("abc", "A", ("Ada", "Bob"), "Why")
    assert (utc(found.starts), utc(found.ends), found.venue) == (
        "2026-05-01T08:30Z",
        "2026-05-01T09:00Z",
        Place(room="Hall"),
    )
    bare = only(read(json.dumps(document(date="", start="01:00")).encode()))
    assert utc(bare.starts) == "2026-05-01T23:00Z"


def test_a_schedule_json_without_a_zone_keeps_its_offsets() -> None:
    told = document()
    del told["schedule"]["conference"]["time_zone_name"]
    assert only(read(json.dumps(told).encode())).zone == "+02:00"
    assert only(read(json.dumps(told).encode(), "Europe/Brussels")).zone == "Europe/Brussels"


def test_talks_on_another_clock_than_the_programmes_zone_keep_theirs() -> None:
    told = document()
    told["schedule"]["conference"]["time_zone_name"] = "UTC"
    reading = read(json.dumps(told).encode())
    assert (only(reading).zone, utc(only(reading).starts)) == ("+02:00", "2026-05-01T08:30Z")
    assert codes(reading) == ["offset-differs"]


def test_a_schedule_json_of_the_second_version_lists_talks_together() -> None:
    one = {
        "guid": "abc", "title": "A", "start": "2026-05-01T10:30:00+02:00", "end": "2026-05-01T11:15:00+02:00",
        "participants": [{"name": "Ada", "role": "SPEAKER"}, {"name": "Bob", "role": "ASSISTANT"}],
        "room": {"name": "Hall"},
    }  # fmt: skip
    conference = {"acronym": "conf", "time_zone_name": "Europe/Brussels", "days": [{"date": "2026-05-01"}]}
    found = only(read(json.dumps({"schedule": {"conference": conference, "events": [one]}}).encode()))
    assert (found.people, found.venue) == (("Ada",), Place(room="Hall"))
    assert (utc(found.starts), utc(found.ends)) == ("2026-05-01T08:30Z", "2026-05-01T09:15Z")


def test_a_thousand_talks_take_no_time() -> None:
    talks = (
        talk(f"<abstract>{escape('<p>' + 'word ' * 300 + '</p>')}</abstract>", attributes=f'id="{n}"')
        for n in range(1000)
    )
    content = xml(*talks, more=BRUSSELS)
    begun = time.monotonic()
    assert len(read(content).events) == 1000
    assert time.monotonic() - begun < 10


@pytest.mark.parametrize(
    ("folder", "name", "number"),
    [("schedule-fosdem-2024", "fosdem-2024.xml", 674), ("schedule-38c3", "schedule-38c3.xml", 1007)],
)
def test_real_programmes_in_xml(folder: str, name: str, number: int) -> None:
    content = real(folder, name)
    told = etree.fromstring(content).findall(".//event")
    reading = read(content, "Europe/Brussels")
    assert len(reading.events) == len(told) == number
    assert reading.remarks == ()
    assert [found.title for found in reading.events] == [
        " ".join(one.findtext("title").strip("\u200b").split()) for one in told
    ]
    clocks = [
        found.starts.strftime("%H:%M") for found in reading.events if isinstance(found.starts, datetime)
    ]
    assert clocks == [one.findtext("start") for one in told]
    rooms = Counter(one.findtext("room") for one in told)
    assert Counter(found.venue.room for found in reading.events if found.venue) == rooms
    names = {person.text.strip() for one in told for person in one.findall("persons/person")}
    assert len({person for found in reading.events for person in found.people}) == len(
        {" ".join(n.split()) for n in names}
    )
    assert len({found.uid for found in reading.events}) == number


def test_talks_of_a_real_night_are_on_the_right_day() -> None:
    content = real("schedule-38c3", "schedule-38c3.xml")
    dates = [one.findtext("date") for one in etree.fromstring(content).findall(".//event")]
    found = [entry.starts.isoformat() for entry in read(content).events if isinstance(entry.starts, datetime)]
    assert [datetime.fromisoformat(text) for text in found] == [
        datetime.fromisoformat(text) for text in dates
    ]


def test_a_real_programme_in_json() -> None:
    content = real("schedule-camp-2019", "frab-camp-2019.json")
    reading = read(content)
    assert len(reading.events) == content.count(b'"guid"') == 79
    days = json.loads(content)["schedule"]["conference"]["days"]
    told = [one for day in days for room in day["rooms"].values() for one in room]
    assert [found.starts for found in reading.events] == [datetime.fromisoformat(one["date"]) for one in told]
    assert {found.zone for found in reading.events} == {"Europe/Berlin"}
