"""What staff look for by words, over everything that an organizer has; each kind by its own index."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.core.ids import typed_order_code
from webapp.core.reach import Reach, filled, order_within, within
from webapp.core.text import words

# So many of each kind are shown; one more is asked for, to know whether there are more.
MOST = 5
SHORTEST = 2


@dataclass(frozen=True)
class Hit:
    """One thing that was found; `key` is what its address needs, `zone` its place's where it has one."""

    kind: str
    key: str
    title: str
    detail: str
    state: str
    at: datetime | None
    zone: str | None


@dataclass(frozen=True)
class Found:
    """The hits of one kind, best first, and whether there are more than are shown."""

    kind: str
    hits: tuple[Hit, ...]
    is_more: bool


@dataclass(frozen=True)
class Kind:
    """How one kind is found: `action` is what one must be allowed to see it."""

    name: str
    action: str
    query: str


OWN = f"e.organizer_id = :organizer AND e.status NOT IN ('rehearsal', 'deleted') AND {within('e.id')}"

# A name that many have is met among the newest orders, which are read before any word is looked at; only what
# is not is looked for among all, by its index. PostgreSQL cannot know which it is, and each way alone takes
# seconds for the other kind of word.
SOLD = """
    SELECT o.id, o.code, o.buyer_name, o.buyer_email, o.state, o.created_at
    FROM orders o WHERE o.organizer_id = :organizer AND {reach}
"""
NEWEST = "newest AS MATERIALIZED ({sold} ORDER BY o.id DESC LIMIT 500)"
SOUGHT = "sought_order(o.code, o.buyer_name, o.buyer_email) @@ to_tsquery('simple', :words)"

# An order by its code stands first; else the newest.
ORDERS = filled(
    """
    WITH {newest},
    near AS MATERIALIZED (SELECT * FROM newest o WHERE {sought}),
    far AS MATERIALIZED ({sold} AND {sought} AND (SELECT count(*) FROM near) < :most)
    SELECT o.code AS key, o.code AS title, o.buyer_name || ', ' || o.buyer_email AS detail, o.state,
           o.created_at AS at, NULL AS zone
    FROM (SELECT * FROM near UNION SELECT * FROM far UNION {sold} AND o.code = :code) o
    ORDER BY o.code = :code DESC, o.id DESC
""",
    newest=NEWEST.format(sold=SOLD.format(reach=order_within("o.id"))),
    sold=SOLD.format(reach=order_within("o.id")),
    sought=SOUGHT,
)

# Who holds a ticket, once for each order, besides its buyer, whom the orders find. Tickets are sought alone
# and joined then: inside of a join the index would be asked once for each order.
GUESTS = filled(
    """
    WITH {newest},
    holders AS MATERIALIZED ({held} JOIN newest o ON o.id = t.order_id),
    near AS MATERIALIZED (
        SELECT t.* FROM holders t JOIN event_dates d ON d.id = t.date_id WHERE {sought} AND {reach}
    ),
    named AS MATERIALIZED ({held} WHERE {sought} AND (SELECT count(DISTINCT order_id) FROM near) < :most),
    far AS MATERIALIZED (
        SELECT t.* FROM named t JOIN orders o ON o.id = t.order_id JOIN event_dates d ON d.id = t.date_id
        WHERE o.organizer_id = :organizer AND {reach}
    )
    SELECT o.code AS key, held.holder_name AS title, e.title || ', order ' || o.code AS detail, held.state,
           d.starts_at AS at, d.zone
    FROM (
        SELECT DISTINCT ON (order_id, holder_name) * FROM (SELECT * FROM near UNION SELECT * FROM far) every
        ORDER BY order_id, holder_name, id
    ) held
    JOIN orders o ON o.id = held.order_id JOIN event_dates d ON d.id = held.date_id
    JOIN events e ON e.id = d.event_id
    ORDER BY held.id DESC
""",
    newest=NEWEST.format(sold=SOLD.format(reach="true")),
    held="SELECT t.id, t.order_id, t.holder_name, t.state, t.date_id FROM tickets t",
    reach=within("d.event_id"),
    sought="sought(t.holder_name) @@ to_tsquery('simple', :words)",
)

WAITING = filled(
    """
    SELECT e.id::text AS key, w.name AS title, 'waits for ' || e.title AS detail, w.state, w.joined_at AS at,
           NULL AS zone
    FROM waitlist_entries w JOIN events e ON e.id = w.event_id
    WHERE sought_person(w.name, w.email) @@ to_tsquery('simple', :words) AND e.organizer_id = :organizer
      AND {reach}
    ORDER BY w.id DESC
""",
    reach=within("e.id"),
)

EVENTS = filled(
    """
    SELECT e.id::text AS key, e.title, rtrim(e.summary, '.') AS detail, e.status AS state,
           d.next_at AS at, d.zone
    FROM events e CROSS JOIN LATERAL (
        SELECT min(starts_at) AS next_at, min(zone) AS zone FROM event_dates
        WHERE event_id = e.id AND ends_at > :now AND status <> 'cancelled'
    ) d
    WHERE {own}
      AND (e.search @@ to_tsquery('simple', :words) OR sought(e.title) @@ to_tsquery('simple', :words))
    ORDER BY sought(e.title) @@ to_tsquery('simple', :words) DESC, d.next_at NULLS LAST, e.title
""",
    own=OWN,
)

# By a day, or by words of the event together with those of the venue: "lamps oslo".
DATES = filled(
    """
    SELECT d.id::text AS key, e.title, v.name || ', ' || v.city AS detail, d.status AS state,
           d.starts_at AS at, d.zone
    FROM event_dates d JOIN events e ON e.id = d.event_id JOIN venues v ON v.id = d.venue_id
    WHERE {own}
      AND ((d.starts_at AT TIME ZONE d.zone)::date = CAST(:day AS date)
           OR sought(e.title || ' ' || v.name || ' ' || v.city) @@ to_tsquery('simple', :words))
    ORDER BY d.ends_at <= :now, abs(extract(epoch FROM d.starts_at - CAST(:now AS timestamptz))), d.id
""",
    own=OWN,
)

VENUES = """
    SELECT v.name AS key, v.name AS title, v.address || ', ' || v.city AS detail, '' AS state,
           CAST(NULL AS timestamptz) AS at, NULL AS zone
    FROM venues v
    WHERE v.organizer_id = :organizer AND sought(v.name || ' ' || v.city) @@ to_tsquery('simple', :words)
    ORDER BY v.name, v.id
"""

PLANS = """
    SELECT p.id::text AS key, p.name AS title, v.name || ', ' || v.city AS detail, '' AS state,
           CAST(NULL AS timestamptz) AS at, NULL AS zone
    FROM seat_plans p JOIN venues v ON v.id = p.venue_id
    WHERE p.organizer_id = :organizer AND sought(p.name || ' ' || v.name) @@ to_tsquery('simple', :words)
    ORDER BY p.name, p.id
"""

VOUCHERS = """
    SELECT v.code AS key, v.code AS title, coalesce(e.title, 'Every event') AS detail,
           'used ' || v.used || coalesce(' of ' || v.max_uses, ' times') AS state,
           CAST(NULL AS timestamptz) AS at, NULL AS zone
    FROM vouchers v LEFT JOIN events e ON e.id = v.event_id
    WHERE v.organizer_id = :organizer AND upper(v.code) LIKE :beginning
    ORDER BY v.code
"""

KINDS = (
    Kind("orders", "order.view", ORDERS),
    Kind("attendees", "order.view", GUESTS),
    Kind("events", "event.view", EVENTS),
    Kind("dates", "event.view", DATES),
    Kind("waiting", "order.view", WAITING),
    Kind("venues", "venue.edit", VENUES),
    Kind("plans", "plan.edit", PLANS),
    Kind("vouchers", "voucher.edit", VOUCHERS),
)

ONE = "(SELECT CAST('{name}' AS text) AS kind, found.* FROM ({query} LIMIT :most) found)"


def found(
    db: Session,
    organizer_id: UUID,
    typed: str,
    now: datetime,
    *,
    reach_of: Callable[[str], Reach | None],
) -> list[Found]:
    """Everything that fits what was typed and may be seen, in one statement; nothing for a single letter.

    `reach_of` says at which events each action is allowed.
    """
    reaches = {kind: reach for kind in KINDS if (reach := reach_of(kind.action))}
    if not reaches or len(typed.strip()) < SHORTEST or not words(typed):
        return []
    parts, values = [], _values(organizer_id, typed, now)
    for kind, reach in reaches.items():
        query = re.sub(":(only|but)", rf":\1_{kind.name}", kind.query)
        parts.append(ONE.format(name=kind.name, query=query))
        values |= {f"{name}_{kind.name}": ids for name, ids in reach.values().items()}
    hits = [Hit(**row._mapping) for row in db.execute(text(" UNION ALL ".join(parts)), values)]
    grouped = ((kind.name, [hit for hit in hits if hit.kind == kind.name]) for kind in reaches)
    return [Found(name, tuple(these[:MOST]), len(these) > MOST) for name, these in grouped if these]


def _values(organizer_id: UUID, typed: str, now: datetime) -> dict[str, Any]:
    begun = typed.strip().upper().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return {
        "organizer": organizer_id,
        "words": " & ".join(f"{word}:*" for word in words(typed)),
        "code": typed_order_code(typed),
        "beginning": f"{begun}%",
        "day": _day(typed),
        "now": now,
        "most": MOST + 1,
    }


def _day(typed: str) -> date | None:
    """The day that was typed: `2026-12-05`."""
    try:
        return date.fromisoformat(typed.strip())
    except ValueError:
        return None
