"""Plans on the drawing board, and the design of a kept plan."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.core.errors import NotFound
from webapp.core.ids import uuid7
from webapp.seating.queries import plans
from webapp.seating.queries.plans import Part, Plan
from webapp.seating.rules import design as designs
from webapp.seating.rules import listed
from webapp.seating.rules.design import Design
from webapp.seating.rules.draft import Draft, DraftSeat, Sign, Stage
from webapp.seating.rules.making import make
from webapp.seating.rules.names import PlacedSeat


@dataclass(frozen=True)
class Board:
    """A design with where it belongs; `undo` says the step that would be taken back, if there is one.

    `dates` is how many dates have the plan that was made of it last.
    """

    id: UUID
    version: int
    venue: str
    city: str
    plan_id: UUID | None
    plan: str | None
    dates: int
    is_made: bool
    changed_by: str
    changed_at: datetime
    undo: str | None
    design: Design


FACTS = ("row", "number", "row_position", "position", "x", "y", "kind", "companion_of", "restricted_view")

BOARD = text("""
    SELECT b.id, b.version, v.name AS venue, v.city, b.plan_id, p.name AS plan, b.changed_by, b.changed_at,
           (SELECT count(*) FROM event_dates d WHERE d.plan_id = b.plan_id)::int AS dates,
           b.plan_id IS NOT NULL AND b.made_version = b.version AS is_made,
           (SELECT did FROM design_steps s WHERE s.design_id = b.id ORDER BY s.version DESC LIMIT 1) AS undo,
           b.design
    FROM plan_designs b JOIN venues v ON v.id = b.venue_id LEFT JOIN seat_plans p ON p.id = b.plan_id
    WHERE b.id = :board AND b.organizer_id = :organizer
""")

OWN = text("SELECT 1 FROM seat_plans WHERE id = :plan AND organizer_id = :organizer")
DESIGN = text("SELECT name, design FROM seat_plans WHERE id = :plan")


def board(db: Session, organizer_id: UUID, design_id: UUID) -> Board:
    row = db.execute(BOARD, {"board": design_id, "organizer": organizer_id}).one_or_none()
    if row is None:
        raise NotFound("There is no such drawing here. It may have been thrown away.")
    values: dict[str, Any] = dict(row._mapping)
    return Board(**values | {"design": designs.read(values["design"])})


def design_of_plan(db: Session, plan_id: UUID) -> Design:
    """What a kept plan was made from; for one from another file, what it has."""
    name, design = db.execute(DESIGN, {"plan": plan_id}).one()
    if design:
        return designs.read(design)
    return listed.of_draft(name, _draft(plans.plan(db, plan_id)))


def design_of_own_plan(db: Session, organizer_id: UUID, plan_id: UUID) -> Design:
    """The same, of one of the organizer's plans."""
    if db.scalar(OWN, {"plan": plan_id, "organizer": organizer_id}) is None:
        raise NotFound("There is no such seat plan here.")
    return design_of_plan(db, plan_id)


def drawn(design: Design) -> Plan:
    """The plan that would be made of a design, as pages draw it; nothing is written."""
    draft = make(design).draft
    sections = tuple(Part(uuid7(), name) for name in draft.sections)
    levels = tuple(Part(uuid7(), name) for name in draft.levels)
    section_of = {name: at for at, name in enumerate(draft.sections)}
    level_of = {name: at for at, name in enumerate(draft.levels)}
    seats = tuple(
        PlacedSeat(
            id=uuid7(),
            ordinal=ordinal,
            section=section_of[seat.section],
            level=level_of[seat.level],
            rank=ordinal,
            **{fact: getattr(seat, fact) for fact in FACTS},
        )
        for ordinal, seat in enumerate(draft.seats)
    )
    stage = asdict(draft.stage) if draft.stage else {}
    signs = [(sign.text, sign.x, sign.y) for sign in draft.signs]
    return Plan(
        uuid7(), 1, design.name, uuid7(), draft.width, draft.height, stage, sections, levels, seats, signs
    )


def _draft(plan: Plan) -> Draft:
    stage = Stage(**plan.stage) if plan.stage else None
    seats = tuple(
        DraftSeat(
            section=plan.sections[seat.section].name,
            level=plan.levels[seat.level].name,
            row=seat.row,
            number=seat.number,
            row_position=seat.row_position,
            position=seat.position,
            x=seat.x,
            y=seat.y,
            kind=seat.kind,
            companion_of=seat.companion_of,
            restricted_view=seat.restricted_view,
        )
        for seat in plan.seats
    )
    signs = tuple(Sign(*sign) for sign in plan.signs)
    return Draft(plan.width, plan.height, stage, seats, signs=signs)
