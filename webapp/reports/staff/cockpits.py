"""The figures of sales for pages that ask: what the clock counted, else counted here once a second."""

import threading
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from pydantic import TypeAdapter

from webapp.core import clock
from webapp.core.db import Database
from webapp.core.live import Live
from webapp.reports.queries.cockpit import Memory, look
from webapp.reports.rules.cockpit import Cockpit
from webapp.waitingroom.line import Line

FRESH_SECONDS = 1.0
MOST_HOUSES = 50

_cockpits = TypeAdapter(Cockpit)


@dataclass
class _Seen:
    memory: Memory = field(default_factory=Memory)
    cockpit: Cockpit | None = None
    at: float = 0.0
    turn: threading.Lock = field(default_factory=threading.Lock)


class Cockpits:
    """However many pages ask, the database is asked once a second: by the clock, or by this process."""

    def __init__(self, database: Database, live: Live) -> None:
        self._database = database
        self._live = live
        self._seen: OrderedDict[UUID, _Seen] = OrderedDict()
        self._lock = threading.Lock()

    def look_at(self, sights: Iterable[str]) -> None:
        """Somebody looks at these: the clock draws them from now on for a while."""
        now = clock.now().timestamp()
        for sight in sights:
            self._live.look_at(sight, now)

    def of(self, organizer_id: UUID, sights: Iterable[str]) -> Cockpit:
        """All dates on sale; `sights` are what of it the page shows."""
        self.look_at((f"sale:{organizer_id}", *sights))
        kept = self._live.kept(f"sale:{organizer_id}")
        return _cockpits.validate_json(kept) if kept else self._count(organizer_id)

    def alone(self, organizer_id: UUID, date_id: UUID) -> Cockpit:
        """One date that is not on sale, or farther ahead than the cockpit reaches."""
        with self._database.reading() as db:
            return look(db, Line(self._live.redis), organizer_id, clock.now(), Memory(), date_id=date_id)

    def _count(self, organizer_id: UUID) -> Cockpit:
        with self._lock:
            seen = self._seen.setdefault(organizer_id, _Seen())
            self._seen.move_to_end(organizer_id)
            if len(self._seen) > MOST_HOUSES:
                self._seen.popitem(last=False)
        with seen.turn:
            if seen.cockpit is None or time.monotonic() - seen.at > FRESH_SECONDS:
                with self._database.reading() as db:
                    line = Line(self._live.redis)
                    seen.cockpit = look(db, line, organizer_id, clock.now(), seen.memory)
                seen.at = time.monotonic()
            return seen.cockpit
