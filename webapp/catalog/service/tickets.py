"""Pools and ticket types: how many places there are, and what they cost."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from webapp.catalog.models import Pool, TicketType
from webapp.catalog.service import editing, selling
from webapp.core import clock
from webapp.core.audit import Actor
from webapp.core.errors import Invalid, NotFound

# Decided by the row itself, so that a sale that goes on meanwhile cannot be cut off.
SET_CAPACITY = text("""
    UPDATE pools SET capacity = :capacity,
           freed_at = CASE WHEN capacity < :capacity THEN now() ELSE freed_at END
    WHERE id = :pool AND taken <= :capacity RETURNING id, awaited <= capacity - taken AS is_awaited
""")
# What the trigger says.
POOLS_STAY = "its pools stay"
TAKEN = text("SELECT taken FROM pools WHERE id = :pool")


def add_pool(
    db: Session, *, organizer_id: UUID, date_id: UUID, pool_id: UUID, name: str, capacity: int, by: Actor
) -> None:
    event, date = editing.own_date(db, organizer_id, date_id)
    if known := db.get(Pool, pool_id):
        _require_here(known.date_id, date.id)
        return
    db.add(Pool(id=pool_id, date_id=date.id, name=name, capacity=capacity))
    db.flush()
    editing.wrote(db, event, by, "Pool added", after={"name": name, "capacity": capacity})


IS_SEATED = text("SELECT EXISTS (SELECT FROM pool_levels WHERE pool_id = :pool)")


def change_pool(
    db: Session, *, organizer_id: UUID, pool_id: UUID, name: str, capacity: int, by: Actor
) -> None:
    """Rename, make larger or smaller during the sale; never smaller than what is taken."""
    event, pool = editing.own_pool(db, organizer_id, pool_id)
    before = {"name": pool.name, "capacity": pool.capacity}
    if capacity != pool.capacity and db.scalar(IS_SEATED, {"pool": pool_id}):
        raise Invalid(
            f"{pool.name} has reserved seats. Hold some back or release them instead.",
            title="The capacity follows the seats",
        )
    changed = db.execute(SET_CAPACITY, {"capacity": capacity, "pool": pool_id}).one_or_none()
    if changed is None:
        taken = db.scalar(TAKEN, {"pool": pool_id})
        raise Invalid(
            "We kept everything you typed.",
            fields={
                "capacity": f"{taken} places are taken already. The smallest capacity is {taken};"
                " to go lower, refund or move guests first."
            },
        )
    editing.ring(db, [changed])
    pool.name = name
    db.flush()
    db.refresh(pool)
    after = {"name": name, "capacity": capacity}
    if before != after:
        editing.wrote(db, event, by, "Pool changed", before=before, after=after)


def add_type(
    db: Session, *, organizer_id: UUID, date_id: UUID, type_id: UUID, values: dict[str, Any], by: Actor
) -> None:
    event, date = editing.own_date(db, organizer_id, date_id)
    if known := db.get(TicketType, type_id):
        _require_here(known.date_id, date.id)
        return
    _require_pools(db, date.id, values)
    db.add(TicketType(id=type_id, date_id=date.id, **values))
    db.flush()
    selling.note_extras(db, date.id)
    editing.wrote(
        db, event, by, "Ticket type added", after={"name": values["name"], "price": values["price"]}
    )


def change_type(db: Session, *, organizer_id: UUID, type_id: UUID, values: dict[str, Any], by: Actor) -> None:
    """Change what is sold from now on; what was sold keeps its price, its pools stay."""
    event, kind = editing.own_type(db, organizer_id, type_id)
    _require_pools(db, kind.date_id, values)
    if kind.price_floor is not None and values["price"] < kind.price_floor:
        raise Invalid(
            "We kept everything you typed.",
            fields={"price": "Guests choose what they pay, and the suggestion is not less than their least."},
        )
    values = {**values, **_unshifted(kind, values)}
    try:
        with db.begin_nested():
            before, after = editing.changed(db, kind, values)
    except IntegrityError as error:
        if POOLS_STAY not in str(error):
            raise
        raise Invalid(
            "We kept everything you typed.",
            fields={"pool_id": "Some are sold or held, so its pools stay. Withdraw it and add another type."},
        ) from error
    if after:
        selling.note_extras(db, kind.date_id)
        editing.wrote(db, event, by, f"Ticket type changed: {kind.name}", before=before, after=after)


def set_withdrawn(db: Session, *, organizer_id: UUID, type_id: UUID, withdrawn: bool, by: Actor) -> None:
    """Sell a type no more, or again; what is held or sold of it stays."""
    event, kind = editing.own_type(db, organizer_id, type_id)
    before, after = editing.changed(db, kind, {"withdrawn": withdrawn})
    if after:
        selling.note_extras(db, kind.date_id)
        said = "Ticket type withdrawn" if withdrawn else "Ticket type offered again"
        editing.wrote(db, event, by, f"{said}: {kind.name}", before=before, after=after)


def _unshifted(kind: TicketType, values: dict[str, Any]) -> dict[str, Any]:
    """Times that read as the form showed them are the very instants that they were."""
    zone = kind.date.zone
    same: dict[str, Any] = {}
    for name in ("sale_starts_at", "sale_ends_at"):
        known, new = getattr(kind, name), values[name]
        if new and clock.shown_again(clock.local(new, zone).replace(tzinfo=None), zone, known, zone):
            same[name] = known
    return same


def _require_here(date_id: UUID, wanted: UUID) -> None:
    """A resend finds its own row; an id of another date's is nobody's here."""
    if date_id != wanted:
        raise NotFound("There is no such thing on this date.")


def _require_pools(db: Session, date_id: UUID, values: dict[str, Any]) -> None:
    wanted = {values["pool_id"], *values["also_pools"]}
    here = (
        select(func.count())
        .select_from(Pool)
        .where(Pool.id.in_(wanted), Pool.date_id == date_id, Pool.parent_id.is_(None))
    )
    if db.scalar(here) != len(wanted):
        raise NotFound("There is no such pool on this date.")
