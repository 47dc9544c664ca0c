"""Whether anything of an event can be bought: what is shown or sold without that disappoints who comes."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from webapp.catalog.models import Event
from webapp.core import clock
from webapp.core.errors import Conflict

# A ticket can be bought where each of its pools has places, those kept for codes among them. One that is
# asked for first takes its places with the answer, so it may be asked for before there are any.
OFFERED = text("""
    SELECT d.id, d.starts_at, d.zone, count(t.id) AS types,
           coalesce(bool_or(t.approval = 'ask' OR NOT EXISTS (
               SELECT FROM pools p WHERE p.id = ANY(t.also_pools || t.pool_id) AND p.capacity
                      + (SELECT coalesce(sum(r.capacity), 0) FROM pools r WHERE r.parent_id = p.id) = 0
           )) FILTER (WHERE t.id IS NOT NULL), false) AS has_places
    FROM event_dates d LEFT JOIN ticket_types t ON t.date_id = d.id AND NOT t.withdrawn
    WHERE d.event_id = :event AND d.status <> 'cancelled' AND (CAST(:date AS uuid) IS NULL OR d.id = :date)
    GROUP BY d.id ORDER BY d.starts_at, d.id
""")


class NotReady(Conflict):
    """Something is missing, and `way` leads to where it is put in."""

    code = "not-ready"

    def __init__(self, sentence: str, title: str, way: tuple[str, str] | None) -> None:
        super().__init__(sentence, title=title)
        self.way = way


def require_ready(db: Session, event: Event, title: str, date_id: UUID | None = None) -> None:
    """Refuse what has no ticket that could be bought on any date, or on this one."""
    dates = db.execute(OFFERED, {"event": event.id, "date": date_id}).all()
    if any(date.has_places for date in dates):
        return
    with_types = [date for date in dates if date.types]
    if with_types:
        said = "Its pools have 0 places, so nobody could buy a ticket. Say how many there are first."
        raise NotReady(said, title, _way(event, with_types, "pools"))
    raise NotReady("Give it a date with at least one ticket type first.", title, _way(event, dates, "types"))


def _way(event: Event, dates: Sequence[Row[Any]], part: str) -> tuple[str, str] | None:
    if not dates:
        return None
    day = clock.local(dates[0].starts_at, dates[0].zone)
    called = {"pools": "the pools", "types": "the ticket types"}[part]
    return (
        f"To {called} of {day.day} {day:%B %Y}",
        f"/staff/{event.organizer.slug}/dates/{dates[0].id}#{part}",
    )
