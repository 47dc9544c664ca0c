"""The season in a database: what a guest finds there, and that it is there once."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from tests import conftest as servers
from webapp.core.db import Database

DAY = "2026-11-24"
NOON = datetime(2026, 11, 24, 17, tzinfo=UTC)

COUNTS = """
    SELECT count(*), count(DISTINCT v.city || v.country), count(DISTINCT d.zone),
           count(DISTINCT e.organizer_id)
    FROM event_dates d JOIN events e ON e.id = d.event_id JOIN venues v ON v.id = d.venue_id
    WHERE d.starts_at > %(now)s
"""

LEFT = """
    SELECT p.capacity - p.taken FROM pools p JOIN event_dates d ON d.id = p.date_id
    WHERE p.taken > 0 AND d.starts_at > %(now)s AND d.status = 'on_sale'
"""


@pytest.fixture(scope="module")
def loaded(postgres_server: str, make: Callable[..., Flask]) -> Iterator[Flask]:
    """An application on a database of its own, with the season in it."""
    with servers.own_database(postgres_server, "season") as address:
        app = make(database_url=address)
        run(app, "load", "--today", DAY)
        yield app
        app.extensions["marquee"].database.close()


def run(app: Flask, *words: str) -> str:
    said = app.test_cli_runner().invoke(args=["demo", *words])
    assert said.exit_code == 0, said.output
    return said.output


def asked(app: Flask, statement: str) -> list[tuple[Any, ...]]:
    database: Database = app.extensions["marquee"].database
    with database.engine.connect() as connection:
        found = connection.exec_driver_sql(statement, {"now": NOON})
        return [tuple(row) for row in found]


def test_three_hundred_dates_lie_ahead_in_forty_cities_and_eight_zones(loaded: Flask) -> None:
    dates, cities, zones, organizers = asked(loaded, COUNTS)[0]

    assert dates >= 300
    assert cities >= 40
    assert zones >= 8
    assert organizers >= 6


def test_nobody_sells_in_a_venue_that_is_another_organizers(loaded: Flask) -> None:
    assert not asked(
        loaded,
        "SELECT e.slug FROM events e JOIN event_dates d ON d.event_id = e.id"
        " JOIN venues v ON v.id = d.venue_id WHERE v.organizer_id <> e.organizer_id",
    )


def test_one_is_sold_out_and_several_are_nearly_gone(loaded: Flask) -> None:
    left = [row[0] for row in asked(loaded, LEFT)]

    assert 0 in left
    assert len([places for places in left if 2 <= places <= 12]) >= 3


def test_dates_of_one_hall_are_sold_by_seat_some_held_back_and_some_sold(loaded: Flask) -> None:
    halls = asked(
        loaded,
        "SELECT d.plan_id, count(*), count(*) FILTER (WHERE c.block_id IS NULL) > 60"
        " FROM event_dates d JOIN seat_claims c ON c.date_id = d.id GROUP BY d.plan_id, d.id",
    )

    assert len({plan for plan, _, _ in halls}) == 1
    assert len(halls) == 3
    assert sum(is_selling for _, _, is_selling in halls) == 1


def test_what_a_description_says_of_a_small_house_is_true(loaded: Flask) -> None:
    rows = asked(
        loaded,
        "SELECT p.capacity, e.description FROM pools p JOIN event_dates d ON d.id = p.date_id"
        " JOIN events e ON e.id = d.event_id WHERE p.taken > 0 AND d.plan_id IS NULL",
    )

    assert rows
    assert not [said for capacity, said in rows if f"{capacity:,} places" not in said]


def test_one_goes_on_sale_tomorrow(loaded: Flask) -> None:
    opens = [
        row[0] for row in asked(loaded, "SELECT on_sale_at FROM event_dates WHERE on_sale_at IS NOT NULL")
    ]

    assert len(opens) == 1
    assert timedelta() < opens[0] - NOON < timedelta(days=2)


def test_one_is_cancelled(loaded: Flask) -> None:
    assert asked(loaded, "SELECT count(*) FROM event_dates WHERE status = 'cancelled'") == [(1,)]


def test_one_has_been_and_its_guests_were_let_in(loaded: Flask) -> None:
    rows = asked(
        loaded,
        "SELECT t.state, count(*) FROM tickets t JOIN event_dates d ON d.id = t.date_id"
        " WHERE d.ends_at < %(now)s GROUP BY t.state",
    )

    assert dict(rows) == {"used": 9, "valid": 5}


def test_several_are_free(loaded: Flask) -> None:
    free = asked(
        loaded,
        "SELECT d.id FROM event_dates d JOIN ticket_types t ON t.date_id = d.id"
        " GROUP BY d.id HAVING max(t.price) = 0",
    )

    assert len(free) >= 5


def test_one_has_a_ticket_that_only_a_code_shows_and_one_asks_questions(loaded: Flask) -> None:
    assert asked(loaded, "SELECT count(*) FROM ticket_types WHERE hidden") == [(1,)]
    assert asked(loaded, "SELECT count(*) FROM vouchers WHERE reveals") == [(1,)]
    assert asked(loaded, "SELECT count(DISTINCT event_id) FROM questions") == [(1,)]


def test_a_newcomer_sees_steps_a_group_price_an_addon_a_chosen_price_and_a_batch(loaded: Flask) -> None:
    assert asked(loaded, "SELECT most, taken FROM price_steps ORDER BY position") == [(20, 12), (None, 0)]
    assert asked(loaded, "SELECT count(*) FROM ticket_types WHERE group_price < price") == [(1,)]
    assert asked(loaded, "SELECT count(*) FROM ticket_types WHERE price_floor < price") == [(1,)]
    assert asked(
        loaded,
        "SELECT count(*) FROM ticket_types t JOIN pools p ON p.id = t.pool_id WHERE is_addon AND is_extra",
    ) == [(1,)]
    assert asked(loaded, "SELECT count(*) FROM events WHERE donation_ask <> ''") == [(1,)]
    codes = asked(loaded, "SELECT min(code), count(DISTINCT code) FROM vouchers WHERE batch_id IS NOT NULL")
    assert codes == [("MEMBER-2PCR-ZTX6-434J", 40)]


def test_every_event_can_be_found_by_words(loaded: Flask) -> None:
    assert asked(loaded, "SELECT count(*) FROM events WHERE search = ''") == [(0,)]


def test_no_promise_is_broken(loaded: Flask) -> None:
    said = loaded.test_cli_runner().invoke(args=["verify"])

    assert said.exit_code == 0, said.output


def test_loading_twice_changes_nothing_and_says_so(loaded: Flask) -> None:
    before = asked(loaded, "SELECT count(*) FROM orders")

    assert "nothing was changed" in run(loaded, "load")
    assert asked(loaded, "SELECT count(*) FROM orders") == before


def test_accounts_of_each_role_are_named(loaded: Flask) -> None:
    said = run(loaded, "accounts")

    assert not [
        role for role in ("guest", "operator", "owner", "manager", "finance", "door") if role not in said
    ]


def test_the_season_can_be_multiplied_and_then_once_more(loaded: Flask) -> None:
    for size in (900, 1100, 1100):
        run(loaded, "load", "--size", str(size), "--today", DAY)
        assert asked(loaded, "SELECT count(*) FROM event_dates") == [(size,)]
