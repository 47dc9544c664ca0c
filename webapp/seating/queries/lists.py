"""Which plans there are, and for whom."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.core.errors import Conflict, NotFound


@dataclass(frozen=True)
class PlanRow:
    """`dates` is how many dates are sold by this plan."""

    id: UUID
    name: str
    organizer: str
    venue: str
    city: str
    seats: int
    dates: int


@dataclass(frozen=True)
class PlanCounts:
    """One plan in figures; sections and levels as (name, seats). `newer` is the version after it."""

    id: UUID
    version: int
    name: str
    venue: str
    city: str
    seats: int
    wheelchair: int
    restricted: int
    dates: int
    newer: UUID | None
    newer_name: str | None
    sections: tuple[tuple[str, int], ...]
    levels: tuple[tuple[str, int], ...]


PLAN = text("""
    SELECT p.id, p.version, p.name, v.name AS venue, v.city, c.*,
           (SELECT count(*) FROM event_dates d WHERE d.plan_id = p.id)::int AS dates,
           n.id AS newer, n.name AS newer_name
    FROM seat_plans p JOIN venues v ON v.id = p.venue_id
    LEFT JOIN LATERAL (
        SELECT id, name FROM seat_plans n WHERE n.replaces_id = p.id ORDER BY n.id DESC LIMIT 1) n ON true
    CROSS JOIN LATERAL (
        SELECT count(*)::int AS seats, count(*) FILTER (WHERE s.kind = 'wheelchair')::int AS wheelchair,
               count(*) FILTER (WHERE s.restricted_view)::int AS restricted
        FROM seats s WHERE s.plan_id = p.id) c
    WHERE p.id = :plan AND p.organizer_id = :organizer
""")

COUNTED = """
    SELECT t.name, count(s.id)::int FROM {parts} t JOIN seats s ON s.{part} = t.id
    WHERE t.plan_id = :plan GROUP BY t.id ORDER BY t.position, t.id
"""
SECTIONS = text(COUNTED.format(parts="sections", part="section_id"))
LEVELS = text(COUNTED.format(parts="price_levels", part="level_id"))

PLANS = text("""
    SELECT p.id, p.name, o.slug AS organizer, v.name AS venue, v.city,
           (SELECT count(*) FROM seats s WHERE s.plan_id = p.id)::int AS seats,
           (SELECT count(*) FROM event_dates d WHERE d.plan_id = p.id)::int AS dates
    FROM seat_plans p JOIN organizers o ON o.id = p.organizer_id JOIN venues v ON v.id = p.venue_id
    ORDER BY o.slug, v.name, p.name
""")

VENUES = text("""
    SELECT o.id AS organizer_id, v.id FROM organizers o JOIN venues v ON v.organizer_id = o.id
    WHERE o.slug = :organizer AND (v.id::text = :venue OR lower(v.name) = lower(:venue))
""")


def plans(db: Session) -> list[PlanRow]:
    """All plans of all organizers."""
    return [PlanRow(**row._mapping) for row in db.execute(PLANS)]


def plan(db: Session, organizer_id: UUID, plan_id: UUID) -> PlanCounts:
    row = db.execute(PLAN, {"plan": plan_id, "organizer": organizer_id}).one_or_none()
    if row is None:
        raise NotFound("There is no such seat plan here.")
    sections, levels = (
        tuple((name, seats) for name, seats in db.execute(counted, {"plan": plan_id}))
        for counted in (SECTIONS, LEVELS)
    )
    return PlanCounts(**row._mapping, sections=sections, levels=levels)


def find_venue(db: Session, organizer: str, venue: str) -> tuple[UUID, UUID]:
    """The organizer's and the venue's id, by the organizer's name in addresses and the venue's id or name."""
    found = db.execute(VENUES, {"organizer": organizer, "venue": venue}).all()
    if not found:
        raise NotFound(f"{organizer} has no venue “{venue}”.")
    if len(found) > 1:
        ids = ", ".join(str(row.id) for row in found)
        raise Conflict(f"{organizer} has {len(found)} venues “{venue}”. Name one by its id: {ids}.")
    return found[0].organizer_id, found[0].id
