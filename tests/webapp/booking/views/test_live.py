"""Streams of a live process with an origin of its own: the house's pages may read them, nobody else's."""

from collections.abc import Callable
from uuid import uuid4

from flask import Flask

from tests.factories.booking import a_sale
from webapp.core.db import Database


def test_pages_of_the_house_may_read_streams_and_refusals(
    make: Callable[..., Flask], database: Database
) -> None:
    client = make(live_url="http://live.test", base_url="http://box.office.test").test_client()

    for date_id, status in ((a_sale(database).date_id, 200), (uuid4(), 404)):
        answer = client.get(f"/live/dates/{date_id}")
        assert answer.status_code == status
        assert answer.headers["Access-Control-Allow-Origin"] == "http://box.office.test"
        answer.close()
