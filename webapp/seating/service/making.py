"""A drawing becomes a plan that dates can be given; dates that have an older one keep it."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from webapp.catalog.models import EventDate
from webapp.core.audit import Actor, note
from webapp.seating.models import PlanDesign, Seat, SeatPlan
from webapp.seating.rules import design as designs
from webapp.seating.rules import making
from webapp.seating.rules.design import Design
from webapp.seating.rules.draft import Draft
from webapp.seating.service import designing, plans


@dataclass(frozen=True)
class MadePlan:
    """`dates` is how many dates keep the version before."""

    plan_id: UUID
    name: str
    seats: int
    dates: int


def make(db: Session, *, organizer_id: UUID, design_id: UUID, version: int, by: Actor) -> MadePlan:
    """Make the plan of this version, once. `Flawed` says what is in the way.

    A plan that a date has, or a ticket names a seat of, stays as it is: the new seats are its next version.
    """
    board = designing.locked(db, organizer_id, design_id, version)
    plan = _plan(db, board)
    design = designs.read(board.design)
    draft = making.sound(design)
    if plan and board.made_version == version:
        return MadePlan(plan.id, plan.name, len(draft.seats), 0)
    dates = _dates(db, plan) if plan else 0
    if plan and not dates and _redrawn(db, plan, draft, design, by):
        made = plan.id
    else:
        made = plans.add(
            db,
            organizer_id=organizer_id,
            venue_id=board.venue_id,
            name=_name(db, plan, design.name) if plan else design.name,
            draft=draft,
            by=by,
            design=board.design,
            replaces=plan.id if plan else None,
        )
    board.plan_id, board.made_version = made, version
    db.flush()
    return MadePlan(made, db.get_one(SeatPlan, made).name, len(draft.seats), dates)


def _plan(db: Session, board: PlanDesign) -> SeatPlan | None:
    """The plan that was made before, which no date gets meanwhile."""
    if board.plan_id is None:
        return None
    return db.scalar(select(SeatPlan).where(SeatPlan.id == board.plan_id).with_for_update())


def _dates(db: Session, plan: SeatPlan) -> int:
    return db.scalar(select(func.count()).select_from(EventDate).where(EventDate.plan_id == plan.id)) or 0


def _redrawn(db: Session, plan: SeatPlan, draft: Draft, design: Design, by: Actor) -> bool:
    """Change the plan itself, unless a ticket of a past date names one of its seats."""
    seats = select(func.count()).select_from(Seat).where(Seat.plan_id == plan.id)
    before = {"plan": plan.name, "seats": db.scalar(seats)}
    try:
        with db.begin_nested():
            plans.redraw(db, plan, draft, designs.kept(design))
    except IntegrityError:
        db.refresh(plan)
        return False
    after = {"plan": plan.name, "seats": len(draft.seats)}
    subject, organizer_id = ("venue", plan.venue_id), plan.organizer_id
    note(db, by, "Seat plan redrawn", subject, organizer_id=organizer_id, before=before, after=after)
    return True


def _name(db: Session, plan: SeatPlan, name: str) -> str:
    """The name of the next version: Great Hall, version 2."""
    same = select(SeatPlan.name).where(SeatPlan.venue_id == plan.venue_id)
    taken = set(db.scalars(same))
    number = 2
    while f"{name}, version {number}" in taken:
        number += 1
    return f"{name}, version {number}"
