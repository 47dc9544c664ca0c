"""Our own export that comes home: its events are those that are here, and are not made once more."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from webapp.accounts.models import Organizer
from webapp.catalog.models import EventDate
from webapp.catalog.queries.season import season
from webapp.importing.models import ImportedEvent
from webapp.importing.queries import catalog as queries
from webapp.importing.readers import own
from webapp.importing.rules import entries, settled
from webapp.importing.rules.entries import Entry, kept
from webapp.importing.rules.found import Asked
from webapp.importing.rules.settled import Limits
from webapp.importing.service.adding import Adding, facts, saying


def adopted(
    db: Session, adding: Adding, wanted: Sequence[Entry], known: Mapping[str, ImportedEvent], asked: Asked
) -> dict[str, ImportedEvent]:
    """What an export of this moment says of events that the source calls by our ids, by the source's names.

    They are as if they had been imported just now, so that only what the file says otherwise is news.
    """
    ids = {
        entry.name: event_id for entry in wanted if entry.name not in known and (event_id := _id(entry.name))
    }
    here = queries.own_events(db, adding.customs.organizer.id, ids.values())
    ids = {name: event_id for name, event_id in ids.items() if event_id in here}
    if not ids:
        return {}
    dates = queries.dates(db, ids.values())
    said = _said_now(db, adding.customs.organizer, asked)
    return {
        name: _memory(adding, said[name], event_id, dates) for name, event_id in ids.items() if name in said
    }


def _id(name: str) -> UUID | None:
    """The id of an event in our export; an event at several places is an entry for each."""
    try:
        return UUID(name.partition("/")[0])
    except ValueError:
        return None


def _said_now(db: Session, organizer: Organizer, asked: Asked) -> dict[str, Entry]:
    """The export, read as its file would be."""
    document = season(db, organizer.slug)
    if not document["events"]:
        return {}
    reading = settled.settled(own.read(json.dumps(document).encode(), asked), Limits(None, None))
    return {
        found.uid: entries.entry(found, found.uid, zone=found.zone or "UTC", currency=organizer.currency)
        for found in reading.events
    }


def _memory(adding: Adding, entry: Entry, event_id: UUID, dates: Mapping[UUID, EventDate]) -> ImportedEvent:
    own_dates: dict[str, list[EventDate]] = defaultdict(list)
    for date in dates.values():
        if date.event_id == event_id:
            own_dates[kept(date.starts_at)].append(date)
    return ImportedEvent(
        organizer_id=adding.customs.organizer.id, name=entry.name, event_id=event_id,
        import_id=adding.import_id, said=saying(entry, list(_dates(adding, entry, own_dates))),
    )  # fmt: skip


def _dates(
    adding: Adding, entry: Entry, known: Mapping[str, Sequence[EventDate]]
) -> Iterator[dict[str, Any]]:
    """Its dates by their starts; of those that start together, the one in its venue."""
    for planned in entry.dates:
        if dates := known.get(kept(planned.starts_at)):
            venue = adding.houses.venue(entry.house, planned.zone)
            date = next((one for one in dates if one.venue_id == venue.id), dates[0])
            yield {"id": str(date.id), **facts(planned, venue.id)}
