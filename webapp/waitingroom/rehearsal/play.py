"""A rehearsal from beginning to end: build the copy, let the crowd come, count, remove everything.

The sale's hours pass as quickly as the machine can serve them: every line, hold and order is the real thing,
in the real database and Redis, from several threads at once. What is not rehearsed is the way to us: pages,
network, payment gateway and mails.
"""

import heapq
import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from webapp.core.db import Database
from webapp.waitingroom import rules
from webapp.waitingroom.line import Line
from webapp.waitingroom.queries import staff
from webapp.waitingroom.queries.rooms import RoomView
from webapp.waitingroom.rehearsal.crowd import House, Visitor, act, crowd
from webapp.waitingroom.rehearsal.report import Counts, report
from webapp.waitingroom.rehearsal.stage import Stage, build, quietly, strike

THREADS = 4
# Steps within so many seconds of the sale are taken at the same time.
TOGETHER = 5.0
LONGEST_SALE = 6 * 3600.0
# Above so many visitors each looks less often, since it is the line that is rehearsed and not the polling.
MOST_LOOKING = 2_000

MINUTES_BEFORE = 60

Progress = Callable[[int], None]


def play(
    database: Database,
    line: Line,
    *,
    event_id: UUID,
    house_id: UUID,
    visitors: int,
    now: datetime,
    seed: int,
    progress: Progress,
) -> dict[str, Any]:
    """Rehearse the sale of an event; `progress` is told per cent. Removes its copy whatever happens."""
    counts, began = Counts(), time.monotonic()
    draw_id: UUID | None = None
    try:
        with quietly(database) as db:
            stage = build(db, event_id=event_id, house_id=house_id, now=now)
        room = _room(database, stage, now)
        draw_id = room.draw_id
        chance = random.Random(seed)  # noqa: S311  # nosec B311  # repeatable on purpose, guards nothing
        _Sale(database, line, stage, counts, chance).run(crowd(visitors, chance), progress)
        taken, tickets = _sold(database, house_id)
        seconds = time.monotonic() - began
        return report(counts, places=stage.places, taken=taken, tickets=tickets, seconds=seconds)
    finally:
        with quietly(database) as db:
            strike(db, house_id)
        if draw_id:
            line.forget([draw_id])


class _Sale:
    """The hours of one sale."""

    def __init__(
        self, database: Database, line: Line, stage: Stage, counts: Counts, chance: random.Random
    ) -> None:
        self._room = _room(database, stage, stage.starts_at)
        self._is_all_sold = False
        self._database, self._line, self._stage, self._counts = database, line, stage, counts
        self._chance = chance

    def run(self, people: list[Visitor], progress: Progress) -> None:
        """Everybody's next steps in the order of the sale's time, those of five seconds at once."""
        poll = rules.POLL_SECONDS * max(1.0, len(people) / MOST_LOOKING)
        house = House(
            self._database,
            self._line,
            self._stage,
            self._counts,
            self._chance,
            room=lambda: self._room,
            is_all_sold=lambda: self._is_all_sold,
            poll_seconds=poll,
        )
        due = [(one.at, one.number, one) for one in people]
        heapq.heapify(due)
        minute = -MINUTES_BEFORE
        with ThreadPoolExecutor(THREADS) as pool:
            while due and due[0][0] < LONGEST_SALE:
                until = due[0][0] + TOGETHER
                now = house.now(due[0][0])
                self._room = _room(self._database, self._stage, now)
                self._is_all_sold = self._room.left <= 0 and not _is_any_held(house, now)
                together = []
                while due and due[0][0] < until:
                    together.append(heapq.heappop(due)[2])
                for one in pool.map(lambda visitor: act(house, visitor), together):
                    if one:
                        heapq.heappush(due, (one.at, one.number, one))
                if until // 60 > minute:
                    minute = int(until // 60)
                    self._count(house, until)
                progress(round(100 * (1 - len(due) / len(people))))
        for _ in due:
            self._counts.end("still waiting at the end")

    def _count(self, house: House, at: float) -> None:
        now = house.now(at)
        look = self._line.look(self._room.draw_id, self._room.pace(now), now)
        self._counts.see(look.waiting, look.inside)


def _room(database: Database, stage: Stage, now: datetime) -> RoomView:
    with database.reading() as db:
        return staff.room_of_house(db, stage.house_id, stage.room_id, now)


def _is_any_held(house: House, now: datetime) -> bool:
    """Whether places may still come back: somebody holds them and has not bought."""
    held = text(
        "SELECT EXISTS (SELECT FROM holds WHERE organizer_id = :house"
        " AND state = 'active' AND expires_at > :now)"
    )
    with house.database.reading() as db:
        return bool(db.scalar(held, {"house": house.stage.house_id, "now": now}))


def _sold(database: Database, house_id: UUID) -> tuple[int, int]:
    """Places taken and tickets made, by the database's own count."""
    with database.reading() as db:
        taken = db.scalar(
            text(
                "SELECT sum(p.taken) FROM pools p JOIN event_dates d ON d.id = p.date_id"
                " JOIN events e ON e.id = d.event_id WHERE e.organizer_id = :house"
            ),
            {"house": house_id},
        )
        tickets = db.scalar(
            text(
                "SELECT count(*) FROM tickets t JOIN orders o ON o.id = t.order_id"
                " WHERE o.organizer_id = :house AND t.state <> 'void'"
            ),
            {"house": house_id},
        )
    return taken or 0, tickets or 0
