"""Who leads among copies: whoever holds one advisory lock of PostgreSQL, while the connection lives."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text

from webapp.core.db import Database, Session

# Any number will do, as long as nothing else locks it.
LEADER = 5_711_030_418


class Leadership:
    """Work of the leader, on the connection that makes it the leader: losing one is losing the other."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @contextmanager
    def writing(self) -> Iterator[Session]:
        with Session(self._connection, expire_on_commit=False) as db, db.begin():
            yield db


@contextmanager
def leadership(database: Database) -> Iterator[Leadership | None]:
    """Leadership until the end of the block, or None while another process has it."""
    with database.engine.connect() as connection:
        # Closed for good at the end, not given back to the pool, or the lock would live on in there.
        connection.detach()
        is_leader = connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": LEADER})
        connection.commit()
        yield Leadership(connection) if is_leader else None
