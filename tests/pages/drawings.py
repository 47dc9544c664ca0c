"""A plan on the drawing board, for the crawl."""

from uuid import UUID

from tests.factories.house import House
from webapp.core.audit import SYSTEM
from webapp.seating.models import SeatPlan
from webapp.seating.rules import steps
from webapp.seating.rules.design import Label, Section
from webapp.seating.service import designing


def drawing(house: House, plan_id: UUID) -> str:
    """The plan of the demo season on the drawing board, with a balcony and a label that somebody began."""
    balcony = Section(
        name="Balcony", level="Balcony", x=2030, y=2800, rows=4, seats=40, curve=30, gangways=[20]
    )
    with house.database.writing() as db:
        plan = db.get_one(SeatPlan, plan_id)
        drawing_id = designing.open_plan(db, organizer_id=plan.organizer_id, plan_id=plan_id, by=SYSTEM)
        designing.step(
            db,
            organizer_id=plan.organizer_id,
            design_id=drawing_id,
            version=1,
            act=lambda design: steps.put(design, balcony),
            by=SYSTEM,
        )
        designing.step(
            db,
            organizer_id=plan.organizer_id,
            design_id=drawing_id,
            version=2,
            act=lambda design: steps.label(design, Label(text="Bar", x=200, y=2600)),
            by=SYSTEM,
        )
    return str(drawing_id)
