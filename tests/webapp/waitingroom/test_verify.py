"""What must hold of rooms is broken on purpose, past every guard, and named by `flask --app wsgi verify`."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from tests.factories.booking import Sale, empty
from tests.factories.rooms import STAFF, a_room
from webapp.catalog.service import dates
from webapp.core import clock
from webapp.core.db import Database
from webapp.core.ids import uuid7

# What is done to a house with one room and somebody who was drawn and went in.
BREAKAGES = {
    "in twice": (
        """
        INSERT INTO room_admissions (id, draw_id, join_id, place, admitted_at)
        SELECT gen_random_uuid(), draw_id, join_id, place, now() FROM room_admissions
        """,
        "nobody goes into a sale twice for one joining",
    ),
    "a better place": ("UPDATE room_admissions SET place = 0.000001", "who was drawn stands where"),
    "another seed": ("UPDATE room_draws SET seed = 'mine'", "who was drawn stands where"),
    "a date let out": ("UPDATE event_dates SET room_id = NULL", "a date is behind a waiting room exactly"),
    "a room that was left": (
        "UPDATE waiting_rooms SET mode = 'off', in_force_since = NULL",
        "a date is behind a waiting room exactly",
    ),
    "a copy left": ("UPDATE events SET status = 'rehearsal'", "nothing stays of a rehearsal"),
}


@pytest.fixture(autouse=True)
def alone(database: Database) -> Iterator[None]:
    empty(database)
    yield
    empty(database)


@pytest.fixture
def somebody_inside(client: FlaskClient, database: Database, sale: Sale, alone: None) -> None:
    room = a_room(database, sale, starts_at=clock.now() + timedelta(hours=1))
    client.post(f"/queue/{room}/join")
    with database.writing() as db:
        db.execute(text("UPDATE waiting_rooms SET starts_at = now()"))
    client.application.extensions["rooms"].forget()
    client.get(f"/queue/{room}")
    assert client.post(f"/queue/{room}/enter").headers["Location"].startswith("/events/")


def test_a_room_at_work_is_sound(app: Flask, somebody_inside: None) -> None:
    swept = app.test_cli_runner().invoke(args=["verify"])

    assert swept.exit_code == 0, swept.output
    assert "who was drawn stands where the draw's seed puts them: 1 looked at, 0 broken" in swept.output


@pytest.mark.parametrize("breakage", BREAKAGES)
def test_what_is_broken_is_named(
    app: Flask, database: Database, somebody_inside: None, breakage: str
) -> None:
    statement, rule = BREAKAGES[breakage]
    with database.writing() as db:
        db.execute(text("DROP INDEX uq_room_admissions_join_id"))
        db.execute(text(statement))
    swept = app.test_cli_runner().invoke(args=["verify"])
    with database.writing() as db:
        db.execute(text("DELETE FROM room_admissions"))
        db.execute(text("CREATE UNIQUE INDEX uq_room_admissions_join_id ON room_admissions (join_id)"))

    assert swept.exit_code == 1
    named = [line for line in swept.output.splitlines() if line.startswith("broken")]
    assert any(rule in line for line in named), swept.output


def test_a_new_date_of_an_event_stands_behind_its_room(database: Database, sale: Sale) -> None:
    room, new = a_room(database, sale, of_event=True), uuid7()
    with database.writing() as db:
        venue = db.scalars(text("SELECT venue_id FROM event_dates")).one()
        begins = (clock.now() + timedelta(days=9)).replace(tzinfo=None)
        dates.add(
            db,
            organizer_id=sale.organizer_id,
            event_id=sale.event_id,
            date_id=new,
            venue_id=venue,
            times={"starts_at": begins, "ends_at": begins + timedelta(hours=2), "doors_at": None},
            by=STAFF,
        )

    with database.reading() as db:
        behind = db.scalars(text("SELECT room_id FROM event_dates WHERE id = :id"), {"id": new}).one()
    assert behind == room
