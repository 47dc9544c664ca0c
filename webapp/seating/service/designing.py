"""Drawing a plan: each step on the board is one transaction, and can be taken back."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from webapp.catalog.service import editing
from webapp.core.audit import Actor, note
from webapp.core.errors import Conflict, NotFound
from webapp.core.ids import uuid7
from webapp.seating.models import DesignStep, PlanDesign, SeatPlan
from webapp.seating.queries import boards
from webapp.seating.rules import design as designs
from webapp.seating.rules import history
from webapp.seating.rules.design import Design
from webapp.seating.rules.steps import Step

# So many steps can be taken back.
KEPT_STEPS = 30


def begin(db: Session, *, organizer_id: UUID, venue_id: UUID, design: Design, by: Actor) -> UUID:
    """A new board for one of the organizer's venues, empty or with what a file says."""
    venue = editing.own_venue(db, organizer_id, venue_id)
    board = PlanDesign(
        id=uuid7(),
        organizer_id=organizer_id,
        venue_id=venue.id,
        design=designs.kept(design),
        changed_by=by.name,
    )
    db.add(board)
    db.flush()
    _noted(db, board, by, "Seat plan begun")
    return board.id


def open_plan(db: Session, *, organizer_id: UUID, plan_id: UUID, by: Actor) -> UUID:
    """The board of a kept plan: the one it was made on, else a new one with what it has."""
    plan = db.scalar(
        select(SeatPlan)
        .where(SeatPlan.id == plan_id, SeatPlan.organizer_id == organizer_id)
        .with_for_update(key_share=True)
    )
    if plan is None:
        raise NotFound("There is no such seat plan here.")
    found = db.scalar(select(PlanDesign.id).where(PlanDesign.plan_id == plan_id).limit(1))
    if found:
        return found
    board = PlanDesign(
        id=uuid7(),
        organizer_id=organizer_id,
        venue_id=plan.venue_id,
        plan_id=plan.id,
        made_version=1,
        design=designs.kept(boards.design_of_plan(db, plan_id)),
        changed_by=by.name,
    )
    db.add(board)
    db.flush()
    _noted(db, board, by, "Seat plan opened for drawing")
    return board.id


def step(
    db: Session,
    *,
    organizer_id: UUID,
    design_id: UUID,
    version: int,
    act: Callable[[Design], Step],
    by: Actor,
) -> Step:
    """Do one thing to the design as it was seen in this version; refused when somebody changed it since."""
    board = locked(db, organizer_id, design_id, version)
    before = board.design
    done = act(designs.read(before))
    after = designs.kept(done.design)
    if after == before:
        return done
    board.design, board.version = after, board.version + 1
    board.changed_by = by.name
    db.add(
        DesignStep(design_id=board.id, version=board.version, did=done.did, done_by=by.name, before=before)
    )
    db.execute(
        delete(DesignStep).where(
            DesignStep.design_id == board.id, DesignStep.version <= board.version - KEPT_STEPS
        )
    )
    db.flush()
    _noted_step(db, board, by, ("Seat plan drawn", done.did), before)
    return done


def undo(db: Session, *, organizer_id: UUID, design_id: UUID, version: int, by: Actor) -> str:
    """Take the last step back; says what it was."""
    board = locked(db, organizer_id, design_id, version)
    last = db.scalar(
        select(DesignStep)
        .where(DesignStep.design_id == board.id)
        .order_by(DesignStep.version.desc())
        .limit(1)
    )
    if last is None:
        raise Conflict("There is no step to take back.")
    before = board.design
    board.design, board.version = last.before, board.version + 1
    board.changed_by = by.name
    db.delete(last)
    db.flush()
    _noted_step(db, board, by, ("Step of a seat plan taken back", last.did), before)
    return last.did


def discard(db: Session, *, organizer_id: UUID, design_id: UUID, by: Actor) -> None:
    """Throw the drawing away; plans that were made of it stay. Twice is once."""
    board = _own(db, organizer_id, design_id)
    if board is not None:
        subject, before = ("seat plan", board.id), _whole(board.design)
        said = "Drawing of a seat plan thrown away"
        note(db, by, said, subject, organizer_id=board.organizer_id, before=before, after=None)
        db.delete(board)


def locked(db: Session, organizer_id: UUID, design_id: UUID, version: int) -> PlanDesign:
    """The board, for nobody else until the end of the transaction, as it was seen in this version."""
    board = _own(db, organizer_id, design_id)
    if board is None:
        raise NotFound("There is no such drawing here. It may have been thrown away.")
    if board.version != version:
        did = db.scalar(
            select(DesignStep.did)
            .where(DesignStep.design_id == board.id, DesignStep.version > version)
            .order_by(DesignStep.version.desc())
            .limit(1)
        )
        what = f": {did}" if did else ""
        raise Conflict(
            f"{board.changed_by} changed this plan meanwhile{what}. You see it as it is now; do your step"
            " again if it is still right.",
            title="Your step was not done",
        )
    return board


def _own(db: Session, organizer_id: UUID, design_id: UUID) -> PlanDesign | None:
    return db.scalar(
        select(PlanDesign)
        .where(PlanDesign.id == design_id, PlanDesign.organizer_id == organizer_id)
        .with_for_update()
    )


def _whole(design: dict[str, Any]) -> dict[str, Any]:
    """What the history says of a design that comes or goes."""
    return {"plan": design["name"], "sections": [one["name"] for one in design.get("section", ())]}


def _noted(db: Session, board: PlanDesign, by: Actor, action: str) -> None:
    subject, after = ("seat plan", board.id), _whole(board.design)
    note(db, by, action, subject, organizer_id=board.organizer_id, before=None, after=after)


def _noted_step(
    db: Session, board: PlanDesign, by: Actor, said: tuple[str, str], old: dict[str, Any]
) -> None:
    """Only what the step changed, each part with both values."""
    action, did = said
    before, after = history.changed(old, board.design)
    note(
        db,
        by,
        action,
        ("seat plan", board.id),
        organizer_id=board.organizer_id,
        before=before,
        after={**after, "step": did, "version": board.version},
    )
