"""Only who has a pass comes to the tickets."""

import re

from flask import Flask
from flask.testing import FlaskClient

from tests.factories.booking import Sale, taken
from tests.factories.rooms import a_room, hold, state
from tests.factories.seating import a_seated_sale
from webapp.core.db import Database
from webapp.core.ids import uuid7
from webapp.waitingroom import guards


def test_a_guest_waits_goes_in_and_holds(client: FlaskClient, database: Database, sale: Sale) -> None:
    room = a_room(database, sale)

    client.post(f"/queue/{room}/join")
    assert state(client, room) == "turn"
    assert "It is your turn" in client.get(f"/queue/{room}").text
    to_the_sale = client.post(f"/queue/{room}/enter").headers["Location"]
    assert 'name="qty-' in client.get(to_the_sale).text
    assert hold(client, sale) == "/basket"
    assert taken(database, sale) == [1]
    assert "You are in" in client.get(f"/queue/{room}").text


def test_who_has_no_pass_is_sent_to_the_room_and_holds_nothing(
    client: FlaskClient, database: Database, sale: Sale
) -> None:
    room = a_room(database, sale)

    assert hold(client, sale) == f"/queue/{room}"
    assert taken(database, sale) == [0]


def test_the_kept_page_shows_the_room_in_place_of_the_tickets(
    app: Flask, client: FlaskClient, database: Database, sale: Sale
) -> None:
    room = a_room(database, sale)
    inside = app.test_client()
    inside.post(f"/queue/{room}/join")
    inside.post(f"/queue/{room}/enter")

    assert 'name="qty-' in inside.get(f"/events/{sale.slug}").text
    page = client.get(f"/events/{sale.slug}")
    assert f'action="/queue/{room}/join"' in page.text
    assert 'name="qty-' not in page.text
    assert "s-maxage" in page.headers["Cache-Control"]


def test_no_way_of_writing_a_ticket_type_goes_around_the_room(
    client: FlaskClient, database: Database, sale: Sale
) -> None:
    room = a_room(database, sale)
    for name in (sale.types[0].hex, f"urn:uuid:{sale.types[0]}", str(sale.types[0]).upper()):
        answer = client.post("/basket/hold", data={f"qty-{name}": "1"})

        assert answer.headers["Location"] == f"/queue/{room}"
    assert taken(database, sale) == [0]


def test_seats_are_behind_the_room_too_to_look_at_and_to_hold(
    client: FlaskClient, database: Database
) -> None:
    seated = a_seated_sale(database)
    room = a_room(database, seated.sale)
    date = str(seated.sale.date_id)
    pages = [f"/events/{seated.sale.slug}/seats", f"/events/{seated.sale.slug}/seats?date={date}"]
    sent = [
        ("/basket/seats", {"date": date, "seat": "0"}),
        ("/basket/seats/best", {"date": date, "together": "2"}),
        ("/basket/seats/best", {"date": [str(uuid7()), date], "together": "2"}),
        ("/basket/seats/best", {"date": f"{date}\0", "together": "2"}),
    ]

    led = [client.get(page).headers["Location"] for page in pages]
    led += [client.post(path, data=form).headers["Location"] for path, form in sent]
    assert set(led) == {f"/queue/{room}"}
    assert sum(taken(database, seated.sale)) == 0

    client.post(f"/queue/{room}/join")
    client.post(f"/queue/{room}/enter")
    assert client.get(pages[1]).status_code == 200
    assert client.post("/basket/seats/best", data=sent[1][1]).headers["Location"] == "/basket"


def test_one_place_shops_on_two_devices_and_on_no_third(
    app: Flask, client: FlaskClient, database: Database, sale: Sale
) -> None:
    room = a_room(database, sale)
    client.post(f"/queue/{room}/join")
    link = re.search(r"/queue/take/[^\"<]+", client.get(f"/queue/{room}/device").text)
    assert link
    devices = [client, *(app.test_client() for _ in range(4))]
    for device in devices:
        device.post(link[0])
    codes = [device.post(f"/queue/{room}/enter").status_code for device in devices]

    assert codes == [303, 303, 409, 409, 409]
    assert [hold(device, sale) for device in devices] == ["/basket", "/basket", *[f"/queue/{room}"] * 3]
    # Who went in goes in again, as often as they like.
    assert client.post(f"/queue/{room}/enter").status_code == 303


def test_copied_cookies_of_a_pass_open_nothing_without_its_basket(
    app: Flask, client: FlaskClient, database: Database, sale: Sale
) -> None:
    room = a_room(database, sale)
    client.post(f"/queue/{room}/join")
    client.post(f"/queue/{room}/enter")
    other = app.test_client()
    for name in (f"room-{room.hex}", f"pass-{room.hex}"):
        cookie = client.get_cookie(name)
        assert cookie
        other.set_cookie(name, cookie.value)

    assert hold(other, sale) == f"/queue/{room}"
    assert hold(client, sale) == "/basket"


def test_everything_that_takes_places_for_a_basket_is_guarded(app: Flask) -> None:
    """A new way to hold is written down here, and in the guard."""
    harmless = {"release", "extend", "take_over", "give_back"}
    posts = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/basket") and "POST" in (rule.methods or ())
    }
    guarded = {*guards.WISHES, *guards.SEAT_WISHES}

    assert {one for one in posts - guarded if one.split(".")[1] not in harmless} == set()
