"""A guest comes to a sale with a waiting room: waits and goes in, or is told honestly that it is over."""

import re
import time
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from tests.factories.booking import Sale, a_sale, hold, taken
from tests.factories.rooms import STAFF, a_room, state
from tests.factories.seating import a_seated_sale
from webapp.core import clock
from webapp.core.db import Database
from webapp.waitingroom import service
from webapp.waitingroom.rooms import FRESH_SECONDS

pytestmark = pytest.mark.browser
# Who is next asks again every five seconds, without scripts as well; a busy machine is given more.
NEXT_LOOK = 20_000
ONE_AT_A_TIME = {"most_inside": 1}


@pytest.fixture
def sale(database: Database) -> Sale:
    return a_sale(database, places=(20,))


def comes_into_force(database: Database, sale: Sale, **values: Any) -> UUID:
    """A room before the sale that every process knows of."""
    room = a_room(database, sale, **values)
    time.sleep(2 * FRESH_SECONDS)
    return room


def stand_in_line(page: Page, sale: Sale) -> None:
    """From the event's page into the line."""
    page.goto(f"/events/{sale.slug}")
    expect(page.locator("input[name^=qty-]")).to_have_count(0)
    page.get_by_role("button", name="Go to the waiting room").click()


def test_a_guest_waits_is_let_in_and_holds(
    page: Page, client: FlaskClient, database: Database, sale: Sale
) -> None:
    room = comes_into_force(database, sale, **ONE_AT_A_TIME)
    client.post(f"/queue/{room}/join")
    assert state(client, room) == "turn"

    stand_in_line(page, sale)
    expect(page.locator("[data-room-state=queue]")).to_contain_text("You are number 1")
    expect(page.locator(".room-board")).to_contain_text("20 of 20 places left")
    client.post(f"/queue/{room}/leave")
    expect(page.locator("[data-room-state=turn]")).to_be_visible(timeout=NEXT_LOOK)
    expect(page).to_have_title(re.compile("^It is your turn: "))

    page.get_by_role("button", name="Choose tickets").click()
    page.locator("input[name^=qty-]").first.fill("2")
    page.get_by_role("button", name="Hold these tickets").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your basket")
    assert taken(database, sale) == [2]


def test_without_a_pass_the_room_answers_for_seats_and_holds(
    page: Page, database: Database, sale: Sale
) -> None:
    page.goto(f"/events/{sale.slug}")
    page.locator("input[name^=qty-]").first.fill("2")
    seated = a_seated_sale(database).sale
    comes_into_force(database, sale)
    comes_into_force(database, seated)

    # The tickets were open before the room came into force; a bookmark of the seats is as old.
    page.get_by_role("button", name="Hold these tickets").click()
    expect(page.locator("[data-room-state=outside]")).to_be_visible()
    assert taken(database, sale) == [0]
    page.goto(f"/events/{seated.slug}/seats?date={seated.date_id}")
    expect(page.locator("[data-room-state=outside]")).to_be_visible()


def test_another_device_has_the_same_place(
    page: Page, client: FlaskClient, database: Database, sale: Sale
) -> None:
    room = comes_into_force(database, sale, **ONE_AT_A_TIME)
    client.post(f"/queue/{room}/join")
    stand_in_line(page, sale)
    page.get_by_role("link", name="Carry on with another device").click()
    link = page.locator("a.code").inner_text()
    path = link[link.index("/queue/") :]

    phone = client.application.test_client()
    assert "Go on here" in phone.get(path).text
    phone.post(path)
    assert "You are number <em>1</em>" in phone.get(f"/queue/{room}").text
    page.get_by_role("link", name="Back to the waiting room").click()
    expect(page.locator(".room-board")).to_contain_text("You are number 1")


def test_sold_out_is_said_as_it_is(page: Page, database: Database, sale: Sale) -> None:
    room = comes_into_force(database, sale)
    for basket in ("one", "two"):
        hold(database, sale, 10, basket=basket, now=clock.now())
    time.sleep(2 * FRESH_SECONDS)
    stand_in_line(page, sale)
    # What is only held may come back, so the line stays.
    expect(page.locator(".room-board")).to_contain_text("Sold out for now")
    expect(page.locator(".room-board")).to_contain_text("0 of 20 places left")

    with database.writing() as db:
        service.steer(
            db, organizer_id=sale.organizer_id, room_id=room, step="stop", by=STAFF, now=clock.now()
        )
    expect(page.locator("[data-room-state=stopped]")).to_contain_text(
        "The organizer has ended the sale", timeout=NEXT_LOOK
    )
    expect(page.get_by_role("link", name="Join the waiting list")).to_be_visible()


@pytest.mark.parametrize("page", ["with scripts"], indirect=True)
def test_a_pause_is_read_out_at_once(page: Page, client: FlaskClient, database: Database, sale: Sale) -> None:
    room = comes_into_force(database, sale, **ONE_AT_A_TIME)
    client.post(f"/queue/{room}/join")
    stand_in_line(page, sale)
    expect(page.locator("[data-room-state=queue]")).to_be_visible()
    with database.writing() as db:
        service.steer(
            db, organizer_id=sale.organizer_id, room_id=room, step="pause", by=STAFF, now=clock.now()
        )

    said = page.get_by_role("status").filter(has_text="You are number 1. Paused")
    expect(said).to_be_attached(timeout=NEXT_LOOK)
