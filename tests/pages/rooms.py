"""A waiting room in its states, and its staff's pages."""

from datetime import timedelta

from playwright.sync_api import APIRequestContext
from sqlalchemy import text

from tests.factories.booking import a_sale
from tests.factories.house import House
from tests.factories.rooms import a_room
from webapp.core import clock
from webapp.waitingroom.rehearsal import run as rehearsals


def rooms(house: House, waiting: APIRequestContext) -> dict[str, tuple[str, str]]:
    """The name of each page, its address and whose eyes see it; `waiting` stands in line, as `basket`."""
    with house.database.reading() as db:
        owner = db.scalar(text("SELECT id FROM organizers WHERE slug = 'night-circuit'"))
    sale = a_sale(house.database, places=(900,), organizer_id=owner)
    before = a_room(house.database, sale, starts_at=clock.now() + timedelta(hours=1))
    slow = a_sale(house.database, places=(900,), organizer_id=owner)
    queue = a_room(house.database, slow, per_minute=1, most_inside=1)
    work = a_room(house.database, a_sale(house.database, organizer_id=owner), entrance="work")
    # Somebody else is before them.
    house.app.test_client().post(f"/queue/{queue}/join", headers={"Sec-Fetch-Site": "same-origin"})
    for room in (before, queue):
        assert waiting.post(f"/queue/{room}/join").ok
    with house.database.writing() as db:
        rehearsal = rehearsals.begin(db, slow.slug, 30)
    rehearsals.run(house.database, house.app.extensions["line"], rehearsal, clock.now())
    staff = f"/staff/night-circuit/rooms/{queue}"
    return {
        "event-room": (f"/events/{sale.slug}", "nobody"),
        "room-outside": (f"/queue/{before}", "nobody"),
        "room-before": (f"/queue/{before}", "basket"),
        "room-queue": (f"/queue/{queue}", "basket"),
        "room-work": (f"/queue/{work}", "nobody"),
        "room-device": (f"/queue/{queue}/device", "basket"),
        "staff-rooms": ("/staff/night-circuit/rooms", "owner"),
        "staff-room": (staff, "owner"),
        "staff-rehearsal": (f"{staff}/rehearsals/{rehearsal}", "owner"),
    }
