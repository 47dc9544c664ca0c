"""How a ticket type is sold: price steps, groups, prices that guests choose, add-ons; and donations."""

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from webapp.catalog.models import PriceStep
from webapp.catalog.service import editing
from webapp.core.audit import Actor
from webapp.core.errors import Conflict, Invalid, NotFound

# Decided by the row itself: a sale that goes on meanwhile takes no more of it than there are.
CHANGE = text("""
    UPDATE price_steps SET price = :price, ends_at = :ends_at, most = :most, position = :position
    WHERE id = :id AND (CAST(:most AS int) IS NULL OR taken <= :most) RETURNING id
""")
REMOVE = text("DELETE FROM price_steps WHERE id = :id AND taken = 0 RETURNING id")

HAS_STEPS = text("SELECT EXISTS (SELECT FROM price_steps WHERE ticket_type_id = :id)")

# Whoever sits does not sit on a parking place: such pools do not count as what is left of a date.
NOTE_EXTRAS = text("""
    UPDATE pools p SET is_extra = f.is_extra FROM (
        SELECT o.id, coalesce(bool_and(t.is_addon), false) AS is_extra
        FROM pools o LEFT JOIN ticket_types t
             ON coalesce(o.parent_id, o.id) = ANY(t.pool_id || t.also_pools) AND NOT t.withdrawn
        WHERE o.date_id = :date GROUP BY o.id
    ) f WHERE f.id = p.id AND p.is_extra <> f.is_extra
""")


def save_step(
    db: Session, *, organizer_id: UUID, type_id: UUID, step_id: UUID, values: dict[str, Any], by: Actor
) -> None:
    """Add a price step, or change one; what was sold or promised at it keeps its price."""
    event, kind = editing.own_type(db, organizer_id, type_id)
    if kind.price_floor is not None:
        raise Conflict(f"Guests choose what they pay for {kind.name}, so it has no price steps.")
    step = db.get(PriceStep, step_id)
    if step and step.ticket_type_id != type_id:
        raise NotFound("There is no such price step here.")
    after = {**values, "ends_at": values["ends_at"].isoformat() if values["ends_at"] else None}
    if step is None:
        db.add(PriceStep(id=step_id, ticket_type_id=type_id, **values))
        db.flush()
        editing.wrote(db, event, by, f"Price step added: {kind.name}", after=after)
        return
    before = {name: getattr(step, name) for name in values}
    if before == values:
        return
    before["ends_at"] = before["ends_at"].isoformat() if before["ends_at"] else None
    if db.execute(CHANGE, {"id": step_id, **values}).first() is None:
        raise Invalid(
            "We kept everything you typed.",
            fields={"most": f"{step.taken} are sold or held at this price; that is the least."},
        )
    editing.wrote(db, event, by, f"Price step changed: {kind.name}", before=before, after=after)


def remove_step(db: Session, *, organizer_id: UUID, type_id: UUID, step_id: UUID, by: Actor) -> None:
    """Take away a step that nobody bought at; twice is once."""
    event, kind = editing.own_type(db, organizer_id, type_id)
    step = db.get(PriceStep, step_id)
    if step is None or step.ticket_type_id != type_id:
        return
    ends_at = step.ends_at.isoformat() if step.ends_at else None
    gone = {"price": step.price, "most": step.most, "ends_at": ends_at}
    try:
        with db.begin_nested():
            removed = db.execute(REMOVE, {"id": step_id}).first()
    except IntegrityError:
        removed = None
    if removed is None:
        raise Conflict(
            "Tickets were sold or held at this price, so it stays in the books. Let it end now instead.",
            title="The step stays",
        )
    db.expire(step)
    editing.wrote(db, event, by, f"Price step removed: {kind.name}", before=gone)


def save_ways(db: Session, *, organizer_id: UUID, type_id: UUID, values: dict[str, Any], by: Actor) -> None:
    """Set a type's group price, least chosen price and what it is an add-on to."""
    event, kind = editing.own_type(db, organizer_id, type_id)
    wrong = ""
    if values["price_floor"] is not None and values["price_floor"] > kind.price:
        wrong = "The least is not more than the price, which is what is suggested."
    elif values["price_floor"] is not None and db.scalar(HAS_STEPS, {"id": type_id}):
        wrong = "It has price steps; take them away before guests choose the price."
    elif values["price_floor"] is not None and values["group_from"]:
        wrong = "A group would pay less than it chose. Leave the group’s price empty where guests choose."
    if wrong:
        raise Invalid("We kept everything you typed.", fields={"price_floor": wrong})
    before, after = editing.changed(db, kind, values)
    if after:
        note_extras(db, kind.date_id)
        editing.wrote(db, event, by, f"Way of selling changed: {kind.name}", before=before, after=after)


def note_extras(db: Session, date_id: UUID) -> None:
    """Say of each pool of a date whether only add-ons are sold from it."""
    db.execute(NOTE_EXTRAS, {"date": date_id})


def ask_donation(
    db: Session, *, organizer_id: UUID, event_id: UUID, words: str, suggested: int | None, by: Actor
) -> None:
    """Ask guests of an event for a free amount on top, or, with no words, no more."""
    event = editing.own_event(db, organizer_id, event_id)
    values = {"donation_ask": words, "donation_suggested": suggested}
    before, after = editing.changed(db, event, values)
    if after:
        said = "Donation asked for" if words else "No donation asked for"
        editing.wrote(db, event, by, said, before=before, after=after)
