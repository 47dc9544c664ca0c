"""Looks at pages as they are now, and counts what is asked of the database."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import Engine, event

from webapp.web.kept import KeptPages


@pytest.fixture
def counting() -> Callable[[], AbstractContextManager[list[str]]]:
    """`with counting() as asked:` collects the statements of the block."""

    @contextmanager
    def collected() -> Iterator[list[str]]:
        asked: list[str] = []

        def note(_1: object, _2: object, statement: str, _3: object, _4: object, _5: object) -> None:
            asked.append(statement)

        event.listen(Engine, "before_cursor_execute", note)
        yield asked
        event.remove(Engine, "before_cursor_execute", note)

    return collected


@pytest.fixture
def look(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Any]:
    """A page as it is now, whatever was kept."""
    from webapp.catalog import views

    monkeypatch.setattr(views, "EVENTS", KeptPages(fresh_for=0.0))
    monkeypatch.setattr(views, "LISTS", KeptPages(fresh_for=0.0))
    monkeypatch.setattr(views, "_turn", lambda: str(uuid4()))
    return lambda address, **headers: app.test_client().get(address, headers=headers)
