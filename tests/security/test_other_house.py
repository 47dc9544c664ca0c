"""An owner is nobody in another house: its things are not found through the own one's addresses."""

import re
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import inspect, select

from tests.security.scene import Scene, build
from tests.security.table import rows
from tests.security.test_every_url import address, status
from webapp.accounts.models import Organizer
from webapp.booking.models import Ticket
from webapp.catalog.models import Event, EventDate, Pool, Question, TicketType, Venue, Voucher
from webapp.core import clock
from webapp.core.db import Base
from webapp.desk.models import Till

# Somebody who is not in the team is out of it already.
HARMLESS = {
    "/staff/<organizer>/team/<uuid:user_id>/remove": 303,
    # What is not here is thrown away already.
    "/staff/<organizer>/plans/drawings/<uuid:drawing_id>/discard": 303,
    # An empty form is read before anything is looked for.
    "/staff/<organizer>/imports/files/<uuid:draft_id>/feed": 422,
}
# The scene's date is sold without numbered seats and has nobody on its guest list; its order and its hold are
# a guest's, without a paper.
NOT_THERE = (
    "/staff/<organizer>/dates/<uuid:date_id>/guests/<uuid:entry_id>",
    "/staff/<organizer>/dates/<uuid:date_id>/seats/sections/<uuid:section_id>",
    "/staff/<organizer>/counter/<uuid:date_id>/seats/<uuid:section_id>",
    "/staff/<organizer>/counter/pay/<uuid:hold_id>",
    "/staff/<organizer>/counter/sold/<code>",
    "/staff/<organizer>/requests/<uuid:request_id>/papers/<uuid:paper_id>",
    "/staff/<organizer>/orders/<code>/papers/<uuid:paper_id>",
)
# Kinds of reports and files, the same for every house.
WORDS = re.compile("<(sheet_name|file_form)>")
DEEPER = [
    (method, rule)
    for method, rule in rows()
    if rule.startswith("/staff/<organizer>/") and WORDS.sub("", rule).count("<") > 1
]


@pytest.fixture(scope="module")
def theirs(lasting: Scene) -> Scene:
    with lasting.database.writing() as db:
        house = db.scalar(select(Organizer.id).where(Organizer.slug == lasting.values["organizer"]))
        opened = {"currency": "EUR", "start_amount": 0, "opened_at": clock.now()}
        # Who has no till is sent to open one, before anything is looked for.
        db.add(Till(organizer_id=house, user_id=lasting.people["alice"].id, name="Alice", **opened))
    return build(lasting.app, lasting.database)


@pytest.mark.parametrize(("method", "rule"), DEEPER, ids=[" ".join(row) for row in DEEPER])
def test_what_belongs_to_another_house_is_not_found_here(
    lasting: Scene, theirs: Scene, method: str, rule: str
) -> None:
    own = {"organizer": lasting.values["organizer"]}
    path, form = address(rule, theirs.values | own), address(rows()[method, rule][0], theirs.values | own)

    assert status(lasting, "alice", method, path, form) == HARMLESS.get(rule, 404)


def test_somebody_of_the_house_finds_their_own_things(lasting: Scene, theirs: Scene) -> None:
    looks = [rule for method, rule in DEEPER if method == "GET"]

    statuses = {rule: status(lasting, "alice", "GET", address(rule, lasting.values), "") for rule in looks}

    assert statuses == dict.fromkeys(looks, 200) | dict.fromkeys(NOT_THERE, 404)


def test_every_address_of_a_house_begins_with_its_name() -> None:
    # The cluster is the platform's.
    of_no_house = r"/staff/(?!cluster/)[^<]*<(?!organizer|uuid:delivery_id|sheet_name)"

    assert [rule for _, rule in rows() if re.match(of_no_house, rule)] == []


# A form on an own page that names a thing of another house: (own page and form, what may not change).
NAMED = {
    "an event": ("events/new?id=<event_id>&title=Taken&category=talk", Event, "event_id"),
    "a date": (
        "events/{event_id}/dates?id=<date_id>&venue_id={venue_id}&starts_at=2027-06-01T20:00&ends_at=2027-06-01T22:00",
        EventDate,
        "date_id",
    ),
    "a venue for a date": (
        "dates/{date_id}?id={date_id}&venue_id=<venue_id>&starts_at=2027-06-01T20:00&ends_at=2027-06-01T22:00",
        Venue,
        "venue_id",
    ),
    "a pool": ("dates/{date_id}/pools?id=<pool_id>&name=Taken&capacity=1000", Pool, "pool_id"),
    "a ticket type": (
        "dates/{date_id}/types?id=<type_id>&pool_id={pool_id}&name=Taken&price=1",
        TicketType,
        "type_id",
    ),
    "a pool for a ticket type": (
        "dates/{date_id}/types?id=<fresh_id>&pool_id=<pool_id>&name=Taken&price=1",
        Pool,
        "pool_id",
    ),
    "a voucher to keep places for": (
        "dates/{date_id}/reserves?pool_id={pool_id}&voucher_id=<voucher_id>&places=1",
        Voucher,
        "voucher_id",
    ),
    "a pool to keep places of": (
        "dates/{date_id}/reserves?pool_id=<pool_id>&voucher_id={voucher_id}&places=1",
        Pool,
        "pool_id",
    ),
    "a voucher": ("vouchers?id=<voucher_id>&code=TAKEN&kind=none", Voucher, "voucher_id"),
    "an event for a voucher": (
        "vouchers?id=<fresh_id>&code=TAKEN&kind=none&event_id=<event_id>",
        Event,
        "event_id",
    ),
    "a venue": ("venues?id=<venue_id>&name=Taken&city=Faro&country=PT&zone=Europe/Lisbon", Venue, "venue_id"),
    "a question": (
        "events/{event_id}/questions?id=<question_id>&label=Taken&kind=text",
        Question,
        "question_id",
    ),
    "an event for a role": (
        "team/events?user_id={user_id}&event_id=<event_id>&role=door",
        Event,
        "event_id",
    ),
    "a ticket": ("orders/{code}/refund?ticket=<ticket_id>", Ticket, "ticket_id"),
}


def row(scene: Scene, model: type[Base], name: str) -> dict[str, Any]:
    with scene.database.reading() as db:
        found = db.get_one(model, UUID(scene.values[name]))
        return {column.key: getattr(found, column.key) for column in inspect(model).columns}


@pytest.mark.parametrize(("form", "model", "name"), NAMED.values(), ids=NAMED)
def test_a_thing_of_another_house_cannot_be_named_in_a_form(
    scene: Scene, theirs: Scene, form: str, model: type[Base], name: str
) -> None:
    before = row(theirs, model, name)
    own = f"/staff/{{organizer}}/{form}".format_map(scene.values)
    path, _, typed = own.partition("?")

    answer = status(scene, "alice", "POST", path, address(typed, theirs.values))

    # A ticket that is not in the order is left out, as one that is void already.
    assert answer in ((303,) if model is Ticket else (404, 409, 422))
    assert row(theirs, model, name) == before
