"""A sale with a room before it; the line is empty, and what the process knows is forgotten."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from flask import Flask
from redis import Redis

from tests.factories.booking import Kind, Sale, a_sale
from webapp.core import clock
from webapp.core.db import Database
from webapp.waitingroom.line import Line


@pytest.fixture(autouse=True)
def empty_line(app: Flask, redis: Redis) -> Iterator[None]:
    redis.flushdb()
    app.extensions["rooms"].forget()
    yield
    app.extensions["rooms"].forget()


@pytest.fixture
def redis(app: Flask) -> Redis:
    found: Redis = app.extensions["marquee"].live.redis
    return found


@pytest.fixture
def line(redis: Redis) -> Line:
    return Line(redis)


@pytest.fixture
def sale(database: Database) -> Sale:
    return a_sale(database, places=(20,), kinds=(Kind(), Kind(price=0)))


@pytest.fixture
def now() -> datetime:
    return clock.now()
