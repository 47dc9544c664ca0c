"""A reading brought into the catalog: what is new is added, what changed is changed, the rest left alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from webapp.accounts.models import Organizer
from webapp.core.audit import Actor, note
from webapp.core.ids import uuid7
from webapp.importing import queries
from webapp.importing.models import Import
from webapp.importing.queries import Customs
from webapp.importing.rules import entries, settled
from webapp.importing.rules.entries import Entry
from webapp.importing.rules.found import Asked, Found, Reading
from webapp.importing.rules.outcomes import Change, Told
from webapp.importing.service import houses
from webapp.importing.service.adding import Adding
from webapp.importing.service.changing import Changing
from webapp.importing.service.houses import Houses


@dataclass(frozen=True)
class File:
    """A file that was read, and how that was asked for."""

    name: str
    reading: Reading
    asked: Asked


def apply(db: Session, *, organizer: Organizer, file: File, by: Actor) -> Told:
    """Bring a file in, whole or not at all: the caller's transaction is one file's."""
    customs = queries.customs(db, organizer)
    found = file.reading.events
    names = settled.names(found, file.name)
    wanted = [
        entries.entry(one, name, zone=_zone(one, file.asked.zone, customs), currency=organizer.currency)
        for one, name in zip(found, names, strict=True)
    ]
    record = Import(
        id=uuid7(), organizer_id=organizer.id, file=file.name, outcome="", report={}, undo={}, made_by=by.name
    )
    db.add(record)
    db.flush()
    adding = Adding(db, record.id, customs, Houses(db, organizer.id), by, queries.slugs(db))
    adding.houses.load()
    changing, changes = _go_through(db, adding, file, wanted)
    told = Told(
        file.name,
        tuple(zip(found, changes, strict=True)),
        (*file.reading.remarks, *changing.remarks),
        tuple(_notes(found, wanted, organizer)),
        import_id=str(record.id),
    )
    return _remember(db, record, told, changing, by)


def _zone(found: Found, asked: ZoneInfo | None, customs: Customs) -> str:
    """On whose clock the days of an event begin: the one asked for, its place's, or the organizer's."""
    if asked:
        return asked.key
    return houses.zone_of(entries.house(found.venue)) or customs.zone


def _go_through(
    db: Session, adding: Adding, file: File, wanted: Sequence[Entry]
) -> tuple[Changing, list[Change]]:
    known = queries.remembered(db, adding.customs.organizer.id, [one.name for one in wanted])
    events = queries.events(db, (memory.event_id for memory in known.values()))
    dates = queries.dates(db, events)
    changing = Changing(db, adding, file.asked.window, adding.by, dates, queries.sold(db, dates))
    changes: list[Change] = []
    for entry, found in zip(wanted, file.reading.events, strict=True):
        memory = known.get(entry.name)
        if memory is None:
            adding.event(entry)
            changes.append("new")
        else:
            is_changed = changing.event(events[memory.event_id], memory, entry, found.where)
            changes.append("changed" if is_changed else "same")
    db.flush()
    return changing, changes


def _notes(found: Sequence[Found], wanted: Sequence[Entry], organizer: Organizer) -> list[str]:
    """What staff have to do before they can publish."""
    notes = []
    if undated := sum(not entry.dates for entry in wanted):
        notes.append(f"{undated} have no date yet, since their times are in no zone. Name it by --zone.")
    if foreign := sum(
        bool(one.offers) and not entry.prices for one, entry in zip(found, wanted, strict=True)
    ):
        notes.append(
            f"{foreign} have prices that are unknown or not in {organizer.currency}: set them by hand."
        )
    return notes


def _remember(db: Session, record: Import, told: Told, changing: Changing, by: Actor) -> Told:
    """Keep the report and what undoes it; an import that changed nothing is not kept."""
    if not changing.adding.added and not changing.done:
        db.delete(record)
        db.flush()
        return Told(told.file, told.events, told.warnings, told.notes)
    counts = {change: told.count(change) for change in ("new", "changed", "same")}
    record.outcome = told.outcome
    record.report = {
        "counts": counts,
        "warnings": [[one.where, one.code, one.message] for one in told.warnings[:500]],
        "notes": list(told.notes),
    }
    record.undo = {
        "added": [str(one) for one in changing.adding.added],
        "changed": changing.done,
        "venues": [str(one) for one in changing.adding.houses.made],
    }
    note(
        db, by, f"Imported {told.file}", ("import", record.id),
        organizer_id=record.organizer_id, after=dict(counts),
    )  # fmt: skip
    db.flush()
    return told
