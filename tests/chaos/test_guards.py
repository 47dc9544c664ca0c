"""What a guard keeps out is found when it is gone: the same run with it, with half of it, and without.

A sweep that stays silent without the guard would prove nothing about the runs with it.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from psycopg import sql
from redis import Redis
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.chaos.guards import GUARDS, Guard
from tests.chaos.house import THREADS, House
from tests.conftest import administering, at, drop, make_template
from webapp.consequences import AT_ONCE
from webapp.core import outbox
from webapp.core.db import Database
from webapp.ops.queries.invariants import sweep

pytestmark = pytest.mark.chaos


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
    with _own_database(server) as address, Redis.from_url(redis_url) as redis:
        database = Database(address, pool_size=THREADS)
        try:
            yield House(database, redis)
        finally:
            database.close()


@contextmanager
def _own_database(server: str) -> Iterator[str]:
    name = f"marquee_guard_{secrets.token_hex(6)}"
    with administering(server) as connection:
        template = make_template(connection, server)
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        )
    yield at(server, name)
    with administering(server) as connection:
        drop(connection, name)


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

    guard.run(open_house)

    assert [name for name in _broken(open_house) if guard.told in name]


def _broken(house: House) -> list[str]:
    """The names of the rules that do not hold."""
    with Session(house.database.engine) as db:
        return [finding.name for finding in sweep(db) if finding.broken]
