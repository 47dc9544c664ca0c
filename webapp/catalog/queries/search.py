"""Search: words, place, days, price; facets with counts; and what somebody may have meant."""

import math
import re
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.catalog.queries.cards import Card, cards
from webapp.catalog.queries.home import weekend_of
from webapp.core.text import folded, slug

PER_PAGE = 20
SORTS = {"date": "Date", "new": "Newest", "price": "Price", "left": "Nearly gone"}
WHEN = {"today": "Today", "weekend": "This weekend", "week": "Next 7 days", "month": "Next 30 days"}

MATCHED = """
    SELECT d.id AS date_id, d.event_id, d.starts_at, e.category, e.published_at, v.city_slug, v.city
    FROM event_dates d JOIN events e ON e.id = d.event_id JOIN venues v ON v.id = d.venue_id
    WHERE e.status = 'published' AND d.status <> 'cancelled' AND {where}
"""

# Each event once, with the first of its dates that match.
EVENTS = """
    SELECT DISTINCT ON (event_id) event_id, date_id, starts_at, published_at,
           count(*) OVER (PARTITION BY event_id)::int AS dates
    FROM ({matched}) matched ORDER BY event_id, starts_at, date_id
"""

PAGE = """
    SELECT o.date_id, o.dates, row_number() OVER (ORDER BY {order}) AS place
    FROM ({events}) o {joins} ORDER BY {order} LIMIT :limit OFFSET :offset
"""

COUNTS = "SELECT count(*)::int AS dates, count(DISTINCT event_id)::int AS events FROM ({matched}) matched"

ORDERS = {
    "date": ("o.starts_at, o.date_id", ""),
    "new": ("o.published_at DESC, o.date_id", ""),
    "price": (
        "c.low, o.starts_at, o.date_id",
        (
            "CROSS JOIN LATERAL (SELECT coalesce(min(price), 2147483647) AS low FROM ticket_types"
            " WHERE date_id = o.date_id AND NOT hidden AND NOT withdrawn) c"
        ),
    ),
    "left": (
        "c.free <= 0, c.free, o.starts_at, o.date_id",
        (
            "CROSS JOIN LATERAL (SELECT coalesce(sum(capacity - taken), 0) AS free FROM pools"
            " WHERE date_id = o.date_id) c"
        ),
    ),
}

FACET = """
    SELECT {column} AS value, min({label}) AS label, count(*)::int
    FROM ({matched}) matched GROUP BY 1 ORDER BY 3 DESC, 1 LIMIT 8
"""


@dataclass(frozen=True)
class Search:
    """A search as its address says it; `price` is the most a ticket may cost, in whole units."""

    q: str = ""
    city: str = ""
    categories: tuple[str, ...] = ()
    when: str = ""
    since: date | None = None
    until: date | None = None
    price: int | None = None
    free: bool = False
    available: bool = False
    sort: str = "date"
    page: int = 1
    wrong: dict[str, str] = field(default_factory=dict)

    @property
    def city_slug(self) -> str:
        return slug(self.city)

    def query(self, **changes: object) -> str:
        """The address of this search with something changed; what is not asked for is left out."""
        one = replace(self, **{"page": 1, **changes})  # type: ignore[arg-type]  # names of our own fields
        pairs: list[tuple[str, object]] = [("q", one.q), ("city", one.city)]
        pairs += [("category", category) for category in one.categories]
        pairs += [("when", one.when), ("from", one.since), ("to", one.until), ("price", one.price)]
        pairs += [("free", int(one.free)), ("available", int(one.available))]
        pairs += [
            ("sort", one.sort if one.sort != "date" else ""),
            ("page", one.page if one.page > 1 else ""),
        ]
        query = urlencode(
            [(name, value) for name, value in pairs if value or (value == 0 and name == "price")]
        )
        return f"/search?{query}" if query else "/search"

    def at_page(self, number: int) -> str:
        return self.query(page=number)

    def values(self) -> dict[str, str]:
        """What the fields of the form show."""
        return {
            "q": self.q,
            "city": self.city,
            "from": self.since.isoformat() if self.since else "",
            "to": self.until.isoformat() if self.until else "",
            "price": "" if self.price is None else str(self.price),
        }

    def span(self, now: datetime) -> tuple[datetime, datetime | None]:
        """The instants between which a date begins or still goes on; days are those of UTC."""
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        if self.when == "today":
            return now, midnight + timedelta(days=1, hours=8)
        if self.when in ("week", "month"):
            return now, now + timedelta(days=7 if self.when == "week" else 30)
        since = (
            midnight.replace(year=self.since.year, month=self.since.month, day=self.since.day)
            if self.since
            else now
        )
        until = None
        if self.until:
            until = midnight.replace(
                year=self.until.year, month=self.until.month, day=self.until.day
            ) + timedelta(days=1)
        return max(now, since), until


@dataclass(frozen=True)
class Option:
    """One choice of a facet and how many dates it would show."""

    value: str
    label: str
    count: int | None
    chosen: bool


@dataclass(frozen=True)
class Results:
    cards: list[Card]
    dates: int
    events: int
    pages: int
    categories: list[tuple[str, int]]
    cities: list[tuple[str, str, int]]


def results(db: Session, search: Search, now: datetime) -> Results:
    where, values = _where(search, now)
    matched = MATCHED.format(where=where)
    counted = db.execute(text(COUNTS.format(matched=matched)), values).one()
    order, joins = ORDERS[search.sort]
    page = PAGE.format(events=EVENTS.format(matched=matched), order=order, joins=joins)
    paged = {**values, "limit": PER_PAGE, "offset": (search.page - 1) * PER_PAGE}
    return Results(
        cards=cards(db, page, paged, now),
        dates=counted.dates,
        events=counted.events,
        pages=math.ceil(counted.events / PER_PAGE),
        categories=_categories(db, search, now),
        cities=_cities(db, search, now),
    )


def nearest(db: Session, search: Search, now: datetime) -> datetime | None:
    """When the next date begins that fits everything but the days."""
    where, values = _where(replace(search, when="", since=None, until=None), now)
    query = f"SELECT min(starts_at) FROM ({MATCHED.format(where=where)}) m"  # noqa: S608  # our own parts
    first: datetime | None = db.scalar(text(query), values)
    return first


def did_you_mean(db: Session, search: Search) -> list[str]:
    """Other spellings of the words that find nothing, as whole searches, best first."""
    words = _words(search.q)
    if not words:
        return []
    corrected = [_nearest_words(db, word) for word in words]
    if not any(found and found[0] != word for word, found in zip(words, corrected, strict=True)):
        return []
    pairs = list(zip(words, corrected, strict=True))
    best = " ".join(found[0] if found else word for word, found in pairs)
    next_best = " ".join(found[-1] if found else word for word, found in pairs)
    return list(dict.fromkeys((best, next_best)))


def _nearest_words(db: Session, word: str) -> list[str]:
    """The words of the programme that look most like this one, at most two; itself when it is one of them.

    With pg_trgm PostgreSQL compares; without it the vocabulary's own three-letter pieces do.
    """
    if db.scalar(text("SELECT 1 FROM words WHERE word = :word"), {"word": word}):
        return [word]
    pieces = trigrams(word)
    if db.scalar(text("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")):
        query = """
            SELECT word FROM words WHERE similarity(word, :word) > 0.3
            ORDER BY similarity(word, :word) DESC, events DESC, word LIMIT 2
        """
    else:
        query = """
            SELECT word FROM (
                SELECT word, events, cardinality(trigrams) AS length,
                       (SELECT count(*) FROM unnest(trigrams) piece WHERE piece = ANY(:pieces)) AS shared
                FROM words WHERE trigrams && CAST(:pieces AS text[])
            ) near WHERE shared::float / (length + :pieces_count - shared) > 0.3
            ORDER BY shared::float / (length + :pieces_count - shared) DESC, events DESC, word LIMIT 2
        """
    return list(db.scalars(text(query), {"word": word, "pieces": pieces, "pieces_count": len(pieces)}))


def trigrams(word: str) -> list[str]:
    """The three-letter pieces of a word with its beginning and end, each once: as pg_trgm cuts it."""
    padded = f"  {word} "
    return sorted({padded[i : i + 3] for i in range(len(padded) - 2)})


def _where(search: Search, now: datetime) -> tuple[str, dict[str, Any]]:
    since, until = weekend_of(now) if search.when == "weekend" else search.span(now)
    parts = ["d.ends_at > :since"]
    values: dict[str, Any] = {"since": since, "now": now}
    if until:
        parts.append("d.starts_at < :until")
        values["until"] = until
    if words := _words(search.q):
        parts.append("e.search @@ to_tsquery('simple', :words)")
        values["words"] = " & ".join(f"{word}:*" for word in words)
    if search.city_slug:
        parts.append("v.city_slug LIKE :city")
        values["city"] = search.city_slug + "%"
    if search.categories:
        parts.append("e.category = ANY(:categories)")
        values["categories"] = list(search.categories)
    if search.free or search.price is not None:
        # Prices are compared by their number, whatever the currency: 25 means 25 of each.
        parts.append(
            "EXISTS (SELECT FROM ticket_types t JOIN organizers g ON g.id = e.organizer_id"
            " WHERE t.date_id = d.id AND NOT t.hidden AND NOT t.withdrawn"
            " AND t.price <= :price * CASE WHEN g.currency IN ('JPY', 'KRW') THEN 1 ELSE 100 END)"
        )
        values["price"] = 0 if search.free else search.price
    if search.available:
        parts.append(
            "d.status = 'on_sale'"
            " AND EXISTS (SELECT FROM pools p WHERE p.date_id = d.id AND p.taken < p.capacity)"
        )
    return " AND ".join(parts), values


def _words(typed: str) -> list[str]:
    return re.findall(r"\w+", folded(typed))[:8]


def _categories(db: Session, search: Search, now: datetime) -> list[tuple[str, int]]:
    """Counts as if no kind were chosen, so that another can be."""
    where, values = _where(replace(search, categories=()), now)
    query = FACET.format(column="category", label="category", matched=MATCHED.format(where=where))
    return [(row[0], row[2]) for row in db.execute(text(query), values)]


def _cities(db: Session, search: Search, now: datetime) -> list[tuple[str, str, int]]:
    where, values = _where(replace(search, city=""), now)
    query = FACET.format(column="city_slug", label="city", matched=MATCHED.format(where=where))
    return [(row[0], row[1], row[2]) for row in db.execute(text(query), values)]
