"""Staff add a room, switch it, dial it, pause it and stop it; each is written down."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from tests.factories.accounts import a_member, sign_in
from tests.factories.booking import Sale
from tests.factories.rooms import a_room, set_up, state
from webapp.accounts.models import Organizer
from webapp.catalog.views import EVENTS
from webapp.core import clock
from webapp.core.db import Database


@pytest.fixture
def house(database: Database, sale: Sale) -> Organizer:
    with database.reading() as db:
        return db.get_one(Organizer, sale.organizer_id)


@pytest.fixture
def bob(app: Flask, database: Database, house: Organizer) -> FlaskClient:
    return sign_in(app.test_client(), a_member(database, house, "manager"))


@pytest.fixture
def rooms(house: Organizer) -> str:
    return f"/staff/{house.slug}/rooms"


def said(database: Database, room: object) -> list[str]:
    with database.reading() as db:
        found = text("SELECT action FROM audit_entries WHERE subject_id = :room ORDER BY id")
        return list(db.scalars(found, {"room": room}))


def test_staff_add_a_room_and_switch_it_on(
    bob: FlaskClient, client: FlaskClient, sale: Sale, rooms: str, database: Database
) -> None:
    page = bob.post(rooms, data={"scope": f"{sale.event_id}/{sale.date_id}"}).headers["Location"]
    assert bob.post(page, data={"mode": "on"}).status_code == 303

    assert "Go to the waiting room" in client.get(f"/events/{sale.slug}").text
    room = page.rsplit("/", 1)[1]
    assert said(database, room) == ["Waiting room added", "Waiting room changed"]


def test_a_room_that_is_switched_off_lets_everybody_to_the_tickets(
    client: FlaskClient, bob: FlaskClient, sale: Sale, rooms: str, database: Database
) -> None:
    room = a_room(database, sale)
    bob.post(f"{rooms}/{room}", data={"mode": "off"})

    assert 'name="qty-' in client.get(f"/events/{sale.slug}").text
    assert client.get(f"/queue/{room}").headers["Location"] == f"/events/{sale.slug}?date={sale.date_id}"


def test_the_room_of_a_date_goes_before_that_of_its_event(
    client: FlaskClient, sale: Sale, database: Database
) -> None:
    whole = a_room(database, sale, of_event=True)
    assert f"/queue/{whole}/join" in client.get(f"/events/{sale.slug}").text

    own = a_room(database, sale)
    assert f"/queue/{own}/join" in client.get(f"/events/{sale.slug}?date={sale.date_id}").text

    set_up(database, sale, own, mode="off")
    EVENTS.clear()  # kept for half a second
    assert f"/queue/{whole}/join" in client.get(f"/events/{sale.slug}?date={sale.date_id}").text


def test_a_paused_room_lets_nobody_in_and_goes_on_where_it_was(
    client: FlaskClient, bob: FlaskClient, sale: Sale, rooms: str, database: Database
) -> None:
    room = a_room(database, sale)
    bob.post(f"{rooms}/{room}/steer", data={"step": "pause"})
    client.post(f"/queue/{room}/join")
    assert state(client, room) == "queue"
    assert "The organizer has paused the queue" in client.get(f"/queue/{room}").text

    bob.post(f"{rooms}/{room}/steer", data={"step": "resume"})
    assert state(client, room) == "turn"


def test_a_stopped_sale_tells_everybody_that_it_is_sold_out(
    client: FlaskClient, bob: FlaskClient, sale: Sale, rooms: str, database: Database
) -> None:
    room = a_room(database, sale, starts_at=clock.now() + timedelta(hours=1))
    client.post(f"/queue/{room}/join")
    bob.post(f"{rooms}/{room}/steer", data={"step": "stop", "typed": "Night of the Lamps"})

    assert state(client, room) == "stopped"
    assert "Waiting room stopped: sold out" in said(database, room)


def test_a_sale_stopped_before_its_start_tells_nobody_the_seed(
    client: FlaskClient, bob: FlaskClient, sale: Sale, rooms: str, database: Database
) -> None:
    room = a_room(database, sale, starts_at=clock.now() + timedelta(hours=1))
    with database.reading() as db:
        seed = db.scalar(text("SELECT seed FROM room_draws WHERE room_id = :room"), {"room": room})
    bob.post(f"{rooms}/{room}/steer", data={"step": "stop"})

    page = client.get(f"/queue/{room}").text
    assert "The organizer has ended the sale" in page
    assert seed not in page


def test_the_dial_is_written_down_with_what_it_was(
    bob: FlaskClient, sale: Sale, rooms: str, database: Database
) -> None:
    room = a_room(database, sale)
    bob.post(f"{rooms}/{room}/dial", data={"per_minute": "30", "most_inside": "40"})

    page = bob.get(f"{rooms}/{room}").text
    assert "Waiting room dialled" in page
    assert "Per minute: 6,000 → 30" in page


def test_a_room_that_would_open_after_the_start_is_refused_at_its_field(
    bob: FlaskClient, sale: Sale, rooms: str, database: Database
) -> None:
    room = a_room(database, sale)
    form = {"mode": "on", "opens_at": "2027-01-01T10:00", "starts_at": "2027-01-01T09:00"}

    answer = bob.post(f"{rooms}/{room}", data=form)

    assert answer.status_code == 422
    assert "The room opens before the sale begins" in answer.text


def test_the_live_figures_count_who_waits_and_who_shops(
    app: Flask, bob: FlaskClient, sale: Sale, rooms: str, database: Database
) -> None:
    room = a_room(database, sale, per_minute=60)
    for _ in range(3):
        app.test_client().post(f"/queue/{room}/join")

    figures = bob.get(f"{rooms}/{room}", headers={"HX-Request": "true"}).text
    assert "<dt>Waiting</dt><dd>2</dd>" in figures
    assert "<dt>Shopping</dt><dd>1</dd>" in figures


def test_a_new_start_after_the_first_gets_a_new_draw_and_an_empty_line(
    client: FlaskClient, database: Database, sale: Sale
) -> None:
    room = a_room(database, sale)
    client.post(f"/queue/{room}/join")

    set_up(database, sale, room, starts_at=clock.now() + timedelta(hours=1))
    client.application.extensions["rooms"].forget()

    assert state(client, room) == "outside"
