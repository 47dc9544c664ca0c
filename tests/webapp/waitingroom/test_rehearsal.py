"""A rehearsal sells a hidden copy, says how it went, and leaves nothing behind."""

from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from redis import Redis
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.factories.accounts import a_member, sign_in
from tests.factories.booking import Sale, hold, taken
from tests.factories.rooms import a_room
from webapp.accounts.models import Organizer
from webapp.config import Settings
from webapp.core.db import Database
from webapp.core.ids import uuid7
from webapp.ops.queries.invariants import sweep
from webapp.waitingroom.line import Line
from webapp.waitingroom.rehearsal import run as rehearsals
from webapp.waitingroom.rehearsal import stage
from webapp.waitingroom.rehearsal.play import play
from workers.context import make_context
from workers.jobs.waitingroom import rehearse

COUNTED = ("events", "organizers", "orders", "tickets", "holds", "outbox", "audit_entries", "waiting_rooms")


def rows(database: Database) -> dict[str, int]:
    with database.reading() as db:
        return {table: db.scalar(text(f"SELECT count(*) FROM {table}")) or 0 for table in COUNTED}


def begun(database: Database, sale: Sale, visitors: int) -> rehearsals.RehearsalView:
    with database.writing() as db:
        rehearsal_id = rehearsals.begin(db, sale.slug, visitors)
    with database.reading() as db:
        return rehearsals.find(db, sale.event_id, rehearsal_id)


def test_more_visitors_than_places_sell_it_out_and_nothing_twice(
    database: Database, sale: Sale, line: Line, now: datetime
) -> None:
    asked = begun(database, sale, 60)
    said = rehearsals.run(database, line, asked.id, now).report

    assert said["oversold"] == 0
    assert said["failures"] == {}
    assert said["sold"] > 10
    assert sum(said["outcomes"].values()) == 60
    assert said["longest_line"] > 0


def test_the_crowd_stays_while_places_are_only_held_and_gets_them_when_they_come_back(
    database: Database, sale: Sale, line: Line, now: datetime
) -> None:
    # Few shop at once, so that many still wait when the last places are held.
    a_room(database, sale, most_inside=3)
    said = play(
        database,
        line,
        event_id=sale.event_id,
        house_id=uuid7(),
        visitors=150,
        now=now,
        seed=1,
        progress=lambda _: None,
    )

    assert said["sold"] == said["places"]


def test_nothing_stays_and_nobody_is_told(
    database: Database, sale: Sale, line: Line, now: datetime, redis: Redis
) -> None:
    hold(database, sale, 2, basket="a real guest", now=now)
    asked, before = begun(database, sale, 40), rows(database)
    rehearsals.run(database, line, asked.id, now)

    assert rows(database) == before
    assert taken(database, sale) == [2]
    assert list(redis.scan_iter("room:*")) == []


def test_the_same_rehearsal_run_twice_is_one(
    database: Database, sale: Sale, line: Line, now: datetime
) -> None:
    asked = begun(database, sale, 20)
    first = rehearsals.run(database, line, asked.id, now)

    assert rehearsals.run(database, line, asked.id, now) == first


def test_what_a_rehearsal_left_that_died_is_removed_by_the_next_try(
    database: Database, sale: Sale, line: Line, now: datetime
) -> None:
    asked, house, before = begun(database, sale, 5), uuid7(), rows(database)
    with stage.quietly(database) as db:
        stage.build(db, event_id=sale.event_id, house_id=house, now=now)
        db.execute(
            text("UPDATE rehearsals SET state = 'running', copy_organizer_id = :house"), {"house": house}
        )
    rehearsals.run(database, line, asked.id, now)

    assert rows(database) == before


def test_guests_find_no_page_of_a_copy(app: Flask, database: Database, sale: Sale, now: datetime) -> None:
    house = uuid7()
    with stage.quietly(database) as db:
        stage.build(db, event_id=sale.event_id, house_id=house, now=now)
        slug = db.scalar(text("SELECT slug FROM events WHERE status = 'rehearsal'"))
    try:
        assert app.test_client().get(f"/events/{slug}").status_code == 404
        with Session(database.engine) as db:
            broken = [finding.name for finding in sweep(db) if finding.broken]
        assert broken == ["nothing stays of a rehearsal that has ended"]
    finally:
        with stage.quietly(database) as db:
            stage.strike(db, house)


def test_staff_press_the_button_and_the_page_shows_the_report(
    app: Flask, database: Database, sale: Sale, settings: Settings
) -> None:
    room = a_room(database, sale)
    with database.reading() as db:
        house = db.get_one(Organizer, sale.organizer_id)
    bob = sign_in(app.test_client(), a_member(database, house, "manager"))
    form = {"id": str(uuid7()), "visitors": "25"}
    page = bob.post(f"/staff/{house.slug}/rooms/{room}/rehearsals", data=form).headers["Location"]
    assert "It begins when a worker is free" in bob.get(page).text
    again = bob.post(f"/staff/{house.slug}/rooms/{room}/rehearsals", data=form).headers["Location"]
    assert again == page

    rehearse(make_context(settings), rehearsal_id=UUID(page.rsplit("/", 1)[1]))

    assert "It went well" in bob.get(page).text
    assert "Sale rehearsed" in bob.get(f"/staff/{house.slug}/audit").text


def test_the_command_says_how_it_went(app: Flask, sale: Sale) -> None:
    said = app.test_cli_runner().invoke(args=["rehearse", sale.slug, "--visitors", "20"])

    assert said.exit_code == 0, said.output
    assert "0 oversold" in said.output
    assert "No failures." in said.output


def test_the_command_knows_no_such_event(app: Flask) -> None:
    said = app.test_cli_runner().invoke(args=["rehearse", "no-such-night"])

    assert said.exit_code == 1
    assert "No event has the address no-such-night." in said.output


@pytest.mark.parametrize("word", ["http://", "https://", "src=", "<script", "<link"])
def test_the_page_that_stands_in_for_the_application_needs_nothing_else(
    app: Flask, tmp_path: Path, word: str
) -> None:
    said = app.test_cli_runner().invoke(args=["room", "static", str(tmp_path)])
    assert said.exit_code == 0, said.output

    page = (tmp_path / "queue.html").read_text()
    assert "You keep your place" in page
    assert 'http-equiv="refresh" content="15"' in page
    assert "url(" not in page
    assert word not in page.partition("<body>")[2]
