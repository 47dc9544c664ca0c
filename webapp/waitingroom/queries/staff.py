"""An organizer's rooms, what else could have one, and how many went in."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.core.errors import NotFound
from webapp.core.reach import Reach, within
from webapp.core.tables import Column, Sieve, Table
from webapp.waitingroom.queries.rooms import ROOM_FACTS, ROOMS, ROOMS_FROM, RoomView

OF_HOUSE = text(f"""
    {ROOMS} WHERE e.organizer_id = :organizer AND d.dates > 0 AND {within("e.id")}
    ORDER BY r.in_force_since IS NULL, d.starts_at, r.id LIMIT 100
""")
OF_HOUSE_ONE = text(f"{ROOMS} WHERE e.organizer_id = :organizer AND r.id = :room AND d.dates > 0")

# Figures of the line come from Redis, so they are on the page only, and nothing sorts by them.
ROOM_TABLE = Table(
    name="rooms",
    row=RoomView,
    columns=(
        Column("title", "Sale", sort="e.title"),
        Column("date", "Date", sort="d.starts_at", cell=lambda room: room.date_starts_at),
        Column("mode", "State", sort="r.in_force_since {way} NULLS LAST"),
        Column("waiting", "Waiting", number=True, filed=False),
        Column("inside", "Shopping", number=True, filed=False),
        Column("pace", "In a minute", number=True, filed=False),
        Column("per_minute", "Dialled", sort="r.per_minute", number=True),
        Column("left", "Places left", sort="p.free + x.expired", number=True),
        Column("capacity", "Of", shown=False),
    ),
    select=ROOM_FACTS,
    source=ROOMS_FROM,
    where=f"e.organizer_id = :organizer AND d.dates > 0 AND {within('e.id')}",
    sort="mode",
    tie="r.id",
    words="e.title ILIKE :like",
    words_head="Sale",
    sieves=(
        Sieve(
            *("mode", "State", "r.mode"),
            (("on", "On"), ("auto", "On their guard"), ("off", "Off")),
            kind="tabs",
        ),
    ),
)

STATES = (("asked", "Asked for"), ("running", "Running"), ("done", "Done"), ("failed", "Failed"))
SOLD = "CAST(r.report ->> 'sold' AS int)"


@dataclass(frozen=True)
class Rehearsed:
    """A rehearsal of an event's sale; what came of it is None until it is done."""

    id: UUID
    created_at: datetime
    visitors: int
    state: str
    progress: int
    sold: int | None
    places: int | None
    longest_line: int | None


REHEARSALS = Table(
    name="rehearsals",
    row=Rehearsed,
    columns=(
        Column("created_at", "Asked for", sort="r.id"),
        Column("visitors", "Visitors", sort="r.visitors", number=True),
        Column("sold", "Sold", sort=f"{SOLD} {{way}} NULLS LAST", number=True),
        Column("places", "Of", shown=False),
        Column("longest_line", "Longest queue", number=True),
        Column("state", "State", cell=lambda row: dict(STATES)[row.state]),
    ),
    select=f"""r.id, r.created_at, r.visitors, r.state, r.progress, {SOLD} AS sold,
               CAST(r.report ->> 'places' AS int) AS places,
               CAST(r.report ->> 'longest_line' AS int) AS longest_line""",
    source="rehearsals r JOIN events e ON e.id = r.event_id",
    where="""e.organizer_id = :organizer
             AND r.event_id = (SELECT event_id FROM waiting_rooms WHERE id = :room)""",
    sort="-created_at",
    tie="r.id",
    per_page=10,
    sieves=(Sieve("state", "State", "r.state", STATES, kind="tabs"),),
)

SCOPES = """
    SELECT e.id AS event_id, e.title, d.id AS date_id, d.starts_at, d.zone,
           row_number() OVER (PARTITION BY e.id ORDER BY d.starts_at, d.id) = 1 AS is_first
    FROM events e JOIN event_dates d ON d.event_id = e.id
    WHERE e.organizer_id = :organizer AND d.ends_at > :now AND d.status <> 'cancelled'
      AND e.status IN ('draft', 'published') AND {within}
    ORDER BY d.starts_at, d.id LIMIT 200
"""

PER_MINUTE = text("""
    SELECT m.at, count(a.id)::int AS people
    FROM generate_series(date_trunc('minute', CAST(:since AS timestamptz)),
                         date_trunc('minute', CAST(:now AS timestamptz)), interval '1 minute') AS m(at)
    LEFT JOIN (room_admissions a JOIN room_draws w ON w.id = a.draw_id AND w.room_id = :room)
      ON a.admitted_at >= m.at AND a.admitted_at < m.at + interval '1 minute'
    GROUP BY m.at ORDER BY m.at
""")


@dataclass(frozen=True)
class Minute:
    """How many people went in within one minute."""

    at: datetime
    people: int


@dataclass(frozen=True)
class ScopeRow:
    """A date that could have a room, alone or with all dates of its event."""

    event_id: UUID
    title: str
    date_id: UUID
    starts_at: datetime
    zone: str
    is_first: bool


def rooms_of_house(db: Session, organizer_id: UUID, reach: Reach, now: datetime) -> list[RoomView]:
    """Those in force first."""
    values = {"organizer": organizer_id, "now": now, **reach.values()}
    return [RoomView(**row._mapping) for row in db.execute(OF_HOUSE, values)]


def room_of_house(db: Session, organizer_id: UUID, room_id: UUID, now: datetime) -> RoomView:
    values = {"organizer": organizer_id, "room": room_id, "now": now}
    found = db.execute(OF_HOUSE_ONE, values).one_or_none()
    if found is None:
        raise NotFound("There is no such waiting room here.")
    return RoomView(**found._mapping)


def scopes(db: Session, organizer_id: UUID, reach: Reach, now: datetime) -> list[ScopeRow]:
    """Dates that are not over, soonest first."""
    values = {"organizer": organizer_id, "now": now, **reach.values()}
    return [
        ScopeRow(**row._mapping) for row in db.execute(text(SCOPES.format(within=within("e.id"))), values)
    ]


def per_minute(db: Session, room_id: UUID, now: datetime) -> list[Minute]:
    """Who went in, minute by minute, in the last hour."""
    values = {"room": room_id, "now": now, "since": now - timedelta(minutes=59)}
    return [Minute(**row._mapping) for row in db.execute(PER_MINUTE, values)]
