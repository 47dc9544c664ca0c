"""What this process knows of the free seats of a date, so that not every buyer reads ten thousand of them.

It may be a moment old. That costs a second try at most: the claim in the database decides who has a seat, and
before anybody is told that there is none, all claims are read again.
"""

import random
import threading
import time
from collections import OrderedDict
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from webapp.booking.queries import seats as seating
from webapp.seating.queries.plans import Plan
from webapp.seating.rules import best as choosing
from webapp.seating.rules.best import Wish

FRESH_SECONDS = 0.5
# Before a group is seated apart, it is looked this lately whether it must be.
FRESH_APART_SECONDS = 0.1
# What was given to a buyer is claimed within this time, or never.
CLAIMED_WITHIN_SECONDS = 0.5
# Under contention buyers are spread over so many of the best runs at most.
MOST_SPREAD = 32
MOST_DATES = 64


class Board:
    """One date. What was given to a buyer counts as taken at once, though it is not claimed yet."""

    def __init__(self, plan: Plan, date_id: UUID) -> None:
        self._house, self._date_id = plan.house, date_id
        self._lock = threading.Lock()
        self._free = bytearray()
        self._given: dict[int, float] = {}
        self._read_at = float("-inf")
        self._spread = 0

    def pick(self, db: Session, wish: Wish, mine: Collection[int], now: datetime) -> tuple[int, ...]:
        """The best seats for a wish, out of the free ones and the buyer's own; empty when there are none."""
        with self._lock:
            if self._is_older_than(FRESH_SECONDS):
                self._read(db, now)
            found = self._best(wish, mine)
            if not choosing.are_together(self._house, found) and self._is_older_than(FRESH_APART_SECONDS):
                self._read(db, now)
                found = self._best(wish, mine)
            if not found:
                self._given.clear()
                self._read(db, now)
                found = self._best(wish, mine)
            self._note(found)
            return found

    def note_taken(self, ordinals: Collection[int]) -> None:
        """A buyer of this process chose them."""
        with self._lock:
            if self._free:
                self._note(ordinals)

    def note_lost(self, ordinals: Collection[int]) -> None:
        """Another process was quicker: buyers spread a little wider for a while."""
        with self._lock:
            self._note(ordinals)
            self._spread = min(2 * self._spread + 1, MOST_SPREAD)

    def note_won(self) -> None:
        with self._lock:
            self._spread -= self._spread > 0

    def _best(self, wish: Wish, mine: Collection[int]) -> tuple[int, ...]:
        free = bytearray(self._free)
        for ordinal in mine:
            free[self._house.slot_of[ordinal]] = 1
        skip = random.randint(0, self._spread)  # noqa: S311  # nothing is secret about it
        return choosing.best(self._house, free, replace(wish, skip=skip))

    def _is_older_than(self, seconds: float) -> bool:
        return time.monotonic() - self._read_at > seconds

    def _read(self, db: Session, now: datetime) -> None:
        self._free = self._house.free(seating.taken(db, self._date_id, now))
        self._read_at = time.monotonic()
        # Those on their way to the database are not in it yet.
        self._given = {o: at for o, at in self._given.items() if self._read_at - at < CLAIMED_WITHIN_SECONDS}
        self._note(self._given)

    def _note(self, ordinals: Iterable[int]) -> None:
        at = time.monotonic()
        for ordinal in ordinals:
            self._free[self._house.slot_of[ordinal]] = 0
            self._given.setdefault(ordinal, at)


class Boards:
    """The dates that were asked for lately."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._boards: OrderedDict[tuple[UUID, UUID, int], Board] = OrderedDict()

    def of(self, plan: Plan, date_id: UUID) -> Board:
        key = (date_id, plan.id, plan.version)
        with self._lock:
            board = self._boards.setdefault(key, Board(plan, date_id))
            self._boards.move_to_end(key)
            while len(self._boards) > MOST_DATES:
                self._boards.popitem(last=False)
            return board


BOARDS = Boards()
