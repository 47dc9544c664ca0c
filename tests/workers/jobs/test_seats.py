"""Open maps are told which seats turned, and only those."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from redis.client import PubSub

from tests.factories.booking import run_out
from tests.factories.seating import SeatedSale, a_seated_sale, hold
from webapp.core.db import Database
from workers.context import Context
from workers.jobs.seats import redraw_seats


@pytest.fixture
def seated(database: Database) -> SeatedSale:
    return a_seated_sale(database)


@pytest.fixture
def told(context: Context, seated: SeatedSale) -> Iterator[PubSub]:
    """What an open page of this date hears."""
    subscription = context.live.redis.pubsub(ignore_subscribe_messages=True)
    subscription.subscribe(f"live:date:{seated.date_id}")
    subscription.get_message(timeout=5)
    yield subscription
    subscription.close()


def heard(told: PubSub) -> dict[str, Any]:
    """The next message, as the page's script reads it."""
    message = told.get_message(timeout=5)
    assert message
    body = json.loads(message["data"])
    assert body["event"] == "seats"
    return dict(json.loads(body["html"]))


def test_only_what_changed_since_the_last_time_is_sent(
    context: Context, database: Database, seated: SeatedSale, told: PubSub
) -> None:
    redraw_seats(context, seated.date_id)
    first = heard(told)
    hold(database, seated, "B 3", "B 4", now=context.now())
    redraw_seats(context, seated.date_id)

    change = heard(told)

    assert change.pop("version") != first["version"]
    assert change == {
        "since": first["version"],
        "taken": [seated.ordinal("B 3"), seated.ordinal("B 4")],
        "free": [],
    }


def test_seats_of_a_hold_that_ran_out_are_told_to_be_free(
    context: Context, database: Database, seated: SeatedSale, told: PubSub
) -> None:
    hold(database, seated, "B 3", now=context.now())
    redraw_seats(context, seated.date_id)
    heard(told)
    run_out(database, context.now())
    redraw_seats(context, seated.date_id)

    assert heard(told)["free"] == [seated.ordinal("B 3")]


def test_nothing_is_sent_while_nothing_changes(context: Context, seated: SeatedSale, told: PubSub) -> None:
    redraw_seats(context, seated.date_id)
    heard(told)
    redraw_seats(context, seated.date_id)

    assert told.get_message(timeout=0.2) is None
