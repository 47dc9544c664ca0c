"""The history of an organizer, searched: every line in people's words, with what it is about by its name."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.core.audit import Change, changes
from webapp.core.reach import all_or, order_within, within
from webapp.core.tables import Column, Sieve, Table, days

# How the kinds of things are called; what is missing here is called as it is kept.
KINDS = {
    "delivery": "background work",
    "member": "team",
    "room": "waiting room",
}
ACTORS = (("staff", "Staff"), ("guest", "Guests"), ("system", "Marquee by itself"))


@dataclass(frozen=True)
class Line:
    """One entry: `about` is the name of the thing, empty when it is gone.

    `zone` and `currency` are the house's, `own_zone` is that of the event where it has one.
    """

    id: UUID
    at: datetime
    who: str
    actor_kind: str
    device: str
    action: str
    subject_kind: str
    subject_id: UUID
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    about: str
    own_zone: str | None
    zone: str
    currency: str

    @property
    def kind(self) -> str:
        return kind_name(self.subject_kind)

    @property
    def changes(self) -> list[Change]:
        """What was and what is, with times on the clock of the event."""
        there = self.own_zone or self.zone
        return changes(self.before or {}, self.after or {}, there, self.currency, abroad=there != self.zone)


def kind_name(kind: str) -> str:
    return KINDS.get(kind, kind.replace("_", " "))


# What an entry is about, by its name, and in whose zone its times are.
ABOUT = """
    LEFT JOIN waiting_rooms r ON a.subject_kind = 'room' AND r.id = a.subject_id
    LEFT JOIN events e ON a.subject_kind IN ('event', 'room') AND e.id = coalesce(r.event_id, a.subject_id)
    LEFT JOIN orders o ON a.subject_kind = 'order' AND o.id = a.subject_id
    LEFT JOIN users u ON a.subject_kind = 'member' AND u.id = a.subject_id
    LEFT JOIN venues v ON a.subject_kind = 'venue' AND v.id = a.subject_id
    LEFT JOIN LATERAL (
        SELECT d.zone FROM event_dates d WHERE d.event_id = e.id ORDER BY d.starts_at, d.id LIMIT 1
    ) z ON true
"""
NAME = "coalesce(e.title, o.code, u.name, v.name, '')"

# An event's changes stand at the event, its orders' at them; people are the whole house's.
IN_REACH = (
    f"(a.subject_kind = 'event' AND {within('a.subject_id')}"
    f" OR a.subject_kind = 'order' AND {order_within('a.subject_id')})"
)

HISTORY = Table(
    name="history",
    row=Line,
    columns=(
        Column("at", "When", sort="a.id"),
        Column("zone", "Time zone", shown=False),
        Column("who", "Who", sort="lower(a.actor_name)"),
        Column("actor_kind", "As", shown=False),
        Column("device", "Device", shown=False),
        Column("action", "What", sort="lower(a.action)"),
        Column("changes", "Before and after", cell=lambda line: "; ".join(map(str, line.changes))),
        Column("kind", "Kind", shown=False),
        Column("about", "About", cell=lambda line: line.about or line.subject_id),
    ),
    select=f"""a.id, a.at, a.actor_name AS who, a.actor_kind, a.device, a.action, a.subject_kind,
               a.subject_id, a.before, a.after, {NAME} AS about, z.zone AS own_zone,
               CAST(:zone AS text) AS zone, CAST(:currency AS text) AS currency""",
    source="audit_entries a",
    joins=ABOUT,
    where=f"a.organizer_id = :organizer AND {all_or(IN_REACH)}",
    sort="-at",
    tie="a.id",
    words="""a.action ILIKE :like OR a.actor_name ILIKE :like OR a.before::text ILIKE :like
             OR a.after::text ILIKE :like
             OR a.subject_id IN (SELECT id FROM events WHERE organizer_id = :organizer AND title ILIKE :like)
             OR a.subject_id IN (SELECT id FROM orders WHERE organizer_id = :organizer AND code ILIKE :like)
             """,
    words_head="Words",
    sieves=(
        Sieve("person", "Who", "a.actor_id = :person", every="Everybody"),
        Sieve("actor", "As", "a.actor_kind = :actor", ACTORS),
        Sieve("kind", "What was changed", "a.subject_kind = :kind", every="Everything"),
        Sieve("about", "About", "a.subject_id = :about", every="Everything"),
        *days("a.at"),
    ),
)

WHO = text("""
    SELECT actor_id, max(actor_name) AS name FROM audit_entries
    WHERE organizer_id = :organizer AND actor_kind = 'staff' AND actor_id IS NOT NULL
    GROUP BY actor_id ORDER BY name, actor_id LIMIT 500
""")
WHAT = text("""
    SELECT DISTINCT subject_kind FROM audit_entries WHERE organizer_id = :organizer ORDER BY subject_kind
""")
ONE = text(f"""
    SELECT a.subject_id, {NAME} AS name, a.subject_kind FROM audit_entries a {ABOUT}
    WHERE a.organizer_id = :organizer AND a.subject_id = :about ORDER BY a.id DESC LIMIT 1
""")  # noqa: S608  # words of ours


def choices(db: Session, organizer_id: UUID, about: UUID | None) -> dict[str, list[tuple[Any, str]]]:
    """What may be chosen: staff who did anything, kinds of things with a history, and the thing `about`."""
    values = {"organizer": organizer_id, "about": about}
    one = db.execute(ONE, values).one_or_none() if about else None
    name = one and (one.name or f"a {kind_name(one.subject_kind)} that is gone")
    return {
        "person": [(row.actor_id, row.name) for row in db.execute(WHO, values)],
        "kind": [(kind, kind_name(kind).capitalize()) for kind in db.scalars(WHAT, values)],
        "about": [(one.subject_id, name)] if one else [],
    }
