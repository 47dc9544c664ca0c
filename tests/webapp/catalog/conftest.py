"""Counts what is asked of the database."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from sqlalchemy import Engine, event


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
