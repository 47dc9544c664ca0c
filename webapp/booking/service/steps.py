"""One step of a hold: from what its lines are to what they shall be, and what the pools gain and lose."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from webapp.booking.models import HoldLine
from webapp.booking.rules import NoRoom, Offer
from webapp.booking.service import claims


@dataclass(frozen=True)
class Step:
    """What is held, what is for sale, and the quantities that the named types get.

    `returned` are the places of a hold that ran out; they go back in the same pass over the pools.
    """

    lines: Mapping[UUID, HoldLine]
    offers: Mapping[UUID, Offer]
    quantities: Mapping[UUID, int]
    returned: Mapping[UUID, int]

    @property
    def wanted(self) -> dict[UUID, int]:
        """The types that are held after the step, of those it names."""
        return {ticket_type: quantity for ticket_type, quantity in self.quantities.items() if quantity}

    def had(self, ticket_type: UUID) -> int:
        return self.lines[ticket_type].quantity if ticket_type in self.lines else 0

    def pools(self, ticket_type: UUID) -> tuple[UUID, ...]:
        """Where each ticket takes a place: a line stays with the pools it has."""
        line = self.lines.get(ticket_type)
        return line.pools if line else self.offers[ticket_type].pools

    def before(self) -> dict[UUID, int]:
        """Places of each pool that the named types hold now."""
        return self._places({ticket_type: self.had(ticket_type) for ticket_type in self.quantities})

    def changes(self) -> dict[UUID, int]:
        """Places that each pool gives (above zero) and gets back."""
        changes = {pool: -places for pool, places in self.returned.items()}
        for sign, side in ((1, self._places(self.quantities)), (-1, self.before())):
            for pool, places in side.items():
                changes[pool] = changes.get(pool, 0) + sign * places
        return changes

    def _places(self, quantities: Mapping[UUID, int]) -> dict[UUID, int]:
        places: dict[UUID, int] = {}
        for ticket_type, quantity in quantities.items():
            for pool in self.pools(ticket_type):
                places[pool] = places.get(pool, 0) + quantity
        return places


def lines_of(db: Session, hold_id: UUID) -> dict[UUID, HoldLine]:
    """The lines of a hold by their ticket type."""
    lines = db.scalars(select(HoldLine).where(HoldLine.hold_id == hold_id))
    return {line.ticket_type_id: line for line in lines}


def move(db: Session, step: Step) -> None:
    """Take what is new and give back what is not wanted; a refusal counts what the guest has already."""
    try:
        claims.move(db, step.changes())
    except NoRoom as no_room:
        raise no_room.beside(step.before().get(no_room.pool_id, 0)) from None


def set_lines(db: Session, hold_id: UUID, step: Step) -> None:
    """Write the lines that the step wants."""
    for ticket_type, quantity in step.quantities.items():
        line = step.lines.get(ticket_type)
        if line and quantity:
            line.quantity = quantity
        elif line:
            db.execute(delete(HoldLine).where(HoldLine.id == line.id))
        elif quantity:
            pool, *also = step.pools(ticket_type)
            db.add(
                HoldLine(
                    hold_id=hold_id,
                    ticket_type_id=ticket_type,
                    pool_id=pool,
                    also_pools=also,
                    quantity=quantity,
                )
            )
    db.flush()
