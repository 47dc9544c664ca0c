"""A visitor's way: join, wait, take the place along, leave; whatever they press twice or open in tabs."""

import re
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from redis import Redis

from tests.factories.booking import Sale, hold, order, run_out
from tests.factories.rooms import a_room, set_up, state
from webapp.core import clock
from webapp.core.db import Database
from webapp.core.ids import fingerprint
from webapp.web.filters import soon

HOUR = timedelta(hours=1)


def waiting(redis: Redis) -> int:
    return sum(int(redis.zcard(key)) for key in redis.scan_iter("room:*:waiting"))  # type: ignore[arg-type]


def looked(client: FlaskClient, room: object) -> str:
    return client.get(f"/queue/{room}/state", headers={"HX-Request": "true"}).text


def test_many_tabs_and_reloads_are_one_visitor(
    client: FlaskClient, database: Database, sale: Sale, redis: Redis
) -> None:
    room = a_room(database, sale, starts_at=clock.now() + HOUR)
    for _ in range(5):
        client.post(f"/queue/{room}/join")
        client.get(f"/queue/{room}")

    assert waiting(redis) == 1


def test_before_the_start_the_page_says_when_it_begins_and_how_many_wait(
    client: FlaskClient, database: Database, sale: Sale
) -> None:
    room = a_room(database, sale, starts_at=clock.now() + timedelta(minutes=12, seconds=30))
    client.post(f"/queue/{room}/join")

    page = client.get(f"/queue/{room}").text
    assert "On sale in" in page
    assert "13 minutes" in page
    assert "1 person waits for 20 places" in page
    assert '<meta http-equiv="refresh" content="15">' in page


def test_a_start_on_another_day_names_the_day_in_the_title_too(
    client: FlaskClient, database: Database, sale: Sale
) -> None:
    begins = clock.now() + timedelta(days=3)
    room = a_room(database, sale, starts_at=begins)
    client.post(f"/queue/{room}/join")

    day = soon(begins, clock.now(), "Europe/Oslo")
    assert day.startswith("on ")
    assert f"<title>On sale {day}: " in client.get(f"/queue/{room}").text
    assert f"<title>On sale {day}: " in looked(client, room)


def test_the_page_says_number_pace_and_what_is_left(
    app: Flask, client: FlaskClient, database: Database, sale: Sale
) -> None:
    room = a_room(database, sale, per_minute=1)
    for _ in range(3):
        app.test_client().post(f"/queue/{room}/join")
    client.post(f"/queue/{room}/join")

    page = client.get(f"/queue/{room}").text
    assert "You are number <em>3</em>" in page
    assert "How long is not known yet" in page
    assert "20 of 20 places left" in page
    assert "<title>Number 3: Night of the Lamps" in page


def test_a_room_that_is_not_open_yet_takes_nobody_in_line(
    client: FlaskClient, database: Database, sale: Sale, redis: Redis
) -> None:
    later = clock.now() + HOUR
    room = a_room(database, sale, opens_at=later, starts_at=later + HOUR)
    client.post(f"/queue/{room}/join")

    assert state(client, room) == "closed"
    assert waiting(redis) == 0


def test_another_device_carries_on_with_the_same_place(
    app: Flask, client: FlaskClient, database: Database, sale: Sale, redis: Redis
) -> None:
    room = a_room(database, sale, starts_at=clock.now() + HOUR)
    client.post(f"/queue/{room}/join")
    link = re.search(r"/queue/take/[^\"<]+", client.get(f"/queue/{room}/device").text)
    assert link
    phone = app.test_client()
    phone.post(f"/queue/{room}/join")

    assert "Go on here" in phone.get(link[0]).text
    phone.post(link[0])

    assert state(phone, room) == "before"
    assert waiting(redis) == 1


def test_both_devices_may_shop_and_count_once(
    app: Flask, client: FlaskClient, database: Database, sale: Sale
) -> None:
    room = a_room(database, sale)
    client.post(f"/queue/{room}/join")
    link = re.search(r"/queue/take/[^\"<]+", client.get(f"/queue/{room}/device").text)
    assert link
    phone = app.test_client()
    phone.post(link[0])

    assert client.post(f"/queue/{room}/enter").headers["Location"].startswith("/events/")
    assert phone.post(f"/queue/{room}/enter").headers["Location"].startswith("/events/")


def test_who_leaves_is_out_of_line_on_every_device(
    client: FlaskClient, database: Database, sale: Sale, redis: Redis
) -> None:
    room = a_room(database, sale, starts_at=clock.now() + HOUR)
    client.post(f"/queue/{room}/join")
    cookie = client.get_cookie(f"room-{room.hex}")
    assert cookie
    client.post(f"/queue/{room}/leave")
    assert waiting(redis) == 0

    client.set_cookie(cookie.key, cookie.value)
    assert state(client, room) == "over"
    assert waiting(redis) == 0


def test_a_pass_alone_in_another_browser_opens_nothing(
    app: Flask, client: FlaskClient, database: Database, sale: Sale
) -> None:
    room = a_room(database, sale)
    client.post(f"/queue/{room}/join")
    client.post(f"/queue/{room}/enter")
    cookie = client.get_cookie(f"pass-{room.hex}")
    assert cookie
    thief = app.test_client()
    thief.set_cookie(cookie.key, cookie.value)

    assert 'name="qty-' not in thief.get(f"/events/{sale.slug}?in=1").text


def test_a_joining_goes_in_once_even_when_redis_forgot_it(
    client: FlaskClient, database: Database, sale: Sale, redis: Redis
) -> None:
    room = a_room(database, sale)
    client.post(f"/queue/{room}/join")
    assert client.post(f"/queue/{room}/enter").status_code == 303
    client.delete_cookie(f"pass-{room.hex}")
    redis.flushdb()
    # Somebody else comes first, so that the line does not wait for all to gather.
    client.application.test_client().post(f"/queue/{room}/join")
    set_up(database, sale, room, per_minute=60_000)
    client.get(f"/queue/{room}")

    assert client.post(f"/queue/{room}/enter").status_code in (409, 410)
    assert 'name="qty-' not in client.get(f"/events/{sale.slug}?in=1").text


def test_when_everything_is_held_the_line_waits_and_goes_on_when_a_hold_runs_out(
    client: FlaskClient, database: Database, sale: Sale
) -> None:
    room = a_room(database, sale)
    hold(database, sale, 10, basket="one", now=clock.now())
    hold(database, sale, 10, basket="two", now=clock.now())
    client.post(f"/queue/{room}/join")
    page = client.get(f"/queue/{room}").text
    assert "Sold out <em>for now</em>" in page
    assert f'href="/waitlist/{sale.slug}"' in page

    run_out(database, clock.now())
    client.application.extensions["rooms"].forget()
    assert state(client, room) == "turn"


def test_who_holds_tickets_gives_some_back_without_a_pass(
    client: FlaskClient, database: Database, sale: Sale
) -> None:
    client.set_cookie("basket", "a basket's token")
    hold(database, sale, 3, basket=fingerprint("a basket's token"), now=clock.now())
    room = a_room(database, sale)
    client.application.extensions["rooms"].forget()

    less = client.post("/basket/change", data={f"qty-{sale.types[0]}": "2"})
    more = client.post("/basket/change", data={f"qty-{sale.types[0]}": "4"})
    assert less.headers["Location"] == "/basket"
    assert more.headers["Location"] == f"/queue/{room}"


def test_who_holds_tickets_pays_for_them_whatever_the_room_does(database: Database, sale: Sale) -> None:
    held = hold(database, sale, 0, 2, basket="mine", now=clock.now())
    a_room(database, sale)

    assert order(database, held, basket="mine", now=clock.now()).payment_id is None


def test_an_unchanged_state_is_answered_without_a_body(
    client: FlaskClient, database: Database, sale: Sale
) -> None:
    room = a_room(database, sale, starts_at=clock.now() + timedelta(days=3))
    client.post(f"/queue/{room}/join")
    htmx = {"HX-Request": "true"}
    first = client.get(f"/queue/{room}/state", headers=htmx)

    again = client.get(f"/queue/{room}/state", headers=htmx | {"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
