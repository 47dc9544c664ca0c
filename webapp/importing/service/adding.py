"""Events that a source brings for the first time: drafts with dates, and types that are not on sale."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from webapp.catalog.models import Event, EventDate, Pool, TicketType
from webapp.core.audit import Actor, note
from webapp.core.db import Base
from webapp.core.ids import uuid7
from webapp.core.text import folded, slug
from webapp.importing.models import ImportedEvent
from webapp.importing.queries.catalog import Customs
from webapp.importing.rules.entries import Entry, Planned, kept
from webapp.importing.service.houses import Houses

POOL = "Places"
# Dates that are written together.
AT_ONCE = 2_000


@dataclass
class Adding:
    """Writes many events with few questions."""

    db: Session
    import_id: UUID
    customs: Customs
    houses: Houses
    by: Actor
    slugs: set[str]
    added: list[UUID] = field(default_factory=list)
    _dates: list[dict[str, Any]] = field(default_factory=list)
    _pools: list[dict[str, Any]] = field(default_factory=list)
    _types: list[dict[str, Any]] = field(default_factory=list)

    def event(self, entry: Entry) -> None:
        """A draft; nobody sees or buys anything before staff say so."""
        organizer = self.customs.organizer
        event = Event(
            id=uuid7(), organizer_id=organizer.id, slug=self._slug(entry.title), title=entry.title,
            summary=entry.summary, description=entry.description, category=self.customs.category,
        )  # fmt: skip
        said = [self.date(event.id, entry, planned) for planned in entry.dates]
        event.words = folded(
            " ".join((event.title, event.summary, event.category, *self._places(entry), organizer.name))
        )
        self.db.add_all([event, self._memory(event, entry, said)])
        self.added.append(event.id)
        note(
            self.db, self.by, "Event imported", ("event", event.id),
            organizer_id=organizer.id, before=None,
            after={"title": event.title, "dates": len(said), "status": "draft"},
        )  # fmt: skip
        if len(self._dates) >= AT_ONCE:
            self.written()

    def date(self, event_id: UUID, entry: Entry, planned: Planned) -> dict[str, Any]:
        """A date with a pool of no places yet and a type for each price; what is remembered of it.

        It is there once it is `written`: fifty thousand dates as objects take too much memory and time.
        """
        venue = self.houses.venue(entry.house, planned.zone)
        date_id = uuid7()
        self._dates.append(
            {
                "id": date_id, "event_id": event_id, "venue_id": venue.id, "starts_at": planned.starts_at,
                "ends_at": planned.ends_at, "zone": planned.zone, "status": planned.status,
            }
        )  # fmt: skip
        if entry.prices:
            self._sell(date_id, entry)
        return {"id": str(date_id), **facts(planned, venue.id)}

    def _sell(self, date_id: UUID, entry: Entry) -> None:
        pool_id = uuid7()
        self._pools.append({"id": pool_id, "date_id": date_id, "name": POOL, "capacity": 0})
        self._types += [
            {
                "id": uuid7(), "date_id": date_id, "pool_id": pool_id, "name": name, "price": price,
                "position": position,
            }
            for position, (name, price) in enumerate(entry.prices)
        ]  # fmt: skip

    def written(self) -> None:
        """Write what was added since the last time; events and venues first, which dates name."""
        self.db.flush()
        kept: tuple[tuple[type[Base], list[dict[str, Any]]], ...] = (
            (EventDate, self._dates), (Pool, self._pools), (TicketType, self._types),
        )  # fmt: skip
        for model, rows in kept:
            if rows:
                self.db.execute(insert(model), rows)
                rows.clear()

    def _memory(self, event: Event, entry: Entry, dates: list[dict[str, Any]]) -> ImportedEvent:
        return ImportedEvent(
            organizer_id=event.organizer_id, name=entry.name, event_id=event.id, import_id=self.import_id,
            said=saying(entry, dates),
        )  # fmt: skip

    def _places(self, entry: Entry) -> tuple[str, ...]:
        if not entry.dates:
            return ()
        venue = self.houses.venue(entry.house, entry.dates[0].zone)
        return venue.name, venue.city

    def _slug(self, title: str) -> str:
        wanted = slug(title) or "event"
        number, free = 2, wanted
        while free in self.slugs:
            free, number = f"{wanted}-{number}", number + 1
        self.slugs.add(free)
        return free


def facts(planned: Planned, venue_id: UUID) -> dict[str, Any]:
    """What is remembered of a date, in the words of JSON."""
    return {
        "starts_at": kept(planned.starts_at),
        "ends_at": kept(planned.ends_at),
        "zone": planned.zone,
        "status": planned.status,
        "venue_id": str(venue_id),
    }


def saying(entry: Entry, dates: list[dict[str, Any]]) -> dict[str, Any]:
    """What a source says of an event, as it is remembered."""
    return {
        "mark": entry.mark,
        "title": entry.title,
        "summary": entry.summary,
        "description": entry.description,
        "prices": [list(price) for price in entry.prices],
        "dates": dates,
    }
