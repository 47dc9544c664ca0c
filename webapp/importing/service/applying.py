"""A reading brought into the catalog: what is new is added, what changed is changed, the rest left alone."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from webapp.accounts.models import Organizer
from webapp.core.audit import Actor, note
from webapp.core.ids import uuid7
from webapp.core.text import one_line
from webapp.importing.models import Import, ImportedEvent
from webapp.importing.queries import catalog as queries
from webapp.importing.queries.catalog import Customs
from webapp.importing.rules import entries, previews, settled
from webapp.importing.rules.entries import Entry, House
from webapp.importing.rules.found import Asked, Found, Reading
from webapp.importing.rules.outcomes import Change, Told
from webapp.importing.service import adopting, houses
from webapp.importing.service.adding import Adding
from webapp.importing.service.changing import Agreed, Changing
from webapp.importing.service.houses import Houses

TOLD_EVERY = 100
NOTHING_AGREED = Agreed()


@dataclass(frozen=True)
class File:
    """A file that was read, and how that was asked for.

    `houses` are venues that staff chose for what the file calls them; `agreed` the dates with guests that may
    be moved. `progress` is told how many events are done.
    """

    name: str
    reading: Reading
    asked: Asked
    houses: Mapping[House, UUID] = field(default_factory=dict)
    agreed: Agreed = NOTHING_AGREED
    progress: Callable[[int], None] = lambda _: None


def apply(db: Session, *, organizer: Organizer, file: File, by: Actor) -> Told:
    """Bring a file in, whole or not at all: the caller's transaction is one file's."""
    customs = queries.customs(db, organizer)
    found = file.reading.events
    names = [one_line(name) for name in settled.names(found, file.name)]
    known = queries.remembered(db, organizer.id, names)
    wanted = [
        entries.entry(
            one, name, zone=_zone(one, file.asked.zone, customs, known.get(name)), currency=organizer.currency
        )
        for one, name in zip(found, names, strict=True)
    ]
    record = Import(
        id=uuid7(), organizer_id=organizer.id, file=file.name, outcome="", report={}, undo={}, made_by=by.name
    )
    db.add(record)
    db.flush()
    adding = Adding(
        db, record.id, customs, Houses(db, organizer.id, given=dict(file.houses)), by, queries.slugs(db)
    )
    adding.houses.load()
    changing, reasons = _go_through(db, adding, file, wanted, known)
    told = Told(
        file.name,
        tuple(zip(found, map(_change, reasons), strict=True)),
        (*file.reading.remarks, *changing.remarks),
        tuple(_notes(found, wanted, organizer)),
        import_id=str(record.id),
        reasons=tuple(reason or "" for reason in reasons),
        moves=tuple(changing.moves),
    )
    return _remember(db, record, told, changing, by)


def _zone(found: Found, asked: ZoneInfo | None, customs: Customs, memory: ImportedEvent | None) -> str:
    """On whose clock the days of an event begin: the one asked for, its place's, or the organizer's.

    The organizer's is what it was the first time: venues that came meanwhile move no date that is there.
    """
    if asked:
        return asked.key
    before = memory.said["dates"][0]["zone"] if memory and memory.said["dates"] else customs.zone
    return houses.zone_of(entries.house(found.venue)) or before


def _go_through(
    db: Session, adding: Adding, file: File, wanted: Sequence[Entry], known: dict[str, ImportedEvent]
) -> tuple[Changing, list[str | None]]:
    adopted = adopting.adopted(db, adding, wanted, known, file.asked)
    known = known | adopted
    events = queries.events(db, (memory.event_id for memory in known.values()))
    dates = queries.dates(db, events)
    changing = Changing(db, adding, file.asked.window, adding.by, dates, queries.sold(db, dates), file.agreed)
    reasons: list[str | None] = []
    for number, (entry, found) in enumerate(zip(wanted, file.reading.events, strict=True)):
        if number % TOLD_EVERY == 0:
            file.progress(number)
        if memory := known.get(entry.name):
            reasons.append(changing.event(events[memory.event_id], memory, entry, found.where))
        else:
            adding.event(entry)
            reasons.append(None)
        if reasons[-1] and entry.name in adopted:
            db.add(adopted[entry.name])
    adding.written()
    return changing, reasons


def _change(reason: str | None) -> Change:
    if reason is None:
        return "new"
    return "changed" if reason else "same"


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
        return replace(told, import_id="")
    counts = {change: told.count(change) for change in ("new", "changed", "same")}
    record.outcome = told.outcome
    record.report = previews.storable(
        {
            "counts": counts,
            "warnings": [[one.where, one.code, one.message] for one in told.warnings[:500]],
            "notes": list(told.notes),
        }
    )
    record.undo = {
        "added": [str(one) for one in changing.adding.added],
        "changed": changing.done,
        "venues": [str(one) for one in changing.adding.houses.made],
    }
    note(
        db, by, f"Imported {told.file}", ("import", record.id),
        organizer_id=record.organizer_id, before=None, after=dict(counts),
    )  # fmt: skip
    db.flush()
    return told
