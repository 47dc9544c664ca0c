"""Real tables, against figures counted from the files by other means."""

import csv
import io
import json
from datetime import datetime

import pytest

from tests.factories.sources import asked, real, utc
from webapp.importing.readers import tables
from webapp.importing.rules.found import Refused


@pytest.mark.parametrize(("name", "number"), [("conferences.csv", 1550), ("conferences.json", 2050)])
def test_conferences_are_days_in_their_cities(name: str, number: int) -> None:
    reading = tables.read(real("conferences-tech", name), asked())
    assert len(reading.events) == number
    assert reading.remarks == ()
    content = real("conferences-tech", name).decode()
    told = json.loads(content) if name.endswith("json") else list(csv.DictReader(io.StringIO(content)))
    days = [(" ".join(one["name"].split()), one["startDate"], one["endDate"]) for one in told]
    assert [(found.title, str(found.starts), str(found.ends)) for found in reading.events] == days
    assert not any(isinstance(found.starts, datetime) for found in reading.events)


def test_ruby_events_have_their_status() -> None:
    content = real("events-rubyevents", "events.json")
    told = json.loads(content)
    reading = tables.read(content, asked())
    assert len(reading.events) == len(told) == 717
    cancelled = {one["title"] for one in told if one.get("status") in {"cancelled", "canceled"}}
    assert {found.title for found in reading.events if found.status == "cancelled"} == cancelled
    assert {found.uid for found in reading.events} == {one["id"] for one in told}


def test_races_are_mapped_and_get_the_zones_of_their_tracks() -> None:
    content = real("events-f1-2026", "f1-2026.json")
    with pytest.raises(Refused) as refusal:
        tables.read(content, asked())
    assert "sessions.gp" in refusal.value.message
    mapping = {"title": "{name} Grand Prix", "start": "sessions.gp", "city": "location"}
    reading = tables.read(content, asked(mapping=mapping))
    told = json.loads(content)["races"]
    assert len(reading.events) == len(told) == 23
    assert [utc(found.starts) for found in reading.events] == [
        one["sessions"]["gp"][:16] + "Z" for one in told
    ]
    assert {found.zone for found in reading.events} >= {
        "Australia/Melbourne",
        "Asia/Shanghai",
        "America/Chicago",
    }


def test_matches_are_mapped_and_keep_their_offsets() -> None:
    content = real("events-worldcup-2026", "worldcup-2026.json")
    reading = tables.read(content, asked(mapping={"title": "{team1} – {team2}"}))
    told = json.loads(content)["matches"]
    assert len(reading.events) == len(told) == 104
    first = [
        datetime.strptime(f"{one['date']} {one['time'].replace('UTC-', '-0')}00", "%Y-%m-%d %H:%M %z")
        for one in told
    ]
    assert [found.starts for found in reading.events] == first
