"""Events, dates and venues as tables that staff filter, sort and take away."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from webapp.core.reach import within
from webapp.core.tables import Column, Sieve, Table, days
from webapp.web.filters import CATEGORIES

PLACES = """(SELECT coalesce(sum(capacity), 0)::int AS capacity, coalesce(sum(taken), 0)::int AS taken
             FROM pools JOIN event_dates x ON x.id = pools.date_id WHERE {of} AND NOT is_extra) p"""

AHEAD = """CROSS JOIN LATERAL (
    SELECT count(*)::int AS dates, min(zone) AS zone, min(starts_at) FILTER (WHERE ends_at > :now) AS next_at
    FROM event_dates WHERE event_id = e.id
) d"""


@dataclass(frozen=True)
class EventRow:
    """An event with all its dates; `next_at` is the first that is not over."""

    id: UUID
    title: str
    category: str
    status: str
    dates: int
    next_at: datetime | None
    zone: str | None
    capacity: int
    taken: int


@dataclass(frozen=True)
class DateRow:
    id: UUID
    event_id: UUID
    title: str
    starts_at: datetime
    zone: str
    venue: str
    city: str
    status: str
    event_status: str
    capacity: int
    taken: int


@dataclass(frozen=True)
class VenueRow:
    """A venue with what its form shows; `dates` are those ahead."""

    id: UUID
    name: str
    address: str
    city: str
    country: str
    latitude: float | None
    longitude: float | None
    zone: str
    dates: int


OWN = f"e.organizer_id = :organizer AND e.status NOT IN ('rehearsal', 'deleted') AND {within('e.id')}"

EVENTS = Table(
    name="events",
    row=EventRow,
    columns=(
        Column("title", "Event", sort="e.title"),
        Column("category", "Kind", sort="e.category"),
        Column("next_at", "Next date", sort="d.next_at {way} NULLS LAST"),
        Column("dates", "Dates", sort="d.dates", number=True),
        Column("taken", "Taken", sort="p.taken", number=True),
        Column("capacity", "Places", sort="p.capacity", number=True),
        Column(
            "full",
            "Full",
            sort="p.taken::float / greatest(p.capacity, 1)",
            cell=lambda row: f"{100 * row.taken // max(row.capacity, 1)}%",
        ),
        Column("status", "State"),
    ),
    select="e.id, e.title, e.category, e.status, d.dates, d.next_at, d.zone, p.capacity, p.taken",
    source="events e",
    joins=f"{AHEAD} CROSS JOIN LATERAL {PLACES.format(of='x.event_id = e.id')}",
    where=OWN,
    sort="next_at",
    tie="e.id",
    words="e.title ILIKE :like",
    words_head="Title",
    sieves=(
        Sieve("kind", "Kind", "e.category = :kind", tuple(CATEGORIES.items()), every="Every kind"),
        Sieve(
            *("status", "State", "e.status"),
            (("draft", "Draft"), ("published", "Published"), ("cancelled", "Cancelled")),
            kind="tabs",
        ),
    ),
)

DATES = Table(
    name="dates",
    row=DateRow,
    columns=(
        Column("starts_at", "Date", sort="d.starts_at"),
        Column("title", "Event", sort="e.title"),
        Column("venue", "Venue", sort="v.name"),
        Column("city", "City", shown=False),
        Column("taken", "Taken", sort="p.taken", number=True),
        Column("capacity", "Places", sort="p.capacity", number=True),
        Column(
            "left",
            "Left",
            sort="p.capacity - p.taken",
            cell=lambda row: row.capacity - row.taken,
            number=True,
        ),
        Column("status", "Sale"),
    ),
    select="""d.id, e.id AS event_id, e.title, d.starts_at, d.zone, v.name AS venue, v.city, d.status,
              e.status AS event_status, p.capacity, p.taken""",
    source="event_dates d JOIN events e ON e.id = d.event_id JOIN venues v ON v.id = d.venue_id",
    joins=f"CROSS JOIN LATERAL {PLACES.format(of='x.id = d.id')}",
    where=OWN,
    sort="starts_at",
    tie="d.id",
    words="e.title ILIKE :like OR v.name ILIKE :like OR v.city ILIKE :like",
    words_head="Event, venue or city",
    sieves=(
        Sieve("venue", "Venue", "d.venue_id = :venue", every="Every venue"),
        *(days("d.ends_at", zone="d.zone")[0], days("d.starts_at", zone="d.zone")[1]),
        Sieve(
            *("status", "Sale", "d.status"),
            (
                ("scheduled", "Not on sale"),
                ("on_sale", "On sale"),
                ("paused", "Paused"),
                ("cancelled", "Cancelled"),
            ),
            kind="tabs",
        ),
    ),
)

EVENT_DATES = replace(
    DATES,
    name="event-dates",
    prefix="date_",
    columns=tuple(column for column in DATES.columns if column.key not in {"title", "city"}),
    where=f"{OWN} AND e.id = :event_id",
    words="v.name ILIKE :like OR v.city ILIKE :like",
    words_head="Venue or city",
    sieves=tuple(sieve for sieve in DATES.sieves if sieve.key != "venue"),
    per_page=20,
)

VENUES = Table(
    name="venues",
    row=VenueRow,
    columns=(
        Column("name", "Venue", sort="v.name"),
        Column("address", "Address"),
        Column("city", "City", sort="v.city_slug"),
        Column("country", "Country", shown=False),
        Column("zone", "Zone"),
        Column("latitude", "Latitude", shown=False),
        Column("longitude", "Longitude", shown=False),
        Column("dates", "Dates ahead", sort="dates", number=True),
        Column("change", ""),
    ),
    select="""v.id, v.name, v.address, v.city, v.country, v.latitude, v.longitude, v.zone,
              (SELECT count(*) FROM event_dates WHERE venue_id = v.id AND ends_at > :now)::int AS dates""",
    source="venues v",
    where="v.organizer_id = :organizer",
    sort="name",
    tie="v.id",
    words="v.name ILIKE :like OR v.city ILIKE :like OR v.address ILIKE :like",
    words_head="Name, city or address",
)
