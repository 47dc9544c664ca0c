"""Sessions on PostgreSQL. Whoever opens `writing()` owns the transaction; services only flush."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import DateTime, Engine, MetaData, Text, create_engine, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.engine import make_url
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

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


class Database:
    """One pool of connections and the two ways to use it."""

    def __init__(self, url: str, *, pool_size: int = 8) -> None:
        self.engine = _engine(url, pool_size)

    @contextmanager
    def writing(self, *, durable: bool = True) -> Iterator[Session]:
        """A session in one transaction: committed at the end of the block, rolled back when it raises.

        Without `durable` the commit does not wait for the disk, so that a hot row is locked for
        microseconds. For holds only: a crash forgets the hold together with its counter.
        """
        with Session(self.engine, expire_on_commit=False) as db, db.begin():
            if not durable:
                db.execute(text("SET LOCAL synchronous_commit = off"))
            yield db

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that cannot write: PostgreSQL refuses, so a slip is an error and not a habit."""
        with Session(self.engine, expire_on_commit=False) as db:
            db.connection(execution_options={"postgresql_readonly": True})
            yield db

    def is_reachable(self) -> bool:
        try:
            with self.engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        except Exception:  # noqa: BLE001  # a probe says yes or no, whatever the reason
            return False
        return True

    def close(self) -> None:
        self.engine.dispose()


def _engine(url: str, pool_size: int) -> Engine:
    return create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=10,
        # A connection that died with a restarted server is noticed before it is used.
        pool_pre_ping=True,
        pool_recycle=1800,
        # Errors go into logs, and the values of a statement are people's addresses.
        hide_parameters=True,
        connect_args={"connect_timeout": 5, "application_name": "marquee"},
    )
