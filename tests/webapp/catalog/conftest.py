"""Counts what is asked of the database."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from sqlalchemy import event

from webapp.core.db import Database


@pytest.fixture
def counting(database: Database) -> Callable[[], AbstractContextManager[list[str]]]:
    """`with counting() as asked:` collects the statements of the block."""

    @contextmanager
    def collected() -> Iterator[list[str]]:
        asked: list[str] = []

        def note(*arguments: object) -> None:
            asked.append(str(arguments[2]))

        event.listen(database.engine, "before_cursor_execute", note)
        yield asked
        event.remove(database.engine, "before_cursor_execute", note)

    return collected
