"""What the waiting room's page says to one visitor at one moment."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

from webapp.waitingroom import rules
from webapp.waitingroom.line import Line, LineAway, Look
from webapp.waitingroom.queries.rooms import RoomView
from webapp.waitingroom.rules import Estimate, Phase
from webapp.web.filters import soon

Kind = Literal["away", "closed", "outside", "before", "queue", "turn", "over", "stopped"]


@dataclass(frozen=True)
class Sight:
    """`number` is the place in line, 1 is next; `pace` people a minute as measured, None when not known.

    `until` is when the turn or the pass ends; `done` is how much of the way lies behind, in per cent.
    """

    kind: Kind
    phase: Phase
    join_id: UUID | None
    waiting: int
    inside: int
    number: int | None
    pace: int | None
    estimate: Estimate | None
    until: datetime | None
    is_inside: bool
    done: int
    again_in: int

    def title(self, room: RoomView, now: datetime) -> str:
        """What a tab says, also when it is read out of sight."""
        if self.kind == "turn":
            return "You are in" if self.is_inside else "It is your turn"
        if self.kind == "queue":
            return f"Number {self.number:,}"
        if self.kind == "before":
            return f"On sale {soon(room.starts_at, now, room.zone)}"
        return {"stopped": "Sold out", "over": "Your turn is over"}.get(self.kind, "Waiting room")


def sight(
    room: RoomView,
    join_id: UUID | None,
    look: Look | None,
    now: datetime,
    *,
    joined_after: int = 0,
    has_pass: bool = False,
) -> Sight:
    """`look` is None when the line does not answer; `joined_after` is how many went in before they came."""
    phase = room.phase(now)
    state = look.state if look else "none"
    number = look.ahead + 1 if look and look.ahead >= 0 else None
    pace = _pace(room, look, now) if look else None
    until = datetime.fromtimestamp(look.until, UTC) if look and look.until else None
    return Sight(
        kind=_kind(phase, look, join_id),
        phase=phase,
        join_id=join_id,
        waiting=look.waiting if look else 0,
        inside=look.inside if look else 0,
        number=number,
        pace=max(1, round(pace)) if pace else None,
        estimate=rules.estimate(number - 1, pace) if number and phase == "open" else None,
        until=until,
        is_inside=has_pass and state == "inside",
        done=_done(look.admitted - joined_after, number) if look and number else 0,
        again_in=rules.poll_seconds(number - 1 if number and phase == "open" else None)
        if state != "inside"
        else rules.POLL_SECONDS,
    )


def _kind(phase: Phase, look: Look | None, join_id: UUID | None) -> Kind:
    if look is None:
        return "away"
    if look.state == "inside":
        return "turn"
    if phase == "stopped":
        return "stopped"
    if join_id is None:
        return "closed" if phase == "closed" else "outside"
    if look.state == "over":
        return "over"
    return "before" if phase in ("closed", "before") else "queue"


@dataclass(frozen=True)
class Figures:
    """How the line goes, for staff. `pace` is people a minute as measured, None when nobody can know."""

    waiting: int
    inside: int
    admitted: int
    pace: int | None


def figures(room: RoomView, line: Line, now: datetime) -> Figures | None:
    """None while the line does not answer; looking moves it, as every look does."""
    try:
        look = line.look(room.draw_id, room.pace(now), now)
    except LineAway:
        return None
    pace = _pace(room, look, now)
    return Figures(look.waiting, look.inside, look.admitted, round(pace) if pace else None)


def _pace(room: RoomView, look: Look, now: datetime) -> float | None:
    return rules.per_minute(look.recent, now.timestamp() % 60, (now - room.starts_at).total_seconds())


def _done(went_in: int, number: int) -> int:
    """Of all who stood before them and they themselves, how many have gone in, in per cent."""
    return round(100 * max(went_in, 0) / (max(went_in, 0) + number))
