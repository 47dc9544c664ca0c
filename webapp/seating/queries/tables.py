"""Seat plans, and what is being drawn, as tables that staff filter, sort and take away."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from webapp.core.tables import Column, Sieve, Table
from webapp.seating.queries.lists import PlanRow


@dataclass(frozen=True)
class BoardRow:
    """`is_made` says that its plan is as the drawing is now."""

    id: UUID
    name: str
    venue: str
    city: str
    changed_by: str
    changed_at: datetime
    is_made: bool


PLANS = Table(
    name="plans",
    row=PlanRow,
    columns=(
        Column("name", "Plan", sort="p.name"),
        Column("venue", "Venue", sort="v.name"),
        Column("city", "City", shown=False),
        Column("seats", "Seats", sort="seats", number=True),
        Column("dates", "Dates", sort="dates", number=True),
    ),
    select="""p.id, p.name, '' AS organizer, v.name AS venue, v.city,
              (SELECT count(*) FROM seats s WHERE s.plan_id = p.id)::int AS seats,
              (SELECT count(*) FROM event_dates d WHERE d.plan_id = p.id)::int AS dates""",
    source="seat_plans p JOIN venues v ON v.id = p.venue_id",
    where="p.organizer_id = :organizer",
    sort="venue",
    tie="p.id",
    words="p.name ILIKE :like OR v.name ILIKE :like OR v.city ILIKE :like",
    words_head="Plan, venue or city",
)

IS_MADE = "CASE WHEN b.plan_id IS NOT NULL AND b.made_version = b.version THEN 'made' ELSE 'open' END"
STATES = (("open", "Not made yet, or changed since"), ("made", "Made as it is"))

DRAWN = Table(
    name="drawings",
    prefix="drawn_",
    row=BoardRow,
    columns=(
        Column("name", "Drawing", sort="lower(b.design ->> 'name')"),
        Column("venue", "Venue", sort="v.name"),
        Column("city", "City", shown=False),
        Column("changed_at", "Last changed", sort="b.changed_at"),
        Column("changed_by", "By", shown=False),
        Column("state", "Plan", cell=lambda row: dict(STATES)["made" if row.is_made else "open"]),
    ),
    select=f"""b.id, b.design ->> 'name' AS name, v.name AS venue, v.city, b.changed_by, b.changed_at,
               {IS_MADE} = 'made' AS is_made""",
    source="plan_designs b JOIN venues v ON v.id = b.venue_id",
    where="b.organizer_id = :organizer",
    sort="-changed_at",
    tie="b.id",
    words="b.design ->> 'name' ILIKE :like OR v.name ILIKE :like OR v.city ILIKE :like",
    words_head="Drawing, venue or city",
    sieves=(Sieve("state", "Plan", IS_MADE, STATES, kind="tabs"),),
)
