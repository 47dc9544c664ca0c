"""Events and dates are found by what is typed of their names, however many there are."""

from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from tests.factories.accounts import a_member, an_organizer, sign_in
from tests.factories.booking import a_sale, placed
from tests.factories.programme import Made, an_event
from webapp.accounts.models import Organizer
from webapp.catalog.queries import picking
from webapp.core import clock
from webapp.core.db import Database
from webapp.core.ids import uuid7
from webapp.core.reach import Reach
from webapp.core.tables import Picked


@pytest.fixture
def house(database: Database) -> Organizer:
    return an_organizer(database)


def picked(database: Database, house: Organizer, typed: str, *, reach: Reach | None = None) -> Picked | None:
    with database.reading() as db:
        return picking.events(db, house.id, reach or Reach()).pick(typed)


def ids(database: Database, house: Organizer, typed: str) -> set[object]:
    found = picked(database, house, typed)
    assert found is not None
    return set(found.ids)


def test_words_find_every_event_that_has_them_and_the_whole_name_finds_one(
    database: Database, house: Organizer
) -> None:
    short, long = (an_event(database, organizer=house, title=title).id for title in ("Jazz", "Jazz at 100%"))

    assert ids(database, house, "ja") == {short, long}
    assert ids(database, house, "100% jazz") == {long}
    assert ids(database, house, "jazz") == {short}
    assert ids(database, house, "nothing") == set()
    assert picked(database, house, str(long)) == Picked(str(long), "Jazz at 100%", (long,))
    assert picked(database, house, str(uuid7())) is None
    assert [picked(database, house, nothing) for nothing in ("", " ", "\0")] == [None, None, None]


def test_events_of_one_title_are_told_apart_by_their_first_date(database: Database, house: Organizer) -> None:
    starts = (datetime(2031, month, 7, 20, tzinfo=UTC) for month in (3, 4))
    march, april = (an_event(database, organizer=house, title="Oars", starts=[start]).id for start in starts)

    found = picked(database, house, "oars, from 07 apr 2031")

    assert found is not None
    assert (found.said, found.ids) == ("Oars, from 07 Apr 2031", (april,))
    assert ids(database, house, "oars") == {march, april}


def test_nobody_picks_what_is_out_of_their_reach_or_of_another_house(
    database: Database, house: Organizer
) -> None:
    own, hidden = (an_event(database, organizer=house, title=f"Reach {n}").id for n in (1, 2))
    foreign = an_event(database, title="Reach 3").id

    found = picked(database, house, "reach", reach=Reach(frozenset({own})))

    assert found == Picked("reach", "Reach 1", (own,))
    assert [
        picked(database, house, str(one), reach=Reach(frozenset({own}))) for one in (hidden, foreign)
    ] == [
        None,
        None,
    ]


def test_a_date_is_found_by_its_title_day_and_time(database: Database, house: Organizer) -> None:
    starts = [datetime(2031, 3, day, 20, tzinfo=UTC) for day in (7, 8)]
    event: Made = an_event(database, organizer=house, title="Lamps", starts=starts)
    with database.reading() as db:
        many = picking.dates(db, house.id)
        found = many.pick("lamps 8 mar 2031")
        names = many.offer(None, 9)

    assert found is not None
    assert found.ids == (event.dates[1],)
    assert names[0] == "Lamps, Sat 08 Mar 2031, 20:00"


def test_orders_of_the_last_of_six_hundred_events_are_found_without_a_script(
    client: FlaskClient, database: Database, house: Organizer
) -> None:
    sale = a_sale(database, organizer_id=house.id)
    order = placed(database, sale, 1, now=clock.now())
    many = """INSERT INTO events (id, organizer_id, slug, title, summary, description, category, status)
              SELECT gen_random_uuid(), organizer_id, slug || n, 'Another ' || n, '', '', category, 'draft'
              FROM events, generate_series(1, 600) n WHERE id = :event"""
    with database.writing() as db:
        db.execute(text("UPDATE events SET title = 'Zither' WHERE id = :event"), {"event": sale.event_id})
        db.execute(text(many), {"event": sale.event_id})
    sign_in(client, a_member(database, house, "owner"))
    orders = f"/staff/{house.slug}/orders"

    plain = client.get(orders).text
    assert ("Another 1" in plain, "Zither</option>" in plain) == (True, False)
    found = client.get(f"{orders}?event=zith").text
    assert (order.code in found, 'value="Zither"' in found) == (True, True)
    assert f"event={sale.event_id}" in found
    assert order.code not in client.get(f"{orders}?event=another").text
    assert '<option value="Another 577"' in client.get(f"{orders}?event=nother+77").text
    report = client.get(f"/staff/{house.slug}/reports/sales?event=another&period=all").text
    assert "600 have this in their name: choose one." in report
    assert 'value="Zither"' in client.get(f"/staff/{house.slug}/reports/sales?event=zith").text
