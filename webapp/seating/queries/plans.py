"""A seat plan: what pages draw and choices go by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.core.errors import NotFound
from webapp.seating.rules.house import House
from webapp.seating.rules.names import PlacedSeat, SeatName


@dataclass(frozen=True)
class Part:
    """A section or a price level of a plan."""

    id: UUID
    name: str


@dataclass(frozen=True)
class Plan:
    """A hall. `seats` are in the order of their ordinals, which have no gaps: `seats[7].ordinal` is 7."""

    id: UUID
    version: int
    name: str
    venue_id: UUID
    width: int
    height: int
    stage: Mapping[str, Any]
    sections: tuple[Part, ...]
    levels: tuple[Part, ...]
    seats: tuple[PlacedSeat, ...]
    signs: Sequence[tuple[str, int, int]] = ()

    def name_of(self, ordinal: int) -> SeatName:
        seat = self.seats[ordinal]
        return SeatName(ordinal, self.sections[seat.section].name, seat.row, seat.number)

    @cached_property
    def ordinals(self) -> Mapping[UUID, int]:
        """The ordinal of each seat's id."""
        return {seat.id: seat.ordinal for seat in self.seats}

    @cached_property
    def house(self) -> House:
        """The same seats for the rules that choose among them."""
        return House(self.seats)


PLAN = text(
    "SELECT id, version, name, venue_id, width, height, stage, signs FROM seat_plans WHERE id = :plan"
)
VERSION = text("SELECT version FROM seat_plans WHERE id = :plan")
SECTIONS = text("SELECT id, name FROM sections WHERE plan_id = :plan ORDER BY position, id")
LEVELS = text("SELECT id, name FROM price_levels WHERE plan_id = :plan ORDER BY position, id")
SEATS = text("""
    SELECT s.id, s.ordinal, s.section_id, s.level_id, s.row, s.number, s.row_position, s.position, s.rank,
           s.x, s.y, s.kind, c.ordinal AS companion_of, s.restricted_view
    FROM seats s LEFT JOIN seats c ON c.id = s.companion_of WHERE s.plan_id = :plan ORDER BY s.ordinal
""")


def version(db: Session, plan_id: UUID) -> int:
    """Of the plan as it is now."""
    found: int | None = db.scalar(VERSION, {"plan": plan_id})
    if found is None:
        raise NotFound("There is no such seat plan.")
    return found


KEPT = 16
_kept: dict[tuple[UUID, int], Plan] = {}


def kept(db: Session, plan_id: UUID, version: int) -> Plan:
    """The plan in this version, read once by each process."""
    found = _kept.get((plan_id, version))
    if found is None:
        found = plan(db, plan_id)
        while len(_kept) >= KEPT:
            _kept.pop(next(iter(_kept)), None)
        _kept[plan_id, version] = found
    return found


def plan(db: Session, plan_id: UUID) -> Plan:
    found = db.execute(PLAN, {"plan": plan_id}).one_or_none()
    if found is None:
        raise NotFound("There is no such seat plan.")
    sections = tuple(Part(*row) for row in db.execute(SECTIONS, {"plan": plan_id}))
    levels = tuple(Part(*row) for row in db.execute(LEVELS, {"plan": plan_id}))
    section_of = {part.id: at for at, part in enumerate(sections)}
    level_of = {part.id: at for at, part in enumerate(levels)}
    seats = tuple(
        PlacedSeat(row[0], row[1], section_of[row[2]], level_of[row[3]], *row[4:])
        for row in db.execute(SEATS, {"plan": plan_id})
    )
    return Plan(**found._mapping, sections=sections, levels=levels, seats=seats)
