"""The application on real servers, and a browser that sends what browsers send."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from webapp.app import make_app
from webapp.config import Settings
from webapp.core.db import Database


class Browser(FlaskClient):
    """Says where its requests come from, and follows what it is told only when asked."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        headers = dict(kwargs.pop("headers", None) or {})
        headers.setdefault("Sec-Fetch-Site", "same-origin")
        headers.setdefault(
            "User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
        )
        return super().open(*args, headers=headers, **kwargs)


@pytest.fixture(scope="session")
def settings(postgres_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Without limits: tests ask more often than people do."""
    media: Path = tmp_path_factory.mktemp("media")
    return Settings(
        environment="test",
        service="all",
        secret_key="0123456789abcdef0123456789abcdef",
        base_url="http://localhost",
        database_url=postgres_url,
        redis_url=redis_url,
        smtp_url="smtp://127.0.0.1:9",
        mail_from="Marquee <tickets@marquee.example>",
        media_dir=media,
        gateway_url="http://127.0.0.1:9",
        gateway_key="key",
        gateway_webhook_secret="secret",
        limits=False,
    )


@pytest.fixture(scope="session")
def make(settings: Settings) -> Iterator[Callable[..., Flask]]:
    """An application with other settings, closed at the end."""
    made: list[Flask] = []

    def built(**changes: Any) -> Flask:
        app = make_app(replace(settings, **changes))
        app.test_client_class = Browser
        made.append(app)
        return app

    yield built
    for app in made:
        app.extensions["marquee"].database.close()
        app.extensions["streams"].close()
        app.extensions["marquee"].live.redis.close()


@pytest.fixture(scope="session")
def app(make: Callable[..., Flask]) -> Flask:
    return make()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A guest's browser; `app.test_client()` opens another."""
    return app.test_client()


@pytest.fixture(scope="session")
def database(app: Flask) -> Database:
    made: Database = app.extensions["marquee"].database
    return made
