"""What a hold contains, with everything that prices and checkouts need: one round trip."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.seating.rules.names import SeatName


@dataclass(frozen=True)
class HeldSeat:
    id: UUID
    name: SeatName


@dataclass(frozen=True)
class LinePart:
    """So many tickets of a line at one price; `step_id` is the price step that promised it, if any."""

    quantity: int
    price: int
    step_id: UUID | None


@dataclass(frozen=True)
class HeldLine:
    """So many tickets of one type in a hold, with its date, event and place.

    `steps` are its tickets at a price step, as (step, how many, price); the others were promised at `price`.
    """

    ticket_type_id: UUID
    pool_id: UUID
    also_pools: list[UUID]
    quantity: int
    name: str
    price: int
    least: int
    most: int
    per_buyer: int | None
    price_floor: int | None
    group_from: int | None
    group_price: int | None
    is_addon: bool
    addon_most: int | None
    addon_required: bool
    date_id: UUID
    starts_at: datetime
    ends_at: datetime
    zone: str
    event_id: UUID
    slug: str
    title: str
    category: str
    tax_bp: int
    tax_name: str
    poster: str | None
    image: str | None
    venue: str
    city: str
    latitude: float | None
    longitude: float | None
    seats: tuple[HeldSeat, ...]
    steps: tuple[tuple[UUID, int, int], ...]

    @property
    def is_group(self) -> bool:
        """Whether the group's price counts, which never lowers what somebody chose to pay."""
        is_chosen = self.price_floor is not None
        return self.group_from is not None and self.quantity >= self.group_from and not is_chosen

    @property
    def parts(self) -> list[LinePart]:
        """The line's tickets by what each costs, the first promised first. A group's price is never more."""
        ceiling = self.group_price if self.is_group else None
        rest = self.quantity - sum(quantity for _, quantity, _ in self.steps)
        whole = [*self.steps, (None, rest, self.price)]
        return [
            LinePart(quantity, price if ceiling is None else min(price, ceiling), step_id)
            for step_id, quantity, price in whole
            if quantity
        ]

    @property
    def amount(self) -> int:
        return sum(part.price * part.quantity for part in self.parts)


# The seats of a line `l`: its claims, and those of tickets that other guests would give back with it.
SEATS_OF_LINE = """(
    SELECT date_id, seat_id FROM seat_claims WHERE hold_line_id = l.id
    UNION ALL SELECT i.date_id, i.seat_id FROM ticket_returns r JOIN tickets i ON i.id = r.ticket_id
    WHERE l.returned > 0 AND r.hold_line_id = l.id AND r.state = 'open')"""

LINES = """
    SELECT l.ticket_type_id, l.pool_id, l.also_pools, l.quantity, t.name,
           coalesce(l.price, t.price) AS price, t.min_per_order AS least,
           least(t.max_per_order, t.max_per_buyer) AS most,
           t.max_per_buyer AS per_buyer, t.price_floor, t.group_from, t.group_price, t.is_addon,
           t.addon_most, t.addon_required, d.id AS date_id, d.starts_at, d.ends_at, d.zone,
           e.id AS event_id, e.slug, e.title, e.category, e.tax_bp, e.tax_name, e.poster, e.image,
           v.name AS venue, v.city, v.latitude, v.longitude,
           CASE WHEN d.plan_id IS NOT NULL THEN (
               SELECT json_agg(json_build_array(s.id, s.ordinal, n.name, s.row, s.number)
                               ORDER BY n.position, s.row_position, s.position)
               FROM {seats} c JOIN seats s ON s.id = c.seat_id JOIN sections n ON n.id = s.section_id
           ) END AS seats,
           (SELECT json_agg(json_build_array(s.step_id, s.quantity, s.price) ORDER BY p.position, p.id)
            FROM hold_line_steps s JOIN price_steps p ON p.id = s.step_id
            WHERE s.hold_line_id = l.id) AS steps
    FROM hold_lines l JOIN ticket_types t ON t.id = l.ticket_type_id
    JOIN event_dates d ON d.id = t.date_id JOIN events e ON e.id = d.event_id
    JOIN venues v ON v.id = d.venue_id
    WHERE l.hold_id = :hold ORDER BY d.starts_at, d.id, t.is_addon, t.position, t.id
"""
OF_HOLD = text(LINES.format(seats=SEATS_OF_LINE))


def lines_of_hold(db: Session, hold_id: UUID) -> list[HeldLine]:
    """In the order of dates and types; the seats of each line from the first row on."""
    return [_line(dict(row._mapping)) for row in db.execute(OF_HOLD, {"hold": hold_id})]


def _line(row: dict[str, Any]) -> HeldLine:
    seats, steps = row.pop("seats") or (), row.pop("steps") or ()
    return HeldLine(
        **row,
        seats=tuple(HeldSeat(UUID(seat), SeatName(*name)) for seat, *name in seats),
        steps=tuple((UUID(step), quantity, price) for step, quantity, price in steps),
    )
