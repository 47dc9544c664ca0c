"""Sessions on PostgreSQL. Whoever opens `writing()` owns the transaction; services only flush."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import psycopg
from sqlalchemy import DateTime, Engine, MetaData, Text, create_engine, event, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.pool import ConnectionPoolEntry

from webapp.core.ids import uuid7

__all__ = ["Base", "Database", "Session", "id_column"]


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {
        datetime: DateTime(timezone=True),
        UUID: PG_UUID(as_uuid=True),
        str: Text(),
        dict[str, Any]: JSONB(),
        list[Any]: JSONB(),
    }


def id_column() -> Mapped[UUID]:
    """A UUIDv7 primary key made in Python, so that rows can refer to each other before they are written."""
    return mapped_column(primary_key=True, default=uuid7)


NO_FLUSH = text("SET LOCAL synchronous_commit = off")


# What is promised is on the disk, whatever the server does for others.
DURABLY = "-c synchronous_commit=on"


_in_transaction: ContextVar[bool] = ContextVar("in_transaction", default=False)


def require_no_transaction() -> None:
    """Whoever is about to talk to somebody else's server holds no lock meanwhile.

    A slip is an error the first time it is tried, and not a slow evening in a rush.
    """
    if _in_transaction.get():
        raise RuntimeError("A transaction is open: its locks would be held across a network call.")


class Database:
    """Two pools of connections: one that writes in transactions, one that can only read."""

    def __init__(self, url: str, *, pool_size: int = 8) -> None:
        self.engine = _engine(url, pool_size, options=DURABLY)
        self._at_once = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        # Each statement is a transaction of its own, which saves the round trips around it.
        self._reader = _engine(
            url,
            pool_size,
            isolation_level="AUTOCOMMIT",
            # Lists of a large programme are sorted in memory.
            options="-c default_transaction_read_only=on -c work_mem=16MB",
        )

    @contextmanager
    def writing(self, *, durable: bool = True) -> Iterator[Session]:
        """A session in one transaction: committed at the end of the block, rolled back when it raises.

        Without `durable` the commit does not wait for the disk, so that a hot row is locked for
        microseconds. For what a crash may forget: a hold together with its counter, that a job began.
        """
        with Session(self.engine, expire_on_commit=False) as db, db.begin():
            if not durable:
                db.execute(NO_FLUSH)
            token = _in_transaction.set(True)
            try:
                yield db
            finally:
                _in_transaction.reset(token)

    @contextmanager
    def at_once(self) -> Iterator[Session]:
        """A session each of whose statements is a transaction of its own: for one that does all by itself.

        It saves the round trips of beginning and committing, and holds its locks for so much shorter.
        """
        with Session(self._at_once, expire_on_commit=False) as db:
            yield db

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that cannot write: PostgreSQL refuses, so a slip is an error and not a habit."""
        with Session(self._reader, expire_on_commit=False) as db:
            yield db

    @contextmanager
    def streaming(self) -> Iterator[Session]:
        """A session that cannot write, for answers of any length: one snapshot, fetched piece by piece."""
        with Session(self._reader, expire_on_commit=False) as db:
            # A cursor of the server lives in a transaction, which other readings do without.
            db.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            yield db

    def is_reachable(self) -> bool:
        try:
            with self._reader.connect() as connection:
                connection.execute(text("SELECT 1"))
        except Exception:  # noqa: BLE001  # a probe says yes or no, whatever the reason
            return False
        return True

    def close(self) -> None:
        self.engine.dispose()
        self._reader.dispose()


# A connection that was used this lately is believed to be alive; asking each time is a round trip.
BELIEVED_SECONDS = 2.0


def _engine(url: str, pool_size: int, *, options: str, **settings: Any) -> Engine:
    engine = create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=10,
        pool_recycle=1800,
        # Errors go into logs, and the values of a statement are people's addresses.
        hide_parameters=True,
        connect_args={"connect_timeout": 5, "application_name": "marquee", "options": options},
        **settings,
    )
    event.listen(engine, "checkin", _note_use)
    event.listen(engine, "checkout", _ask_when_idle)
    return engine


def _note_use(_: Any, record: ConnectionPoolEntry) -> None:
    record.info["used_at"] = time.monotonic()


def _ask_when_idle(connection: Any, record: ConnectionPoolEntry, _: Any) -> None:
    """A connection that died with a restarted server is noticed before it is used."""
    if time.monotonic() - record.info.get("used_at", time.monotonic()) < BELIEVED_SECONDS:
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        if not connection.autocommit:
            connection.rollback()
    except psycopg.Error as error:
        raise DisconnectionError from error
