"""Staff bring a plan, give it to a date, and hold seats back."""

import io
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.factories.accounts import a_member, sign_in
from tests.factories.booking import Sale, a_sale, empty
from tests.webapp.seating.test_files import SMALL
from webapp.accounts.models import Organizer
from webapp.booking.service import seats
from webapp.booking.service.seat_wishes import BestWish
from webapp.core import clock
from webapp.core.db import Database
from webapp.core.ids import uuid7
from webapp.ops.queries.invariants import sweep


@pytest.fixture
def house(database: Database) -> Iterator[Sale]:
    empty(database)
    yield a_sale(database)
    with Session(database.engine) as db:
        assert [example for finding in sweep(db) for example in finding.examples] == []
    empty(database)


@pytest.fixture
def base(client: FlaskClient, database: Database, house: Sale) -> str:
    with database.reading() as db:
        organizer = db.get_one(Organizer, house.organizer_id)
    sign_in(client, a_member(database, organizer, "manager"))
    return f"/staff/{organizer.slug}"


def one(database: Database, statement: str) -> Any:
    with database.reading() as db:
        return db.scalar(text(statement))


def upload(client: FlaskClient, database: Database, base: str, content: bytes, name: str = "Hall") -> Any:
    venue = one(database, "SELECT id FROM venues")
    given = {"venue_id": str(venue), "name": name, "file": (io.BytesIO(content), "hall.json")}
    return client.post(f"{base}/plans", data=given, content_type="multipart/form-data")


def attach(client: FlaskClient, database: Database, base: str, house: Sale) -> str:
    """The small hall for the house's date; returns the address of the date's seats."""
    assert upload(client, database, base, json.dumps(SMALL).encode()).status_code == 303
    with database.reading() as db:
        levels = db.execute(text("SELECT id, name FROM price_levels ORDER BY position")).all()
        plan = db.scalar(text("SELECT id FROM seat_plans"))
    given = {f"price-{level.id}": price for level, price in zip(levels, ("40", "25.50"), strict=True)}
    given |= {f"pool-{level.id}": level.name for level in levels}
    address = f"{base}/dates/{house.date_id}/seats"
    assert "Sell this date by seats" in client.get(address).text
    for _ in range(2):
        assert client.post(f"{address}/plan", data={"plan_id": str(plan)} | given).status_code == 303
    return address


def test_a_plan_from_a_file_is_drawn_and_counted(client: FlaskClient, database: Database, base: str) -> None:
    answer = upload(client, database, base, json.dumps(SMALL).encode())

    page = client.get(answer.location).text
    assert "6 seats, 1 wheelchair place, 1 seat with restricted view" in page
    assert page.count("data-n=") == 6
    assert "Hall" in client.get(f"{base}/plans").text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{", "is not JSON"),
        (b"[" * 100_000, "is not TOML"),
        (b'{"zones": []}', "Categories: field required. Nothing was imported."),
    ],
)
def test_a_bad_file_is_told_in_the_form_and_keeps_nothing(
    client: FlaskClient, database: Database, base: str, content: bytes, said: str
) -> None:
    answer = upload(client, database, base, content)

    assert answer.status_code == 422
    assert said in answer.text
    assert one(database, "SELECT count(*) FROM seat_plans") == 0


def test_a_date_gets_a_pool_and_a_ticket_type_for_each_level_once(
    client: FlaskClient, database: Database, base: str, house: Sale
) -> None:
    address = attach(client, database, base, house)

    with database.reading() as db:
        rows = db.execute(
            text(
                "SELECT p.name, p.capacity, t.price FROM pools p JOIN ticket_types t ON t.pool_id = p.id"
                " JOIN pool_levels l ON l.pool_id = p.id ORDER BY t.position"
            )
        ).all()
    assert [tuple(row) for row in rows] == [("Front", 3, 4000), ("Rear", 3, 2550)]
    assert "Nothing is held back" in client.get(address).text


def test_seats_are_held_back_as_people_say_them_and_released(
    client: FlaskClient, database: Database, base: str, house: Sale
) -> None:
    address = attach(client, database, base, house)

    client.post(f"{address}/blocks", data={"name": "Sponsor", "seats": "stalls a 1-2"})

    page = client.get(address).text
    assert "Sponsor" in page
    assert "Stalls A 1, Stalls A 2" in page
    assert one(database, "SELECT capacity FROM pools WHERE name = 'Front'") == 1
    client.post(f"{address}/blocks/{one(database, 'SELECT id FROM seat_blocks')}/release")
    assert one(database, "SELECT capacity FROM pools WHERE name = 'Front'") == 3


def test_a_row_that_is_not_there_is_told_at_the_field(
    client: FlaskClient, database: Database, base: str, house: Sale
) -> None:
    address = attach(client, database, base, house)

    answer = client.post(f"{address}/blocks", data={"name": "Sponsor", "seats": "Stalls Q 1"})

    assert answer.status_code == 422
    assert "Stalls has no row Q; its rows are A, B." in answer.text


def test_the_size_of_a_pool_of_seats_is_not_typed(
    client: FlaskClient, database: Database, base: str, house: Sale
) -> None:
    attach(client, database, base, house)
    pool = one(database, "SELECT id FROM pools WHERE name = 'Front'")
    address = f"{base}/dates/{house.date_id}"

    answer = client.post(f"{address}/pools", data={"id": str(pool), "name": "Front", "capacity": "9"})

    assert answer.status_code == 422
    assert "Front has reserved seats. Hold some back or release them instead." in answer.text
    assert "its seats without those" in client.get(address).text


def test_the_seats_of_the_date_are_sold(
    client: FlaskClient, database: Database, base: str, house: Sale
) -> None:
    attach(client, database, base, house)
    now: datetime = clock.now()

    held: UUID | None = seats.hold_best(database, BestWish("b", house.date_id, 2), now).hold_id

    assert held
    assert one(database, "SELECT taken FROM pools WHERE name = 'Front'") == 2


def test_no_plan_of_another_house_is_shown_or_used(
    client: FlaskClient, database: Database, base: str, house: Sale
) -> None:
    assert client.get(f"{base}/plans/{uuid7()}").status_code == 404
    given = {"plan_id": str(uuid7()), f"price-{uuid7()}": "10", f"pool-{uuid7()}": "X"}
    assert client.post(f"{base}/dates/{house.date_id}/seats/plan", data=given).status_code in (404, 422)


def test_seats_are_ticked_by_section_one_by_one_or_a_row(
    client: FlaskClient, database: Database, base: str, house: Sale
) -> None:
    address = attach(client, database, base, house)
    stalls = one(database, "SELECT id FROM sections WHERE name = 'Stalls'")
    first = one(database, "SELECT ordinal FROM seats WHERE row = 'A' AND number = '1'")
    assert f"{address}/sections/{stalls}" in client.get(address).text
    ticked = {"section": str(stalls), "seat": str(first), "row": "B"}

    refused = client.post(f"{address}/blocks", data=ticked)
    assert refused.status_code == 422
    assert f'value="{first}" checked' in refused.text
    assert 'value="B" checked' in refused.text
    assert client.post(f"{address}/blocks", data=ticked | {"name": "House"}).status_code == 303

    assert "Stalls A 1, Stalls B 1" in client.get(address).text
    assert "Row A, seat 1, Front, held back for House" in client.get(f"{address}/sections/{stalls}").text
    nothing = client.post(f"{address}/blocks", data={"section": str(stalls), "name": "House"})
    assert "Tick seats." in nothing.text


def test_a_row_that_is_ticked_leaves_out_what_somebody_has(
    client: FlaskClient, database: Database, base: str, house: Sale
) -> None:
    address = attach(client, database, base, house)
    stalls = one(database, "SELECT id FROM sections WHERE name = 'Stalls'")
    seats.hold_best(database, BestWish("b", house.date_id, 2), clock.now())
    free = one(database, "SELECT count(*) FROM seats") - 2

    rows = {"section": str(stalls), "row": ["A", "B"], "name": "House"}
    assert client.post(f"{address}/blocks", data=rows).status_code == 303

    assert one(database, "SELECT count(*) FROM seat_claims WHERE block_id IS NOT NULL") == free


def test_a_plan_is_taken_off_while_nobody_has_a_seat_of_it_and_given_again(
    client: FlaskClient, database: Database, base: str, house: Sale
) -> None:
    address = attach(client, database, base, house)
    off = f"{address}/plan/remove"
    client.post(f"{address}/blocks", data={"name": "Sponsor", "seats": "stalls a 1"})
    refused = client.post(off)
    assert (refused.status_code, "Seats of it: 1 held back." in refused.text) == (409, True)
    assert "It stays while seats of it are sold" in client.get(address).text
    client.post(f"{address}/blocks/{one(database, 'SELECT id FROM seat_blocks')}/release")

    assert "Take the plan off" in client.get(address).text
    for _ in range(2):
        assert client.post(off).status_code == 303

    assert "Sell this date by seats" in client.get(address).text
    assert one(database, "SELECT count(*) FROM pools") == len(house.pools)
    assert one(database, "SELECT count(*) FROM ticket_types") == len(house.types)
    plan = one(database, "SELECT id FROM seat_plans")
    level = one(database, "SELECT id FROM price_levels WHERE name = 'Front'")
    given = {"plan_id": str(plan), f"price-{level}": "40", f"pool-{level}": "Front"}
    assert client.post(f"{address}/plan", data=given).status_code == 303
    assert "Price levels" in client.get(address).text


def test_a_plan_that_is_taken_off_leaves_what_orders_tell_of(
    client: FlaskClient, database: Database, base: str, house: Sale
) -> None:
    address = attach(client, database, base, house)
    seats.hold_best(database, BestWish("b", house.date_id, 2), clock.now())
    assert "2 in baskets" in client.post(f"{address}/plan/remove").text
    with database.writing() as db:
        db.execute(text("UPDATE holds SET created_at = created_at - interval '1 hour', expires_at = now()"))

    assert client.post(f"{address}/plan/remove").status_code == 303

    with database.reading() as db:
        left = db.execute(
            text(
                "SELECT p.name, p.capacity, t.withdrawn FROM pools p JOIN ticket_types t ON t.pool_id = p.id"
                " WHERE t.withdrawn ORDER BY p.name"
            )
        ).all()
    assert [tuple(row) for row in left] == [("Front", 0, True)]
    assert one(database, "SELECT count(*) FROM seat_claims") == 0
    with database.writing() as db:
        db.execute(text("UPDATE ticket_types SET withdrawn = true"))
    assert "No tickets are on sale for this date yet." in client.get(f"/events/{house.slug}").text


def test_a_plan_takes_the_place_of_pools_that_never_had_places(
    client: FlaskClient, database: Database, base: str, house: Sale
) -> None:
    pool, sold_out = uuid7(), uuid7()
    with database.writing() as db:
        for one_pool, name in ((pool, "Places"), (sold_out, "Once")):
            given = {"pool": one_pool, "name": name, "date": house.date_id, "type": uuid7()}
            db.execute(
                text("INSERT INTO pools (id, date_id, name, capacity) VALUES (:pool, :date, :name, 0)"), given
            )
            db.execute(
                text(
                    "INSERT INTO ticket_types (id, date_id, pool_id, name, price)"
                    " VALUES (:type, :date, :pool, :name, 900)"
                ),
                given,
            )
        db.execute(text("UPDATE pools SET capacity = 3 WHERE id = :pool"), {"pool": sold_out})

    attach(client, database, base, house)

    names = "SELECT string_agg(name, ' ' ORDER BY name) FROM pools WHERE name ~ '^(Places|Once|Front|Rear)$'"
    assert one(database, names) == "Front Once Rear"
    assert one(database, "SELECT count(*) FROM ticket_types WHERE name = 'Places'") == 0
    after = one(database, "SELECT after FROM audit_entries WHERE action = 'Seat plan attached'")
    assert after["removed"] == ["Places"]
