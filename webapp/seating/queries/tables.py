"""Seat plans as a table that staff filter, sort and take away."""

from webapp.core.tables import Column, Table
from webapp.seating.queries.lists import PlanRow

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
