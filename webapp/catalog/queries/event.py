"""An event as its page shows it, and the one small query that says whether the page is still right."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.catalog import rules
from webapp.catalog.queries.cards import poster_url
from webapp.catalog.queries.money import LEAST_NOW
from webapp.catalog.queries.out import KNOWN, STATUS
from webapp.catalog.queries.types import TypeRow, date_types
from webapp.catalog.rules import Window
from webapp.core import clock
from webapp.core.errors import NotFound


@dataclass(frozen=True)
class DateRow:
    """A date in the list of an event's dates."""

    id: UUID
    url: str
    starts_at: datetime
    ends_at: datetime
    doors_at: datetime | None
    zone: str
    note: str
    status: str
    is_seated: bool
    on_sale_at: datetime | None
    left_text: str
    left_level: str
    low: int | None
    high: int | None
    venue: str
    address: str
    city: str
    city_slug: str
    country: str
    latitude: float | None
    longitude: float | None
    room_id: UUID | None

    @property
    def seats_url(self) -> str:
        """Where its seats are chosen; nothing for a date without numbered seats."""
        return self.url.replace("?", "/seats?") if self.is_seated else ""


@dataclass(frozen=True)
class EventPage:
    id: UUID
    slug: str
    title: str
    summary: str
    description: str
    category: str
    status: str
    tax_bp: int
    tax_name: str
    currency: str
    organizer: str
    organizer_slug: str
    poster_url: str
    is_picture: bool
    dates: list[DateRow]
    chosen: DateRow
    types: list[TypeRow]
    price_text: str
    price_range: str
    is_over: bool
    next_change: datetime | None

    @property
    def sold_out(self) -> tuple[bool, bool]:
        """Whether some of what the chosen date sells has no place left, and whether all of it."""
        gone = [one.closed_text == rules.SOLD_OUT for one in self.types if not one.is_addon]
        return any(gone), bool(gone) and all(gone)


_STATE = """
    SELECT e.version, (
        SELECT string_agg(p.taken || '/' || p.capacity || '/' || coalesce(p.awaited, 0), ' ' ORDER BY p.id)
        FROM event_dates d JOIN pools p ON p.date_id = d.id WHERE d.event_id = e.id
    ) FROM events e
    WHERE e.slug = :slug AND {known}
"""
STATE = text(_STATE.format(known=KNOWN))

_EVENT = """
    SELECT e.id, e.slug, e.title, e.summary, e.description, e.category, {status} AS status,
           e.tax_bp, e.tax_name,
           e.poster, e.image, g.currency, g.name AS organizer, g.slug AS organizer_slug
    FROM events e JOIN organizers g ON g.id = e.organizer_id
    WHERE e.slug = :slug AND {known}
"""
EVENT = text(_EVENT.format(status=STATUS, known=KNOWN))

# Places that fit somebody of the waiting list are as good as taken: they are offered there first.
DATES = """
    SELECT d.id, d.starts_at, d.ends_at, d.doors_at, d.zone, d.status, d.on_sale_at,
           d.plan_id IS NOT NULL AS is_seated, d.room_id,
           v.name AS venue, v.address, v.city, v.city_slug, v.country, v.latitude, v.longitude,
           p.capacity, p.taken, t.low, t.high
    FROM event_dates d JOIN venues v ON v.id = d.venue_id
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(capacity), 0)::int AS capacity,
               coalesce(sum(CASE WHEN awaited <= capacity - taken THEN capacity ELSE taken END), 0)::int
                   AS taken
        FROM pools WHERE date_id = d.id AND parent_id IS NULL AND NOT is_extra
    ) p
    CROSS JOIN LATERAL (
        SELECT min({price}) AS low, max({price}) AS high FROM ticket_types t
        WHERE date_id = d.id AND NOT hidden AND NOT withdrawn AND NOT is_addon
    ) t
    WHERE d.event_id = :event ORDER BY d.starts_at, d.id
"""


DATES_NOW = text(DATES.format(price=LEAST_NOW))


def state(db: Session, slug: str) -> str:
    """Changes whenever the page's facts or what is left do. One statement, by the unique slug."""
    row = db.execute(STATE, {"slug": slug}).one_or_none()
    if row is None:
        raise NotFound("No event stands under this address. Perhaps it was renamed; search for its title.")
    return f"{row[0]} {row[1]}"


def event_page(
    db: Session, slug: str, now: datetime, *, date_id: UUID | None = None, code: str = ""
) -> EventPage:
    """The page with the chosen date, else the next that can be bought; `code` may reveal hidden types."""
    row = db.execute(EVENT, {"slug": slug}).one_or_none()
    if row is None:
        raise NotFound("No event stands under this address. Perhaps it was renamed; search for its title.")
    event = row._mapping
    dates = [_date(date._mapping, event, now) for date in db.execute(DATES_NOW, {"event": event["id"]})]
    if not dates:
        raise NotFound("This event has no dates yet. Look again later.")
    chosen = _chosen(dates, date_id, now)
    types = date_types(db, event["id"], chosen, event["currency"], now, code=code)
    low, high = _prices(dates)
    return EventPage(
        **{name: event[name] for name in FACTS},
        poster_url=poster_url(event["slug"], event["image"] or event["poster"]),
        is_picture=bool(event["image"]),
        dates=dates,
        chosen=chosen,
        types=types,
        price_text=rules.price_text(low, high, event["currency"]),
        price_range=rules.price_range(low, high, event["currency"]),
        is_over=all(date.ends_at <= now for date in dates),
        next_change=_next_change(dates, types, now),
    )


FACTS = (
    *("id", "slug", "title", "summary", "description", "category", "status", "tax_bp", "tax_name"),
    *("currency", "organizer", "organizer_slug"),
)


def _chosen(dates: list[DateRow], date_id: UUID | None, now: datetime) -> DateRow:
    for date in dates:
        if date.id == date_id:
            return date
    ahead = [date for date in dates if date.ends_at > now]
    open_ones = [date for date in ahead if date.left_level != "none"]
    return (open_ones or ahead or dates[-1:])[0]


def _date(row: Any, event: Any, now: datetime) -> DateRow:
    status = "cancelled" if event["status"] == "cancelled" else row["status"]
    window = Window(status, row["on_sale_at"], None, row["ends_at"], row["zone"])
    closed = rules.closed_text(window, now)
    left_text, level = rules.availability(row["capacity"] - row["taken"], row["capacity"])
    facts = {name: row[name] for name in PLACE}
    return DateRow(
        **facts,
        url=f"/events/{event['slug']}?date={row['id']}",
        note=_note(row),
        status=status,
        left_text=closed or left_text,
        left_level="none" if closed else level,
        room_id=row["room_id"] if status != "cancelled" and row["ends_at"] > now else None,
    )


PLACE = (
    *("id", "starts_at", "ends_at", "doors_at", "zone", "is_seated", "on_sale_at", "low", "high"),
    *("venue", "address", "city", "city_slug", "country", "latitude", "longitude"),
)


def _note(row: Any) -> str:
    note = f"{clock.local(row['starts_at'], row['zone']):%H:%M}"
    if row["doors_at"]:
        note += f", doors {clock.local(row['doors_at'], row['zone']):%H:%M}"
    return note


def _prices(dates: list[DateRow]) -> tuple[int | None, int | None]:
    lows = [date.low for date in dates if date.low is not None]
    highs = [date.high for date in dates if date.high is not None]
    return (min(lows), max(highs)) if lows else (None, None)


def _next_change(dates: list[DateRow], types: list[TypeRow], now: datetime) -> datetime | None:
    """When the page reads differently by itself: a sale opens or closes, a date begins or ends."""
    moments = [moment for date in dates for moment in (date.on_sale_at, date.starts_at, date.ends_at)]
    moments += [moment for one in types for moment in (one.opens, one.closes, *one.step_ends)]
    return min((moment for moment in moments if moment and moment > now), default=None)
