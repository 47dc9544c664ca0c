"""Synthetic visitors: when they come, how they wait, what they do inside; in the sale's time, not ours."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from webapp.booking.refusals import NoRoom
from webapp.booking.service import checkout, holds
from webapp.booking.service.checkout import Buyer
from webapp.core.db import Database
from webapp.core.errors import Refusal
from webapp.core.ids import secret, uuid7
from webapp.waitingroom import rules, service
from webapp.waitingroom.line import Line, Member
from webapp.waitingroom.queries.rooms import RoomView
from webapp.waitingroom.rehearsal.report import Counts
from webapp.waitingroom.rehearsal.stage import Stage, quietly

Step = Literal["arrive", "wait", "hold", "buy"]

# As studies of sales describe people: most come early, some never come in, some change their mind.
EARLY = 0.7
STAYS_AWAY = 0.05
LOOKS_ONLY = 0.1
GIVES_UP = 0.1


@dataclass
class Visitor:
    """One of the crowd; `at` is when the next step is, in seconds after the sale's start."""

    number: int
    at: float
    step: Step = "arrive"
    came_at: float = 0.0
    member: Member = field(default_factory=lambda: Member(uuid7(), None))
    hold_id: UUID = field(default_factory=uuid7)
    basket: str = field(default_factory=secret)


@dataclass(frozen=True)
class House:
    """What visitors act on. `room` gives the room as it stands now; nothing comes back when `is_all_sold`."""

    database: Database
    line: Line
    stage: Stage
    counts: Counts
    chance: random.Random
    room: Callable[[], RoomView]
    is_all_sold: Callable[[], bool]
    poll_seconds: float

    def now(self, at: float) -> datetime:
        return self.stage.starts_at + timedelta(seconds=at)


def crowd(number: int, chance: random.Random) -> list[Visitor]:
    """Most wait before the start, the others come within ten minutes after it."""
    return [
        Visitor(
            n, chance.uniform(-600, -5) if chance.random() < EARLY else min(chance.expovariate(1 / 180), 600)
        )
        for n in range(number)
    ]


def act(house: House, visitor: Visitor) -> Visitor | None:
    """One step of one visitor; None when they are done."""
    try:
        return STEPS[visitor.step](house, visitor)
    except NoRoom:
        _leave(house, visitor, "found nothing left")
    except Refusal as refusal:
        house.counts.fail(refusal.sentence)
        _leave(house, visitor, "refused")
    return None


def _arrive(house: House, visitor: Visitor) -> Visitor | None:
    room, now, join_id = house.room(), house.now(visitor.at), visitor.member.join_id
    place = rules.drawn_place(room.seed, join_id) if visitor.at < 0 else None
    with house.counts.timed("join"):
        look = house.line.join(room.draw_id, room.pace(now), now, join_id=join_id, place=place)
    visitor.member, visitor.came_at, visitor.step = Member(join_id, look.place), max(visitor.at, 0), "wait"
    # The first look after the start is spread as the pages of real people are.
    first = visitor.at + house.chance.uniform(0, house.poll_seconds)
    visitor.at = first if visitor.at >= 0 else max(first, house.chance.uniform(0, house.poll_seconds))
    return visitor


def _wait(house: House, visitor: Visitor) -> Visitor | None:
    room, now = house.room(), house.now(visitor.at)
    with house.counts.timed("look"):
        look = house.line.look(room.draw_id, room.pace(now), now, visitor.member)
    if look.state == "waiting":
        # While places are only held the page says so, and people stay.
        if house.is_all_sold():
            _leave(house, visitor, "sold out while waiting")
            return None
        visitor.at += house.poll_seconds
        return visitor
    if look.state != "inside" or house.chance.random() < STAYS_AWAY:
        house.counts.end("did not come in")
        return None
    return _go_in(house, visitor, room, now)


def _go_in(house: House, visitor: Visitor, room: RoomView, now: datetime) -> Visitor | None:
    member = visitor.member
    with house.counts.timed("go in"):
        house.line.enter(room.draw_id, member.join_id, visitor.basket, now)
        with quietly(house.database) as db:
            service.write_admission(
                db, draw_id=room.draw_id, join_id=member.join_id, place=member.place or 0.0, now=now
            )
    house.counts.waits.append(visitor.at - visitor.came_at)
    if house.chance.random() < LOOKS_ONLY:
        _leave(house, visitor, "looked only")
        return None
    visitor.step, visitor.at = "hold", visitor.at + house.chance.uniform(10, 90)
    return visitor


def _hold(house: House, visitor: Visitor) -> Visitor | None:
    kind, least, most = house.chance.choice(house.stage.types)
    wanted = min(max(least, house.chance.choice((1, 2, 2, 2, 3, 4))), most)
    with house.counts.timed("hold"):
        held = holds.hold(house.database, holds.Wish(visitor.basket, {kind: wanted}), house.now(visitor.at))
    house.counts.held += wanted
    if house.chance.random() < GIVES_UP:
        _leave(house, visitor, "held and gave up")
        return None
    visitor.hold_id, visitor.step = held.hold_id or visitor.hold_id, "buy"
    visitor.at += house.chance.uniform(30, 240)
    return visitor


def _buy(house: House, visitor: Visitor) -> None:
    with house.counts.timed("order"), quietly(house.database) as db:
        checkout.place_order(
            db,
            basket=visitor.basket,
            hold_id=visitor.hold_id,
            buyer=lambda _: Buyer("Rehearsal", ""),
            return_url="",
            now=house.now(visitor.at),
        )
    house.counts.last_sold = max(house.counts.last_sold, visitor.at)
    _leave(house, visitor, "bought")


def _leave(house: House, visitor: Visitor, outcome: str) -> None:
    house.line.end(house.room().draw_id, visitor.member.join_id)
    house.counts.end(outcome)


STEPS: dict[Step, Callable[[House, Visitor], Visitor | None]] = {
    "arrive": _arrive,
    "wait": _wait,
    "hold": _hold,
    "buy": _buy,
}
