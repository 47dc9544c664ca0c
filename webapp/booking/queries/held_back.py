"""The seats of a date for its staff: what each level has, and what is held back for whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.core.errors import NotFound
from webapp.core.harm import Harm
from webapp.seating.queries import plans
from webapp.seating.queries.plans import Plan


@dataclass(frozen=True)
class LevelRow:
    """A price level on this date; `pool` is empty where it is not sold."""

    id: UUID
    name: str
    seats: int
    pool: str
    taken: int
    blocked: int

    @property
    def free(self) -> int:
        return self.seats - self.taken - self.blocked


@dataclass(frozen=True)
class SectionRow:
    """A section with how many of its seats nobody has."""

    id: UUID
    name: str
    free: int


@dataclass(frozen=True)
class BlockRow:
    id: UUID
    name: str
    seats: int
    said: str

    @property
    def releasing(self) -> Harm:
        return Harm(
            title=f"Release the seats for {self.name}?",
            name=self.name,
            effects=(f"{self.said}: on sale for everybody at once.",),
            undo="Hold them back again, as far as they are free then.",
        )


@dataclass(frozen=True)
class DateSeats:
    """`plans` are those that the date may get; once it has one, `plan_id` and `version` name it.

    `newest` is the last version of its plan, where it has an older one.
    """

    id: UUID
    title: str
    starts_at: object
    zone: str
    status: str
    venue: str
    plan_id: UUID | None
    version: int | None
    plan: str | None
    newest_id: UUID | None
    newest: str | None
    plans: tuple[tuple[UUID, str], ...]
    levels: tuple[LevelRow, ...]
    blocks: tuple[BlockRow, ...]
    sections: tuple[SectionRow, ...]

    @property
    def taking_off(self) -> Harm:
        return Harm(
            title=f"Take {self.plan} off this date?",
            name=self.plan or "",
            effects=("The date is sold by places again, once you add pools and ticket types.",),
            undo="Give the plan to the date again; its prices are typed anew.",
        )

    @property
    def is_unused(self) -> bool:
        """Whether nobody has a seat of the plan, so that it can be taken off again."""
        return not any(level.taken or level.blocked for level in self.levels)


@dataclass(frozen=True)
class Hall:
    """A date with its plan. `owners` says whose a claimed seat is: a block's name, or nothing for guests."""

    date: DateSeats
    plan: Plan
    owners: Mapping[int, str]


DATE = text("""
    WITH RECURSIVE newer AS (
        SELECT n.id, n.name, 1 AS step FROM event_dates d JOIN seat_plans n ON n.replaces_id = d.plan_id
        WHERE d.id = :date
        UNION ALL SELECT n.id, n.name, step + 1 FROM newer JOIN seat_plans n ON n.replaces_id = newer.id
    ), newest AS (
        SELECT id, name FROM newer ORDER BY step DESC, id DESC LIMIT 1
    )
    SELECT d.id, e.title, d.starts_at, d.zone, d.status, v.name AS venue, d.venue_id, d.plan_id,
           p.version, p.name AS plan, n.id AS newest_id, n.name AS newest
    FROM event_dates d JOIN events e ON e.id = d.event_id JOIN venues v ON v.id = d.venue_id
    LEFT JOIN seat_plans p ON p.id = d.plan_id LEFT JOIN newest n ON true
    WHERE d.id = :date AND e.organizer_id = :organizer
""")

PLANS = text("""
    SELECT id, name FROM seat_plans p WHERE venue_id = :venue AND organizer_id = :organizer
    AND NOT EXISTS (SELECT FROM seat_plans n WHERE n.replaces_id = p.id) ORDER BY name
""")

LEVELS = text("""
    SELECT l.id, l.name, count(s.id)::int AS seats, coalesce(o.name, '') AS pool,
           count(c.seat_id) FILTER (WHERE c.block_id IS NULL)::int AS taken, count(c.block_id)::int AS blocked
    FROM price_levels l JOIN seats s ON s.level_id = l.id
    LEFT JOIN seat_claims c ON c.date_id = :date AND c.seat_id = s.id
    LEFT JOIN pool_levels p ON p.date_id = :date AND p.level_id = l.id LEFT JOIN pools o ON o.id = p.pool_id
    WHERE l.plan_id = :plan GROUP BY l.id, l.name, l.position, o.name ORDER BY l.position, l.id
""")

SECTIONS = text("""
    SELECT n.id, n.name, count(p.pool_id) FILTER (WHERE c.seat_id IS NULL)::int AS free
    FROM sections n JOIN seats s ON s.section_id = n.id
    LEFT JOIN seat_claims c ON c.date_id = :date AND c.seat_id = s.id
    LEFT JOIN pool_levels p ON p.date_id = :date AND p.level_id = s.level_id
    WHERE n.plan_id = :plan GROUP BY n.id ORDER BY n.position, n.id
""")

OWNERS = text("""
    SELECT s.ordinal, coalesce(b.name, '') AS block
    FROM seat_claims c JOIN seats s ON s.id = c.seat_id LEFT JOIN seat_blocks b ON b.id = c.block_id
    WHERE c.date_id = :date
""")

# The first few seats are said, so that staff recognise the block.
BLOCKS = text("""
    SELECT b.id, b.name, count(*)::int AS seats,
           array_to_string((array_agg(n.name || ' ' || s.row || ' ' || s.number
                            ORDER BY n.position, s.row_position, s.position))[1:12], ', ') AS said
    FROM seat_blocks b JOIN seat_claims c ON c.block_id = b.id JOIN seats s ON s.id = c.seat_id
    JOIN sections n ON n.id = s.section_id
    WHERE b.date_id = :date GROUP BY b.id, b.name ORDER BY b.name
""")


def date_seats(db: Session, organizer_id: UUID, date_id: UUID, *, plan_id: UUID | None = None) -> DateSeats:
    """A date of the organizer's; its levels are those of its plan, or of the plan that it might get."""
    row = db.execute(DATE, {"date": date_id, "organizer": organizer_id}).one_or_none()
    if row is None:
        raise NotFound("There is no such date here.")
    facts = dict(row._mapping)
    venue_id = facts.pop("venue_id")
    there = db.execute(PLANS, {"venue": venue_id, "organizer": organizer_id}).all()
    offered = {plan.id: plan.name for plan in there}
    shown = row.plan_id or (plan_id if plan_id in offered else next(iter(offered), None))
    return DateSeats(
        **facts,
        plans=tuple(offered.items()),
        levels=tuple(
            LevelRow(**level._mapping) for level in db.execute(LEVELS, {"date": date_id, "plan": shown})
        ),
        blocks=tuple(BlockRow(**block._mapping) for block in db.execute(BLOCKS, {"date": date_id})),
        sections=tuple(
            SectionRow(**part._mapping)
            for part in db.execute(SECTIONS, {"date": date_id, "plan": row.plan_id})
        ),
    )


def hall(db: Session, organizer_id: UUID, date_id: UUID) -> Hall:
    """The date with its plan, and who has what of it."""
    date = date_seats(db, organizer_id, date_id)
    if date.plan_id is None or date.version is None:
        raise NotFound("This date has no plan, so it has no seats to hold back.")
    return Hall(date, plans.kept(db, date.plan_id, date.version), _owners(db, date_id))


def _owners(db: Session, date_id: UUID) -> dict[int, str]:
    return {row.ordinal: row.block for row in db.execute(OWNERS, {"date": date_id})}
