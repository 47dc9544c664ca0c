"""One event in a list: a card, made from the date that is meant."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.catalog import rules
from webapp.catalog.queries.money import LEAST_NOW
from webapp.catalog.rules import Window


@dataclass(frozen=True)
class Card:
    """An event as lists show it; `left` counts places of its date, `dates` how many dates are meant."""

    slug: str
    title: str
    category: str
    when: str
    time: str
    starts_at: datetime
    zone: str
    venue: str
    city: str
    place: str
    price_text: str
    left: int
    left_text: str
    left_level: str
    poster_url: str
    note: str
    dates: int


# `{matched}` gives date_id, dates (how many it stands for) and place (its position in the list).
CARDS = """
    SELECT e.slug, e.title, e.category, e.summary, e.poster, e.image, e.status AS event_status,
           g.currency, d.starts_at, d.ends_at, d.zone, d.status, d.on_sale_at,
           v.name AS venue, v.city, m.dates, p.capacity, p.taken, t.low, t.high, t.opens, t.closes
    FROM ({matched}) m
    JOIN event_dates d ON d.id = m.date_id
    JOIN events e ON e.id = d.event_id
    JOIN organizers g ON g.id = e.organizer_id
    JOIN venues v ON v.id = d.venue_id
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(capacity), 0)::int AS capacity, coalesce(sum(taken), 0)::int AS taken
        FROM pools WHERE date_id = d.id AND parent_id IS NULL AND NOT is_extra
    ) p
    CROSS JOIN LATERAL (
        -- A type without a window is always open: its ends of time are none.
        SELECT min({price}) AS low, max({price}) AS high,
               CASE WHEN bool_and(sale_starts_at IS NOT NULL) THEN min(sale_starts_at) END AS opens,
               CASE WHEN bool_and(sale_ends_at IS NOT NULL) THEN max(sale_ends_at) END AS closes
        FROM ticket_types t WHERE date_id = d.id AND NOT hidden AND NOT withdrawn AND NOT is_addon
    ) t
    ORDER BY m.place
"""


def cards(db: Session, matched: str, values: dict[str, Any], now: datetime) -> list[Card]:
    """The cards of the dates that the query `matched` gives, in its order; `matched` is one of ours."""
    rows = db.execute(text(CARDS.format(matched=matched, price=LEAST_NOW)), values)
    return [card(row._mapping, now) for row in rows]


def card(row: Any, now: datetime) -> Card:
    left = row["capacity"] - row["taken"]
    left_text, level = left_of(row, left, now)
    others = row["dates"] - 1
    return Card(
        slug=row["slug"],
        title=row["title"],
        category=row["category"],
        when=(when := rules.when_text(row["starts_at"], row["zone"], now)),
        time=when.rsplit(", ", 1)[-1],
        starts_at=row["starts_at"],
        zone=row["zone"],
        venue=row["venue"],
        city=row["city"],
        place=f"{row['venue']}, {row['city']}",
        price_text=rules.price_text(row["low"], row["high"], row["currency"]),
        left=left,
        left_text=left_text,
        left_level=level,
        poster_url=poster_url(row["slug"], row["image"] or row["poster"]),
        note=f"And {others} more date{'s' if others > 1 else ''}." if others > 0 else row["summary"],
        dates=row["dates"],
    )


def left_of(row: Any, left: int, now: datetime) -> tuple[str, str]:
    """What is left, or why nothing can be bought."""
    status = "cancelled" if row["event_status"] == "cancelled" else row["status"]
    opens = max(filter(None, (row["on_sale_at"], row["opens"])), default=None)
    closed = rules.closed_text(Window(status, opens, row["closes"], row["ends_at"], row["zone"]), now)
    if closed:
        return (f"Sale {closed.lower()}" if closed.startswith("From") else closed), "none"
    return rules.availability(left, row["capacity"])


def poster_url(slug: str, media: str | None) -> str:
    """The kept file once it was drawn; before that the address that draws it."""
    return f"/media/{media}" if media else f"/posters/{slug}.svg"


def distinct(cards: Sequence[Card]) -> list[Card]:
    """Each event once, the first of its dates."""
    seen: dict[str, Card] = {}
    for one in cards:
        seen.setdefault(one.slug, one)
    return list(seen.values())
