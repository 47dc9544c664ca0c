"""Events and dates of an organizer, found by what somebody types of their names; there may be thousands."""

from functools import partial
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.core.reach import EVERYTHING, Reach, filled, within
from webapp.core.tables import MOST_WORDS, Found, Many, like

FOUND = """
    SELECT id, name FROM ({named}) one
    WHERE CAST(id AS text) = :typed OR {fits} ORDER BY place, id LIMIT :most
"""

# Those of one title are told apart by their first date.
EVENTS = """
    SELECT e.id, lower(e.title) AS place, e.title
           || coalesce(to_char(d.starts_at AT TIME ZONE d.zone, ', from DD Mon YYYY'), '') AS name
    FROM (
        SELECT id, title, count(*) OVER (PARTITION BY lower(title)) AS same FROM events e
        WHERE organizer_id = :organizer AND status NOT IN ('deleted', 'rehearsal') AND {reach}
    ) e LEFT JOIN LATERAL (
        SELECT starts_at, zone FROM event_dates WHERE e.same > 1 AND event_id = e.id
        ORDER BY starts_at, id LIMIT 1
    ) d ON true
"""

DATES = """
    SELECT d.id, -extract(epoch FROM d.starts_at) AS place, e.title
           || to_char(d.starts_at AT TIME ZONE d.zone, ', Dy DD Mon YYYY, HH24:MI') AS name
    FROM event_dates d JOIN events e ON e.id = d.event_id
    WHERE e.organizer_id = :organizer AND e.status NOT IN ('deleted', 'rehearsal') AND {reach}
"""


def events(db: Session, organizer_id: UUID, reach: Reach = EVERYTHING) -> Many:
    """By title."""
    return Many(partial(_find, db, EVENTS, {"organizer": organizer_id, **reach.values()}))


def dates(db: Session, organizer_id: UUID, reach: Reach = EVERYTHING) -> Many:
    """By title, day and time, such as `Night of the Lamps, Fri 12 Mar 2027, 20:00`; the latest first."""
    return Many(partial(_find, db, DATES, {"organizer": organizer_id, **reach.values()}))


def _find(db: Session, named: str, values: dict[str, object], typed: str, most: int) -> Found:
    words = typed.split()[:MOST_WORDS]
    fits = " AND ".join(f"name ILIKE :like{n}" for n in range(len(words))) or "true"
    query = filled(FOUND, named=filled(named, reach=within("e.id")), fits=f"({fits})")
    likes = {f"like{n}": like(word) for n, word in enumerate(words)}
    rows = db.execute(text(query), {**values, **likes, "typed": typed, "most": most})
    return [(row.id, row.name) for row in rows]
