"""Somebody who waits for places, as the services let them."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from tests.factories.booking import Kind, Sale, a_sale, order, pay, placed
from webapp.booking.service import cancellation, returns
from webapp.core.audit import SYSTEM
from webapp.core.db import Database, Session
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


def sold_out(database: Database, now: datetime, *places: int, **more: Any) -> tuple[Sale, UUID]:
    """A date with no place left, and the order that has those of its first pool; one type for each pool."""
    kinds = tuple(Kind(pool=number) for number in range(len(places)))
    sale = a_sale(database, places=places, kinds=more.pop("kinds", kinds), **more)
    orders = []
    for number, there in enumerate(places):
        wanted = [0] * len(sale.types)
        wanted[number] = there
        made = placed(database, sale, *wanted, now=now)
        pay(database, made.payment_id)
        orders.append(made.order_id)
    return sale, orders[0]


def refunded(database: Database, order_id: UUID, number: int) -> None:
    """So many tickets of an order go back, by staff."""
    with database.writing() as db:
        chosen = valid_tickets(db, order_id)[:number]
        cancellation.refund(db, order_id=order_id, ticket_ids=chosen, reason="Ill", by=SYSTEM)


def valid_tickets(db: Session, order_id: UUID) -> list[UUID]:
    asked = text("SELECT id FROM tickets WHERE order_id = :id AND state = 'valid' ORDER BY id")
    return list(db.scalars(asked, {"id": order_id}))


def given_back(database: Database, order_id: UUID, number: int, now: datetime) -> list[UUID]:
    """So many tickets of an order are offered to the list."""
    with database.writing() as db:
        chosen = valid_tickets(db, order_id)[:number]
        for ticket_id in chosen:
            returns.offer_back(db, order_id=order_id, ticket_id=ticket_id, now=now)
    return chosen


def bought(database: Database, waiter: Waiter, now: datetime) -> UUID:
    """The offer is taken and paid; the order."""
    held, basket = taken_over(database, waiter, now)
    made = order(database, held, basket=basket, now=now)
    pay(database, made.payment_id)
    return made.order_id
