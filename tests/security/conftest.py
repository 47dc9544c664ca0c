"""The application's fixtures, and a house with everybody in it."""

import pytest
from flask import Flask

from tests.security.scene import Scene, build
from tests.webapp.conftest import app, client, database, make, settings
from webapp.core.db import Database

__all__ = ["app", "client", "database", "make", "settings"]


@pytest.fixture
def scene(app: Flask, database: Database) -> Scene:
    """A fresh organizer with its team, a guest with a basket and an order, and people from elsewhere."""
    return build(app, database)


@pytest.fixture(scope="session")
def lasting(app: Flask, database: Database) -> Scene:
    """A scene for tests that only look."""
    return build(app, database)
