"""Events that an earlier import brought: what the source changed is changed, and nothing that staff did."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from webapp.catalog.events import DateAdded
from webapp.catalog.models import Event, EventDate, Venue
from webapp.catalog.service import dates as catalog_dates
from webapp.catalog.service import editing
from webapp.core import clock, outbox
from webapp.core.audit import Actor
from webapp.importing.models import ImportedEvent
from webapp.importing.rules import pairing
from webapp.importing.rules.entries import Entry, Planned, kept
from webapp.importing.rules.found import Remark, Window
from webapp.importing.rules.outcomes import Move
from webapp.importing.rules.reasons import changed
from webapp.importing.service.adding import Adding, facts, saying

TEXTS = ("title", "summary", "description")
MOVES = ("starts_at", "venue_id", "status")


@dataclass(frozen=True)
class Agreed:
    """The dates with guests that may be moved, and what their guests are told."""

    dates: frozenset[UUID] = frozenset()
    words: str = ""


@dataclass
class Changing:
    """One file's changes of events that are there. `done` is how each was, for undoing.

    `moves` are those of dates with guests; only those that are `agreed` are made.
    """

    db: Session
    adding: Adding
    window: Window
    by: Actor
    dates: dict[UUID, EventDate]
    sold: frozenset[UUID]
    agreed: Agreed = field(default_factory=Agreed)
    moves: list[Move] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    done: list[dict[str, Any]] = field(default_factory=list)

    def event(self, event: Event, memory: ImportedEvent, entry: Entry, where: str) -> str:
        """Change what the source says otherwise than the last time; in words what that is."""
        pairs, added, gone = pairing.paired(memory.said["dates"], entry.dates, self.window)
        stay = [date for date in memory.said["dates"] if not any(date is one for one, _ in pairs)]
        moves = {id(old): self._facts(entry, new) for old, new in pairs}
        has_moved = any(old != {"id": old["id"], **moves[id(old)]} for old, _ in pairs)
        if memory.said["mark"] == entry.mark and not (added or gone or has_moved):
            return ""
        undo: dict[str, Any] = {"event": str(event.id), "said": memory.said, "before": {}, "dates": []}
        self.done.append({**undo, "import": str(memory.import_id)})
        before, after = self._texts(event, memory.said, entry, where)
        undo["before"].update(before)
        said = [self._date(old, moves[id(old)], undo, where) for old, _ in pairs]
        said += [self._gone(one, undo, where) if one in gone else one for one in stay]
        said += [self._added(event, entry, planned, undo) for planned in added]
        if memory.said["prices"] != saying(entry, [])["prices"]:
            self._doubt(
                where, "prices-changed", "Its prices changed. Ticket types are changed by staff only."
            )
        memory.said, memory.import_id = saying(entry, said), self.adding.import_id
        if after or undo["dates"]:
            was, now = of_dates(self.db, undo["dates"])
            editing.wrote(
                self.db, event, self.by, "Changed by an import", before=before | was, after=after | now
            )
        return changed(before, after, undo["dates"])

    def _facts(self, entry: Entry, planned: Planned) -> dict[str, Any]:
        return facts(planned, self.adding.houses.venue(entry.house, planned.zone).id)

    def _texts(
        self, event: Event, said: dict[str, Any], entry: Entry, where: str
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        values: dict[str, Any] = {}
        for name in TEXTS:
            new, now = getattr(entry, name), getattr(event, name)
            if new in {said[name], now}:
                continue
            if now != said[name]:
                self._doubt(where, "edited-by-hand", f"Its {name} was edited by hand, and stays as it is.")
            else:
                values[name] = new
        return editing.changed(self.db, event, values)

    def _date(
        self, old: dict[str, Any], new: dict[str, Any], undo: dict[str, Any], where: str
    ) -> dict[str, Any]:
        """Move or cancel a date, unless somebody has a place or staff changed it; what is remembered then."""
        date = self.dates.get(UUID(old["id"]))
        told = {name for name in new if new[name] != old[name]}
        if date is None or not told:
            return {**old, **new}
        now = {name: kept(getattr(date, name)) for name in new}
        told = {name for name in told if now[name] != new[name]}
        has_guests = bool(told & set(MOVES)) and date.id in self.sold
        if has_guests and not self._may_move(date, new, told, where):
            return old
        if any(now[name] != old[name] and not _is_on_sale(name, now) for name in told):
            self._doubt(where, "edited-by-hand", "One of its dates was edited by hand, and stays as it is.")
            return {**old, **new}
        if told:
            if has_guests:
                self._tell_guests(date)
            undo["dates"].append(_done(old["id"], {name: (now[name], new[name]) for name in sorted(told)}))
            self._set(date, {name: new[name] for name in told})
        return {**old, **new}

    def _may_move(self, date: EventDate, new: dict[str, Any], told: set[str], where: str) -> bool:
        """Whether staff said so of a date with guests, who are told then; it is cancelled by hand only."""
        is_off = "status" in told and new["status"] == "cancelled"
        move = Move(str(date.id), date.event.title, self._placed(date), self._will(date, new), is_off)
        if date.id in self.agreed.dates and not is_off:
            return True
        self.moves.append(move)
        if is_off:
            message = f"Its date on {move.was} is off, but guests have places. It stays until you cancel it."
        else:
            message = f"Its date on {move.was} is {move.will} now, but guests have places. It stays."
        self._doubt(where, "sold-date", message)
        return False

    def _tell_guests(self, date: EventDate) -> None:
        catalog_dates.tell_guests(
            self.db, date.id, starts_at=date.starts_at, zone=date.zone, venue=date.venue.name,
            message=self.agreed.words,
        )  # fmt: skip

    def _placed(self, date: EventDate) -> str:
        return f"{clock.local(date.starts_at, date.zone):%d %B %Y, %H:%M}, {date.venue.name}"

    def _will(self, date: EventDate, new: dict[str, Any]) -> str:
        starts = clock.local(datetime.fromisoformat(new["starts_at"]), new["zone"])
        venue = self.db.get(Venue, UUID(new["venue_id"])) or date.venue
        return f"{starts:%d %B %Y, %H:%M}, {venue.name}"

    def _gone(self, old: dict[str, Any], undo: dict[str, Any], where: str) -> dict[str, Any]:
        """A date that the source has no more is cancelled, not forgotten."""
        return self._date(
            old, {**{name: old[name] for name in old if name != "id"}, "status": "cancelled"}, undo, where
        )

    def _added(self, event: Event, entry: Entry, planned: Planned, undo: dict[str, Any]) -> dict[str, Any]:
        said = self.adding.date(event.id, entry, planned)
        self.adding.written()
        outbox.record(self.db, DateAdded(event.id, UUID(said["id"])))
        undo["dates"].append({"id": said["id"], "before": None})
        return said

    def _set(self, date: EventDate, values: dict[str, str]) -> None:
        set_date(date, values)
        self.db.flush()

    def _doubt(self, where: str, code: str, message: str) -> None:
        self.remarks.append(Remark(where, code, message))


def _is_on_sale(name: str, now: dict[str, str]) -> bool:
    """Putting a date on sale, or pausing it, is no edit of what a source says."""
    return name == "status" and now["status"] != "cancelled"


def _done(date_id: str, told: dict[str, tuple[str, str]]) -> dict[str, Any]:
    """A date as it was and as it is, for undoing and for the report."""
    before = {name: was for name, (was, _) in told.items()}
    return {"id": date_id, "before": before, "after": {name: new for name, (_, new) in told.items()}}


def of_dates(db: Session, dates: list[dict[str, Any]]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the history says of dates that were moved or added: each fact of all of them, before and after."""
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for date in dates:
        for name in date.get("after", ()):
            for side, values in ((before, date["before"]), (after, date["after"])):
                side.setdefault(name, []).append(_named(db, name, values[name]))
    if added := sum(date["before"] is None for date in dates):
        before["new_dates"], after["new_dates"] = 0, added
    return before, after


def _named(db: Session, name: str, value: str) -> str:
    venue = db.get(Venue, UUID(value)) if name == "venue_id" else None
    return venue.name if venue else value


def set_date(date: EventDate, values: dict[str, str]) -> None:
    """Give a date what is remembered of it."""
    for name, value in values.items():
        if name in {"starts_at", "ends_at"}:
            setattr(date, name, datetime.fromisoformat(value))
        else:
            setattr(date, name, UUID(value) if name == "venue_id" else value)
