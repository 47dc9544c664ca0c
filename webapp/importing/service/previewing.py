"""What a job makes of a draft: a preview, a refusal, or an import."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from webapp.accounts.models import Organizer
from webapp.importing.models import Draft, DraftLine, KnownPlace
from webapp.importing.queries.drafts import Work
from webapp.importing.rules import previews, wishes
from webapp.importing.rules.entries import House
from webapp.importing.rules.found import Column, Refused
from webapp.importing.rules.outcomes import Told
from webapp.importing.service import applying, feeds, reading
from webapp.importing.service.applying import File
from webapp.importing.service.changing import Agreed
from webapp.importing.service.houses import Houses
from webapp.importing.service.reading import Source


@dataclass(frozen=True)
class Read:
    """A file that was read for a draft."""

    file: File
    columns: tuple[Column, ...]


def read(work: Work, source: Source, today: date) -> Read:
    """What it says, in a process of its own; refused like a file on the command line."""
    asks = work.asks
    asked, limits = wishes.asked(
        zone=asks.get("zone"), start=asks.get("start"), until=asks.get("until"),
        mapping=asks.get("mapping") or {}, today=today,
    )  # fmt: skip
    said = reading.read(source, asked, limits)
    houses = {House(name, place): UUID(venue) for name, place, venue in asks.get("houses", [])}
    agreed = Agreed(
        frozenset(UUID(one) for one in work.agreed.get("dates", [])), work.agreed.get("words", "")
    )
    return Read(File(source.name, said, asked, houses, agreed), said.columns)


def show(db: Session, *, work: Work, source: Source, read: Read) -> None:
    """Keep what would happen, found out by doing it and taking it back."""
    organizer = db.get_one(Organizer, work.organizer_id)
    with db.begin_nested() as step:
        told = applying.apply(db, organizer=organizer, file=read.file, by=work.by)
        step.rollback()
    houses = Houses(db, work.organizer_id, given=dict(read.file.houses))
    houses.load()
    listed = list(previews.lines(told))
    draft = _still(db, work)
    if draft is None:
        return
    _keep_source(draft, source)
    draft.found = previews.storable(
        {
            "counts": previews.counts(listed),
            "notes": list(told.notes),
            "columns": _columns(read.columns),
            "houses": [_house(house, number, houses) for house, number in previews.houses(told)],
            "zones": [[name, number] for name, number in previews.zones(told)],
            "needs_zone": previews.needs_zone(told),
            "moves": [vars(move) for move in told.moves],
        }
    )
    draft.state = "ready"
    _keep_lines(db, draft.id, listed)
    feeds.was_read(db, draft, told)


def _house(house: House, number: int, houses: Houses) -> dict[str, Any]:
    venue = houses.find(house)
    return {
        "name": house.name, "place": house.place, "events": number,
        "venue_id": str(venue.id) if venue else None, "venue": venue.name if venue else "",
    }  # fmt: skip


def _columns(columns: tuple[Column, ...]) -> list[dict[str, Any]]:
    """Each once, also where several sheets have it."""
    return list({one.name: previews.column(one) for one in reversed(columns)}.values())[::-1]


def _keep_lines(db: Session, draft_id: UUID, listed: list[previews.Line]) -> None:
    db.flush()
    db.execute(delete(DraftLine).where(DraftLine.draft_id == draft_id))
    rows = [
        {**previews.storable(vars(line)), "draft_id": draft_id, "position": number}
        for number, line in enumerate(listed)
    ]
    if rows:
        db.execute(insert(DraftLine), rows)


def refuse(db: Session, *, work: Work, source: Source | None, refusal: Refused, now: datetime) -> None:
    """Keep why it cannot go in; a file whose columns are not understood is shown with them."""
    draft = _still(db, work)
    if draft is None:
        return
    if source:
        _keep_source(draft, source)
    listed = [
        previews.Line("refused", "", remark.where[:200], "", "", ((remark.code, remark.message),))
        for remark in refusal.remarks
    ]
    draft.found = previews.storable(
        {
            "error": {"code": refusal.code, "message": refusal.message},
            "columns": _columns(refusal.columns),
            "counts": previews.counts(listed),
            "moves": [],
        }
    )
    draft.state = "refused"
    _keep_lines(db, draft.id, listed)
    feeds.was_refused(db, draft, refusal, now)


def bring_in(db: Session, *, work: Work, read: Read, now: datetime) -> None:
    """The import itself, whole or not at all."""
    organizer = db.get_one(Organizer, work.organizer_id)
    try:
        with db.begin_nested():
            told = applying.apply(db, organizer=organizer, file=read.file, by=work.by)
    except SQLAlchemyError as problem:
        kind = type(problem).__name__
        message = f"The database refuses it, so nothing of it went in: {kind}."
        refuse(db, work=work, source=None, refusal=Refused("not-kept", message), now=now)
        return
    draft = _still(db, work)
    if draft is None:
        return
    _end(db, draft, told)
    _know_places(db, work.organizer_id, read.file.houses)
    feeds.went_in(db, draft, told)


def _end(db: Session, draft: Draft, told: Told) -> None:
    """Its bytes and lines are not needed any more; the report stays."""
    draft.state, draft.content, draft.size = "done", None, 0
    draft.import_id = UUID(told.import_id) if told.import_id else None
    draft.progress = len(told.events)
    db.flush()
    db.execute(delete(DraftLine).where(DraftLine.draft_id == draft.id))


def _know_places(db: Session, organizer_id: UUID, houses: Any) -> None:
    """What staff said of venues holds for the next file too, also on the command line."""
    for house, venue_id in houses.items():
        known = (
            db.query(KnownPlace)
            .filter_by(organizer_id=organizer_id, name=house.name, place=house.place)
            .one_or_none()
        )
        if known:
            known.venue_id = venue_id
        else:
            db.add(
                KnownPlace(organizer_id=organizer_id, name=house.name, place=house.place, venue_id=venue_id)
            )
    db.flush()


def _keep_source(draft: Draft, source: Source) -> None:
    """A file that was fetched is kept like one that was uploaded."""
    if draft.size == 0:
        draft.content, draft.size, draft.file = source.content, len(source.content), source.name


def _still(db: Session, work: Work) -> Draft | None:
    """The draft, locked, unless it was asked for otherwise or thrown away meanwhile."""
    draft = db.get(Draft, work.id, with_for_update=True, populate_existing=True)
    return draft if draft and draft.version == work.version else None
