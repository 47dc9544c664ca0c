"""The mailbox of a person: what our events would send them."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from webapp.accounts.queries import people
from webapp.accounts.service import links
from webapp.config import Settings
from webapp.core import clock
from webapp.core.db import Database
from webapp.core.outbox import Outbox


@pytest.fixture
def told(database: Database) -> Callable[[UUID], list[str]]:
    """Topics of what was told about an account, oldest first."""

    def topics(user_id: UUID) -> list[str]:
        with database.reading() as db:
            rows = select(Outbox.topic).where(Outbox.payload["user_id"].astext == str(user_id))
            return list(db.scalars(rows.order_by(Outbox.id)))

    return topics


@pytest.fixture
def link_to(database: Database, settings: Settings) -> Callable[..., str]:
    """The token that a mail of ours carries now."""

    def made(purpose: links.Purpose, user_id: UUID, **more: Any) -> str:
        with database.reading() as db:
            person = people.person(db, user_id)
        return links.token(settings.secret_key, purpose, person, clock.now(), **more)

    return made
