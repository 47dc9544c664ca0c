"""Somebody who waits for places, as the services let them."""

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from tests.factories.booking import Sale
from webapp.core.db import Database
from webapp.core.ids import fingerprint, secret
from webapp.waitinglist.queries import entries
from webapp.waitinglist.queries.entries import EntryView
from webapp.waitinglist.service import ending, joining, offers
from webapp.waitinglist.service.joining import Guest, Wish


@dataclass(frozen=True)
class Waiter:
    """An entry and the key that opens it."""

    id: UUID
    key: str


def a_waiter(
    database: Database,
    sale: Sale,
    places: int = 1,
    *kinds: int,
    now: datetime,
    together: bool = True,
    email: str = "",
    name: str = "Lena Lund",
) -> Waiter:
    """In the line for the types with these positions, by default for the first."""
    wish = Wish([sale.types[kind] for kind in kinds or (0,)], places, together)
    guest = Guest(name, email or f"{secret()}@example.org", is_confirmed=True)
    with database.writing() as db:
        entry = joining.join(db, event_id=sale.event_id, wish=wish, guest=guest, now=now)
        return Waiter(entry.id, entry.secret)


def rung(database: Database, sale: Sale, now: datetime) -> None:
    """What the clock does each second."""
    with database.writing() as db:
        ending.settle_offers(db, now)
    for pool in sale.pools:
        offers.offer_all(database, pool, now)


def seen(database: Database, waiter: Waiter, now: datetime) -> EntryView:
    with database.reading() as db:
        return entries.entry(db, waiter.key, now)


def states(database: Database, now: datetime, *waiters: Waiter) -> list[str]:
    return [seen(database, waiter, now).state for waiter in waiters]


def offered(database: Database, waiter: Waiter, now: datetime) -> int:
    """How many places are held for it now."""
    offer = seen(database, waiter, now).offer
    return offer.quantity if offer and offer.is_held else 0


def taken_over(database: Database, waiter: Waiter, now: datetime) -> tuple[UUID, str]:
    """The offer in a basket of its own: the hold, and the basket's fingerprint."""
    basket = fingerprint(secret())
    with database.writing() as db:
        offers.take(db, key=waiter.key, basket=basket, now=now)
        hold = db.scalars(text("SELECT id FROM holds WHERE basket = :basket"), {"basket": basket}).one()
    return hold, basket


def outbox(database: Database, topic: str) -> int:
    with database.reading() as db:
        return db.scalar(text("SELECT count(*) FROM outbox WHERE topic = :topic"), {"topic": topic}) or 0


def key_in(words: str) -> str:
    """The secret of the entry's link in a mail or an address."""
    found = re.search(r"/waitlist/entry/([\w-]{20,})", words)
    assert found, words
    return found[1]
