"""What a guard keeps out is found when it is gone: the same run with it, with half of it, and without.

A sweep that stays silent without the guard would prove nothing about the runs with it.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from redis import Redis
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.chaos.guards import GUARDS, Guard
from tests.chaos.house import THREADS, House
from tests.conftest import own_database
from webapp.consequences import AT_ONCE
from webapp.core import outbox
from webapp.core.db import Database
from webapp.ops.queries.invariants import sweep

pytestmark = pytest.mark.chaos

# What a guard is needed for happens by chance on a machine that has much else to do.
RACES = 5


@pytest.fixture(scope="module")
def sound_house(postgres_server: str, redis_url: str) -> Iterator[House]:
    """Where nothing may ever break."""
    with _own_house(postgres_server, redis_url) as house:
        yield house


@pytest.fixture
def open_house(postgres_server: str, redis_url: str) -> Iterator[House]:
    """Thrown away with what was dropped in it."""
    with _own_house(postgres_server, redis_url) as house:
        yield house


@contextmanager
def _own_house(server: str, redis_url: str) -> Iterator[House]:
    outbox.install(AT_ONCE)
    with own_database(server, "guard") as address, Redis.from_url(redis_url) as redis:
        database = Database(address, pool_size=THREADS)
        try:
            yield House(database, redis)
        finally:
            database.close()


def test_with_every_guard_no_run_breaks_anything(sound_house: House) -> None:
    for guard in GUARDS:
        guard.run(sound_house)

    assert _broken(sound_house) == []


@pytest.mark.parametrize("guard", [guard for guard in GUARDS if guard.cuts and guard.drops], ids=str)
def test_postgresql_alone_keeps_it_when_the_code_forgets(
    sound_house: House, guard: Guard, monkeypatch: pytest.MonkeyPatch
) -> None:
    for cut in guard.cuts:
        cut.patch(monkeypatch)

    guard.run(sound_house)

    assert _broken(sound_house) == []


@pytest.mark.parametrize("guard", GUARDS, ids=str)
def test_without_its_guard_the_sweep_tells(
    open_house: House, guard: Guard, monkeypatch: pytest.MonkeyPatch
) -> None:
    for cut in guard.cuts:
        cut.patch(monkeypatch)
    with open_house.database.writing() as db:
        for statement in guard.drops:
            db.execute(text(statement))

    assert any(_is_told(guard, open_house) for _ in range(RACES))


def _is_told(guard: Guard, house: House) -> bool:
    guard.run(house)
    return any(guard.told in name for name in _broken(house))


def _broken(house: House) -> list[str]:
    """The names of the rules that do not hold."""
    with Session(house.database.engine) as db:
        return [finding.name for finding in sweep(db) if finding.broken]
