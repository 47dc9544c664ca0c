"""Only who has a pass comes to the tickets."""

from flask import Flask
from flask.testing import FlaskClient

from tests.factories.booking import Sale, taken
from tests.factories.rooms import a_room, hold, state
from webapp.core.db import Database


def test_a_guest_waits_goes_in_and_holds(client: FlaskClient, database: Database, sale: Sale) -> None:
    room = a_room(database, sale)

    client.post(f"/queue/{room}/join")
    assert state(client, room) == "turn"
    to_the_sale = client.post(f"/queue/{room}/enter").headers["Location"]
    assert 'name="qty-' in client.get(to_the_sale).text
    assert hold(client, sale) == "/basket"
    assert taken(database, sale) == [1]


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
