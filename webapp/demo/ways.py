"""How some of the demo season is sold: in steps, to groups, with an add-on, at a price that guests choose."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from webapp.catalog.models import Pool, TicketType, Voucher
from webapp.catalog.service import selling
from webapp.core import money
from webapp.core.audit import SYSTEM
from webapp.core.ids import ALPHABET
from webapp.demo.season import identity

GROUP = 4


def in_steps(db: Session, place: Any, wish: dict[str, Any]) -> None:
    """A lower price for the first so many, the next until a day; and one for groups."""
    for position, step in enumerate(wish["steps"]):
        days = step.get("days_before")
        selling.save_step(
            db,
            organizer_id=place.organizer_id,
            type_id=place.type_id,
            step_id=identity("step", place.slug, str(position)),
            values={
                "price": _part(place, step["part"]),
                "most": step.get("most"),
                "ends_at": place.starts_at - timedelta(days=days) if days else None,
                "position": position,
            },
            by=SYSTEM,
        )
    group = wish["group"]
    _sold_as(
        db, place.type_id, group_from=group["from"], group_price=_part(place, group["part"]), max_per_order=20
    )


def with_addon(db: Session, place: Any, wish: dict[str, Any]) -> None:
    """Something that goes with a ticket, from places of its own."""
    pool_id = identity("pool", str(place.id), wish["name"])
    db.add(Pool(id=pool_id, date_id=place.id, name=wish["name"], capacity=wish["places"]))
    db.flush()
    db.add(
        TicketType(
            id=identity("type", str(place.id), wish["name"]),
            date_id=place.id,
            pool_id=pool_id,
            name=wish["name"],
            description=wish["note"],
            price=wish["price"] * 10 ** money.digits(place.currency),
            max_per_order=10,
            is_addon=True,
            addon_most=1,
            position=9,
        )
    )
    db.flush()
    selling.note_extras(db, place.id)


def as_guests_choose(db: Session, place: Any, wish: dict[str, Any]) -> None:
    """From a part of the price on, and a donation on top."""
    _sold_as(db, place.type_id, price_floor=_part(place, wish["part"]))
    selling.ask_donation(
        db,
        organizer_id=place.organizer_id,
        event_id=place.event_id,
        words=wish["donation"],
        suggested=wish["suggested"] * 10 ** money.digits(place.currency),
        by=SYSTEM,
    )


def batch(db: Session, wish: dict[str, Any]) -> None:
    """Codes that are the same every time, which only a season for trying out may have."""
    organizer_id, word = identity("organizer", wish["organizer"]), wish["word"]
    batch_id = identity("voucher", word)
    terms = {"organizer_id": organizer_id, "kind": "percent", "value": wish["percent"]}
    db.add(Voucher(id=batch_id, code=word, is_batch=True, max_uses=wish["codes"], **terms))
    db.flush()
    for number in range(wish["codes"]):
        id_ = identity("voucher", word, str(number))
        code = f"{word}-{_letters(id_)}"
        db.add(Voucher(id=id_, code=code, batch_id=batch_id, max_uses=1, **terms))


def _sold_as(db: Session, type_id: UUID, **values: Any) -> None:
    kind = db.get_one(TicketType, type_id)
    for name, value in values.items():
        setattr(kind, name, value)


def _part(place: Any, hundredths: int) -> int:
    """That part of the price, in whole units."""
    price: int = place.price
    unit: int = 10 ** money.digits(place.currency)
    return max(price * hundredths // 100 // unit, 1) * unit


def _letters(id_: UUID) -> str:
    drawn = "".join(ALPHABET[byte % len(ALPHABET)] for byte in id_.bytes[:12])
    return "-".join(drawn[at : at + GROUP] for at in range(0, 12, GROUP))
