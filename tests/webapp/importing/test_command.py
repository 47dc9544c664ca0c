"""The command as operators run it: what it writes, what it says, how it exits."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import select

from tests.factories.accounts import an_organizer
from webapp.accounts.models import Organizer
from webapp.catalog.models import Event, EventDate, Pool, TicketType, Venue
from webapp.core.db import Database

LAMPS = [
    {
        "id": "lamps-2027-01-0001", "title": "Night of the Lamps", "start": "2027-03-05T20:00:00+00:00",
        "end": "2027-03-05T22:30:00+00:00", "venue": "Coliseu", "city": "Lisbon", "country": "Portugal",
        "price": "24 EUR", "description": "<script>alert(1)</script><b>Lamps</b> from ten ports.",
    },
    {
        "id": "lamps-2027-01-0002", "title": "Lamps for Children", "start": "2027-03-06", "venue": "Coliseu",
        "city": "Lisbon", "country": "Portugal", "description": "Bring a jar & a candle.",
    },
]  # fmt: skip
KEYS = ["outcome", "files", "events", "warnings", "error"]
EVENT_KEYS = [
    "file", "uid", "title", "description", "zone", "all_day", "starts_at", "ends_at", "starts_local",
    "ends_local",
    "status", "venue", "offers", "people", "series", "change", "occurrences",
]  # fmt: skip


@pytest.fixture
def runner(app: Flask) -> FlaskCliRunner:
    return app.test_cli_runner()


@pytest.fixture
def organizer(database: Database) -> Organizer:
    return an_organizer(database)


def run(runner: FlaskCliRunner, organizer: Organizer, *arguments: object) -> tuple[int, dict[str, Any]]:
    """The exit code and the one document on standard output."""
    words = ["import", *map(str, arguments), "--organizer", organizer.slug, "--json"]
    result = runner.invoke(args=words)
    return result.exit_code, json.loads(result.stdout)


def written(folder: Path, content: object, name: str = "lamps.json") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return path


def lamps(**changes: object) -> list[dict[str, object]]:
    """The two events, the first of them changed."""
    return [{**LAMPS[0], **changes}, LAMPS[1]]


def changes(report: dict[str, Any]) -> list[str]:
    return [one["change"] for one in report["events"]]


def codes(report: dict[str, Any]) -> list[str]:
    return [one["code"] for one in report["warnings"]]


def kept(database: Database, organizer: Organizer) -> list[Event]:
    with database.reading() as db:
        return list(db.scalars(select(Event).where(Event.organizer_id == organizer.id).order_by(Event.id)))


def dates(database: Database, organizer: Organizer) -> list[EventDate]:
    with database.reading() as db:
        return list(
            db.scalars(
                select(EventDate).join(Event).where(Event.organizer_id == organizer.id).order_by(EventDate.id)
            )
        )


def test_what_is_new_goes_in_and_the_same_again_changes_nothing(
    runner: FlaskCliRunner, organizer: Organizer, tmp_path: Path
) -> None:
    file = written(tmp_path, LAMPS)
    code, report = run(runner, organizer, file)
    assert (code, report["outcome"], changes(report)) == (0, "imported", ["new", "new"])
    code, report = run(runner, organizer, file)
    assert (code, changes(report)) == (0, ["same", "same"])


def test_the_report_says_each_field(runner: FlaskCliRunner, organizer: Organizer, tmp_path: Path) -> None:
    _, report = run(runner, organizer, written(tmp_path, LAMPS))
    assert list(report) == KEYS
    assert [list(one) for one in report["events"]] == [EVENT_KEYS, EVENT_KEYS]
    night, day = report["events"]
    assert (night["starts_at"], night["starts_local"]) == ("2027-03-05T20:00:00Z", "2027-03-05T20:00:00")
    assert (night["zone"], night["all_day"]) == ("Europe/Lisbon", False)
    assert night["offers"][0]["price"] == 24
    assert (day["all_day"], day["starts_at"], day["ends_at"], day["starts_local"]) == (
        True, "2027-03-06", day["ends_at"], "2027-03-06",
    )  # fmt: skip
    assert len(day["occurrences"]) == 1


def test_events_come_as_drafts_with_dates_venues_and_types_that_are_not_on_sale(
    runner: FlaskCliRunner, organizer: Organizer, database: Database, tmp_path: Path
) -> None:
    run(runner, organizer, written(tmp_path, LAMPS))
    night, _ = kept(database, organizer)
    assert (night.status, night.title) == ("draft", "Night of the Lamps")
    assert "script" not in night.description
    assert "<strong>Lamps</strong>" in night.description
    first, second = dates(database, organizer)
    assert (first.status, first.starts_at) == ("scheduled", datetime(2027, 3, 5, 20, tzinfo=UTC))
    assert (second.starts_at, second.ends_at) == (
        datetime(2027, 3, 6, tzinfo=UTC), datetime(2027, 3, 7, tzinfo=UTC),
    )  # fmt: skip
    with database.reading() as db:
        venue = db.scalars(select(Venue).where(Venue.organizer_id == organizer.id)).one()
        assert (venue.name, venue.city, venue.country, venue.zone) == (
            "Coliseu", "Lisbon", "PT", "Europe/Lisbon",
        )  # fmt: skip
        kind = db.scalars(select(TicketType).where(TicketType.date_id == first.id)).one()
        pool = db.get_one(Pool, kind.pool_id)
        assert (kind.price, pool.capacity) == (2400, 0)


def test_a_changed_file_changes_only_what_changed(
    runner: FlaskCliRunner, organizer: Organizer, database: Database, tmp_path: Path
) -> None:
    run(runner, organizer, written(tmp_path, LAMPS))
    before = [(one.title, one.version) for one in kept(database, organizer)]
    moved = lamps(start="2027-03-05T21:00:00+00:00")
    _, report = run(runner, organizer, written(tmp_path, moved))
    assert changes(report) == ["changed", "same"]
    assert dates(database, organizer)[0].starts_at == datetime(2027, 3, 5, 21, tzinfo=UTC)
    assert kept(database, organizer)[1].version == before[1][1]


def test_a_dry_run_says_the_same_and_writes_nothing(
    runner: FlaskCliRunner, organizer: Organizer, database: Database, tmp_path: Path
) -> None:
    code, report = run(runner, organizer, written(tmp_path, LAMPS), "--dry-run")
    assert (code, changes(report)) == (0, ["new", "new"])
    assert kept(database, organizer) == []


def test_what_staff_edited_stays_and_is_told(
    runner: FlaskCliRunner, organizer: Organizer, database: Database, tmp_path: Path
) -> None:
    run(runner, organizer, written(tmp_path, LAMPS))
    with database.writing() as db:
        db.get_one(Event, kept(database, organizer)[0].id).title = "The Night of All Lamps"
    code, report = run(runner, organizer, written(tmp_path, lamps(title="Night of Lamps")))
    assert (code, changes(report), codes(report)) == (3, ["changed", "same"], ["edited-by-hand"])
    assert kept(database, organizer)[0].title == "The Night of All Lamps"
    code, report = run(runner, organizer, written(tmp_path, lamps(title="Night of Lamps")))
    assert (code, changes(report)) == (0, ["same", "same"])


def test_a_date_with_taken_places_is_never_moved(
    runner: FlaskCliRunner, organizer: Organizer, database: Database, tmp_path: Path
) -> None:
    run(runner, organizer, written(tmp_path, LAMPS))
    date = dates(database, organizer)[0]
    with database.writing() as db:
        pool = db.scalars(select(Pool).where(Pool.date_id == date.id)).one()
        pool.capacity, pool.taken = 10, 2
    code, report = run(runner, organizer, written(tmp_path, lamps(start="2027-03-05T21:00:00+00:00")))
    assert (code, codes(report)) == (3, ["sold-date"])
    assert dates(database, organizer)[0].starts_at == date.starts_at


def test_an_import_is_undone_while_nothing_of_it_was_sold(
    runner: FlaskCliRunner, organizer: Organizer, database: Database, tmp_path: Path
) -> None:
    run(runner, organizer, written(tmp_path, LAMPS))
    run(runner, organizer, written(tmp_path, lamps(title="Other Lamps", start="2027-03-05T21:00:00+00:00")))
    second, first = _imports(runner, organizer)
    assert runner.invoke(args=["import", "undo", first]).exit_code == 1  # the later one first
    assert runner.invoke(args=["import", "undo", second]).exit_code == 0
    assert kept(database, organizer)[0].title == "Night of the Lamps"
    assert dates(database, organizer)[0].starts_at == datetime(2027, 3, 5, 20, tzinfo=UTC)
    assert runner.invoke(args=["import", "undo", first]).exit_code == 0
    assert kept(database, organizer) == []
    assert runner.invoke(args=["import", "undo", first]).exit_code == 1


def test_an_import_with_taken_places_is_not_undone(
    runner: FlaskCliRunner, organizer: Organizer, database: Database, tmp_path: Path
) -> None:
    run(runner, organizer, written(tmp_path, LAMPS))
    with database.writing() as db:
        pool = db.scalars(select(Pool).where(Pool.date_id == dates(database, organizer)[0].id)).one()
        pool.capacity, pool.taken = 10, 1
    result = runner.invoke(args=["import", "undo", _imports(runner, organizer)[0]])
    assert result.exit_code == 1
    assert "sold or held" in result.stderr
    assert len(kept(database, organizer)) == 2


def _imports(runner: FlaskCliRunner, organizer: Organizer) -> list[str]:
    listed = runner.invoke(args=["import", "list", "--organizer", organizer.slug]).stdout
    return [line.split()[0] for line in listed.splitlines()]


def test_a_time_in_no_zone_is_a_draft_without_a_date_until_the_zone_is_said(
    runner: FlaskCliRunner, organizer: Organizer, database: Database, tmp_path: Path
) -> None:
    file = written(tmp_path, [{"title": "Lamps somewhere", "start": "2027-03-05 20:00"}])
    code, report = run(runner, organizer, file)
    assert (code, codes(report), report["events"][0]["starts_at"]) == (3, ["no-zone"], None)
    assert dates(database, organizer) == []
    code, report = run(runner, organizer, file, "--zone", "Europe/Vienna")
    assert (code, changes(report)) == (0, ["changed"])
    assert dates(database, organizer)[0].starts_at == datetime(2027, 3, 5, 19, tzinfo=UTC)


def test_the_window_chooses_dates_and_leaves_the_rest_as_it_is(
    runner: FlaskCliRunner, organizer: Organizer, tmp_path: Path
) -> None:
    file = written(tmp_path, LAMPS)
    _, report = run(runner, organizer, file, "--from", "2027-03-06", "--until", "2027-03-07")
    assert [one["title"] for one in report["events"]] == ["Lamps for Children"]
    _, report = run(runner, organizer, file, "--until", "2027-03-05T20:00:00Z")
    assert report["events"] == []


@pytest.mark.parametrize(
    ("option", "value", "code"),
    [
        ("--zone", "Berlin", "unknown-zone"),
        ("--from", "tomorrow", "bad-time"),
        ("--until", "2027-03-05T20:00:00", "bad-time"),
        ("--map", "nowhere.toml", "no-file"),
    ],
)
def test_a_wrong_wish_refuses_every_file_in_one_document(
    runner: FlaskCliRunner, organizer: Organizer, tmp_path: Path, option: str, value: str, code: str
) -> None:
    exit_code, report = run(runner, organizer, written(tmp_path, LAMPS), option, value)
    assert (exit_code, report["outcome"], report["error"]["code"]) == (4, "refused", code)


def test_a_wrong_organizer_is_told_with_those_that_there_are(
    runner: FlaskCliRunner, organizer: Organizer, tmp_path: Path
) -> None:
    words = ["import", str(written(tmp_path, LAMPS)), "--organizer", "nobody-at-all"]
    result = runner.invoke(args=words)
    assert result.exit_code == 4
    assert "There are: " in result.stdout
    assert runner.invoke(args=words[:2]).exit_code == 4


def test_of_several_files_the_worst_counts_and_the_good_ones_go_in(
    runner: FlaskCliRunner, organizer: Organizer, database: Database, tmp_path: Path
) -> None:
    files = [
        written(tmp_path, LAMPS),
        written(tmp_path, b"", "empty.ics"),
        written(tmp_path, b"<html><title>404 Not Found</title></html>", "feed.ics"),
    ]
    code, report = run(runner, organizer, *files)
    assert (code, report["outcome"]) == (4, "refused")
    assert [one["outcome"] for one in report["files"]] == ["imported", "refused", "refused"]
    assert report["error"]["code"] == "empty"
    assert "empty.ics" in report["error"]["message"]
    assert "404 Not Found" in report["files"][2]["error"]["message"]
    assert len(kept(database, organizer)) == 2


def test_a_file_of_fifty_megabytes_is_refused_unread(
    runner: FlaskCliRunner, organizer: Organizer, tmp_path: Path
) -> None:
    path = tmp_path / "huge.ics"
    with path.open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    code, report = run(runner, organizer, path)
    assert (code, report["error"]["code"]) == (4, "too-large")


def test_a_mapping_names_columns_and_templates(
    runner: FlaskCliRunner, organizer: Organizer, tmp_path: Path
) -> None:
    table = written(tmp_path, b"Conf;Year;Begins\nLampConf;2027;2027-05-04\n", "list.csv")
    chart = written(tmp_path, b'title = "{Conf} {Year}"\nstart = "Begins"\n', "map.toml")
    code, report = run(runner, organizer, table, "--map", chart)
    assert (code, report["events"][0]["title"]) == (0, "LampConf 2027")


def test_people_read_lines(runner: FlaskCliRunner, organizer: Organizer, tmp_path: Path) -> None:
    result = runner.invoke(args=["import", str(written(tmp_path, LAMPS)), "--organizer", organizer.slug])
    assert "2 events (2 new, 0 changed, 0 same)" in result.stdout
    assert "import undo" in result.stdout
