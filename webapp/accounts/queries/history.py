"""The history of an organizer, searched: every line in people's words, with what it is about by its name."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import count
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.core import clock
from webapp.core.audit import Change, changes
from webapp.core.reach import Reach, within

# How the kinds of things are called; what is missing here is called as it is kept.
KINDS = {
    "delivery": "background work",
    "member": "team",
    "room": "waiting room",
}
ACTORS = (("staff", "Staff"), ("guest", "Guests"), ("system", "Marquee by itself"))
PER_PAGE = 50
AT_ONCE = 1000


@dataclass(frozen=True)
class Sought:
    """What is looked for; days are those of the organizer's zone, `before` is the last line that was seen."""

    q: str = ""
    kind: str = ""
    actor: str = ""
    person: UUID | None = None
    about: UUID | None = None
    since: date | None = None
    until: date | None = None
    before: UUID | None = None


@dataclass(frozen=True)
class Line:
    """One entry: `about` is the name of the thing, empty when it is gone; times in `changes` are local."""

    id: UUID
    at: datetime
    who: str
    actor_kind: str
    device: str
    action: str
    subject_kind: str
    subject_id: UUID
    about: str
    changes: list[Change]

    @property
    def kind(self) -> str:
        return kind_name(self.subject_kind)


def kind_name(kind: str) -> str:
    return KINDS.get(kind, kind.replace("_", " "))


# What an entry is about, by its name, and in whose zone its times are.
LINES = """
    SELECT a.id, a.at, a.actor_name, a.actor_kind, a.device, a.action, a.subject_kind, a.subject_id,
           a.before, a.after, coalesce(e.title, o.code, u.name, v.name, '') AS about, z.zone
    FROM audit_entries a
    LEFT JOIN waiting_rooms r ON a.subject_kind = 'room' AND r.id = a.subject_id
    LEFT JOIN events e ON a.subject_kind IN ('event', 'room') AND e.id = coalesce(r.event_id, a.subject_id)
    LEFT JOIN orders o ON a.subject_kind = 'order' AND o.id = a.subject_id
    LEFT JOIN users u ON a.subject_kind = 'member' AND u.id = a.subject_id
    LEFT JOIN venues v ON a.subject_kind = 'venue' AND v.id = a.subject_id
    LEFT JOIN LATERAL (
        SELECT d.zone FROM event_dates d WHERE d.event_id = e.id ORDER BY d.starts_at, d.id LIMIT 1
    ) z ON true
    WHERE {where} ORDER BY a.id DESC LIMIT :limit
"""
WORDS = """(a.action ILIKE :like OR a.actor_name ILIKE :like OR a.before::text ILIKE :like
    OR a.after::text ILIKE :like
    OR a.subject_id IN (SELECT id FROM events WHERE organizer_id = :organizer AND title ILIKE :like)
    OR a.subject_id IN (SELECT id FROM orders WHERE organizer_id = :organizer AND code ILIKE :like))"""

ZONE = text(
    "SELECT zone FROM venues WHERE organizer_id = :organizer GROUP BY zone ORDER BY count(*) DESC LIMIT 1"
)
WHO = text("""
    SELECT actor_id, max(actor_name) AS name FROM audit_entries
    WHERE organizer_id = :organizer AND actor_kind = 'staff' AND actor_id IS NOT NULL
    GROUP BY actor_id ORDER BY name, actor_id LIMIT 500
""")
WHAT = text("""
    SELECT DISTINCT subject_kind FROM audit_entries WHERE organizer_id = :organizer ORDER BY subject_kind
""")


def zone_of(db: Session, organizer_id: UUID) -> str:
    """Where most of the organizer's venues are: whose clock its history is told by."""
    return db.scalar(ZONE, {"organizer": organizer_id}) or "UTC"


def people_of(db: Session, organizer_id: UUID) -> list[tuple[UUID, str]]:
    """Staff who did anything."""
    return [(row.actor_id, row.name) for row in db.execute(WHO, {"organizer": organizer_id})]


def kinds_of(db: Session, organizer_id: UUID) -> list[tuple[str, str]]:
    """Kinds of things that have a history, as they are kept and as they are called."""
    return [(kind, kind_name(kind)) for kind in db.scalars(WHAT, {"organizer": organizer_id})]


def lines(
    db: Session, organizer_id: UUID, reach: Reach, sought: Sought, *, zone: str, currency: str, most: int
) -> list[Line]:
    """What was done, newest first. Times that an entry tells of are those of its event, else of `zone`."""
    where, values = _where(organizer_id, reach, sought, zone)
    rows = db.execute(text(LINES.format(where=" AND ".join(where))), {**values, "limit": most})
    return [_line(row, zone, currency) for row in rows]


def every(
    db: Session, organizer_id: UUID, reach: Reach, sought: Sought, *, zone: str, currency: str
) -> Iterator[Line]:
    """All of it, piece by piece, so that any length takes the same memory."""
    for _ in count():
        piece = lines(db, organizer_id, reach, sought, zone=zone, currency=currency, most=AT_ONCE)
        yield from piece
        if len(piece) < AT_ONCE:
            return
        sought = replace(sought, before=piece[-1].id)


def _where(organizer_id: UUID, reach: Reach, sought: Sought, zone: str) -> tuple[list[str], dict[str, Any]]:
    where, values = ["a.organizer_id = :organizer"], dict[str, Any](organizer=organizer_id)
    if not reach.is_all:
        # What is told of an event stands at the event; orders and people are the whole house's.
        where.append(f"a.subject_kind = 'event' AND {within('a.subject_id')}")
        values |= reach.values()
    if sought.q:
        where.append(WORDS)
        values["like"] = f"%{_literally(sought.q)}%"
    if sought.since:
        where.append("a.at >= :since")
        values["since"] = clock.day_bounds(sought.since, zone)[0]
    if sought.until:
        where.append("a.at < :until")
        values["until"] = clock.day_bounds(sought.until, zone)[1]
    same = {"subject_kind": sought.kind, "actor_kind": sought.actor, "actor_id": sought.person}
    for column, value in {**same, "subject_id": sought.about}.items():
        if value:
            where.append(f"a.{column} = :{column}")
            values[column] = value
    if sought.before:
        where.append("a.id < :before")
        values["before"] = sought.before
    return where, values


def _literally(words: str) -> str:
    """Inside a LIKE pattern, meaning only itself."""
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _line(row: Any, zone: str, currency: str) -> Line:
    there = row.zone or zone
    told = changes(row.before or {}, row.after or {}, there, currency, abroad=there != zone)
    return Line(
        row.id,
        row.at,
        row.actor_name,
        row.actor_kind,
        row.device,
        row.action,
        row.subject_kind,
        row.subject_id,
        row.about,
        told,
    )
