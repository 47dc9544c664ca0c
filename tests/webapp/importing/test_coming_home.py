"""Our own export, imported by the organizer that it came from, by others, and with a change."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import func, select

from tests.factories.accounts import an_organizer
from tests.factories.programme import Made, an_event
from tests.factories.sources import SHARED
from webapp.accounts.models import Organizer
from webapp.catalog.models import Event, EventDate, Pool, TicketType, Venue
from webapp.core.db import Database
from webapp.core.ids import uuid7

# On both sides of the change to summer time.
STARTS = [datetime(2027, 3, 24, 20, tzinfo=UTC), datetime(2027, 4, 7, 19, tzinfo=UTC)]


@pytest.fixture
def runner(app: Flask) -> FlaskCliRunner:
    return app.test_cli_runner()


@pytest.fixture
def organizer(database: Database) -> Organizer:
    """A house with events of each kind, one of them at two places at the same time."""
    organizer = an_organizer(database)
    lamps = an_event(database, organizer=organizer, title="Lamps", starts=STARTS)
    an_event(database, organizer=organizer, title="Off", starts=STARTS[:1], status="cancelled")
    an_event(database, organizer=organizer, title="Soon & “free”", starts=STARTS, status="draft", price=0)
    _also_in_porto(database, lamps)
    return organizer


def _also_in_porto(database: Database, made: Made) -> None:
    hall = Venue(
        id=uuid7(), organizer_id=made.organizer.id, name="Casa", address="", city="Porto", city_slug="porto",
        country="PT", zone="Europe/Lisbon",
    )  # fmt: skip
    with database.writing() as db:
        db.add(hall)
        db.flush()
        ends = STARTS[0].replace(hour=22)
        db.add(
            EventDate(
                event_id=made.id, venue_id=hall.id, starts_at=STARTS[0], ends_at=ends, zone=hall.zone,
                status="on_sale",
            )
        )  # fmt: skip


def exported(runner: FlaskCliRunner, organizer: Organizer) -> dict[str, Any]:
    result = runner.invoke(args=["export", "--organizer", organizer.slug])
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def imported(
    runner: FlaskCliRunner, organizer: Organizer, file: Path, *more: str
) -> tuple[int, dict[str, Any]]:
    words = ["import", str(file), "--organizer", organizer.slug, "--json", *more]
    result = runner.invoke(args=words)
    return result.exit_code, json.loads(result.stdout)


def kept(folder: Path, document: object) -> Path:
    path = folder / "season.json"
    path.write_text(json.dumps(document))
    return path


def counted(database: Database) -> list[int | None]:
    with database.reading() as db:
        return [
            db.scalar(select(func.count()).select_from(one))
            for one in (Event, EventDate, Venue, Pool, TicketType)
        ]


def changes(report: dict[str, Any]) -> list[str]:
    return [event["change"] for event in report["events"]]


def test_an_export_brought_home_is_the_same_and_makes_nothing(
    runner: FlaskCliRunner, organizer: Organizer, database: Database, tmp_path: Path
) -> None:
    season, before = exported(runner, organizer), counted(database)
    for _ in range(2):
        code, report = imported(runner, organizer, kept(tmp_path, season))
        assert (code, changes(report)) == (0, ["same"] * 4), report["warnings"]
    assert counted(database) == before
    assert exported(runner, organizer) == season


@pytest.mark.parametrize("place", ["Casa", "Coliseu"])
def test_only_what_an_export_says_otherwise_is_changed(
    place: str, runner: FlaskCliRunner, organizer: Organizer, database: Database, tmp_path: Path
) -> None:
    season, before = exported(runner, organizer), counted(database)
    lamps = next(one for one in season["events"] if (one["title"], one["venue"]["name"]) == ("Lamps", place))
    lamps["starts_at"] = lamps["occurrences"][0]["starts_at"] = "2027-03-24T19:30:00Z"

    code, report = imported(runner, organizer, kept(tmp_path, season))

    assert (code, sorted(changes(report))) == (0, ["changed", "same", "same", "same"])
    assert counted(database) == before
    with database.reading() as db:
        moved = db.execute(
            select(Venue.name, EventDate.starts_at)
            .join(EventDate, EventDate.venue_id == Venue.id)
            .join(Event, Event.id == EventDate.event_id)
            .where(Event.organizer_id == organizer.id, Event.title == "Lamps")
            .order_by(EventDate.starts_at)
        ).all()
    other = "Coliseu" if place == "Casa" else "Casa"
    early = STARTS[0].replace(hour=19, minute=30)
    assert moved == [(place, early), (other, STARTS[0]), ("Coliseu", STARTS[1])]


def test_another_organizer_gets_drafts_of_its_own(
    runner: FlaskCliRunner, organizer: Organizer, database: Database, tmp_path: Path
) -> None:
    season, other = exported(runner, organizer), an_organizer(database)

    code, report = imported(runner, other, kept(tmp_path, season))

    assert (code, changes(report)) == (0, ["new"] * 4)
    with database.reading() as db:
        theirs = db.scalars(select(Event.status).where(Event.organizer_id == other.id)).all()
    assert theirs == ["draft"] * 4


@pytest.mark.skipif(not SHARED.is_dir(), reason=f"the shared files are not at {SHARED}")
@pytest.mark.parametrize(
    "name", ["events-toronto-festivals/*.jsonld", "schedule-fosdem-2024/*.xml", "ics-community-keene/*.ics"]
)
def test_a_real_season_comes_home_the_same(
    name: str, runner: FlaskCliRunner, database: Database, tmp_path: Path
) -> None:
    house = an_organizer(database)
    for file in SHARED.glob(name):
        assert imported(runner, house, file, "--zone", "Europe/Berlin")[0] in {0, 3}
    season, before = exported(runner, house), counted(database)

    code, report = imported(runner, house, kept(tmp_path, season))

    assert set(changes(report)) == {"same"}, report["warnings"][:5]
    assert code == (3 if report["warnings"] else 0)
    assert {warning["code"] for warning in report["warnings"]} <= {"duplicate"}
    assert counted(database) == before
