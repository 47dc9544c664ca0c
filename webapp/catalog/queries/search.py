"""Search: words, place, days, price; each event once; facets with counts."""

import math
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.catalog.queries.asked import Search
from webapp.catalog.queries.cards import Card, cards
from webapp.catalog.queries.days import LOCAL_START, TODAY, between, month_of, weekend_days
from webapp.catalog.queries.money import LEAST_NOW, NUMBER, STEP_IN_FORCE
from webapp.catalog.queries.out import OUT
from webapp.core.text import words

PER_PAGE = 20
MOST_CITIES, MOST_MONTHS = 12, 4

FROM = """
    FROM event_dates d JOIN events e ON e.id = d.event_id
    JOIN venues v ON v.id = d.venue_id JOIN organizers g ON g.id = e.organizer_id
    WHERE {out} AND d.status <> 'cancelled' AND d.ends_at > :now AND {where}
"""

# Each event once with the first of its dates that match, and how many match.
EVENTS = """
    SELECT DISTINCT ON (d.event_id) d.id AS date_id, d.starts_at, e.published_at,
           {rank} AS rank, {number} AS number, (count(*) OVER every)::int AS dates
    {matched} WINDOW every AS (
        -- Ordered as the whole, so that one sort does for both.
        PARTITION BY d.event_id ORDER BY d.starts_at, d.id
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    ) ORDER BY d.event_id, d.starts_at, d.id
"""

PAGE = """
    SELECT o.date_id, o.dates, count(*) OVER ()::int AS events
    FROM ({events}) o {joins} ORDER BY {order}, o.starts_at, o.date_id LIMIT :limit OFFSET :offset
"""

RANK = "ts_rank(e.search, to_tsquery('simple', :words))"

# What a page of dates reads; the first query found them.
THESE = """
    SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:counts AS int[]))
    WITH ORDINALITY AS found (date_id, dates, place)
"""

ORDERS = {
    "date": ("o.starts_at", ""),
    "best": ("o.rank DESC", ""),
    "new": ("o.published_at DESC", ""),
    # Joined as a whole: asking for each event by itself is slow when there are many.
    "price": (
        "c.low / o.number NULLS LAST",
        (
            "LEFT JOIN (SELECT t.date_id, min(coalesce(t.price_floor, s.price, t.price))::numeric AS low"  # noqa: S608
            f" FROM ticket_types t LEFT JOIN ({STEP_IN_FORCE}) s ON s.ticket_type_id = t.id"
            " WHERE NOT t.hidden AND NOT t.withdrawn AND NOT t.is_addon GROUP BY t.date_id) c"
            " ON c.date_id = o.date_id"
        ),
    ),
    "left": (
        "coalesce(c.free, 0) <= 0, c.free",
        (
            "LEFT JOIN (SELECT date_id, sum(capacity - taken) AS free FROM pools WHERE parent_id IS NULL"
            " AND NOT is_extra GROUP BY date_id) c"
            " ON c.date_id = o.date_id"
        ),
    ),
}

# One pass over everything that fits but for kind, city and days; the facets are added up from it.
GROUPS = """
    SELECT category, city_slug, min(city) AS city, today, weekend, week, month, count(*)::int AS dates FROM (
        SELECT e.category, v.city_slug, v.city, {today} AS today, {weekend} AS weekend,
               d.starts_at < :in_a_week AS week, date_trunc('month', {local})::date AS month
        {matched}
    ) fits GROUP BY category, city_slug, today, weekend, week, month
"""

PRICED = f"""EXISTS (
    SELECT FROM ticket_types t
    WHERE t.date_id = d.id AND NOT t.hidden AND NOT t.withdrawn AND NOT t.is_addon
      AND {LEAST_NOW} <= :price * {NUMBER}
)"""

BOOKABLE = """d.status = 'on_sale' AND (d.on_sale_at IS NULL OR d.on_sale_at <= :now) AND EXISTS (
    SELECT FROM ticket_types t
    WHERE t.date_id = d.id AND NOT t.hidden AND NOT t.withdrawn AND NOT t.is_addon
      AND t.min_per_order <= (
          SELECT min(capacity - taken) FROM pools WHERE id = ANY(t.pool_id || t.also_pools))
      AND (t.sale_starts_at IS NULL OR t.sale_starts_at <= :now)
      AND (t.sale_ends_at IS NULL OR t.sale_ends_at > :now)
)"""


@dataclass(frozen=True)
class Count:
    """One choice of a facet: its value in the address, how it reads, and how many dates it shows."""

    value: str
    label: str
    dates: int


@dataclass(frozen=True)
class Results:
    """A page of events, how much there is in all, and what it could be narrowed to."""

    cards: list[Card]
    dates: int
    events: int
    pages: int
    categories: list[Count]
    cities: list[Count]
    days: list[Count]


def results(db: Session, search: Search, now: datetime) -> Results:
    """Three statements, however much is found."""
    where, values = _where(search, now)
    rank = RANK if search.sort == "best" and "words" in values else "0"
    events = EVENTS.format(matched=FROM.format(out=OUT, where=where), rank=rank, number=NUMBER)
    order, joins = ORDERS[search.sort]
    page = PAGE.format(events=events, order=order, joins=joins)
    paged = {**values, "limit": PER_PAGE, "offset": (search.page - 1) * PER_PAGE}
    found = db.execute(text(page), paged).all()
    shown = {"ids": [row.date_id for row in found], "counts": [row.dates for row in found]}
    groups = _groups(db, search, now)
    dates = sum(row.dates for row in groups if _fits(row, search))
    number = found[0].events if found else _count(db, where, values) if search.page > 1 else 0
    return Results(
        cards=cards(db, THESE, shown, now),
        dates=dates,
        events=number,
        pages=math.ceil(number / PER_PAGE),
        categories=_categories(groups, search),
        cities=_cities(groups, search),
        days=_days(groups, search),
    )


def _count(db: Session, where: str, values: dict[str, Any]) -> int:
    """How many events there are; for pages behind the last, where no row says it."""
    query = f"SELECT count(DISTINCT d.event_id) {FROM.format(out=OUT, where=where)}"
    return int(db.scalar(text(query), values) or 0)


def nearest(db: Session, search: Search, now: datetime) -> tuple[datetime, str] | None:
    """When and in which zone the next date begins that fits everything but the days."""
    where, values = _where(replace(search, when="", since=None, until=None), now)
    query = f"SELECT d.starts_at, d.zone {FROM.format(out=OUT, where=where)} ORDER BY d.starts_at LIMIT 1"
    row = db.execute(text(query), values).first()
    return (row.starts_at, row.zone) if row else None


def _where(search: Search, now: datetime) -> tuple[str, dict[str, Any]]:
    """Everything that is asked for, as one condition with its values."""
    where, values = _base(search, now)
    parts = [where]
    if search.city_slug:
        parts.append("v.city_slug LIKE :city")
        values["city"] = search.city_slug + "%"
    if search.categories:
        parts.append("e.category = ANY(:categories)")
        values["categories"] = list(search.categories)
    if search.when == "today":
        parts.append(TODAY)
    elif search.when == "week":
        parts.append("d.starts_at < :in_a_week")
    elif search.when == "weekend":
        parts.append(between("weekend", *weekend_days(now.date()), values))
    elif first := month_of(search.when):
        # A month is what begins in it, so that the months add up.
        parts.append(f"date_trunc('month', {LOCAL_START})::date = :month")
        parts.append(between("in_month", first, (first + timedelta(days=31)).replace(day=1), values))
        values["month"] = first
    return " AND ".join(parts), values


def _base(search: Search, now: datetime) -> tuple[str, dict[str, Any]]:
    """What narrows the results without being a facet with counts."""
    parts = ["true"]
    values: dict[str, Any] = {"now": now, "in_a_week": now + timedelta(days=7)}
    if asked := words(search.q):
        parts.append("e.search @@ to_tsquery('simple', :words)")
        values["words"] = " & ".join(f"{word}:*" for word in asked)
    if search.since or search.until:
        last = search.until or date(2200, 1, 1)
        parts.append(between("asked", search.since or now.date(), last + timedelta(days=1), values))
    if search.price is not None:
        parts.append(PRICED)
        values["price"] = search.price
    if search.available:
        parts.append(BOOKABLE)
    return " AND ".join(parts), values


def _groups(db: Session, search: Search, now: datetime) -> list[Any]:
    where, values = _base(search, now)
    weekend = between("weekend", *weekend_days(now.date()), values)
    query = GROUPS.format(
        matched=FROM.format(out=OUT, where=where), today=TODAY, weekend=weekend, local=LOCAL_START
    )
    return list(db.execute(text(query), values))


def _fits(row: Any, search: Search, besides: str = "") -> bool:
    """Whether a group is among the results; as if the facet `besides` were not used."""
    return (
        (besides == "category" or not search.categories or row.category in search.categories)
        and (besides == "city" or row.city_slug.startswith(search.city_slug))
        and (besides == "when" or not search.when or _is_when(row, search.when))
    )


def _is_when(row: Any, when: str) -> bool:
    return bool(getattr(row, when)) if when in DAYS else row.month == month_of(when)


DAYS = {"today": "Today", "weekend": "This weekend", "week": "Next 7 days"}


def _categories(groups: list[Any], search: Search) -> list[Count]:
    """Counts as if no kind were chosen, so that another can be; what is chosen stays with none."""
    counts = dict.fromkeys(search.categories, 0)
    for row in groups:
        if _fits(row, search, "category"):
            counts[row.category] = counts.get(row.category, 0) + row.dates
    return _most([Count(value, value, dates) for value, dates in counts.items()], 8)


def _cities(groups: list[Any], search: Search) -> list[Count]:
    counts: dict[tuple[str, str], int] = {}
    for row in groups:
        if _fits(row, search, "city"):
            counts[row.city_slug, row.city] = counts.get((row.city_slug, row.city), 0) + row.dates
    return _most([Count(*city, dates) for city, dates in counts.items()], MOST_CITIES)


def _days(groups: list[Any], search: Search) -> list[Count]:
    """Any day, today, the weekend, the week, and the next months with something in them."""
    open_groups = [row for row in groups if _fits(row, search, "when")]
    found = [Count("", "Any day", sum(row.dates for row in open_groups))]
    for value, label in DAYS.items():
        found.append(Count(value, label, sum(row.dates for row in open_groups if getattr(row, value))))
    months: dict[date, int] = {}
    for row in open_groups:
        months[row.month] = months.get(row.month, 0) + row.dates
    chosen = month_of(search.when)
    ahead = sorted(months)[:MOST_MONTHS]
    shown = sorted({*ahead, *([chosen] if chosen else [])})
    return found + [Count(f"{day:%Y-%m}", f"{day:%B %Y}", months.get(day, 0)) for day in shown]


def _most(counts: list[Count], most: int) -> list[Count]:
    return sorted(counts, key=lambda count: (-count.dates, count.label))[:most]
