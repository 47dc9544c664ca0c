"""What a web process knows of rooms without asking PostgreSQL each time: half a second old at most."""

import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

from webapp.core.db import Database
from webapp.waitingroom.queries import rooms as queries
from webapp.waitingroom.queries.rooms import Behind, RoomView

Known = TypeVar("Known")

FRESH_SECONDS = 0.5
MOST_ROOMS = 2_000


class Rooms:
    """Asked by every poll and every hold; one thread asks the database, the others take what is known."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._rooms: dict[UUID, _Kept[RoomView | None]] = {}
        self._behind: _Kept[dict[UUID, Behind]] = _Kept()

    def find(self, room_id: UUID, now: datetime) -> RoomView | None:
        """The room, or None when there is none under this id that guests may see."""
        if len(self._rooms) > MOST_ROOMS:
            self._rooms.clear()
        return self._rooms.setdefault(room_id, _Kept()).get(lambda: self._ask(room_id, now))

    def behind(self) -> dict[UUID, Behind]:
        """Ticket types with a room before them."""
        return self._behind.get(self._ask_behind)

    def forget(self) -> None:
        """What staff just changed, they see at once."""
        self._rooms.clear()
        self._behind = _Kept()

    def _ask(self, room_id: UUID, now: datetime) -> RoomView | None:
        with self._database.reading() as db:
            return queries.room(db, room_id, now)

    def _ask_behind(self) -> dict[UUID, Behind]:
        with self._database.reading() as db:
            return queries.behind(db)


class _Kept(Generic[Known]):
    """One answer and its age."""

    def __init__(self) -> None:
        self._known: Known | None = None
        self._asked_at: float | None = None
        self._turn = threading.Lock()

    def get(self, ask: Callable[[], Known]) -> Known:
        if self._is_fresh():
            return self._known  # type: ignore[return-value]  # asked once at least
        # Who finds somebody asking takes what is known, unless nothing is.
        if not self._turn.acquire(blocking=self._asked_at is None):
            return self._known  # type: ignore[return-value]
        try:
            if not self._is_fresh():
                self._known = ask()
                self._asked_at = time.monotonic()
        finally:
            self._turn.release()
        return self._known  # type: ignore[return-value]

    def _is_fresh(self) -> bool:
        return self._asked_at is not None and time.monotonic() - self._asked_at < FRESH_SECONDS
