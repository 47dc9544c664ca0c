"""Keeping a plan: all of it, or nothing."""

from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from webapp.catalog.service import editing
from webapp.core.audit import Actor, note
from webapp.core.errors import Conflict, Invalid
from webapp.core.ids import uuid7
from webapp.core.text import one_line
from webapp.seating.models import PriceLevel, Seat, SeatPlan, Section
from webapp.seating.rules.draft import Draft, require_sound


def add(
    db: Session,
    *,
    organizer_id: UUID,
    venue_id: UUID,
    name: str,
    draft: Draft,
    by: Actor,
    design: dict[str, Any] | None = None,
    replaces: UUID | None = None,
) -> UUID:
    """A plan of one of the organizer's venues, a new version of another with `replaces`."""
    require_sound(draft)
    venue = editing.own_venue(db, organizer_id, venue_id)
    name = one_line(name)
    if not 0 < len(name) <= 120:
        raise Invalid("Give the plan a name of up to 120 characters.", fields={"name": "This is needed."})
    if db.scalar(select(SeatPlan.id).where(SeatPlan.venue_id == venue.id, SeatPlan.name == name)):
        raise Conflict(f"{venue.name} has a plan “{name}” already. Give this one another name.")
    plan = SeatPlan(
        id=uuid7(),
        organizer_id=organizer_id,
        venue_id=venue.id,
        name=name,
    )
    _draw(plan, draft)
    plan.design, plan.replaces_id = design, replaces
    db.add(plan)
    db.flush()
    _write(db, plan, draft)
    after = {"plan": name, "seats": len(draft.seats)}
    subject = ("venue", venue.id)
    note(db, by, "Seat plan added", subject, organizer_id=organizer_id, before=None, after=after)
    return plan.id


def redraw(db: Session, plan: SeatPlan, draft: Draft, design: dict[str, Any]) -> None:
    """Other seats for a plan; the database refuses it while anything refers to the old ones."""
    require_sound(draft)
    for statement in EMPTY:
        db.execute(statement, {"plan": plan.id})
    _draw(plan, draft)
    plan.design, plan.version = design, plan.version + 1
    db.flush()
    _write(db, plan, draft)


def _draw(plan: SeatPlan, draft: Draft) -> None:
    plan.width, plan.height = draft.width, draft.height
    plan.stage = {name: getattr(draft.stage, name) for name in STAGE} if draft.stage else {}
    plan.signs = [[sign.text, sign.x, sign.y] for sign in draft.signs]


EMPTY = (
    text("DELETE FROM seats WHERE plan_id = :plan"),
    text("DELETE FROM price_levels WHERE plan_id = :plan"),
    text("DELETE FROM sections WHERE plan_id = :plan"),
)
STAGE = ("x", "y", "width", "height", "label")
FACTS = (*("row", "number", "row_position", "position", "x", "y", "kind", "restricted_view"),)


def _write(db: Session, plan: SeatPlan, draft: Draft) -> None:
    sections = {name: uuid7() for name in draft.sections}
    levels = {name: uuid7() for name in draft.levels}
    for model, parts in ((Section, sections), (PriceLevel, levels)):
        rows = [
            {"id": id_, "plan_id": plan.id, "name": name, "position": at}
            for at, (name, id_) in enumerate(parts.items())
        ]
        db.execute(insert(model), rows)
    ids = [uuid7() for _ in draft.seats]
    seats: list[dict[str, Any]] = [
        {
            **{fact: getattr(seat, fact) for fact in FACTS},
            "id": ids[ordinal],
            "plan_id": plan.id,
            "section_id": sections[seat.section],
            "level_id": levels[seat.level],
            "ordinal": ordinal,
            "rank": rank,
            "companion_of": None if seat.companion_of is None else ids[seat.companion_of],
        }
        for ordinal, (seat, rank) in enumerate(zip(draft.seats, draft.ranks(), strict=True))
    ]
    db.execute(insert(Seat), seats)
