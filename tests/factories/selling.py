"""Ways of selling as tests ask for them: price steps, batches of codes."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from tests.factories.booking import Sale
from webapp.catalog.models import Event, PriceStep, TicketType, Voucher
from webapp.catalog.service import selling, vouchers
from webapp.core import clock
from webapp.core.audit import SYSTEM
from webapp.core.db import Database
from webapp.core.ids import uuid7


def a_step(
    database: Database,
    sale: Sale,
    price: int,
    *,
    most: int | None = None,
    ends_at: datetime | None = None,
    kind: int = 0,
    position: int = 0,
) -> UUID:
    """A price step of one of the sale's types."""
    step = uuid7()
    with database.writing() as db:
        selling.save_step(
            db,
            organizer_id=sale.organizer_id,
            type_id=sale.types[kind],
            step_id=step,
            values={"price": price, "most": most, "ends_at": ends_at, "position": position},
            by=SYSTEM,
        )
    return step


def taken_of(database: Database, step: UUID) -> int:
    with database.reading() as db:
        return db.scalar(select(PriceStep.taken).where(PriceStep.id == step)) or 0


def sold_as(database: Database, sale: Sale, kind: int, **values: Any) -> None:
    """Set how a type is sold, past the form."""
    with database.writing() as db:
        found = db.get_one(TicketType, sale.types[kind])
        for name, value in values.items():
            setattr(found, name, value)
        db.flush()
        selling.note_extras(db, sale.date_id)


def a_batch(database: Database, sale: Sale, number: int, **terms: Any) -> tuple[UUID, list[str]]:
    """A batch of codes, by default for half the price; returns its id and its codes."""
    batch = uuid7()
    values: dict[str, Any] = {
        "code": f"B{batch.hex[-8:].upper()}",
        "kind": "percent",
        "value": 5000,
        "event_id": None,
        "reveals": False,
        "max_uses": None,
        "max_per_buyer": None,
        "starts_at": None,
        "ends_at": None,
        "date_ids": [],
        "type_ids": [],
    }
    with database.writing() as db:
        vouchers.make_batch(
            db,
            organizer_id=sale.organizer_id,
            batch_id=batch,
            number=number,
            values=values | terms,
            by=SYSTEM,
        )
        codes = list(db.scalars(select(Voucher.code).where(Voucher.batch_id == batch).order_by(Voucher.code)))
    return batch, codes


def prices(database: Database, order_id: UUID) -> list[int]:
    """What each ticket of an order was sold for."""
    asked = text("SELECT price FROM tickets WHERE order_id = :id ORDER BY price, id")
    with database.reading() as db:
        return list(db.scalars(asked, {"id": order_id}))


def some_codes(database: Database, event_id: UUID) -> UUID:
    """A batch for an event with one code withdrawn, so that its page says all it can."""
    batch = uuid7()
    with database.writing() as db:
        organizer_id = db.get_one(Event, event_id).organizer_id
        ids: dict[str, Any] = {"organizer_id": organizer_id, "by": SYSTEM}
        terms = {"code": "LANTERN", "kind": "percent", "value": 1500, "event_id": event_id, "reveals": True}
        terms |= {"starts_at": None, "ends_at": clock.now() + timedelta(days=90), "max_per_buyer": 1}
        values = {**terms, "max_uses": None, "date_ids": [], "type_ids": []}
        vouchers.make_batch(db, batch_id=batch, number=40, values=values, **ids)
        code = db.scalars(select(Voucher.code).where(Voucher.batch_id == batch).limit(1)).one()
        vouchers.withdraw_typed(db, batch_id=batch, typed=code, now=clock.now(), **ids)
    return batch
