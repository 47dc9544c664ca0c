"""A room on its guard comes into force when the sale is rushed, and opens it again when it is quiet."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from redis import Redis
from sqlalchemy import text

from tests.factories.booking import Kind, Sale, a_sale, hold, order, pay
from tests.factories.rooms import a_room, state
from tests.factories.rooms import hold as press_hold
from webapp.catalog.views import EVENTS
from webapp.config import Settings
from webapp.core import clock
from webapp.core.db import Database
from webapp.core.ids import fingerprint
from workers.context import Context, make_context
from workers.jobs.waitingroom import tend_rooms, tidy_rooms


@pytest.fixture
def context(settings: Settings) -> Context:
    return make_context(settings)


class Later(Context):
    """The clock's process six minutes later."""

    def now(self) -> datetime:
        return super().now() + timedelta(minutes=6)


def test_below_its_threshold_everybody_holds_as_ever(
    client: FlaskClient, database: Database, sale: Sale
) -> None:
    a_room(database, sale, mode="auto", auto_per_second=5)

    assert press_hold(client, sale) == "/basket"
    assert 'name="qty-' in client.get(f"/events/{sale.slug}").text


def test_a_rush_brings_the_room_into_force_by_itself(app: Flask, database: Database) -> None:
    sale = a_sale(database, places=(100,), kinds=(Kind(),))
    room = a_room(database, sale, mode="auto", auto_per_second=1)

    answers = [press_hold(app.test_client(), sale) for _ in range(30)]

    assert answers[0] == "/basket"
    assert answers[-1] == f"/queue/{room}"
    EVENTS.clear()
    assert f"/queue/{room}/join" in app.test_client().get(f"/events/{sale.slug}").text


def test_a_quiet_room_opens_the_sale_again_after_five_minutes(
    app: Flask, client: FlaskClient, database: Database, context: Context, redis: Redis
) -> None:
    sale = a_sale(database, places=(100,), kinds=(Kind(),))
    a_room(database, sale, mode="auto", auto_per_second=1)
    for _ in range(30):
        press_hold(app.test_client(), sale)

    tend_rooms(context)
    app.extensions["rooms"].forget()
    assert press_hold(client, sale).startswith("/queue/")

    tend_rooms(Later(**vars(context)))
    redis.flushdb()  # so many seconds have passed since the rush
    app.extensions["rooms"].forget()
    assert press_hold(client, sale) == "/basket"


def test_who_bought_makes_room_for_the_next(
    app: Flask, client: FlaskClient, database: Database, sale: Sale, context: Context
) -> None:
    room = a_room(database, sale, most_inside=1)
    client.set_cookie("basket", "token")
    client.post(f"/queue/{room}/join")
    client.post(f"/queue/{room}/enter")
    other = app.test_client()
    other.post(f"/queue/{room}/join")
    assert state(other, room) == "queue"

    basket, now = fingerprint("token"), clock.now()
    held = hold(database, sale, 1, basket=basket, now=now)
    pay(database, order(database, held, basket=basket, now=now).payment_id)
    tend_rooms(context)

    assert state(other, room) == "turn"
    assert state(client, room) == "over"


def test_the_clock_moves_a_line_that_nobody_looks_at(
    app: Flask, database: Database, sale: Sale, context: Context, redis: Redis
) -> None:
    room = a_room(database, sale, starts_at=clock.now() + timedelta(hours=1))
    app.test_client().post(f"/queue/{room}/join")
    with database.writing() as db:
        db.execute(text("UPDATE waiting_rooms SET starts_at = now() WHERE id = :id"), {"id": room})

    tend_rooms(context)

    assert sum(int(redis.zcard(key)) for key in redis.scan_iter("room:*:inside")) == 1  # type: ignore[arg-type]


def test_lines_of_sales_that_are_over_are_forgotten(
    app: Flask, database: Database, sale: Sale, context: Context, redis: Redis
) -> None:
    room = a_room(database, sale)
    app.test_client().post(f"/queue/{room}/join")
    with database.writing() as db:
        db.execute(
            text("UPDATE waiting_rooms SET mode = 'off', in_force_since = NULL WHERE id = :id"), {"id": room}
        )
        db.execute(text("UPDATE event_dates SET room_id = NULL WHERE room_id = :id"), {"id": room})

    tidy_rooms(context)

    assert list(redis.scan_iter("room:*")) == []
