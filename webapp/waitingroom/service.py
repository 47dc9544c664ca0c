"""What staff do with a waiting room, and what it does by itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from webapp.catalog.events import DateAdded
from webapp.catalog.models import Event, EventDate
from webapp.catalog.service import editing
from webapp.core.audit import SYSTEM, Actor, note
from webapp.core.errors import Conflict, NotFound
from webapp.core.ids import secret, uuid7
from webapp.waitingroom.models import RoomAdmission, RoomDraw, WaitingRoom

Step = Literal["pause", "resume", "stop", "reopen"]

# Each date is behind its own room when that is used, else behind its event's.
APPLY = text("""
    UPDATE event_dates d SET room_id = r.id
    FROM event_dates o
    LEFT JOIN LATERAL (
        SELECT CASE WHEN in_force_since IS NOT NULL THEN id END AS id FROM waiting_rooms
        WHERE mode <> 'off' AND (date_id = o.id OR event_id = o.event_id AND date_id IS NULL)
        ORDER BY date_id NULLS LAST LIMIT 1
    ) r ON true
    WHERE d.id = o.id AND o.event_id = :event AND d.room_id IS DISTINCT FROM r.id
""")

WORDS: Mapping[Step, str] = {
    "pause": "Waiting room paused",
    "resume": "Waiting room resumed",
    "stop": "Waiting room stopped: sold out",
    "reopen": "Waiting room opened again",
}


@dataclass(frozen=True)
class Scope:
    """What a room stands before: a date, or all dates of an event that have no room of their own."""

    event_id: UUID
    date_id: UUID | None = None


def add(db: Session, *, organizer_id: UUID, scope: Scope, by: Actor) -> WaitingRoom:
    """The room of a date or an event, off at first; asked twice it is the same."""
    event = editing.own_event(db, organizer_id, scope.event_id)
    if scope.date_id:
        date = db.get(EventDate, scope.date_id)
        if date is None or date.event_id != event.id:
            raise NotFound("There is no such date of this event.")
    known = db.scalar(
        select(WaitingRoom).where(
            WaitingRoom.event_id == event.id, WaitingRoom.date_id.is_not_distinct_from(scope.date_id)
        )
    )
    if known:
        return known
    room = WaitingRoom(id=uuid7(), event_id=event.id, date_id=scope.date_id)
    db.add(room)
    db.flush()
    _draw_anew(db, room)
    _note(db, event, room, by, "Waiting room added", after={"mode": "off"})
    return room


def configure(
    db: Session, *, organizer_id: UUID, room_id: UUID, values: dict[str, Any], by: Actor, now: datetime
) -> WaitingRoom:
    """Switch, dial and set; `values` are those of the form, with times as instants.

    A new start after one that has been gets a new draw, since the old seed is known by then.
    """
    event, room = own(db, organizer_id, room_id)
    draw = _draw(db, room)
    if _has_started(room, now):
        draw.shown_at = draw.shown_at or now
    mode = values["mode"]
    since = None if mode == "off" else room.in_force_since or (now if mode == "on" else None)
    before, after = editing.changed(db, room, {**values, "in_force_since": since})
    if draw.shown_at and room.in_force_since and not _has_started(room, now):
        _draw_anew(db, room)
    if after:
        _note(db, event, room, by, "Waiting room changed", before=before, after=after)
        _apply(db, event)
    return room


def dial(
    db: Session, *, organizer_id: UUID, room_id: UUID, per_minute: int, most_inside: int, by: Actor
) -> None:
    """How many go in a minute, and how many may shop at once."""
    event, room = own(db, organizer_id, room_id)
    before, after = editing.changed(db, room, {"per_minute": per_minute, "most_inside": most_inside})
    if after:
        _note(db, event, room, by, "Waiting room dialled", before=before, after=after)


def steer(
    db: Session, *, organizer_id: UUID, room_id: UUID, step: Step, by: Actor, now: datetime
) -> WaitingRoom:
    """Pause and go on; say that it is sold out, or open again. Pressed twice it is once."""
    event, room = own(db, organizer_id, room_id)
    if room.in_force_since is None:
        raise Conflict("The waiting room is off: there is nobody to hold back.", title="Not now")
    values: dict[Step, dict[str, Any]] = {
        "pause": {"paused": True},
        "resume": {"paused": False},
        "stop": {"stopped_at": room.stopped_at or now},
        "reopen": {"stopped_at": None, "paused": False},
    }
    before, after = editing.changed(db, room, values[step])
    if after:
        _note(db, event, room, by, WORDS[step], before=before, after=after)
    return room


def open_by_itself(db: Session, *, room_id: UUID, now: datetime) -> bool:
    """More is held than can be served: the room on its guard comes into force. False when it was before."""
    event_id = db.scalar(select(WaitingRoom.event_id).where(WaitingRoom.id == room_id))
    event = db.get_one(Event, event_id, with_for_update=True)
    room = db.get_one(WaitingRoom, room_id, with_for_update=True)
    if room.mode != "auto" or room.in_force_since:
        return False
    room.in_force_since = now
    db.flush()
    before, after = {"in_force": False}, {"in_force": True}
    _note(db, event, room, SYSTEM, "Waiting room opened by itself", before=before, after=after)
    _apply(db, event)
    return True


def close_by_itself(db: Session, *, room_id: UUID, now: datetime) -> bool:
    """The rush is over, nobody waits: the sale is open to everybody again."""
    event_id = db.scalar(select(WaitingRoom.event_id).where(WaitingRoom.id == room_id))
    event = db.get_one(Event, event_id, with_for_update=True)
    room = db.get_one(WaitingRoom, room_id, with_for_update=True)
    if room.mode != "auto" or room.in_force_since is None:
        return False
    draw = _draw(db, room)
    draw.shown_at = draw.shown_at or now
    room.in_force_since = None
    db.flush()
    before, after = {"in_force": True}, {"in_force": False}
    _note(db, event, room, SYSTEM, "Waiting room closed by itself", before=before, after=after)
    _apply(db, event)
    return True


def put_behind(db: Session, event: DateAdded) -> None:
    """A new date stands behind the room of its event, when that has one in force."""
    db.execute(APPLY, {"event": event.event_id})


def write_admission(db: Session, *, draw_id: UUID, join_id: UUID, place: float, now: datetime) -> bool:
    """Somebody goes in. False when this joining went in before."""
    made = db.execute(
        insert(RoomAdmission)
        .values(id=uuid7(), draw_id=draw_id, join_id=join_id, place=place, admitted_at=now)
        .on_conflict_do_nothing(index_elements=[RoomAdmission.join_id])
        .returning(RoomAdmission.id)
    )
    return made.first() is not None


def own(db: Session, organizer_id: UUID, room_id: UUID) -> tuple[Event, WaitingRoom]:
    """The organizer's room with its event, both locked."""
    event_id = db.scalar(select(WaitingRoom.event_id).where(WaitingRoom.id == room_id))
    if event_id is None:
        raise NotFound("There is no such waiting room here.")
    event = editing.own_event(db, organizer_id, event_id)
    return event, db.get_one(WaitingRoom, room_id, with_for_update=True)


def _has_started(room: WaitingRoom, now: datetime) -> bool:
    """Whether the draw has been: its seed may be known."""
    begins = room.starts_at or room.in_force_since
    return room.in_force_since is not None and begins is not None and begins <= now


def _draw(db: Session, room: WaitingRoom) -> RoomDraw:
    newest = select(RoomDraw).where(RoomDraw.room_id == room.id).order_by(RoomDraw.id.desc()).limit(1)
    return db.scalars(newest).one()


def _draw_anew(db: Session, room: WaitingRoom) -> None:
    db.add(RoomDraw(room_id=room.id, seed=secret()))
    db.flush()


def _apply(db: Session, event: Event) -> None:
    """The event's dates stand behind the room or not, and kept pages turn."""
    if db.connection().execute(APPLY, {"event": event.id}).rowcount:
        event.version += 1
        db.flush()


def _note(
    db: Session,
    event: Event,
    room: WaitingRoom,
    by: Actor,
    action: str,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any],
) -> None:
    note(
        db,
        by,
        action,
        ("room", room.id),
        organizer_id=event.organizer_id,
        before=before,
        after={**after, "event": event.title},
    )
