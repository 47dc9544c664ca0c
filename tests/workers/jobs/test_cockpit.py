"""The cockpit is drawn once for all who look, and for nobody when nobody does."""

import pytest
from flask import Flask

from tests.factories.booking import Sale, a_sale, pay, placed
from tests.webapp.conftest import app, make, settings
from webapp.core import clock
from workers.context import Context
from workers.jobs.cockpit import redraw_cockpits

__all__ = ["app", "make", "settings"]


@pytest.fixture
def sale(context: Context) -> Sale:
    context.live.redis.flushdb()
    sale = a_sale(context.database)
    pay(context.database, placed(context.database, sale, 2, now=clock.now()).payment_id)
    return sale


def told(context: Context, sale: Sale, *sights: str) -> list[tuple[str, str]]:
    """What is sent of this sale in one second while these are looked at: channels and events."""
    for sight in sights:
        context.live.look_at(sight, clock.now().timestamp())
    messages = context.live.messages(poll_seconds=0.2)
    assert next(messages) is None
    redraw_cockpits(context)
    sent = [message[:2] for message in (next(messages) for _ in range(4)) if message]
    messages.close()
    # Channels are those of the whole server, where other tests publish as well.
    own = (str(sale.organizer_id), str(sale.date_id))
    return [message for message in sent if message[0].endswith(own)]


def test_nothing_is_counted_when_nobody_looks(context: Context, sale: Sale) -> None:
    assert told(context, sale) == []
    assert context.live.kept(f"sale:{sale.organizer_id}") is None


def test_each_page_that_is_open_gets_its_part(context: Context, sale: Sale) -> None:
    house, date = sale.organizer_id, sale.date_id
    assert told(context, sale, f"sale:{house}", f"date:{date}", f"tile:{date}") == [
        (f"sale-date:{date}", "figures"),
        (f"wall:{house}", f"tile-{date}"),
    ]
    assert told(context, sale, f"overview:{house}")[0] == (f"sale:{house}", "figures")


def test_pages_that_ask_are_given_what_the_clock_counted(context: Context, sale: Sale, app: Flask) -> None:
    told(context, sale, f"sale:{sale.organizer_id}")
    cockpits = app.extensions["cockpits"]
    counted = cockpits.of(sale.organizer_id, [])
    pay(context.database, placed(context.database, sale, 1, now=clock.now()).payment_id)

    assert cockpits.of(sale.organizer_id, []) == counted, "until the clock counts again"
    assert counted.dates[0].sold == 2
    redraw_cockpits(context)
    assert cockpits.of(sale.organizer_id, []).dates[0].sold == 3


def test_without_the_clock_a_process_counts_once_a_second_itself(
    context: Context, sale: Sale, app: Flask
) -> None:
    cockpits = app.extensions["cockpits"]
    first = cockpits.of(sale.organizer_id, [])
    assert first.dates[0].sold == 2
    assert cockpits.of(sale.organizer_id, []) is first
