"""Who waits, and whose waiting has ended, as tables that staff filter, sort and take away."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from webapp.core.tables import Column, Sieve, Table


@dataclass(frozen=True)
class Row:
    """One entry. `place` is where it stands in the event's line, 0 for who waits no more."""

    id: UUID
    place: int
    name: str
    email: str
    places: int
    together: bool
    types: str
    state: str
    joined_at: datetime | None
    ended_at: datetime | None
    offered: int
    of_type: str
    made_by: str
    expires_at: datetime | None


# Where each stands is counted before anything is narrowed: a place in the line is not one in the table.
SOURCE = """(
    SELECT w.*, CASE WHEN w.state = 'waiting'
           THEN row_number() OVER (PARTITION BY w.state = 'waiting' ORDER BY w.joined_at, w.id)
           ELSE 0 END::int AS place
    FROM waitlist_entries w WHERE w.event_id = :event AND w.state <> 'unconfirmed'
) n"""

SELECT = """
    n.id, n.place, n.name, n.email, n.places, n.together, n.state, n.joined_at, n.ended_at,
    (SELECT string_agg(y.name || ', ' || to_char(d.starts_at AT TIME ZONE d.zone, 'FMDD FMMon'), '; '
                       ORDER BY d.starts_at, y.position)
     FROM ticket_types y JOIN event_dates d ON d.id = y.date_id
     WHERE y.id = ANY(n.ticket_type_ids)) AS types,
    coalesce(o.quantity, 0) AS offered, coalesce(t.name, '') AS of_type,
    coalesce(o.made_by, '') AS made_by, o.expires_at
"""

OFFERED = """
    LEFT JOIN LATERAL (SELECT * FROM waitlist_offers WHERE entry_id = n.id ORDER BY id DESC LIMIT 1) o ON true
    LEFT JOIN ticket_types t ON t.id = o.ticket_type_id
"""


@dataclass(frozen=True)
class Room:
    """A pool of the event: what is free, and how many entries would take it."""

    name: str
    starts_at: datetime
    zone: str
    free: int
    waiting: int
    returned: int


ROOMS = Table(
    name="places",
    prefix="room_",
    row=Room,
    columns=(
        Column("name", "Pool", sort="p.name"),
        Column("starts_at", "Date", sort="d.starts_at"),
        Column("free", "Free", sort="p.capacity - p.taken", number=True),
        Column("returned", "Given back", sort="returned", number=True),
        Column("waiting", "Entries that would take one", sort="waiting", number=True),
    ),
    select="""p.name, d.starts_at, d.zone, p.capacity - p.taken AS free,
              (SELECT count(*) FROM waitlist_wishes WHERE pool_id = p.id)::int AS waiting,
              (SELECT count(*) FROM ticket_returns
               WHERE pool_id = p.id AND state = 'open')::int AS returned""",
    source="pools p JOIN event_dates d ON d.id = p.date_id",
    where="d.event_id = :event AND d.ends_at > :now AND p.parent_id IS NULL",
    sort="starts_at",
    tie="p.name, p.id",
    per_page=10,
    words="p.name ILIKE :like",
    words_head="Pool",
    sieves=(Sieve("day", "Day", "CAST(d.starts_at AT TIME ZONE d.zone AS date) = :day", kind="day"),),
)

WORDS = "sought_person(n.name, n.email) @@ to_tsquery('simple', :words)"

LINE = Table(
    name="line",
    row=Row,
    columns=(
        Column("place", "Place", sort="n.place", number=True),
        Column("name", "Who", sort="lower(n.name)"),
        Column("email", "E-mail", shown=False),
        Column("places", "Wants", sort="n.places"),
        Column("together", "Together", shown=False),
        Column("types", "Of"),
        Column("joined_at", "Joined", sort="n.joined_at"),
        Column("state", "State"),
        Column("steps", ""),
    ),
    select=SELECT,
    source=SOURCE,
    joins=OFFERED,
    where="n.state IN ('waiting', 'offered', 'taken')",
    sort="place",
    tie="n.id",
    words=WORDS,
    words_head="Name or mail",
    sieves=(
        Sieve(
            *("state", "State", "n.state"),
            (("waiting", "Waiting"), ("offered", "Offered"), ("taken", "In a basket")),
            kind="tabs",
        ),
    ),
)

ENDED = Table(
    name="ended",
    row=Row,
    columns=(
        Column("name", "Who", sort="lower(n.name)"),
        Column("email", "E-mail", shown=False),
        Column("places", "Wanted", sort="n.places"),
        Column("offered", "Offered"),
        Column("ended_at", "Ended", sort="n.ended_at"),
        Column("state", "How"),
    ),
    select=SELECT,
    source=SOURCE,
    joins=OFFERED,
    where="n.state IN ('bought', 'lapsed', 'left', 'ended')",
    sort="-ended_at",
    tie="n.id",
    sieves=(
        Sieve(
            *("how", "How", "n.state"),
            (
                ("bought", "Bought"),
                ("lapsed", "Let it pass"),
                ("left", "Left"),
                ("ended", "List closed"),
            ),
            kind="tabs",
        ),
    ),
    prefix="ended_",
)
