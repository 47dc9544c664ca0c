"""Every real file through the whole command: the table of what comes of it, counted here by plain means.

And files that were broken at random: each is answered in words, never by a traceback.
"""

import csv
import io
import json
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from tests.factories.accounts import an_organizer
from tests.factories.sources import SHARED
from webapp.accounts.models import Organizer
from webapp.core.db import Database

MUTATIONS = 24
ALL = [path for path in SHARED.glob("*/*") if path.name not in {"LICENSE", "SOURCE.md"}]


def vevents(content: bytes) -> int:
    """Single changes of a series are no events of their own."""
    begun = re.findall(rb"^\s*BEGIN:VEVENT\s*$", content, re.MULTILINE)
    return len(begun) - len(re.findall(rb"^RECURRENCE-ID", content, re.MULTILINE))


def times(word: bytes) -> Callable[[bytes], int]:
    return lambda content: content.count(word)


def rows(content: bytes) -> int:
    return len(list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")))))


def listed(*names: str) -> Callable[[bytes], int]:
    def count(content: bytes) -> int:
        found: Any = json.loads(content)
        for name in names:
            found = found[name]
        return len(found)

    return count


def one(_: bytes) -> int:
    return 1


# How many events a file has, besides those that it has twice.
COUNTED: dict[str, Callable[[bytes], int]] = {
    **{path.name: vevents for path in ALL if path.suffix == ".ics"},
    "toronto-festivals-events.jsonld": lambda content: len(re.findall(rb"^\{", content, re.MULTILINE)),
    "fosdem-2024.xml": times(b"<event "),
    "schedule-38c3.xml": times(b"<event "),
    "frab-camp-2019.json": times(b'"guid"'),
    "conferences.csv": rows,
    "conferences.json": listed(),
    "events.json": listed(),
    "f1-2026.json": listed("races"),
    "worldcup-2026.json": listed("matches"),
    "akron-meeting.html": one,
    "detroit-authority-events.html": times(b'"startDate"'),
    "years-and-years-tour.jsonld": times(b'"startDate"'),
    "elysian-fields.jsonld": one,
    **dict.fromkeys(
        (
            f"{name}.jsonld"
            for name in (
                "event-cancelled", "event-offer", "event-sold-out", "event-series", "event-schedule-241",
                "exhibition-event", "music-event-rescheduled", "online-childrens-event", "theater-event",
            )
        ),
        one,
    ),
}  # fmt: skip
# Wrong in the file itself, found by reading it: left out and said.
WRONG = {"lanyrd-nodejs-2011.ics": 1}
MAPPINGS = {
    "f1-2026.json": 'title = "{name} Grand Prix"\nstart = "sessions.gp"\ncity = "location"\n',
    "worldcup-2026.json": 'title = "{team1} – {team2}"\nvenue = "ground"\n',
}
REFUSED = {
    "hall-plan.json": "seat-plan",
    "venues.json": "no-columns",
    "stadiums-2026.json": "no-columns",
    "cities.csv": "no-columns",
    "event-reservation-seat.jsonld": "no-events",
    "sports-event.jsonld": "no-events",
}

needs_files = pytest.mark.skipif(not ALL, reason=f"the shared files are not at {SHARED}")


@pytest.fixture
def runner(app: Flask) -> FlaskCliRunner:
    return app.test_cli_runner()


@pytest.fixture
def organizer(database: Database) -> Organizer:
    return an_organizer(database)


def tried(runner: FlaskCliRunner, organizer: Organizer, path: Path, *more: str) -> tuple[int, dict[str, Any]]:
    words = ["import", str(path), "--organizer", organizer.slug, "--dry-run", "--json", *more]
    result = runner.invoke(args=words)
    assert "Traceback" not in result.stderr
    return result.exit_code, json.loads(result.stdout)


@needs_files
def test_every_file_is_in_the_table() -> None:
    assert sorted(path.name for path in ALL) == sorted([*COUNTED, *REFUSED])


@needs_files
@pytest.mark.parametrize("path", ALL, ids=lambda path: path.name)
def test_a_file_comes_in_whole_or_is_refused_by_name(
    path: Path, runner: FlaskCliRunner, organizer: Organizer, tmp_path: Path
) -> None:
    chart = tmp_path / "map.toml"
    chart.write_text(MAPPINGS.get(path.name, ""))
    more = ["--map", str(chart)] if path.name in MAPPINGS else []
    code, report = tried(runner, organizer, path, *more)
    codes = [warning["code"] for warning in report["warnings"]]
    if path.name in REFUSED:
        assert (code, report["error"]["code"]) == (4, REFUSED[path.name])
        return
    twice = codes.count("duplicate")
    assert len(report["events"]) + twice == COUNTED[path.name](path.read_bytes()) - WRONG.get(path.name, 0)
    assert code == (3 if codes else 0)
    assert {event["change"] for event in report["events"]} == {"new"}


def test_the_days_of_a_calendar_stay_when_it_comes_again(
    runner: FlaskCliRunner, organizer: Organizer, tmp_path: Path
) -> None:
    # The first time the house has no venue; the second time most of its venues are in Tokyo.
    path = tmp_path / "days.csv"
    path.write_text("title,start,venue,city\nAnywhere,2027-05-04,,\nHere,2027-05-05,Hall,Tokyo\n")
    words = ["import", str(path), "--organizer", organizer.slug, "--json"]
    runner.invoke(args=words)

    again = json.loads(runner.invoke(args=words).stdout)

    assert [event["change"] for event in again["events"]] == ["same", "same"]


@needs_files
@pytest.mark.slow
@pytest.mark.parametrize("path", [path for path in ALL if path.name in COUNTED], ids=lambda path: path.name)
def test_a_file_that_comes_again_changes_nothing(
    path: Path, runner: FlaskCliRunner, organizer: Organizer, tmp_path: Path
) -> None:
    chart = tmp_path / "map.toml"
    chart.write_text(MAPPINGS.get(path.name, ""))
    words = ["import", str(path), "--organizer", organizer.slug, "--json", "--map", str(chart)]
    assert runner.invoke(args=words).exit_code in {0, 3}

    again = json.loads(runner.invoke(args=words).stdout)

    assert {event["change"] for event in again["events"]} == {"same"}


SPLINTERS = [
    b"\x00", b"\xff\xfe", b"\r", b"\n", b";", b":", b",", b'"', b"<", b"&x;", b"{", b"]", b"9" * 40,
    b"\xe2\x80\xa8", b"RRULE:FREQ=SECONDLY", b"DTSTART:00000000", b"END:VEVENT", b"BEGIN:VCALENDAR",
    b"<!DOCTYPE a [", b"</event>", b"startDate", b"9999-12-31", b"\\ud800", b"PK\x03\x04",
]  # fmt: skip


def broken(content: bytes, chance: random.Random) -> bytes:
    """Cut, doubled, turned over and splintered, in a few places."""
    made = bytearray(content[: chance.choice([len(content), chance.randrange(len(content))])])
    for _ in range(chance.randrange(1, 6)):
        at = chance.randrange(len(made) + 1)
        step = chance.randrange(4)
        if step == 0:
            made[at:at] = chance.choice(SPLINTERS)
        elif step == 1:
            del made[at : at + chance.randrange(1, 200)]
        elif step == 2:
            made[at:at] = made[at : at + chance.randrange(1, 2000)]
        elif at < len(made):
            made[at] ^= 1 << chance.randrange(8)
    return bytes(made)


@needs_files
@pytest.mark.slow
@pytest.mark.parametrize("seed", range(MUTATIONS))
def test_a_broken_file_is_answered_in_words(
    seed: int, runner: FlaskCliRunner, organizer: Organizer, tmp_path: Path
) -> None:
    chance = random.Random(seed)  # the same file each time
    source = chance.choice(sorted(ALL))
    path = tmp_path / source.name
    path.write_bytes(broken(source.read_bytes()[:400_000], chance))

    code, report = tried(runner, organizer, path)

    assert code in {0, 3, 4}
    assert (report["error"] is not None) == (code == 4)
    assert all(warning["message"] for warning in report["warnings"])


def test_a_zero_byte_that_a_warning_quotes_keeps_nothing_out(
    runner: FlaskCliRunner, organizer: Organizer, tmp_path: Path
) -> None:
    path = tmp_path / "\udcff.csv"  # a name of a byte that is no letter
    path.write_bytes(b"title,start\nLamps,2027-05-04\nNo Lamps,2027-0\x000-xx\n")

    result = runner.invoke(args=["import", str(path), "--organizer", organizer.slug, "--json"])

    report = json.loads(result.stdout)
    codes = [warning["code"] for warning in report["warnings"]]
    assert report["warnings"][-1]["where"] == "line 3"
    assert (result.exit_code, len(report["events"]), codes) == (3, 1, ["bad-date", "zero-byte"])
